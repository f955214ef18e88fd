/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/hostnames.h"

#include "conf/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Effects as text: "?NAME " asked, "! " changed, "W LINE|", "I LINE|" logged. */
struct world {
	struct hostnames h;
	char seen[4096];
	uint32_t id;			/* of the last lookup */
	uint32_t family;
	struct config config;
};

static void note(struct world *w, const char *format, ...)
{
	size_t n = strlen(w->seen);
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->seen + n, sizeof(w->seen) - n, format, ap);
	va_end(ap);
}

static void do_lookup(void *arg, const struct ipc_lookup *what)
{
	struct world *w = arg;

	w->id = what->id;
	w->family = what->family;
	note(w, "?%s ", what->name);
}

static void do_changed(void *arg)
{
	note(arg, "! ");
}

static void do_log(void *arg, enum severity severity, const char *text)
{
	note(arg, "%c %s|", severity == SEV_WARNING ? 'W' : 'I', text);
}

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

static void expect(struct world *w, const char *seen)
{
	assert_string_equal(w->seen, seen);
	w->seen[0] = '\0';
}

static void renew(struct world *w, const char *text, double now)
{
	struct conf_error error;

	config_free(&w->config);
	assert_true(conf_parse_text(text, strlen(text), &w->config, &error));
	hostnames_renew(&w->h, &w->config, at(now));
}

/* An answer to the last lookup; up to two addresses, or none: a failure. */
static void answer(struct world *w, double now, const char *a, const char *b)
{
	struct ipc_addresses said = { .id = w->id, .status = a ? 0 : 1 };

	if (a && *a)
		assert_true(ip_parse(a, &said.address[said.count++].ip));
	if (b)
		assert_true(ip_parse(b, &said.address[said.count++].ip));
	hostnames_answer(&w->h, &said, at(now));
}

static void expect_address(struct world *w, const char *name, const char *want)
{
	const struct ip_addr *ip = hostnames_address(&w->h, name);
	char text[IP_TEXT_SIZE];

	assert_string_equal(ip ? ip_text(ip, text) : "none", want);
}

static void wakes_at(struct world *w, double s)
{
	assert_int_equal(hostnames_wake(&w->h).ns, at(s).ns);
}

static int setup_family(void **state, enum ip_family family)
{
	static struct world w;
	struct hostnames_effects effects = { &w, do_lookup, do_changed,
		do_log };

	config_free(&w.config);
	memset(&w, 0, sizeof(w));
	hostnames_init(&w.h, &effects, family);
	*state = &w;
	return 0;
}

static int setup(void **state)
{
	return setup_family(state, IP_NONE);
}

static int setup_v4(void **state)
{
	return setup_family(state, IP_V4);
}

static int teardown(void **state)
{
	config_free(&((struct world *)*state)->config);
	return 0;
}

static void nothing_is_asked_without_names(void **state)
{
	struct world *w = *state;

	renew(w, "allow\ndeny 10\nserver a.example\n", 0);
	hostnames_there(&w->h, at(0));
	hostnames_timer(&w->h, at(1e6));
	assert_int_equal(hostnames_wake(&w->h).ns, MONO_NEVER.ns);
	expect(w, "");
}

static void one_after_the_other(void **state)
{
	struct world *w = *state;

	renew(w, "allow a\ncmddeny b\nallow b\nallow A\n", 0);
	expect(w, "");
	assert_int_equal(hostnames_wake(&w->h).ns, MONO_NEVER.ns);
	hostnames_there(&w->h, at(5));
	expect(w, "?a ");
	assert_int_equal(w->family, IP_NONE);
	wakes_at(w, 5 + HOSTNAMES_LIMIT_S);
	hostnames_timer(&w->h, at(6));
	expect(w, "");
	answer(w, 6, "192.0.2.1", "192.0.2.2");
	expect(w, "I allow a: 192.0.2.1|! ?b ");
	answer(w, 7, "2001:db8::1", NULL);
	expect(w, "I allow b: 2001:db8::1|I cmddeny b: 2001:db8::1|! ");
	expect_address(w, "A", "192.0.2.1");
	expect_address(w, "b", "2001:db8::1");
	expect_address(w, "c", "none");
	wakes_at(w, 6 + HOSTNAMES_AGAIN_S);
}

static void tries_get_rarer(void **state)
{
	static const double delays[] = { 1, 2, 4, 8, 16, 32, 64,
		HOSTNAMES_AGAIN_S, HOSTNAMES_AGAIN_S };
	struct world *w = *state;
	double now = 0;

	renew(w, "allow a\ncmdallow a\ndeny a\ncmddeny a\n", 0);
	hostnames_there(&w->h, at(0));
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		expect(w, "?a ");
		answer(w, now, NULL, NULL);
		expect(w, i > 0 ? "" :
		    "W allow a: not known yet: nobody is let in by it|"
		    "W deny a: not known yet: it denies nobody|"
		    "W cmdallow a: not known yet: nobody is let in by it|"
		    "W cmddeny a: not known yet: it denies nobody|");
		wakes_at(w, now + delays[i]);
		hostnames_timer(&w->h, at(now + delays[i] - 0.001));
		expect(w, "");
		now += delays[i];
		hostnames_timer(&w->h, at(now));
	}
}

static void a_changed_address_is_followed(void **state)
{
	struct world *w = *state;
	double now = 0;

	renew(w, "allow a\n", 0);
	hostnames_there(&w->h, at(0));
	answer(w, now, "192.0.2.1", NULL);
	expect(w, "?a I allow a: 192.0.2.1|! ");
	/* the same; among others; gone; no answer; no address */
	hostnames_timer(&w->h, at(now += HOSTNAMES_AGAIN_S));
	answer(w, now, "192.0.2.1", NULL);
	expect(w, "?a ");
	hostnames_timer(&w->h, at(now += HOSTNAMES_AGAIN_S));
	answer(w, now, "192.0.2.2", "192.0.2.1");
	expect(w, "?a ");
	hostnames_timer(&w->h, at(now += HOSTNAMES_AGAIN_S));
	answer(w, now, "192.0.2.2", "192.0.2.3");
	expect(w, "?a I allow a: 192.0.2.2|! ");
	hostnames_timer(&w->h, at(now += HOSTNAMES_AGAIN_S));
	answer(w, now, NULL, NULL);
	expect(w, "?a ");
	wakes_at(w, now + HOSTNAMES_AGAIN_S);
	hostnames_timer(&w->h, at(now += HOSTNAMES_AGAIN_S));
	answer(w, now, "", NULL);
	expect(w, "?a ");
	expect_address(w, "a", "192.0.2.2");
}

static void a_lost_client_is_asked_again(void **state)
{
	struct world *w = *state;
	struct ipc_addresses late = { .count = 1 };

	renew(w, "allow a\nallow b\n", 0);
	hostnames_there(&w->h, at(0));
	expect(w, "?a ");
	late.id = w->id;
	ip_parse("192.0.2.9", &late.address[0].ip);
	hostnames_lost(&w->h, at(1));
	assert_int_equal(hostnames_wake(&w->h).ns, MONO_NEVER.ns);
	hostnames_timer(&w->h, at(1000));
	expect(w, "");
	hostnames_there(&w->h, at(1000));
	expect(w, "?b ");
	hostnames_answer(&w->h, &late, at(1000));	/* of another life */
	expect(w, "");
	answer(w, 1000, "192.0.2.1", NULL);
	expect(w, "I allow b: 192.0.2.1|! ?a ");
	/* one that says nothing */
	hostnames_timer(&w->h, at(1000 + HOSTNAMES_LIMIT_S - 0.001));
	expect(w, "");
	hostnames_timer(&w->h, at(1000 + HOSTNAMES_LIMIT_S));
	expect(w, "W allow a: not known yet: nobody is let in by it|");
	answer(w, 1121, "192.0.2.2", NULL);	/* too late */
	expect_address(w, "a", "none");
	expect(w, "");
}

static void a_reload_keeps_what_is_known(void **state)
{
	struct world *w = *state;

	renew(w, "allow a\nallow b\n", 0);
	hostnames_there(&w->h, at(0));
	answer(w, 0, "192.0.2.1", NULL);
	answer(w, 0, "192.0.2.2", NULL);
	w->seen[0] = '\0';
	renew(w, "deny b\nallow c\n", 10);
	expect(w, "?b ");
	expect_address(w, "a", "none");
	expect_address(w, "b", "192.0.2.2");
	expect_address(w, "c", "none");
	/* the name that is asked for goes: its answer is nobody's */
	renew(w, "allow c\n", 11);
	expect(w, "");
	answer(w, 12, "192.0.2.7", NULL);
	expect(w, "?c ");
	answer(w, 13, NULL, NULL);
	expect(w, "W allow c: not known yet: nobody is let in by it|");
	/* whoever reloads wants to know */
	renew(w, "cmddeny c\n", 13.5);
	expect(w, "?c ");
	answer(w, 14, NULL, NULL);
	expect(w, "W cmddeny c: not known yet: it denies nobody|");
	renew(w, "", 15);
	assert_int_equal(hostnames_wake(&w->h).ns, MONO_NEVER.ns);
}

static void as_many_as_there_may_be(void **state)
{
	static char text[CONFIG_RULE_NAMES * 16];
	struct world *w = *state;
	size_t used = 0;

	for (int i = 0; i < CONFIG_RULE_NAMES; i++)
		used += (size_t)sprintf(text + used, "allow a%d\n", i);
	renew(w, text, 0);
	for (char *a = text; (a = strstr(a, " a")); a += 2)
		a[1] = 'b';
	renew(w, text, 1);
	hostnames_there(&w->h, at(1));
	expect(w, "?b0 ");
	for (int i = 0; i < CONFIG_RULE_NAMES; i++) {
		answer(w, 1, "192.0.2.1", NULL);
		w->seen[0] = '\0';
	}
	expect_address(w, "b255", "192.0.2.1");
	wakes_at(w, 1 + HOSTNAMES_AGAIN_S);
}

static void the_other_family_is_not_taken(void **state)
{
	struct world *w = *state;

	renew(w, "allow a\n", 0);
	hostnames_there(&w->h, at(0));
	assert_int_equal(w->family, IP_V4);
	answer(w, 0, "2001:db8::1", NULL);
	expect(w, "?a W allow a: not known yet: nobody is let in by it|");
	hostnames_timer(&w->h, at(1));
	answer(w, 1, "2001:db8::1", "192.0.2.1");
	expect(w, "?a I allow a: 192.0.2.1|! ");
}

/* What a role says is not believed. */
static void nonsense_is_ignored(void **state)
{
	struct world *w = *state;
	struct ipc_addresses bad = { .count = 0xffffffff };

	renew(w, "allow a\n", 0);
	hostnames_answer(&w->h, &bad, at(0));	/* nothing was asked */
	hostnames_there(&w->h, at(0));
	bad.id = w->id + 1;
	hostnames_answer(&w->h, &bad, at(0));
	expect(w, "?a ");
	bad.id = w->id;
	bad.address[0].ip.family = 77;
	hostnames_answer(&w->h, &bad, at(0));
	expect(w, "W allow a: not known yet: nobody is let in by it|");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(nothing_is_asked_without_names),
		T(one_after_the_other),
		T(tries_get_rarer),
		T(a_changed_address_is_followed),
		T(a_lost_client_is_asked_again),
		T(a_reload_keeps_what_is_known),
		T(as_many_as_there_may_be),
		cmocka_unit_test_setup_teardown(the_other_family_is_not_taken,
		    setup_v4, teardown),
		T(nonsense_is_ignored),
	};

	return cmocka_run_group_tests_name("horad/hostnames", tests, NULL,
	    NULL);
}
