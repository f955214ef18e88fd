/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/ratelimit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* Random bits with which neither the leak nor the kiss code strikes. */
#define UNLUCKY UINT32_MAX

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

static struct ip_addr v4(uint32_t n)
{
	return (struct ip_addr){ IP_V4, { (uint8_t)(n >> 24),
	    (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n } };
}

static const struct ratelimit_config limit = {
	.enabled = true, .interval_log2_s = 3, .burst = 4, .leak = 2, .kod = 1,
};

static void bucket(void **state)
{
	/* interval 8 s, burst 4 */
	static const struct {
		double s;
		enum rate_verdict verdict;
	} steps[] = {
		{ 100, RATE_PASS }, { 100, RATE_PASS }, { 100, RATE_PASS },
		{ 100, RATE_PASS }, { 100, RATE_DROP }, { 107.9, RATE_DROP },
		{ 108, RATE_PASS }, { 108, RATE_DROP }, { 115.9, RATE_DROP },
		{ 124, RATE_PASS }, { 124, RATE_PASS }, { 124, RATE_DROP },
		/* a long pause fills the bucket, and no more */
		{ 1e6, RATE_PASS }, { 1e6, RATE_PASS }, { 1e6, RATE_PASS },
		{ 1e6, RATE_PASS }, { 1e6, RATE_DROP },
	};
	struct client_record r = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum rate_verdict v = ratelimit_check(&r, &limit,
		    at(steps[i].s), UNLUCKY);

		if (v != steps[i].verdict)
			fail_msg("step %zu: verdict %d", i, v);
	}
	assert_int_equal(r.hits, 17);
	assert_int_equal(r.drops, 6);
}

static void short_interval_is_exact(void **state)
{
	struct ratelimit_config l = limit;
	struct client_record r = { 0 };

	(void)state;
	l.interval_log2_s = -10;
	l.burst = 1;
	assert_int_equal(ratelimit_check(&r, &l, at(1), UNLUCKY), RATE_PASS);
	assert_int_equal(ratelimit_check(&r, &l, at(1.00097), UNLUCKY), RATE_DROP);
	assert_int_equal(ratelimit_check(&r, &l, at(1.00098), UNLUCKY), RATE_PASS);
}

static void chance(void **state)
{
	static const struct {
		const char *name;
		uint32_t random;
		enum rate_verdict verdict;
	} cases[] = {
		{ "leak", 0xffff0000 | 4, RATE_PASS },
		{ "no leak", 0xffff0000 | 1, RATE_DROP },
		{ "kiss", 0xfffe0001, RATE_KOD },
		{ "leak goes before kiss", 0xfffe0000, RATE_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct client_record r = { 0 };
		enum rate_verdict v;

		for (int n = 0; n < limit.burst; n++)
			ratelimit_check(&r, &limit, at(1), UNLUCKY);
		v = ratelimit_check(&r, &limit, at(2), cases[i].random);
		if (v != cases[i].verdict)
			fail_msg("%s: verdict %d", cases[i].name, v);
	}
}

/* A leaked answer empties the bucket: the next one is not owed. */
static void leak_empties(void **state)
{
	struct client_record r = { 0 };

	(void)state;
	for (int n = 0; n < limit.burst; n++)
		ratelimit_check(&r, &limit, at(1), UNLUCKY);
	assert_int_equal(ratelimit_check(&r, &limit, at(8), 4), RATE_PASS);
	assert_int_equal(ratelimit_check(&r, &limit, at(9), UNLUCKY), RATE_DROP);
	assert_int_equal(ratelimit_check(&r, &limit, at(16), UNLUCKY), RATE_PASS);
}

static void without_kod(void **state)
{
	struct ratelimit_config l = limit;
	struct client_record r = { 0 };

	(void)state;
	l.kod = 0;
	l.burst = 1;
	ratelimit_check(&r, &l, at(1), UNLUCKY);
	assert_int_equal(ratelimit_check(&r, &l, at(1), 1), RATE_DROP);
}

/* Asking faster without an answer turns the leak around. */
static void eager_client(void **state)
{
	struct ratelimit_config l = limit;
	struct client_record r = { 0 };
	double s = 1;

	(void)state;
	l.burst = 2;
	for (int i = 0; i < 2; i++)
		ratelimit_check(&r, &l, at(s += 4), UNLUCKY);
	for (int i = 0; i < 6 && !r.is_limited; i++)
		ratelimit_check(&r, &l, at(s += 4), UNLUCKY);
	assert_true(r.is_limited);
	/* after an answer 4 s, after none 0.1 s */
	assert_int_equal(ratelimit_check(&r, &l, at(s + 0.1), UNLUCKY), RATE_PASS);

	/* the same without hurry is dropped */
	r.limited_interval_log2_s = r.interval_log2_s - 1;
	r.credit_ns = 0;
	r.is_limited = false;
	assert_int_equal(ratelimit_check(&r, &l, at(s + 0.2), UNLUCKY), RATE_DROP);
}

static void disabled_counts_only(void **state)
{
	struct ratelimit_config l = limit;
	struct client_record r = { 0 };

	(void)state;
	l.enabled = false;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(ratelimit_check(&r, &l, at(1), UNLUCKY),
		    RATE_PASS);
	assert_int_equal(r.hits, 1000);
	assert_int_equal(r.drops, 0);
}

static void clock_before_last(void **state)
{
	struct client_record r = { 0 };

	(void)state;
	ratelimit_check(&r, &limit, at(10), UNLUCKY);
	ratelimit_check(&r, &limit, at(5), UNLUCKY);
	assert_int_equal(r.credit_ns, 2 * 8 * NS_PER_S);
}

static void table_finds_and_replaces(void **state)
{
	struct client_table *t = calloc(1, sizeof(*t));
	struct ip_addr first = v4(0x0a000001), other = { IP_V6, { 10, 0, 0, 1 } };
	struct client_record *r;
	uint32_t n = CLIENT_SLOTS * CLIENT_RECORDS * 8;

	(void)state;
	assert_non_null(t);
	client_table_init(t, 6);
	client_table_init(t, 8);
	assert_int_equal(t->seed, 7);		/* chosen once */
	r = client_get(t, &first);
	ratelimit_check(r, &limit, at(1), UNLUCKY);
	assert_ptr_equal(client_get(t, &first), r);
	/* the same bytes of another family are another client */
	assert_ptr_not_equal(client_get(t, &other), r);
	for (uint32_t i = 0; i < n; i++) {
		struct ip_addr ip = v4(0x0b000000 + i);

		ratelimit_check(client_get(t, &ip), &limit,
		    at(2 + i * 1e-3), UNLUCKY);
		/* the first one stays known as long as it asks */
		ratelimit_check(client_get(t, &first), &limit,
		    at(2 + i * 1e-3), UNLUCKY);
	}
	assert_int_equal(client_get(t, &first)->hits, n + 1);
	assert_true(t->replaced >= n - CLIENT_SLOTS * CLIENT_RECORDS);
	assert_true(t->replaced < n);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bucket),
		cmocka_unit_test(short_interval_is_exact),
		cmocka_unit_test(chance),
		cmocka_unit_test(leak_empties),
		cmocka_unit_test(without_kod),
		cmocka_unit_test(eager_client),
		cmocka_unit_test(disabled_counts_only),
		cmocka_unit_test(clock_before_last),
		cmocka_unit_test(table_finds_and_replaces),
	};

	return cmocka_run_group_tests_name("ntp/ratelimit", tests, NULL, NULL);
}
