/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

#define NTP_HEADS "Hostname                      NTP   Drop Int IntL Last     " \
	"Cmd   Drop Int  Last\n" \
	"======================================================================" \
	"=========\n"
#define KE_HEADS "Hostname                      NTP   Drop Int IntL Last  " \
	"NTS-KE   Drop Int  Last\n" \
	"======================================================================" \
	"=========\n"

/* The one of the reference's sample (14.12). */
static const struct client_line localhost = {
	.address.ip = { IP_V4, { 127, 0, 0, 1 } },
	.hits = { 120, 1, 0 }, .interval = { 1, 127, 127 },
	.limited_interval = 127, .age_s = { 0, 104, CONTROL_NO_AGE },
};

static struct reply page(uint32_t size, uint32_t next, uint32_t count)
{
	struct reply r = { .code = CONTROL_REPLY_CLIENT_LIST };

	r.report.clients.size = size;
	r.report.clients.next = next;
	r.report.clients.count = count;
	for (uint32_t i = 0; i < count; i++)
		r.report.clients.lines[i] = localhost;
	return r;
}

static void test_samples(void **state)
{
	static const struct { enum form form; const char *line, *out; } rows[] = {
		{ FORM_TABLE, "clients", NTP_HEADS
		    "127.0.0.1                     120      0   1   -     0"
		    "       0      0   -     -\n" },
		{ FORM_TABLE, "clients -k", KE_HEADS
		    "127.0.0.1                     120      0   1   -     0"
		    "       1      0   -   104\n" },
		{ FORM_WIDE, "clients", "Hostname                            "
		    "        NTP   Drop Int IntL Last     Cmd   Drop Int  Last\n"
		    "=================================================="
		    "===========================================\n"
		    "127.0.0.1                                   120      0   1"
		    "   -     0       0      0   -     -\n" },
		{ FORM_CSV, "clients",
		    "127.0.0.1,120,0,1,127,0,0,0,127,4294967295\n" },
	};
	static struct fake f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_init(&f);
		f.session.form = rows[i].form;
		f.replies[0] = page(1, 1, 1);
		f.reply_count = 1;
		assert_true(fake_run(&f, rows[i].line));
		assert_string_equal(f.out, rows[i].out);
		assert_int_equal(f.asked_count, 1);
		fake_free(&f);
	}
}

static void test_options(void **state)
{
	static const struct { const char *line, *asks; } rows[] = {
		{ "clients", "68 0000000000000008" },
		{ "clients x -kr", "68 0000000000000008" },
		{ "clients -p 5", "68 000000000000000800000005" },
		{ "clients -p 0", "68 0000000000000008" },
		{ "clients -r", "68 00000000000000080000000000000001" },
		{ "clients -p 2147483647 -r -k",
		    "68 00000000000000087FFFFFFF00000001" },
		{ "clients -p", NULL }, { "clients -p -1", NULL },
		{ "clients -p x", NULL }, { "clients -p 5x", NULL },
		{ "clients -p 2147483648", NULL },
	};
	static struct fake f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_init(&f);
		f.replies[0] = page(1, 1, 0);
		f.reply_count = 1;
		assert_int_equal(fake_run(&f, rows[i].line), !!rows[i].asks);
		assert_string_equal(f.err, rows[i].asks ? "" :
		    "Invalid syntax for clients command\n");
		if (rows[i].asks)
			assert_string_equal(f.asked[0], rows[i].asks);
		else
			assert_string_equal(f.out, "");
		fake_free(&f);
	}
}

static size_t lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Page by page, until the table ends, a page is not full, or nothing moves. */
static void test_pages(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	f.session.form = FORM_CSV;
	f.replies[0] = page(100, 40, 8);
	f.replies[1] = page(100, 99, 8);
	f.replies[2] = page(100, 100, 8);
	f.reply_count = 3;
	assert_true(fake_run(&f, "clients"));
	assert_int_equal(f.asked_count, 3);
	assert_string_equal(f.asked[1], "68 0000002800000008");
	assert_string_equal(f.asked[2], "68 0000006300000008");
	assert_int_equal(lines(f.out), 24);

	fake_again(&f);
	f.replies[1] = page(100, 60, 7);
	f.reply_count = 2;
	assert_true(fake_run(&f, "clients"));
	assert_int_equal(f.asked_count, 2);
	assert_int_equal(lines(f.out), 15);

	fake_again(&f);
	f.replies[1] = page(100, 40, 8);
	f.reply_count = 2;
	assert_true(fake_run(&f, "clients"));
	assert_int_equal(f.asked_count, 2);

	/* What was there before an error is printed. */
	fake_again(&f);
	f.replies[1].status = CONTROL_NO_CLIENT_LOG;
	f.reply_count = 2;
	assert_false(fake_run(&f, "clients"));
	assert_int_equal(lines(f.out), 9);
	assert_non_null(strstr(f.out, "519 Client logging is not active"));
	fake_free(&f);
}

/* Records without an address are not shown. */
static void test_unused(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	f.session.form = FORM_CSV;
	f.replies[0] = page(8, 8, 3);
	f.replies[0].report.clients.lines[0].address.ip.family = IP_NONE;
	f.replies[0].report.clients.lines[1].address.is_id = true;
	f.reply_count = 1;
	assert_true(fake_run(&f, "clients"));
	assert_int_equal(lines(f.out), 1);
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_unused),
	};

	return cmocka_run_group_tests_name("horac/report_clients", tests, NULL, NULL);
}
