/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/reply.h"

#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define SEQUENCE 0x01020304

/* Replies of a daemon (reference: section 15) come out as they went in. */
static void decode_vector(const char *hex, uint16_t command, struct reply *ret)
{
	uint8_t want[CONTROL_REPLY_MAX], got[CONTROL_REPLY_MAX];
	int n = hex_decode(hex, want, sizeof(want));

	assert_true(n > 0);
	assert_true(reply_decode(want, (size_t)n, command, SEQUENCE, ret));
	assert_int_equal(reply_encode(ret, got), n);
	assert_memory_equal(got, want, (size_t)n);
}

static void near(double a, double b, double error)
{
	if (!(fabs(a - b) <= error))
		fail_msg("%.12g instead of %.12g", a, b);
}

static void test_tracking(void **state)
{
	struct reply reply;
	const struct tracking_report *r = &reply.report.tracking;

	(void)state;
	decode_vector("0602000000210005000000000000000001020304000000000000000047505300"
	    "000000000000000000000000000000000000000000010000000000006b033039"
	    "22ec9ec9dc858584c90791fcd29c50f8df29d2c1df51ea9eeeacb9a5c889705f"
	    "e0b208bd08800232", CONTROL_TRACKING, &reply);
	assert_int_equal(reply.code, CONTROL_REPLY_TRACK);
	assert_int_equal(r->refid, 0x47505300);
	assert_int_equal(r->address.ip.family, IP_NONE);
	assert_int_equal(r->stratum, 1);
	assert_int_equal(r->leap, 0);
	assert_true(r->ref_time.ns == 1795371065585932489);
	near(r->correction_s, 0.000000995, 5e-10);
	near(r->last_offset_s, -0.000000002, 5e-10);
	near(r->rms_offset_s, 0.000000036, 5e-10);
	near(r->freq_ppm, 0, 5e-4);
	near(r->skew_ppm, 0.001, 5e-4);
	near(r->root_delay_s, 1e-9, 1e-12);
	near(r->root_dispersion_s, 0.000005306, 5e-10);
	near(r->update_interval_s, 4, 0.05);
}

static void test_source(void **state)
{
	struct reply reply;
	const struct source_report *r = &reply.report.source;

	(void)state;
	decode_vector("06020000000f0003000000000000000001020304000000000000000047505300"
	    "000000000000000000000000000100000002000000000002000000ff00000005"
	    "d76c9606d76e8135d2e68bac", CONTROL_SOURCE_DATA, &reply);
	assert_int_equal(r->address.ip.family, IP_V4);
	assert_int_equal(r->poll, 2);
	assert_int_equal(r->stratum, 0);
	assert_int_equal(r->state, SOURCE_STATE_SELECTED);
	assert_int_equal(r->mode, SOURCE_MODE_REFCLOCK);
	assert_int_equal(r->reach, 255);
	assert_int_equal(r->age_s, 5);
	assert_true(r->measured_s < 0 && r->error_s > 0);
}

static void test_select(void **state)
{
	struct reply reply;
	const struct select_report *r = &reply.report.select;

	(void)state;
	decode_vector("0602000000450017000000000000000001020304000000000000000047505300"
	    "00000000000000000000000000000000000000002a0000000000000c00000004"
	    "04800000c546903dd4c083b3", CONTROL_SELECTDATA, &reply);
	assert_int_equal(r->state, '*');
	assert_int_equal(r->authentication, 0);
	assert_int_equal(r->configured, 0);
	assert_int_equal(r->effective, 12);
	assert_int_equal(r->age_s, 4);
	assert_true(r->score == 1.0);
}

static void test_auth(void **state)
{
	struct reply reply;
	const struct auth_report *r = &reply.report.auth;

	(void)state;
	decode_vector("060200000043001400000000000000000102030400000000000000000002000f"
	    "0000000101000000000000ca0008006400000000", CONTROL_AUTHDATA,
	    &reply);
	assert_int_equal(r->mode, AUTH_MODE_NTS);
	assert_int_equal(r->key_type, 15);
	assert_int_equal(r->key_id, 1);
	assert_int_equal(r->key_length, 256);
	assert_int_equal(r->ke_age_s, 202);
	assert_int_equal(r->cookies, 8);
	assert_int_equal(r->cookie_length, 100);
	assert_int_equal(r->nak, 0);
}

/* Every reply has the length of its code. */
static void test_lengths(void **state)
{
	int known = 0;

	(void)state;
	for (unsigned code = 1; code <= UINT8_MAX; code++) {
		struct reply reply = { .code = (uint16_t)code, .sequence = 9 };
		struct reply back;
		uint8_t out[CONTROL_REPLY_MAX];
		size_t n = control_reply_length(code);

		if (n == 0)
			continue;
		known++;
		assert_int_equal(reply_encode(&reply, out), n);
		assert_true(reply_decode(out, n, 0, 9, &back));
		assert_int_equal(back.code, code);
		assert_false(reply_decode(out, n - 1, 0, 9, &back));
		assert_true(reply_decode(out, n + 1, 0, 9, &back));
	}
	assert_int_equal(known, 21);
	assert_int_equal(control_reply_length(4), 0);
}

static void test_unknown_code(void **state)
{
	struct reply reply = { .code = 4 };
	uint8_t out[CONTROL_REPLY_MAX];

	(void)state;
	assert_int_equal(reply_encode(&reply, out), 28);
	assert_int_equal(out[7], 1);
}

/* Whatever a report says: its bytes say the same to the other side. */
static void test_all_layouts(void **state)
{
	(void)state;
	srandom(1);
	for (unsigned code = 1; code <= UINT8_MAX; code++) {
		size_t n = control_reply_length(code);
		uint8_t bytes[CONTROL_REPLY_MAX], again[CONTROL_REPLY_MAX];
		struct reply reply = { .code = (uint16_t)code, .sequence = 9 };

		if (n == 0)
			continue;
		reply_encode(&reply, bytes);
		for (size_t i = CONTROL_REPLY_HEADER; i < n; i++)
			bytes[i] = (uint8_t)random();
		bytes[n - 1] = 0;	/* texts end */
		assert_true(reply_decode(bytes, n, 0, 9, &reply));
		assert_int_equal(reply_encode(&reply, bytes), n);
		assert_true(reply_decode(bytes, n, 0, 9, &reply));
		assert_int_equal(reply.code, code);
		assert_int_equal(reply_encode(&reply, again), n);
		assert_memory_equal(bytes, again, n);
	}
}

/* Fields of the reference's table, by their offsets. */
static void test_clients(void **state)
{
	struct reply reply = { .code = CONTROL_REPLY_CLIENT_LIST }, back;
	struct clients_report *r = &reply.report.clients;
	uint8_t out[CONTROL_REPLY_MAX];
	const uint8_t *second = out + 40 + 60;

	(void)state;
	*r = (struct clients_report){ .size = 0x1000, .next = 5, .count = 2 };
	r->lines[1] = (struct client_line){
		.address = { .ip = { .family = IP_V4, .bytes = { 192, 0, 2, 7 } } },
		.hits = { 1, 2, 3 }, .drops = { 4, 5, 6 },
		.interval = { -7, 8, CLIENT_NO_INTERVAL },
		.limited_interval = 9, .age_s = { 10, 11, CONTROL_NO_AGE },
	};
	assert_int_equal(reply_encode(&reply, out), 520);
	assert_int_equal(out[30], 0x10);
	assert_int_equal(out[35], 5);
	assert_int_equal(out[39], 2);
	assert_int_equal(second[3], 7);
	assert_int_equal(second[17], 1);
	for (int i = 0; i < 6; i++)
		assert_int_equal(second[23 + 4 * i], i + 1);
	assert_int_equal(second[44], 0xf9);
	assert_int_equal(second[45], 8);
	assert_int_equal(second[46], 127);
	assert_int_equal(second[47], 9);
	assert_int_equal(second[51], 10);
	assert_int_equal(second[56], 0xff);
	assert_true(reply_decode(out, 520, 0, 0, &back));
	assert_memory_equal(&back.report.clients.lines[1], &r->lines[1],
	    sizeof(r->lines[1]));
	/* No more lines than there are. */
	out[39] = 9;
	assert_true(reply_decode(out, 520, 0, 0, &back));
	assert_int_equal(back.report.clients.count, CLIENT_LINES);
}

static void test_rtc_and_smoothing(void **state)
{
	struct reply rtc = { .code = CONTROL_REPLY_RTC, .report.rtc = {
		.ref_time = { INT64_C(1) * NS_PER_S }, .samples = 2, .runs = 3,
		.span_s = 4, .offset_s = 1, .freq_ppm = 10 } };
	struct reply smooth = { .code = CONTROL_REPLY_SMOOTH,
		.report.smoothing = { .flags = SMOOTHING_LEAP_ONLY,
		.offset_s = 1, .freq_ppm = 10, .wander_ppm_s = 3,
		.age_s = 4, .remaining_s = -1 } };
	uint8_t out[CONTROL_REPLY_MAX], want[56];

	(void)state;
	assert_int_equal(hex_decode("000000000000000100000000" "0002" "0003"
	    "00000004" "04800000" "0aa00000", want, sizeof(want)), 28);
	assert_int_equal(reply_encode(&rtc, out), 56);
	assert_memory_equal(out + CONTROL_REPLY_HEADER, want, 28);
	assert_int_equal(hex_decode("00000002" "04800000" "0aa00000" "06c00000"
	    "08800000" "03000000", want, sizeof(want)), 24);
	assert_int_equal(reply_encode(&smooth, out), 52);
	assert_memory_equal(out + CONTROL_REPLY_HEADER, want, 24);
}

/* Older layouts: the first counters, saturated (reference: 9). */
static void test_server_stats(void **state)
{
	static const struct { unsigned code; int known; uint64_t first; } rows[] = {
		{ CONTROL_REPLY_SERVER_2, 8, UINT32_MAX },
		{ CONTROL_REPLY_SERVER_3, 11, UINT32_MAX },
		{ CONTROL_REPLY_SERVER_4, 17, UINT64_C(1) << 40 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply reply = { .code = (uint16_t)rows[i].code }, back;
		struct server_report *r = &reply.report.server;
		uint8_t out[CONTROL_REPLY_MAX];
		size_t n;

		r->counter[0] = UINT64_C(1) << 40;
		for (unsigned k = 1; k < SERVERSTATS; k++)
			r->counter[k] = 100 + k;
		n = reply_encode(&reply, out);
		assert_true(reply_decode(out, n, 0, 0, &back));
		r = &back.report.server;
		assert_int_equal(r->known, rows[i].known);
		assert_true(r->counter[0] == rows[i].first);
		for (int k = 1; k < SERVERSTATS; k++)
			assert_int_equal(r->counter[k],
			    k < rows[i].known ? 100 + k : 0);
		if (rows[i].known == 17)
			assert_int_equal(out[195], 0xff);
	}
}

static void test_ntp_data(void **state)
{
	struct reply reply = { .code = CONTROL_REPLY_NTP_2 }, back;
	struct ntp_report *r = &reply.report.ntp;
	uint8_t out[CONTROL_REPLY_MAX];

	(void)state;
	r->good = 7;
	r->kernel_tx = 9;
	r->poll = -3;
	r->precision = -29;
	r->flags = 0x8000 | 0x3ff;
	r->tx = 'K';
	assert_int_equal(reply_encode(&reply, out), 172);
	assert_int_equal(out[71 + 3], (uint8_t)-3);
	assert_int_equal(out[171], 0xff);
	assert_true(reply_decode(out, 172, 0, 0, &back));
	assert_true(back.report.ntp.has_good && back.report.ntp.has_stamp_counts);
	assert_int_equal(back.report.ntp.kernel_tx, 9);
	assert_int_equal(back.report.ntp.precision, -29);
	assert_int_equal(back.report.ntp.flags, 0x83ff);
	reply.code = CONTROL_REPLY_NTP;
	assert_int_equal(reply_encode(&reply, out), 152);
	assert_true(reply_decode(out, 152, 0, 0, &back));
	assert_true(back.report.ntp.has_good);
	assert_false(back.report.ntp.has_stamp_counts);
	assert_int_equal(back.report.ntp.good, 7);
	/* A daemon before 4.3 has reserved bytes there. */
	memset(out + 136, 0xff, 16);
	assert_true(reply_decode(out, 152, 0, 0, &back));
	assert_false(back.report.ntp.has_good);
}

/* The checks of a client (reference: 2.3): one byte wrong each. */
static void test_header(void **state)
{
	static const struct { int at; uint8_t value; bool ok; } rows[] = {
		{ 0, 6, true }, { 0, 5, false }, { 0, 7, false },
		{ 1, 1, false }, { 2, 1, false }, { 3, 1, false },
		{ 5, 32, false }, { 16, 1, false }, { 19, 1, false },
		{ 10, 1, true }, { 27, 1, true }, { 9, 3, true },
		{ 7, 99, true },
	};
	struct reply back;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reply reply = {
			.code = CONTROL_REPLY_NULL_REPLY,
			.command = CONTROL_TRACKING,
		};
		uint8_t out[CONTROL_REPLY_MAX];

		assert_int_equal(reply_encode(&reply, out), 28);
		out[rows[i].at] = rows[i].value;
		if (reply_decode(out, 28, CONTROL_TRACKING, 0, &back) !=
		    rows[i].ok)
			fail_msg("row %zu", i);
	}
}

/* Any version from 4 on may say that it does not match. */
static void test_version(void **state)
{
	struct reply reply = {
		.code = CONTROL_REPLY_NULL_REPLY, .status = CONTROL_BAD_VERSION,
	}, back;
	uint8_t out[CONTROL_REPLY_MAX];

	(void)state;
	for (unsigned version = 3; version < 9; version++) {
		reply_encode(&reply, out);
		out[0] = (uint8_t)version;
		assert_int_equal(reply_decode(out, 28, 0, 0, &back), version >= 4);
	}
}

/* An unpadded request is answered in its version. */
static void test_unpadded(void **state)
{
	struct reply reply = { .code = CONTROL_REPLY_NULL_REPLY }, back;
	uint8_t out[CONTROL_REPLY_MAX];

	(void)state;
	for (unsigned version = 4; version < 8; version++) {
		reply_encode(&reply, out);
		out[0] = (uint8_t)version;
		assert_int_equal(reply_decode_unpadded(out, 28, 0, 0, &back),
		    version == 5);
		assert_int_equal(reply_decode(out, 28, 0, 0, &back),
		    version == 6);
	}
	assert_true(reply_decode_unpadded((out[0] = 5, out), 28, 0, 0, &back));
	assert_int_equal(back.version, 5);
}

static void test_name_without_end(void **state)
{
	struct reply reply = { .code = CONTROL_REPLY_NAME }, back;
	uint8_t out[CONTROL_REPLY_MAX];

	(void)state;
	strcpy(reply.report.name.name, "ntp.example");
	assert_int_equal(reply_encode(&reply, out), 284);
	assert_true(reply_decode(out, 284, 0, 0, &back));
	assert_int_equal(back.code, CONTROL_REPLY_NAME);
	assert_string_equal(back.report.name.name, "ntp.example");
	memset(out + 28, 'x', 256);
	assert_true(reply_decode(out, 284, 0, 0, &back));
	assert_int_equal(back.code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tracking),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_auth),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_unknown_code),
		cmocka_unit_test(test_all_layouts),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_rtc_and_smoothing),
		cmocka_unit_test(test_server_stats),
		cmocka_unit_test(test_ntp_data),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_unpadded),
		cmocka_unit_test(test_name_without_end),
	};

	return cmocka_run_group_tests_name("ctl/reply", tests, NULL, NULL);
}
