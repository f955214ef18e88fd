/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/request.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(text, &a));
	return a;
}

/* Requests captured from chronyc 4.8 (reference: section 15). */
static void check_vector(const struct request *rq, const char *hex)
{
	uint8_t want[CONTROL_REQUEST_MAX], got[CONTROL_REQUEST_MAX];
	struct control_request_header h = { 0 };
	struct reader r;
	struct control_io io = { .in = &r };
	struct request back;
	int n = hex_decode(hex, want, sizeof(want));

	assert_true(n > 0);
	assert_int_equal(request_encode(rq, got), n);
	assert_memory_equal(got, want, (size_t)n);
	r = reader_of(want, (size_t)n);
	control_request_header(&io, &h);
	assert_true(request_decode(&h, want, (size_t)n, &back));
	assert_int_equal(back.code, rq->code);
	assert_int_equal(back.sequence, rq->sequence);
	/* What was decoded encodes to the same bytes. */
	assert_int_equal(request_encode(&back, got), n);
	assert_memory_equal(got, want, (size_t)n);
}

static void test_vector_offline(void **state)
{
	struct request rq = {
		.code = CONTROL_OFFLINE, .sequence = 0x7770a1bf,
		.sources = { .mask = { .ip = ip("255.0.0.0") },
		    .address = { .ip = ip("10.0.0.0") } },
	};

	(void)state;
	check_vector(&rq, "06010000000200007770a1bf0000000000000000ff000000"
	    "0000000000000000000000000001000" "00a000000000000000000000000000000"
	    "00010000");
}

static void test_vector_burst(void **state)
{
	struct request rq = {
		.code = CONTROL_BURST, .sequence = 0x392059e7,
		.burst = { .sources = {
		    .mask = { .ip = ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") },
		    .address = { .ip = ip("2001:db8::1") } },
		    .good = 3, .total = 5 },
	};

	(void)state;
	check_vector(&rq, "0601000000030000392059e70000000000000000ffffffffffff"
	    "ffffffffffffffffffff0002000020010db800000000000000000000000100020"
	    "0000000000300000005");
}

/* `number of sources` of chronyc 4.3, and an ID of `online`. */
static void test_vector_plain(void **state)
{
	struct request count = {
		.code = CONTROL_SOURCE_COUNT, .sequence = 0xc82bceb0,
	};
	struct request online = {
		.code = CONTROL_ONLINE, .sequence = 0xb31b5df5,
		.sources = { .address = { .is_id = true, .id = 3 } },
	};

	(void)state;
	check_vector(&count, "0601" "0000000e0000c82bceb00000000000000000"
	    "000000000000000000000000");
	check_vector(&online, "0601000000010000b31b5df5000000000000000000000000"
	    "000000000000000000000000000000000000000300000000000000000000000000"
	    "030000");
}

static void test_vector_local(void **state)
{
	struct request rq = {
		.code = CONTROL_LOCAL, .sequence = 0xf58bd2db,
		.local = { .is_on = 1, .stratum = 9, .distance_s = 1 },
	};

	(void)state;
	check_vector(&rq, "06010000004a0000f58bd2db000000000000000000000001"
	    "000000090480000000000000000000000000000000000000");
}

static void test_vector_allow(void **state)
{
	struct request rq = {
		.code = CONTROL_ALLOW, .sequence = 0x1aa4f8e1,
		.access = { .address = { .ip = ip("10.2.0.0") }, .bits = 16 },
	};

	(void)state;
	check_vector(&rq, "06010000001100001aa4f8e100000000000000000a020000"
	    "0000000000000000000000000001000000000010");
}

static void test_vector_selectopts(void **state)
{
	struct request rq = {
		.code = CONTROL_SELECTOPTS, .sequence = 0x6c89ed26,
		.selectopts = { .refid = 0x47505300, .mask = 6,
		    .options = ADD_TRUST },
	};

	(void)state;
	check_vector(&rq, "06010000004800006c89ed26000000000000000000000000"
	    "00000000000000000000000000000000475053000000000600000020");
}

static void test_vector_makestep(void **state)
{
	struct request rq = {
		.code = CONTROL_MAKESTEP_LIMIT, .sequence = 0xd4c1e56c,
		.makestep = { .updates = 3, .threshold_s = 0.1 },
	};

	(void)state;
	check_vector(&rq, "0601000000320000d4c1e56c000000000000000000000003"
	    "fccccccd");
}

static void test_vector_delete(void **state)
{
	struct request rq = {
		.code = CONTROL_DELETE, .sequence = 0x2711a768,
		.address = { .is_id = true, .id = 7 },
	};

	(void)state;
	check_vector(&rq, "06010000001d00002711a768000000000000000000000007"
	    "00000000000000000000000000030000");
}

/* `add server 192.0.2.1 key 5 minpoll 4 iburst prefer` */
static void test_vector_add(void **state)
{
	struct request rq = {
		.code = CONTROL_ADD_SOURCE, .sequence = 0x01020304,
		.add = { .type = ADD_TYPE_SERVER, .name = "192.0.2.1",
		    .port = 123, .minpoll = 4, .maxpoll = 10, .presend = 100,
		    .polltarget = 8, .maxsources = 4, .minsamples = -1,
		    .maxsamples = -1, .key = 5, .ntsport = 4460,
		    .maxdelay_s = 3, .maxdelaydevratio = 10, .asymmetry = 1,
		    .flags = ADD_ONLINE | ADD_IBURST | ADD_PREFER,
		    .maxunreach = 100000 },
	};
	char hex[2 * CONTROL_REQUEST_MAX + 1];

	(void)state;
	snprintf(hex, sizeof(hex), "0601000000400000010203040000000000000000"
	    "000000013139322e302e322e31%0*d"
	    "0000007b000000040000000a0000006400000000000000080000000000000004"
	    "ffffffffffffffff000000050000116c06c00000000000000aa0000000000000"
	    "04800000000000000000000d000000000000000000000000000186a0",
	    2 * (CONTROL_NAME_SIZE - 9), 0);
	check_vector(&rq, hex);
}

/* Whatever bytes come: what they say is said again by the same bytes. */
static void test_all_layouts(void **state)
{
	int known = 0;

	(void)state;
	srandom(1);
	for (unsigned code = 0; code <= UINT16_MAX; code++) {
		const struct control_rule *rule = control_rule(code);
		struct control_request_header h = { .command = (uint16_t)code };
		uint8_t bytes[CONTROL_REQUEST_MAX], again[CONTROL_REQUEST_MAX];
		struct request rq;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)random();
		assert_int_equal(request_decode(&h, bytes, sizeof(bytes), &rq),
		    rule != NULL);
		if (!rule)
			continue;
		known++;
		assert_int_equal(request_encode(&rq, bytes), rule->full);
		assert_true(request_decode(&h, bytes, rule->full, &rq));
		assert_int_equal(request_encode(&rq, again), rule->full);
		assert_memory_equal(bytes, again, rule->full);
		/* The reference's lengths are those of the bodies. */
		assert_true(request_decode(&h, bytes, rule->least, &rq));
	}
	assert_int_equal(known, 66);
}

/* Bytes of each body (reference: section 6, length less padding and header). */
static void test_body_lengths(void **state)
{
	static const struct { size_t body; unsigned codes[16]; } rows[] = {
		{ 4, { 9, 13, 15, 31, 34, 42, 49, 52, 69, 71 } },
		{ 8, { 32, 50 } },
		{ 12, { 11 } },
		{ 16, { 56, 68 } },
		{ 20, { 25, 26, 29, 57, 65, 67 } },
		{ 24, { 4, 5, 7, 8, 17, 18, 19, 20, 21, 22, 23, 24, 45, 46,
		    47 } },
		{ 28, { 73, 74 } },
		{ 32, { 72 } },
		{ 40, { 1, 2 } },
		{ 48, { 3 } },
		{ 352, { 64 } },
		{ 388, { 75 } },
	};

	(void)state;
	for (unsigned code = 0; code <= UINT16_MAX; code++) {
		struct request rq = { .code = (uint16_t)code,
			.is_unpadded = true };
		uint8_t out[CONTROL_REQUEST_MAX];
		size_t body = 0;

		if (!control_rule(code))
			continue;
		for (size_t i = 0; code && i < sizeof(rows) / sizeof(rows[0]);
		    i++)
			for (int k = 0; k < 16; k++)
				if (rows[i].codes[k] == code)
					body = rows[i].body;
		assert_int_equal(request_encode(&rq, out),
		    CONTROL_REQUEST_HEADER + body);
	}
}

/* Clients up to 4.5 say less of the local reference. */
static void test_local_old(void **state)
{
	struct request rq = {
		.code = CONTROL_LOCAL_OLD,
		.local = { .is_on = 1, .stratum = 7, .distance_s = 0.5,
		    .is_orphan = 1, .activate_s = 3, .wait_synced_s = 4 },
	}, back;
	struct control_request_header h = { .command = CONTROL_LOCAL_OLD };
	uint8_t out[CONTROL_REQUEST_MAX];

	(void)state;
	assert_int_equal(request_encode(&rq, out), 36);
	assert_true(request_decode(&h, out, 36, &back));
	assert_int_equal(back.local.stratum, 7);
	assert_int_equal(back.local.is_orphan, 1);
	assert_true(back.local.distance_s == 0.5);
	assert_true(back.local.activate_s == 0);
	assert_true(back.local.wait_synced_s == 0);
}

/* doffset of 4.0 has seconds and microseconds, of one sign. */
static void test_doffset_old(void **state)
{
	static const struct { double offset_s; const char *body; } rows[] = {
		{ 1.25, "000000010003d090" },
		{ -1.25, "fffffffffffc2f70" },
		{ 0.000001, "0000000000000001" },
		{ 0.9999999, "00000000000f4240" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request rq = { .code = CONTROL_DOFFSET_OLD,
			.number = rows[i].offset_s }, back;
		struct control_request_header h = { .command = rq.code };
		uint8_t out[CONTROL_REQUEST_MAX], want[8];

		assert_int_equal(hex_decode(rows[i].body, want, 8), 8);
		assert_int_equal(request_encode(&rq, out), 28);
		assert_memory_equal(out + CONTROL_REQUEST_HEADER, want, 8);
		assert_true(request_decode(&h, out, 28, &back));
		assert_float_equal(back.number, rows[i].offset_s, 1e-6);
	}
}

/* Version 5 has the same layouts, and nothing after them (4.1). */
static void test_unpadded(void **state)
{
	struct request rq = { .code = CONTROL_TRACKING, .is_unpadded = true };
	uint8_t out[CONTROL_REQUEST_MAX], padded[CONTROL_REQUEST_MAX];

	(void)state;
	assert_int_equal(request_encode(&rq, out), CONTROL_REQUEST_HEADER);
	assert_int_equal(out[0], 5);
	rq = (struct request){ .code = CONTROL_SOURCE_DATA, .index = 7 };
	assert_int_equal(request_encode(&rq, padded), 76);
	assert_int_equal(padded[0], 6);
	rq.is_unpadded = true;
	assert_int_equal(request_encode(&rq, out), 24);
	assert_memory_equal(out + 1, padded + 1, 23);
}

/*
 * What chronyc 4.9 sends for `add peer ::1 key 5 minpoll 4 maxunreach 7 certset 2
 * filter 3 ntsport 6 maxdelay 1 maxdelayquant 0.5 offset -1 trust ipv6
 * extfield F323`, from the port on.
 */
static void test_add_2(void **state)
{
	static const char *const tail =
	    "0000007B" "00000004" "0000000A" "00000064" "00000000" "00000008"
	    "00000000" "00000004" "FFFFFFFF" "FFFFFFFF" "00000007" "00000003"
	    "00000005" "00000006" "00000002" "00000013" "04800000" "00000000"
	    "0AA00000" "02800000" "00000000" "04800000" "03000000" "80001021"
	    "00000000" "00000000" "00000000" "00000000" "00000000" "00000000"
	    "00000000" "00000000";
	struct control_request_header h = { .command = CONTROL_ADD_SOURCE_2 };
	struct request rq;
	uint8_t bytes[408] = { 0 }, out[CONTROL_REQUEST_MAX];
	struct add_request *a = &rq.add;

	(void)state;
	bytes[23] = ADD_TYPE_PEER;
	strcpy((char *)bytes + 24, "::1");
	assert_int_equal(hex_decode(tail, bytes + 280, 128), 128);
	assert_true(request_decode(&h, bytes, sizeof(bytes), &rq));
	assert_string_equal(a->name, "::1");
	assert_int_equal(a->type, ADD_TYPE_PEER);
	assert_int_equal(a->port, 123);
	assert_int_equal(a->minpoll, 4);
	assert_int_equal(a->key, 5);
	assert_int_equal(a->maxunreach, 7);
	assert_int_equal(a->certset, 2);
	assert_int_equal(a->filter, 3);
	assert_int_equal(a->ntsport, 6);
	assert_true(a->maxdelay_s == 1 && a->maxdelayquant == 0.5);
	assert_true(a->maxdelaydevratio == 10 && a->offset_s == -1);
	assert_int_equal(a->flags,
	    ADD_ONLINE | ADD_TRUST | ADD_IPV6 | ADD_MONO_ROOT);
	assert_int_equal(request_encode(&rq, out), 408);
	assert_memory_equal(out + 20, bytes + 20, 388);
	/* Flags of each side, and one that neither knows. */
	for (int bit = 0; bit < 32; bit++) {
		static const uint32_t moved[32] = {
			[11] = ADD_IPV4, [12] = ADD_IPV6,
			[16] = ADD_NET_CORRECTION, [31] = ADD_MONO_ROOT,
		};
		uint32_t want = bit < 11 ? 1u << bit :
		    moved[bit] ? moved[bit] : ADD_UNKNOWN;

		memset(bytes + 372, 0, 4);
		bytes[375 - bit / 8] = (uint8_t)(1 << bit % 8);
		assert_true(request_decode(&h, bytes, sizeof(bytes), &rq));
		assert_int_equal(a->flags, want);
	}
}

/* A name without an end is none; the request is one all the same. */
static void test_endless_name(void **state)
{
	struct request rq = { .code = CONTROL_ADD_SOURCE,
		.add = { .port = 77 } }, back;
	struct control_request_header h = { .command = rq.code };
	uint8_t out[CONTROL_REQUEST_MAX];
	const size_t at = CONTROL_REQUEST_HEADER + 4;

	(void)state;
	request_encode(&rq, out);
	memset(out + at, 'a', CONTROL_NAME_SIZE - 1);
	assert_true(request_decode(&h, out, 372, &back));
	assert_int_equal(strlen(back.add.name), CONTROL_NAME_SIZE - 1);
	out[at + CONTROL_NAME_SIZE - 1] = 'a';
	assert_true(request_decode(&h, out, 372, &back));
	assert_string_equal(back.add.name, "");
	assert_int_equal(back.add.port, 77);
}

static void test_body_missing(void **state)
{
	struct request rq = { .code = CONTROL_BURST }, back;
	struct control_request_header h = { .command = CONTROL_BURST };
	uint8_t out[CONTROL_REQUEST_MAX];

	(void)state;
	assert_int_equal(request_encode(&rq, out), 68);
	assert_true(request_decode(&h, out, 68, &back));
	assert_false(request_decode(&h, out, 67, &back));
	h.command = 10;		/* obsolete */
	assert_false(request_decode(&h, out, 68, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector_offline),
		cmocka_unit_test(test_vector_burst),
		cmocka_unit_test(test_vector_plain),
		cmocka_unit_test(test_vector_local),
		cmocka_unit_test(test_vector_allow),
		cmocka_unit_test(test_vector_selectopts),
		cmocka_unit_test(test_vector_makestep),
		cmocka_unit_test(test_vector_delete),
		cmocka_unit_test(test_vector_add),
		cmocka_unit_test(test_all_layouts),
		cmocka_unit_test(test_body_lengths),
		cmocka_unit_test(test_local_old),
		cmocka_unit_test(test_doffset_old),
		cmocka_unit_test(test_unpadded),
		cmocka_unit_test(test_add_2),
		cmocka_unit_test(test_endless_name),
		cmocka_unit_test(test_body_missing),
	};

	return cmocka_run_group_tests_name("ctl/request", tests, NULL, NULL);
}
