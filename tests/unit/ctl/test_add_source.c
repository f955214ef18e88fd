/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the configuration as requests, and requests as lines. */
#include "ctl/add_source.h"

#include "base/text.h"
#include "conf/parse.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* What the parser makes of a line. */
static struct source_config parsed(const char *line)
{
	struct config c;
	struct conf_error error;
	struct source_config s;

	if (!conf_parse_text(line, strlen(line), &c, &error))
		fail_msg("%s", line);
	assert_int_equal(c.source_count, 1);
	s = c.sources[0];
	config_free(&c);
	return s;
}

/* `add server 192.0.2.1` of a chronyc of 4.8. */
static struct add_request usual(void)
{
	return (struct add_request){
		.type = ADD_TYPE_SERVER, .name = "192.0.2.1", .port = 123,
		.minpoll = 6, .maxpoll = 10, .presend = 100, .polltarget = 8,
		.maxsources = 4, .minsamples = -1, .maxsamples = -1,
		.ntsport = 4460, .maxdelay_s = 3, .maxdelaydevratio = 10,
		.asymmetry = 1, .flags = ADD_ONLINE, .maxunreach = 100000,
		.maxntsretry = 19,
	};
}

/* Over the wire and back each line is what the configuration says. */
static void test_round_trip(void **state)
{
	static const char *const lines[] = {
		"server 192.0.2.1", "server time.example", "peer 2001:db8::1",
		"pool pool.example maxsources 7", "server a nts iburst",
		"server a nts ntsport 0 certset 4294967295 port 65535",
		"server a key 4294967295 version 4", "server a version 1",
		"server a minpoll -7 maxpoll -7", "server a maxpoll 24",
		"server a minpoll 3 maxpoll 17 presend -32",
		"server a presend 32 polltarget 2147483647",
		"server a maxdelay 0.5 maxdelayratio 2 maxdelaydevratio 3",
		"server a maxdelayquant 0.5 mindelay 0.25 asymmetry -0.5",
		"server a offset -0.125 filter 256 minstratum 15",
		"server a minsamples 0 maxsamples 64 maxunreach 1",
		"server a prefer", "server a noselect", "server a trust",
		"server a require prefer trust", "server a xleave burst copy",
		"server a offline auto_offline", "server a extfield F323",
		"server a extfield F324", "server a ipv4", "server a ipv6",
		"peer a key 3 xleave", "server a nts maxntsretry -7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct source_config s = parsed(lines[i]), back;
		uint8_t bytes[CONTROL_REQUEST_MAX];
		bool is_new = strstr(lines[i], "maxntsretry") != NULL;
		struct request rq = { .code = is_new ? CONTROL_ADD_SOURCE_2 :
		    CONTROL_ADD_SOURCE }, got;
		struct control_request_header h = { 0 };
		struct reader r;
		struct control_io io = { .in = &r };
		size_t n;

		add_source_write(&s, &rq.add);
		n = request_encode(&rq, bytes);
		r = reader_of(bytes, n);
		control_request_header(&io, &h);
		assert_true(request_decode(&h, bytes, n, &got));
		assert_int_equal(add_source_read(&got.add, &back), CONTROL_OK);
		if (!source_config_equal(&s, &back))
			fail_msg("%s", lines[i]);
	}
}

/* The defaults of chronyc are those of the same line, and the reverse. */
static void test_defaults(void **state)
{
	struct source_config s = parsed("server 192.0.2.1"), got;
	struct add_request a = usual();
	struct request rq = { .code = CONTROL_ADD_SOURCE, .add = a };
	uint8_t want[CONTROL_REQUEST_MAX], bytes[CONTROL_REQUEST_MAX];
	size_t n = request_encode(&rq, want);

	(void)state;
	assert_int_equal(add_source_read(&a, &got), CONTROL_OK);
	assert_true(source_config_equal(&got, &s));
	add_source_write(&s, &rq.add);
	assert_int_equal(request_encode(&rq, bytes), n);
	assert_memory_equal(bytes, want, n);
	/* of tools that do not know the newest fields */
	a.maxunreach = 0;
	assert_int_equal(add_source_read(&a, &got), CONTROL_OK);
	assert_true(source_config_equal(&got, &s));
}

/* Clamped, as in the configuration. */
static void test_clamped(void **state)
{
	struct add_request a = usual();
	struct source_config s;

	(void)state;
	a.minpoll = 30;
	a.maxpoll = 32;
	a.minstratum = 16;
	a.maxdelay_s = 1e9;
	a.maxdelayratio = -1;
	a.maxdelaydevratio = 1e9;
	a.maxdelayquant = 7;
	a.filter = INT32_MAX;
	a.maxsources = INT32_MAX;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_int_equal(s.minpoll, 24);
	assert_int_equal(s.maxpoll, 24);
	assert_int_equal(s.minstratum, 15);
	assert_true(s.maxdelay_s == 1000 && s.maxdelayratio == 0 &&
	    s.maxdelaydevratio == 1e6 && s.maxdelayquant == 0.95);
	assert_int_equal(s.filter, 256);
	assert_int_equal(s.maxsources, 16);
	a = usual();
	a.minpoll = INT32_MIN;
	a.maxpoll = -32;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_int_equal(s.minpoll, 6);
	assert_int_equal(s.maxpoll, 10);
	/* what the parser settles */
	a = usual();
	a.type = ADD_TYPE_POOL;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_int_equal(s.type, SOURCE_SERVER);
	a.type = ADD_TYPE_PEER;
	a.flags |= ADD_NTS;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_false(s.nts);
}

/* Both sides of each border. */
static void test_ranges(void **state)
{
	static const struct {
		size_t at;
		int64_t good, bad;
	} rows[] = {
#define ROW(field, good, bad) { offsetof(struct add_request, field), good, bad }
		ROW(type, 1, 0), ROW(type, 3, 4), ROW(port, 65535, 65536),
		ROW(port, 0, UINT32_MAX), ROW(ntsport, 65535, 65536),
		ROW(maxpoll, 32, 33), ROW(maxpoll, -32, -33),
		ROW(presend, 32, 33), ROW(presend, -32, -33),
		ROW(presend, 100, 101), ROW(presend, 100, 99),
		ROW(minstratum, 16, 17), ROW(polltarget, 1, 0),
		ROW(polltarget, INT32_MAX, INT64_C(0x80000000)),
		ROW(version, 4, 5), ROW(maxsources, 1, 0),
		ROW(maxsources, INT32_MAX, INT64_C(0x80000000)),
		ROW(minsamples, -1, -2), ROW(maxsamples, -1, -2),
		ROW(filter, 0, -1), ROW(maxunreach, 0, -1),
		ROW(maxntsretry, 32, 33), ROW(maxntsretry, -32, -33),
		ROW(flags, 0x1fff, 0x8000), ROW(flags, 0, UINT32_MAX),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct add_request a = usual();
		uint32_t value = (uint32_t)rows[i].good;
		struct source_config s;

		memcpy((char *)&a + rows[i].at, &value, sizeof(value));
		if (add_source_read(&a, &s) != CONTROL_OK)
			fail_msg("row %zu: not taken", i);
		value = (uint32_t)rows[i].bad;
		memcpy((char *)&a + rows[i].at, &value, sizeof(value));
		if (add_source_read(&a, &s) != CONTROL_INVALID)
			fail_msg("row %zu: taken", i);
	}
}

static void test_no_numbers(void **state)
{
	static const size_t at[] = {
		offsetof(struct add_request, maxdelay_s),
		offsetof(struct add_request, maxdelayratio),
		offsetof(struct add_request, maxdelaydevratio),
		offsetof(struct add_request, maxdelayquant),
		offsetof(struct add_request, mindelay_s),
		offsetof(struct add_request, asymmetry),
		offsetof(struct add_request, offset_s),
	};
	const double bad[] = { NAN, INFINITY, -INFINITY };

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		for (int k = 0; k < 3; k++) {
			struct add_request a = usual();
			struct source_config s;

			memcpy((char *)&a + at[i], &bad[k], sizeof(double));
			assert_int_equal(add_source_read(&a, &s),
			    CONTROL_INVALID);
		}
}

/* The order of the checks: type, name, values, family. */
static void test_order(void **state)
{
	static const char *const names[] = {
		"", "a b", "a\n", "\x7f", "caf\xc3\xa9",
	};
	struct add_request a = usual();
	struct source_config s;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		text_copy(a.name, sizeof(a.name), names[i]);
		a.port = 65536;
		a.type = 1;
		assert_int_equal(add_source_read(&a, &s), CONTROL_BAD_NAME);
		a.type = 0;
		assert_int_equal(add_source_read(&a, &s), CONTROL_INVALID);
	}
	a = usual();
	a.flags |= ADD_IPV6;
	assert_int_equal(add_source_read(&a, &s), CONTROL_BAD_FAMILY);
	a.port = 65536;
	assert_int_equal(add_source_read(&a, &s), CONTROL_INVALID);
	a = usual();
	a.flags |= ADD_IPV4;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_int_equal(s.family, IP_V4);
	text_copy(a.name, sizeof(a.name), "2001:db8::1");
	assert_int_equal(add_source_read(&a, &s), CONTROL_BAD_FAMILY);
	text_copy(a.name, sizeof(a.name), "time.example");
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	a.flags |= ADD_IPV6;
	assert_int_equal(add_source_read(&a, &s), CONTROL_BAD_FAMILY);
	memset(a.name, 'x', sizeof(a.name) - 1);
	a.name[sizeof(a.name) - 1] = '\0';
	a.flags = 0;
	assert_int_equal(add_source_read(&a, &s), CONTROL_OK);
	assert_int_equal(strlen(s.name), 255);
	assert_true(s.offline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_clamped),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("ctl/add_source", tests, NULL, NULL);
}
