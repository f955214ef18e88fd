/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups that need no name server: numeric addresses and /etc/hosts. */
#include "os/resolver.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct waiter {
	struct loop *loop;
	unsigned wanted, answers;
	enum lookup_status status;
	struct net_addr addresses[RESOLVER_ADDRS];
	unsigned count;
};

static void on_answer(void *arg, enum lookup_status status,
    const struct net_addr *addresses, unsigned count)
{
	struct waiter *w = arg;

	w->answers++;
	w->status = status;
	w->count = count;
	memcpy(w->addresses, addresses, count * sizeof(*addresses));
	if (w->answers == w->wanted)
		loop_stop(w->loop, 0);
}

static void on_timeout(void *arg)
{
	loop_stop(arg, 1);
}

/* Run until so many answers are there; 1 when they do not come. */
static int wait_for(struct waiter *w, unsigned wanted, double s)
{
	struct loop_timer t;
	int rc;

	w->wanted = wanted;
	loop_timer_init(&t, on_timeout, w->loop);
	loop_timer_set(w->loop, &t, mono_add(loop_now(w->loop), s));
	rc = loop_run(w->loop);
	loop_timer_cancel(&t);
	return rc;
}

static void test_answers(void **state)
{
	static const struct {
		const char *name;
		enum ip_family family;
		enum lookup_status status;
		const char *first;	/* NULL: not looked at */
	} cases[] = {
		{ "192.0.2.1",	IP_NONE, LOOKUP_FOUND,		"192.0.2.1" },
		{ "192.0.2.1",	IP_V4,	LOOKUP_FOUND,		"192.0.2.1" },
		{ "192.0.2.1",	IP_V6,	LOOKUP_NO_ADDRESS,	NULL },
		{ "2001:db8::1", IP_NONE, LOOKUP_FOUND,		"2001:db8::1" },
		{ "2001:db8::1", IP_V4,	LOOKUP_NO_ADDRESS,	NULL },
		{ "localhost",	IP_V4,	LOOKUP_FOUND,		"127.0.0.1" },
		/* Numeric only for the resolver; its scope makes it useless. */
		{ "fe80::1%lo",	IP_NONE, LOOKUP_NO_ADDRESS,	NULL },
		{ "a b",	IP_NONE, LOOKUP_TRY_AGAIN,	NULL },
	};
	struct waiter w = { .loop = loop_new() };
	struct resolver *r;

	(void)state;
	assert_int_equal(resolver_new(w.loop, &r), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[IP_TEXT_SIZE];
		struct lookup *l;

		w.answers = 0;
		assert_int_equal(resolver_lookup(r, cases[i].name,
		    cases[i].family, on_answer, &w, &l), 0);
		assert_int_equal(w.answers, 0);	/* never from inside */
		if (wait_for(&w, 1, 30) != 0)
			fail_msg("%s: no answer", cases[i].name);
		if (w.status != cases[i].status)
			fail_msg("%s: status %d", cases[i].name, w.status);
		assert_int_equal(w.count > 0, w.status == LOOKUP_FOUND);
		if (cases[i].first)
			assert_string_equal(ip_text(&w.addresses[0].ip, text),
			    cases[i].first);
	}
	resolver_free(r);
	loop_free(w.loop);
}

static void test_name_length(void **state)
{
	char name[257];
	struct waiter w = { .loop = loop_new() };
	struct resolver *r;
	struct lookup *l;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[256] = '\0';
	assert_int_equal(resolver_new(w.loop, &r), 0);
	assert_int_equal(resolver_lookup(r, name, IP_NONE, on_answer, &w, &l),
	    -ENAMETOOLONG);
	resolver_free(r);
	loop_free(w.loop);
}

/* More than there are threads, up to the bound; all are answered. */
static void test_many(void **state)
{
	struct waiter w = { .loop = loop_new() };
	struct resolver *r;
	struct lookup *l;

	(void)state;
	assert_int_equal(resolver_new(w.loop, &r), 0);
	for (int i = 0; i < RESOLVER_QUEUE; i++)
		assert_int_equal(resolver_lookup(r, i % 2 ? "localhost" :
		    "127.0.0.1", IP_V4, on_answer, &w, &l), 0);
	assert_int_equal(resolver_lookup(r, "localhost", IP_V4, on_answer, &w,
	    &l), -ENOBUFS);
	assert_int_equal(wait_for(&w, RESOLVER_QUEUE, 30), 0);
	assert_int_equal(w.answers, RESOLVER_QUEUE);
	assert_int_equal(resolver_lookup(r, "localhost", IP_V4, on_answer, &w,
	    &l), 0);
	resolver_free(r);
	loop_free(w.loop);
}

static void test_cancel(void **state)
{
	struct waiter w = { .loop = loop_new() };
	struct lookup *lookups[40];
	struct resolver *r;

	(void)state;
	assert_int_equal(resolver_new(w.loop, &r), 0);
	for (size_t i = 0; i < COUNT(lookups); i++)
		assert_int_equal(resolver_lookup(r, i % 2 ? "localhost" :
		    "127.0.0.1", IP_V4, on_answer, &w, &lookups[i]), 0);
	/* Running ones, waiting ones and numeric ones; three are left. */
	for (size_t i = 3; i < COUNT(lookups); i++)
		resolver_cancel(lookups[i]);
	resolver_cancel(NULL);
	assert_int_equal(wait_for(&w, 3, 20), 0);
	assert_int_equal(wait_for(&w, 4, 0.2), 1);
	assert_int_equal(w.answers, 3);
	resolver_free(r);
	loop_free(w.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_name_length),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests_name("os/resolver", tests, NULL, NULL);
}
