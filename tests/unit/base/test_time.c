/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_interval(void **state)
{
	static const struct {
		double s;
		int64_t ns;
	} cases[] = {
		{ 0, 0 },
		{ 1, 1000000000 },
		{ -1.5, -1500000000 },
		{ 1.4e-9, 1 },
		{ 1.6e-9, 2 },
		{ -1.6e-9, -2 },
		{ 9.1e9, INT64_C(9100000000000000000) },
		{ 9.3e9, INT64_C(9200000000000000000) },
		{ -9.3e9, -INT64_C(9200000000000000000) },
		{ INFINITY, INT64_C(9200000000000000000) },
		{ -INFINITY, -INT64_C(9200000000000000000) },
		{ NAN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(interval_ns(cases[i].s) == cases[i].ns);
}

static void test_arithmetic(void **state)
{
	struct wall_time a = { 1500000000 }, b = { 500000000 };

	(void)state;
	assert_true(wall_sub(a, b) == 1);
	assert_true(wall_sub(b, a) == -1);
	assert_true(wall_add(b, 1).ns == a.ns);
	assert_true(mono_sub((struct mono_time){ 3 },
	    (struct mono_time){ 1 }) == 2e-9);
	assert_true(mono_add((struct mono_time){ 3 }, -1e-9).ns == 2);
	assert_true(free_sub((struct free_time){ 3 },
	    (struct free_time){ 1 }) == 2e-9);
	assert_true(free_add((struct free_time){ 3 }, 1e-9).ns == 4);
}

/* The ends of int64 on both sides: a peer may bring any offset. */
static void test_saturation(void **state)
{
	struct wall_time last = { INT64_MAX }, first = { INT64_MIN };
	struct wall_time now = { INT64_C(1800000000) * NS_PER_S };

	(void)state;
	assert_true(wall_add(now, 7e9).ns ==
	    INT64_C(8800000000) * NS_PER_S);
	assert_true(wall_add(now, 8e9).ns == INT64_MAX);
	assert_true(wall_add(now, INFINITY).ns == INT64_MAX);
	assert_true(wall_add(first, -1).ns == INT64_MIN);
	assert_true(free_add((struct free_time){ now.ns }, 9e9).ns == INT64_MAX);
	assert_true(mono_add(MONO_NEVER, 1).ns == INT64_MAX);
	assert_true(mono_add(MONO_NEVER, -1).ns == INT64_MAX - NS_PER_S);
	assert_true(wall_sub(last, first) == (double)INT64_MAX * 1e-9);
	assert_true(wall_sub(first, last) == (double)INT64_MIN * 1e-9);
	assert_true(wall_sub(last, (struct wall_time){ -1 }) > 9e9);
	assert_true(wall_sub(last, last) == 0);
}

static void test_to_ntp(void **state)
{
	static const struct {
		int64_t ns;
		uint64_t ntp;
	} cases[] = {
		{ 0, UINT64_C(2208988800) << 32 },
		{ 500000000, (UINT64_C(2208988800) << 32) + 0x80000000 },
		{ -500000000, (UINT64_C(2208988799) << 32) + 0x80000000 },
		{ -1000000000, UINT64_C(2208988799) << 32 },
		{ 1, (UINT64_C(2208988800) << 32) + 4 },
		/* 2036-02-07 06:28:16 UTC: the first second of era 1 */
		{ INT64_C(2085978496) * 1000000000, 0 },
		{ INT64_C(2085978495) * 1000000000, UINT64_C(0xffffffff) << 32 },
		{ INT64_C(2085978497) * 1000000000, UINT64_C(1) << 32 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(ntp_from_wall((struct wall_time){ cases[i].ns }) ==
		    cases[i].ntp);
}

static void test_era(void **state)
{
	struct wall_time first = wall_first(), last = wall_last();

	(void)state;
	/* Both sides of both borders, and the other era beyond them. */
	assert_true(wall_from_ntp(ntp_from_wall(first)).ns == first.ns);
	assert_true(wall_from_ntp(ntp_from_wall(wall_add(first, -1))).ns ==
	    first.ns + ((INT64_C(1) << 32) - 1) * NS_PER_S);
	assert_true(wall_from_ntp(ntp_from_wall(wall_add(first, 1))).ns ==
	    first.ns + NS_PER_S);
	assert_true(last.ns - first.ns == (INT64_C(1) << 32) * NS_PER_S - 1);
	/* The eras of 1900 and 2036 in one range. */
	assert_true(wall_from_ntp(0).ns == INT64_C(2085978496) * NS_PER_S);
	assert_true(wall_from_ntp(UINT64_C(0xffffffff) << 32).ns ==
	    INT64_C(2085978495) * NS_PER_S);
}

static void test_round_trip(void **state)
{
	int64_t ns = INT64_C(1795370868123456789);

	(void)state;
	for (int i = 0; i < 1000; i++, ns += 1234567891)
		assert_true(wall_from_ntp(ntp_from_wall(
		    (struct wall_time){ ns })).ns == ns);
	/* The last fraction of a second is not a second early. */
	ns = INT64_C(1795370868999999999);
	assert_true(wall_from_ntp(ntp_from_wall((struct wall_time){ ns })).ns ==
	    ns);
}

static void test_short(void **state)
{
	static const struct {
		double s;
		uint32_t wire;
	} cases[] = {
		{ 0, 0 },
		{ -1, 0 },
		{ NAN, 0 },
		{ 1, 0x10000 },
		{ 0.5, 0x8000 },
		{ 1 / 65536.0, 1 },
		{ 65535, 0xffff0000 },
		{ 65536, UINT32_MAX },
		{ 1e12, UINT32_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(ntp_short_from_s(cases[i].s) == cases[i].wire);
	assert_true(s_from_ntp_short(0x18000) == 1.5);
	assert_true(s_from_ntp_short(0) == 0);
}

static void test_log2(void **state)
{
	(void)state;
	assert_true(s_from_log2(0) == 1);
	assert_true(s_from_log2(6) == 64);
	assert_true(s_from_log2(-7) == 1 / 128.0);
	assert_true(s_from_log2(32) == 4294967296.0);
	assert_true(s_from_log2(33) == 4294967296.0);
	assert_true(s_from_log2(-127) == s_from_log2(-32));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_saturation),
		cmocka_unit_test(test_to_ntp),
		cmocka_unit_test(test_era),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_log2),
	};

	return cmocka_run_group_tests_name("base/time", tests, NULL, NULL);
}
