/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* One value printed; to be freed. */
static char *print_one(struct column c, union value v, enum form form)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	layout_print(out, form, &c, 1, &v);
	fclose(out);
	return text;
}

static void expect(struct column c, union value v, bool csv, const char *want)
{
	char *got = print_one(c, v, csv ? FORM_CSV : FORM_TABLE);

	assert_string_equal(got, want);
	free(got);
}

/* Both sides of each border (reference: 14.1). */
static void test_interval(void **state)
{
	static const struct { uint32_t s; const char *text; } rows[] = {
		{ 0, "   0" }, { 7, "   7" }, { 1199, "1199" }, { 1200, " 20m" },
		{ 35999, "599m" }, { 36000, " 10h" }, { 345599, " 95h" },
		{ 345600, "  4d" }, { 999 * 86400 + 86399, "999d" },
		{ 1000 * 86400, "  2y" }, { 0xfffffffe, "136y" },
		{ 0xffffffff, "   -" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect((struct column){ "", SHAPE_INTERVAL, 0, 0 },
		    (union value){ .u = rows[i].s }, false, rows[i].text);
	expect((struct column){ "", SHAPE_INTERVAL, 0, 0 },
	    (union value){ .u = 0xffffffff }, true, "4294967295\n");
}

static void test_offset(void **state)
{
	static const struct { double s; const char *with_sign, *without; } rows[] = {
		{ 0, "   +0ns", "   0ns" },
		{ -382e-9, " -382ns", " 382ns" },
		{ 9999.4e-9, "+9999ns", "9999ns" },
		{ 9999.6e-9, "  +10us", "  10us" },
		{ 9999.4e-6, "+9999us", "9999us" },
		{ -9999.6e-6, "  -10ms", "  10ms" },
		{ 9999.4e-3, "+9999ms", "9999ms" },
		{ 9999.6e-3, " +10.0s", " 10.0s" },
		{ 999.4, "+999.4s", "999.4s" },
		{ 999.6, " +1000s", " 1000s" },
		{ 99999.4, "+99999s", "99999s" },
		{ 99999.6, " +1667m", " 1667m" },
		{ 99999.4 * 60, "+99999m", "99999m" },
		{ 99999.6 * 60, " +1667h", " 1667h" },
		{ 99999.4 * 3600, "+99999h", "99999h" },
		{ -99999.6 * 3600, " -4167d", " 4167d" },
		{ 99999.4 * 86400, "+99999d", "99999d" },
		{ 99999.6 * 86400, "  +274y", "  274y" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect((struct column){ "", SHAPE_OFFSET, 0, 0 },
		    (union value){ .d = rows[i].s }, false, rows[i].with_sign);
		expect((struct column){ "", SHAPE_MAGNITUDE, 0, 0 },
		    (union value){ .d = rows[i].s }, false, rows[i].without);
	}
	expect((struct column){ "", SHAPE_OFFSET, 0, 0 },
	    (union value){ .d = -382e-9 }, true, "-0.000000382\n");
}

static void test_frequency(void **state)
{
	const struct column c = { "", SHAPE_FREQ, 0, 0 };
	const struct column m = { "", SHAPE_FREQ_MAGNITUDE, 0, 0 };

	(void)state;
	expect(c, (union value){ .d = -0.003 }, false, "    -0.003");
	expect(c, (union value){ .d = 0 }, false, "    +0.000");
	expect(c, (union value){ .d = 99999.4 }, false, "+99999.400");
	expect(c, (union value){ .d = 99999.6 }, false, "   +100000");
	expect(m, (union value){ .d = 2000 }, false, "  2000.000");
	expect(c, (union value){ .d = 1.5 }, true, "1.500\n");
}

static void test_fast_slow(void **state)
{
	const struct column s = { "", SHAPE_SLOW_FAST_S, 0, 0 };
	const struct column f = { "", SHAPE_FAST_SLOW_PPM, 0, 0 };

	(void)state;
	expect(s, (union value){ .d = 0 }, false, "0.000000000 seconds fast");
	expect(s, (union value){ .d = 7.34e-7 }, false,
	    "0.000000734 seconds slow");
	expect(s, (union value){ .d = -7.34e-7 }, false,
	    "0.000000734 seconds fast");
	expect(s, (union value){ .d = -7.34e-7 }, true, "-0.000000734\n");
	expect(f, (union value){ .d = 0 }, false, "0.000 ppm slow");
	expect(f, (union value){ .d = 1 }, false, "1.000 ppm fast");
	expect(f, (union value){ .d = -1 }, true, "-1.000\n");
}

static void test_words(void **state)
{
	const struct column leap = { "", SHAPE_LEAP, 0, 0 };
	const struct column c = { "", SHAPE_LEAP_CHAR, 0, 0 };
	const struct column bits = { "", SHAPE_BITS, 4, 0 };
	const struct column date = { "", SHAPE_DATE, 0, 0 };
	const struct column hex = { "", SHAPE_HEX, 0, 0 };
	const struct column octal = { "", SHAPE_OCTAL, 3, 0 };
	const struct wall_time t = { INT64_C(1795370679) * NS_PER_S + 5 };

	(void)state;
	expect(leap, (union value){ .u = 0 }, false, "Normal");
	expect(leap, (union value){ .u = 3 }, false, "Not synchronised");
	expect(leap, (union value){ .u = 4 }, false, "Invalid");
	expect(c, (union value){ .u = 1 }, false, "+");
	expect(c, (union value){ .u = 2 }, false, "-");
	expect(c, (union value){ .u = 9 }, false, "?");
	expect(c, (union value){ .u = 2 }, true, "Delete second\n");
	expect(bits, (union value){ .u = 7 }, true, "0111\n");
	expect(hex, (union value){ .u = 0x7f7f0101 }, true, "7F7F0101\n");
	expect(octal, (union value){ .u = 255 }, false, "377");
	expect(octal, (union value){ .u = 7 }, false, "  7");
	expect(octal, (union value){ .u = 7 }, true, "7\n");
	expect(date, (union value){ .t = t }, false, "Sun Nov 22 18:04:39 2026");
	expect(date, (union value){ .t = t }, true, "1795370679.000000005\n");
	expect(date, (union value){ .t = { 0 } }, false,
	    "Thu Jan 01 00:00:00 1970");
}

static void test_refid(void **state)
{
	static const struct { uint32_t refid; const char *text; } rows[] = {
		{ 0x47505300, "GPS" }, { 0x7f7f0101, "" }, { 0, "" },
		{ 0x50505331, "PPS1" }, { 0x00414200, "AB" },
		{ 0xc0000241, "A" },
	};
	char buf[REFID_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(refid_text(rows[i].refid, buf),
		    rows[i].text);
}

/* CSV leaves out texts, widths and signs, and joins with commas. */
static void test_row(void **state)
{
	static const struct column columns[] = {
		{ "<", SHAPE_TEXT, -6, 0 }, { "> ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_SIGNED, 8, 2 }, { " end\n", SHAPE_END, 0, 0 },
	};
	static const union value values[] = {
		{ .text = "ab" }, { .u = 12 }, { .d = 1.5 }, { .u = 0 },
	};
	static const char *const want[] = {
		"<ab    >   12    +1.50 end\n", "ab,12,1.50\n",
	};

	(void)state;
	for (int csv = 0; csv < 2; csv++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		layout_print(out, csv ? FORM_CSV : FORM_TABLE, columns, 4,
		    values);
		fclose(out);
		assert_string_equal(text, want[csv]);
		free(text);
	}
}

static void test_log_interval(void **state)
{
	const struct column c = { "", SHAPE_LOG_INTERVAL, 2, 0 };

	(void)state;
	expect(c, (union value){ .i = 127 }, false, " -");
	expect(c, (union value){ .i = 126 }, false, "126");
	expect(c, (union value){ .i = -7 }, false, "-7");
	expect(c, (union value){ .i = 127 }, true, "127\n");
}

/* -w: names, their heading and what points at columns have 14 more blanks. */
static void test_wide(void **state)
{
	static const struct column columns[] = {
		{ "", SHAPE_NAME, 5, 0 }, { "|", SHAPE_TEXT, -3, 0 },
		{ "|\n", SHAPE_END, 0, 0 },
	};
	static const union value values[] = {
		{ .text = "ab" }, { .text = "c" }, { .u = 0 },
	};
	static const char *const want[] = {
		[FORM_TABLE] = "> x\nName  X Y  Z\n============\nab   |c  |\n",
		[FORM_WIDE] = (">               x\nName                X Y  Z\n"
		    "==========================\nab                 |c  |\n"),
		[FORM_CSV] = "> x\nName  X Y  Z\n============\nab,c\n",
	};

	(void)state;
	for (enum form form = FORM_TABLE; form <= FORM_CSV; form++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		layout_legend(out, form, ">\t x\n");
		layout_header(out, form, "Name  X Y  Z");
		layout_print(out, form, columns, 3, values);
		fclose(out);
		assert_string_equal(text, want[form]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_frequency),
		cmocka_unit_test(test_fast_slow),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_refid),
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_log_interval),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests_name("horac/layout", tests, NULL, NULL);
}
