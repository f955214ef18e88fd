/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/request.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
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

/* Every layout of this build fits the length of the table. */
static void test_lengths(void **state)
{
	int known = 0;

	(void)state;
	for (unsigned code = 0; code <= UINT16_MAX; code++) {
		struct request rq = { .code = (uint16_t)code };
		uint8_t out[CONTROL_REQUEST_MAX];

		if (!request_is_known(code))
			continue;
		known++;
		assert_int_equal(request_encode(&rq, out),
		    control_rule(code)->full);
	}
	assert_int_equal(known, 26);
	assert_false(request_is_known(CONTROL_ADD_SOURCE));
	assert_false(request_is_known(10));
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
	h.command = CONTROL_ADD_SOURCE;	/* no layout */
	assert_false(request_decode(&h, out, 68, &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector_offline),
		cmocka_unit_test(test_vector_burst),
		cmocka_unit_test(test_vector_plain),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_body_missing),
	};

	return cmocka_run_group_tests_name("ctl/request", tests, NULL, NULL);
}
