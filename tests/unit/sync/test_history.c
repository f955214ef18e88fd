/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/history.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define HEAD "SRC0\n127.0.0.2\n1 377 8 8 0\n"
#define FIRST "1795370676.608393762 3.362340e-07 -4.700000e-08 " \
	"1.556000e-06 3.877187e-09 1.556000e-06 3.877187e-09\n"
#define SECOND "1795370677.623103316 7.922772e-08 -3.060000e-07 " \
	"2.078000e-06 3.872827e-09 2.078000e-06 3.872827e-09\n"
#define REST " 0 0 0 0 0 0\n"

static const struct wall_time now = { INT64_C(1795370677623103316) };

/* A file of chrony (reference), and what is written of it again. */
static void files_of_chrony(void **state)
{
	static const char text[] = HEAD "2 -16\n" FIRST SECOND;
	static const char again[] = HEAD "2 0\n" FIRST SECOND;
	char out[HISTORY_TEXT_MAX];
	struct history h;

	(void)state;
	assert_null(history_parse(text, now, &h));
	assert_string_equal(h.name, "127.0.0.2");
	assert_true(h.is_authenticated);
	assert_int_equal(h.reach, 0377);
	assert_int_equal(h.reach_size, 8);
	assert_int_equal(h.stratum, 8);
	assert_int_equal(h.leap, 0);
	assert_int_equal(h.count, 2);
	assert_true(h.samples[0].at.ns == INT64_C(1795370676608393762));
	assert_true(h.samples[0].slewed_s == 3.36234e-07);
	assert_true(h.samples[1].offset_s == -3.06e-07);
	assert_true(h.samples[1].root_dispersion_s == 3.872827e-09);
	assert_int_equal(history_print(&h, out), strlen(again));
	assert_string_equal(out, again);
}

static void judged(void **state)
{
	static const struct {
		const char *text, *reason;	/* part of it; NULL: good */
	} rows[] = {
		{ HEAD "1 0\n" FIRST, NULL },
		{ HEAD "1 1000\n" FIRST, NULL },
		{ HEAD "1 -1001\n" FIRST, "fourth" },
		{ HEAD "0 0\n", "fourth" },
		{ HEAD "65 0\n" FIRST, "fourth" },
		{ HEAD "1\n" FIRST, "fourth" },
		{ HEAD "2 0\n" FIRST, "fewer" },
		{ HEAD "1 0\n", "fewer" },
		{ HEAD "2 0\n" SECOND FIRST, "order" },
		{ HEAD "2 0\n" FIRST FIRST, "order" },
		{ HEAD "1 0\n1795370677.623103317" REST, "future" },
		{ HEAD "1 0\n1795370677.623103316" REST, NULL },
		{ HEAD "1 0\n1795370677" REST, NULL },
		{ HEAD "1 0\n1795370676.6" REST, "time" },
		{ HEAD "1 0\n-5" REST, "time" },
		{ HEAD "1 0\n99999999999" REST, "time" },
		{ HEAD "1 0\n1795370676 0 0 999999 0 0 0\n", NULL },
		{ HEAD "1 0\n1795370676 0 0 1000000 0 0 0\n", "delay" },
		{ HEAD "1 0\n1795370676 0 0 0 0 0 1e6\n", "delay" },
		{ HEAD "1 0\n1795370676 0 0 -1e-9 0 0 0\n", "delay" },
		{ HEAD "1 0\n1795370676 0 0 nan 0 0 0\n", "delay" },
		{ HEAD "1 0\n1795370676 4294967295 0 0 0 0 0\n", NULL },
		{ HEAD "1 0\n1795370676 -4294967296 0 0 0 0 0\n", "offset" },
		{ HEAD "1 0\n1795370676 0 inf 0 0 0 0\n", "offset" },
		{ HEAD "1 0\n1795370676 0 0 0 0 0\n", "fewer" },
		{ HEAD "1 0\n1795370676 0 0 0 0 0 0 0\n", "fewer" },
		{ "SRC0\na\n0 0 0 15 2\n1 0\n" FIRST, NULL },
		{ "SRC0\na\n2 0 0 0 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 400 8 0 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 8 8 0 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 0 9 0 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 0 8 16 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 0 8 0 3\n1 0\n" FIRST, "third" },
		{ "SRC0\na\n0 0 8 0\n1 0\n" FIRST, "third" },
		{ "SRC0\na b\n0 0 8 0 0\n1 0\n" FIRST, "second" },
		{ "SRC0\n", "second" },
		{ "SRC1\na\n0 0 8 0 0\n1 0\n" FIRST, "first" },
		{ "", "first" }, { "\n", "first" }, { "2\n5 5\n", "first" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct history h;
		const char *reason = history_parse(rows[i].text, now, &h);

		if (rows[i].reason ? !reason || !strstr(reason, rows[i].reason) :
		    reason != NULL)
			fail_msg("row %zu: %s", i, reason ? reason : "good");
	}
}

/* Each cut of a file and each changed byte: refused or not, nothing worse. */
static void damaged(void **state)
{
	static const char text[] = HEAD "2 -16\n" FIRST SECOND;
	char copy[sizeof(text)];
	struct history h;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		memcpy(copy, text, sizeof(text));
		copy[i] = '\0';
		history_parse(copy, now, &h);
		for (int c = 1; c < 256; c += 7) {
			memcpy(copy, text, sizeof(text));
			copy[i] = (char)c;
			if (!history_parse(copy, now, &h))
				assert_in_range(h.count, 1, HISTORY_SAMPLES);
		}
	}
}

static void bounds(void **state)
{
	char text[HISTORY_TEXT_MAX];
	struct history h = { .count = 0 }, back;

	(void)state;
	assert_int_equal(history_print(&h, text), 0);
	memset(h.name, 'x', sizeof(h.name) - 1);
	h.count = HISTORY_SAMPLES;
	for (int i = 0; i < h.count; i++)
		h.samples[i] = (struct history_sample){
			{ now.ns - (64 - i) * NS_PER_S }, -1.234567e-100,
			-1.234567e-100, 1.234567e-100, 1.234567e-100,
			1.234567e-100, 1.234567e-100 };
	assert_true(history_print(&h, text) > 6000);
	assert_null(history_parse(text, now, &back));
	assert_memory_equal(back.samples, h.samples, sizeof(h.samples));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_chrony),
		cmocka_unit_test(judged),
		cmocka_unit_test(damaged),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests_name("sync/history", tests, NULL, NULL);
}
