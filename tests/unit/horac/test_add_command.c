/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

static struct fake f;

/* The request that a line makes. */
static const struct add_request *add(const char *line)
{
	fake_init(&f);
	if (!fake_run(&f, line) || strcmp(f.out, "200 OK\n") || *f.err)
		fail_msg("%s: '%s' '%s'", line, f.out, f.err);
	fake_free(&f);
	/* Only the form of 4.9 can say it. */
	assert_int_equal(f.requests[0].code, strstr(line, "maxntsretry") ?
	    CONTROL_ADD_SOURCE_2 : CONTROL_ADD_SOURCE);
	return &f.requests[0].add;
}

/* The test vector of the reference (15), from the port on. */
static void test_vector(void **state)
{
	(void)state;
	add("add server 192.0.2.1 key 5 minpoll 4 iburst prefer");
	assert_memory_equal(f.asked[0], "64 00000001" "3139322E302E322E31"
	    "0000", 3 + 8 + 18 + 4);
	/* The code, the type and the name stand before the port. */
	assert_string_equal(f.asked[0] + 3 + 2 * (4 + 256),
	    "0000007B000000040000000A0000006400000000000000080000000000000004"
	    "FFFFFFFFFFFFFFFF000000050000116C06C00000000000000AA0000000000000"
	    "04800000000000000000000D000000000000000000000000000186A0");
}

/* A daemon that does not know the form is asked in that of 4.9. */
static void test_newer(void **state)
{
	(void)state;
	fake_init(&f);
	f.replies[0].status = CONTROL_INVALID;
	f.reply_count = 1;
	assert_true(fake_run(&f, "add server 192.0.2.1 key 5"));
	assert_string_equal(f.out, "200 OK\n");
	assert_int_equal(f.asked_count, 2);
	assert_int_equal(f.requests[1].code, CONTROL_ADD_SOURCE_2);
	assert_memory_equal(&f.requests[1].add, &f.requests[0].add,
	    sizeof(struct add_request));
	fake_free(&f);
}

static void test_types(void **state)
{
	(void)state;
	assert_int_equal(add("add server ::1")->type, ADD_TYPE_SERVER);
	assert_int_equal(add("add POOL 192.0.2.1")->type, ADD_TYPE_POOL);
	assert_int_equal(add("add peer 192.0.2.1")->type, ADD_TYPE_PEER);
	assert_string_equal(add("add pool 192.0.2.1 iburst")->name, "192.0.2.1");
}

/* Each option reaches its place in the request, and no other. */
static void test_options(void **state)
{
#define AT(field) offsetof(struct add_request, field), sizeof(((struct add_request *)0)->field)
#define OF(type, v) &(const type){ v }
	const struct { const char *words; size_t at, size; const void *want; } rows[] = {
		{ "port 65535", AT(port), OF(uint32_t, 65535) },
		{ "minpoll -10", AT(minpoll), OF(int32_t, -10) },
		{ "MAXPOLL 32", AT(maxpoll), OF(int32_t, 32) },
		{ "presend -32", AT(presend), OF(int32_t, -32) },
		{ "minstratum 16", AT(minstratum), OF(uint32_t, 16) },
		{ "polltarget 1", AT(polltarget), OF(uint32_t, 1) },
		{ "version 4", AT(version), OF(uint32_t, 4) },
		{ "maxsources 1", AT(maxsources), OF(uint32_t, 1) },
		{ "minsamples 0", AT(minsamples), OF(int32_t, 0) },
		{ "maxsamples 9", AT(maxsamples), OF(int32_t, 9) },
		{ "key 4294967295", AT(key), OF(uint32_t, UINT32_MAX) },
		{ "ntsport 0", AT(ntsport), OF(uint32_t, 0) },
		{ "maxdelay 0.5", AT(maxdelay_s), OF(double, 0.5) },
		{ "maxdelayratio 2", AT(maxdelayratio), OF(double, 2) },
		{ "maxdelaydevratio 0", AT(maxdelaydevratio), OF(double, 0) },
		{ "maxdelaydevratio 3", AT(maxdelaydevratio), OF(double, 3) },
		{ "mindelay 0.25", AT(mindelay_s), OF(double, 0.25) },
		{ "asymmetry -0.5", AT(asymmetry), OF(double, -0.5) },
		{ "offset -2", AT(offset_s), OF(double, -2) },
		{ "filter 3", AT(filter), OF(int32_t, 3) },
		{ "certset 7", AT(certset), OF(uint32_t, 7) },
		{ "maxdelayquant 0.5", AT(maxdelayquant), OF(double, 0.5) },
		{ "maxunreach 0", AT(maxunreach), OF(int32_t, 0) },
		{ "maxntsretry 5", AT(maxntsretry), OF(int32_t, 5) },
		{ "offline", AT(flags), OF(uint32_t, 0) },
		{ "nts copy", AT(flags), OF(uint32_t, ADD_ONLINE | ADD_NTS | ADD_COPY) },
		{ "auto_offline xleave burst", AT(flags), OF(uint32_t,
		    ADD_ONLINE | ADD_AUTO_OFFLINE | ADD_XLEAVE | ADD_BURST) },
		{ "noselect trust require", AT(flags), OF(uint32_t,
		    ADD_ONLINE | ADD_NOSELECT | ADD_TRUST | ADD_REQUIRE) },
		{ "extfield F323", AT(flags), OF(uint32_t, ADD_ONLINE | ADD_MONO_ROOT) },
		{ "extfield f324", AT(flags), OF(uint32_t, ADD_ONLINE | ADD_NET_CORRECTION) },
		{ "ipv4", AT(flags), OF(uint32_t, ADD_ONLINE | ADD_IPV4) },
		{ "ipv6", AT(flags), OF(uint32_t, ADD_ONLINE | ADD_IPV6) },
	};
#undef AT
#undef OF
	struct add_request plain = *add("add server 192.0.2.1");

	(void)state;
	assert_int_equal(plain.flags, ADD_ONLINE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[100];
		struct add_request got;

		snprintf(line, sizeof(line), "add server 192.0.2.1 %s",
		    rows[i].words);
		got = *add(line);
		if (memcmp((char *)&got + rows[i].at, rows[i].want, rows[i].size))
			fail_msg("%s", line);
		memcpy((char *)&got + rows[i].at, (char *)&plain + rows[i].at,
		    rows[i].size);
		if (memcmp(&got, &plain, sizeof(got)))
			fail_msg("%s changes another field", line);
	}
}

static void test_refusals(void **state)
{
	static const char syntax[] = "Invalid syntax for add command\n";
	static const char option[] = "Invalid option in add command\n";
	static const char value[] = "Invalid value in add command\n";
	static const char host[] = "Invalid host/IP address\n";
	static const struct { const char *line, *err; } rows[] = {
		{ "add", syntax }, { "add server", syntax },
		{ "add foo 192.0.2.1", syntax },
		{ "add server 192.0.2.1 foo", option },
		{ "add server 192.0.2.1 # x", option },
		{ "add server 192.0.2.1 minpoll", value },
		{ "add server 192.0.2.1 minpoll x", value },
		{ "add server 192.0.2.1 minpoll 4x", value },
		{ "add server 192.0.2.1 maxpoll 33", value },
		{ "add server 192.0.2.1 maxpoll -33", value },
		{ "add server 192.0.2.1 presend 33", value },
		{ "add server 192.0.2.1 port 65536", value },
		{ "add server 192.0.2.1 port -1", value },
		{ "add server 192.0.2.1 ntsport 65536", value },
		{ "add server 192.0.2.1 key 0", value },
		{ "add server 192.0.2.1 key 4294967296", value },
		{ "add server 192.0.2.1 version 0", value },
		{ "add server 192.0.2.1 version 5", value },
		{ "add server 192.0.2.1 polltarget 0", value },
		{ "add server 192.0.2.1 minstratum 17", value },
		{ "add server 192.0.2.1 minsamples -1", value },
		{ "add server 192.0.2.1 maxsamples -1", value },
		{ "add server 192.0.2.1 maxsources 0", value },
		{ "add server 192.0.2.1 maxunreach -1", value },
		{ "add server 192.0.2.1 filter -1", value },
		{ "add server 192.0.2.1 maxdelay nan", value },
		{ "add server 192.0.2.1 extfield F325", value },
		{ "add server 192.0.2.1 extfield", value },
		{ "add server ID#0000000001", host },
		{ "add server ID#0000000001 foo", option },
		{ "add server a..b", host },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_init(&f);
		if (fake_run(&f, rows[i].line) || strcmp(f.err, rows[i].err) ||
		    *f.out || f.asked_count)
			fail_msg("%s: '%s' '%s'", rows[i].line, f.out, f.err);
		fake_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("horac/add_command", tests, NULL, NULL);
}
