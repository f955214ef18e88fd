/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/state_file.h"

#include "wire/ntp.h"

#include "unit/nts/fixture.h"

#include <stdio.h>

#define S2C "C8EA1D8F67073573DCCF79B211D601D4029ED294CCB444F2E11F62B8D8567189"
#define C2S "5DB8E3F1392BD974CE448953347B4D642E721F0CCD2774D9465FE4DAE39BB8AA"
#define HEAD "NNC0\nlocalhost\n1795370868.6\n127.0.0.1 21987\n"
#define KEYS "1 15 " S2C " " C2S "\n"

/* Written by a running chrony (reference: files-and-logs.md 4). */
static const char sample[] = HEAD KEYS
	"DF606767B595A50E34CC2C05BD242723C63D6A5CC266C26B3485AD9697A9E9F85519124699CB3A66E0E25CB60ACD1CD87854B7D4D139015D8B248A82DDD3BBB95FB8DD238A83511FF6812AA5B04ADED5CD468B1F094BAAF78A9CAA9CDE742FF71090EA79\n"
	"DF606767E51AA13B99AFBD4F47A243EAA23B38F7C269D730AE23C626D752EF99A28DF0752F79A10B37ED384C6C1E2F0EB10EF09957B0DBD44E541886251ABFA2F531F6162F15DE614A1D09EFA032D2BDEB43C41E669AD9AB04925257966D5D7BFFD2956E\n";

static const struct wall_time now = { INT64_C(1795380000000000000) };

static void test_sample(void **state)
{
	char text[NTS_STATE_TEXT_MAX];
	const char *reason = "";
	struct nts_state s;
	uint8_t key[32];

	(void)state;
	assert_true(nts_state_parse(sample, "localhost", now, &s, &reason));
	assert_string_equal(s.name, "localhost");
	assert_true(s.ke_time.ns / 100000000 == INT64_C(17953708686));
	assert_int_equal(s.ntp.ip.family, IP_V4);
	assert_int_equal(s.ntp.port, 21987);
	assert_int_equal(s.context, 1);
	assert_int_equal(s.aead, 15);
	assert_int_equal(s.key_length, 32);
	unhex(S2C, key, 32);
	assert_memory_equal(s.s2c, key, 32);
	unhex(C2S, key, 32);
	assert_memory_equal(s.c2s, key, 32);
	assert_int_equal(s.cookie_count, 2);
	assert_int_equal(s.cookies[1].length, 100);
	assert_int_equal(s.cookies[1].bytes[99], 0x6e);
	assert_int_equal(nts_state_print(&s, text), strlen(sample));
	assert_string_equal(text, sample);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		const char *reason;	/* part of it; NULL = taken */
	} cases[] = {
		{ HEAD KEYS, NULL },
		{ HEAD KEYS "00010203\n", NULL },
		{ HEAD KEYS "00010203", NULL },
		{ "", "missing" },
		{ HEAD, "missing" },
		{ "NNC1\nlocalhost\n1.0\n127.0.0.1 1\n" KEYS, "NNC0" },
		{ "NNC0 x\nlocalhost\n1.0\n127.0.0.1 1\n" KEYS, "NNC0" },
		{ "NNC0\nother\n1.0\n127.0.0.1 1\n" KEYS, "another server" },
		{ "NNC0\nlocalhos\n1.0\n127.0.0.1 1\n" KEYS, "another server" },
		{ "NNC0\nLocalhost\n1.0\n127.0.0.1 1\n" KEYS, "another server" },
		{ "NNC0\nlocalhost x\n1.0\n127.0.0.1 1\n" KEYS, "another server" },
		{ "NNC0\nlocalhost\nnan\n127.0.0.1 1\n" KEYS, "time" },
		{ "NNC0\nlocalhost\n-1\n127.0.0.1 1\n" KEYS, "time" },
		{ "NNC0\nlocalhost\n1e10\n127.0.0.1 1\n" KEYS, "time" },
		{ "NNC0\nlocalhost\n\n127.0.0.1 1\n" KEYS, "time" },
		{ "NNC0\nlocalhost\n0\n127.0.0.1 1\n" KEYS, NULL },
		{ "NNC0\nlocalhost\n1.0\n127.0.0.1 0\n" KEYS, "address" },
		{ "NNC0\nlocalhost\n1.0\n127.0.0.1 65535\n" KEYS, NULL },
		{ "NNC0\nlocalhost\n1.0\n127.0.0.1 65536\n" KEYS, "address" },
		{ "NNC0\nlocalhost\n1.0\n127.0.0.1\n" KEYS, "address" },
		{ "NNC0\nlocalhost\n1.0\nlocalhost 123\n" KEYS, "address" },
		{ "NNC0\nlocalhost\n1.0\n::1 123\n" KEYS, NULL },
		{ HEAD "4294967295 15 " S2C " " C2S "\n", NULL },
		{ HEAD "4294967296 15 " S2C " " C2S "\n", "keys" },
		{ HEAD "-1 15 " S2C " " C2S "\n", "keys" },
		{ HEAD "1 15 " S2C "\n", "keys" },
		{ HEAD "1 15 " S2C " " C2S " x\n", "too many words" },
		{ HEAD "1 16 " S2C " " C2S "\n", "not supported" },
		{ HEAD "1 0 " S2C " " C2S "\n", "keys" },
		{ HEAD "1 15 " S2C " 5DB8\n", "length of the AEAD" },
		{ HEAD "1 15 5DB8 5DB8\n", "length of the AEAD" },
		{ HEAD "1 15 " S2C "AA " C2S "AA\n", "length of the AEAD" },
		{ HEAD "1 15 " S2C " X" C2S "\n", "length of the AEAD" },
		{ HEAD KEYS "0001020\n", "a cookie" },
		{ HEAD KEYS "000102\n", "a cookie" },
		{ HEAD KEYS "0001020g\n", "a cookie" },
		{ HEAD KEYS "\n", "a cookie" },
		{ HEAD KEYS "00010203 00\n", "a cookie" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		static const struct nts_state zero;
		const char *reason = "taken";
		struct nts_state s;
		bool ok = nts_state_parse(cases[i].text, "localhost", now, &s,
		    &reason);

		if (ok != (cases[i].reason == NULL) ||
		    (!ok && !strstr(reason, cases[i].reason)))
			fail_msg("case %zu: %s", i, reason);
		if (!ok)
			assert_memory_equal(&s, &zero, sizeof(s));
	}
}

/* Cookies of 256 and 260 bytes; eight and nine of them. */
static void test_cookie_borders(void **state)
{
	char text[8192], line[600];
	const char *reason = "";
	struct nts_state s;

	(void)state;
	memset(line, 'A', sizeof(line));
	snprintf(text, sizeof(text), HEAD KEYS "%.512s\n", line);
	assert_true(nts_state_parse(text, "localhost", now, &s, &reason));
	assert_int_equal(s.cookies[0].length, 256);
	snprintf(text, sizeof(text), HEAD KEYS "%.520s\n", line);
	assert_false(nts_state_parse(text, "localhost", now, &s, &reason));
	snprintf(text, sizeof(text), HEAD KEYS);
	for (int i = 0; i < 9; i++)
		sprintf(text + strlen(text), "%08X\n", (unsigned)i);
	assert_true(nts_state_parse(text, "localhost", now, &s, &reason));
	assert_int_equal(s.cookie_count, 8);
	assert_int_equal(s.cookies[7].bytes[3], 7);
}

static void test_future(void **state)
{
	struct wall_time early = { INT64_C(1795370868000000000) };
	const char *reason;
	struct nts_state s;

	(void)state;
	assert_true(nts_state_parse(sample, "localhost", early, &s, &reason));
	assert_true(s.ke_time.ns == early.ns);
}

static struct nts_state state_of(int cookies, size_t length)
{
	struct nts_state s = { .name = "time.example",
		.ke_time = { INT64_C(1795370868650000000) },
		.ntp = { .port = 123 }, .context = 7, .aead = 15,
		.key_length = 32, .cookie_count = cookies };

	assert_true(ip_parse("2001:db8::1", &s.ntp.ip));
	scatter(s.c2s, 32, 1);
	scatter(s.s2c, 32, 2);
	for (int i = 0; i < cookies; i++) {
		s.cookies[i].length = (uint16_t)length;
		scatter(s.cookies[i].bytes, length, 10 + (uint32_t)i);
	}
	return s;
}

/* The longest state fits, and comes back as it was. */
static void test_round_trip(void **state)
{
	struct nts_state s = state_of(8, 256), back;
	char text[NTS_STATE_TEXT_MAX];
	const char *reason = "";
	size_t n;

	(void)state;
	memset(s.name, 'n', sizeof(s.name) - 1);
	assert_true(ip_parse("2001:db8:1111:2222:3333:4444:5555:6666",
	    &s.ntp.ip));
	s.ntp.port = 65535;
	s.context = UINT32_MAX;
	n = nts_state_print(&s, text);
	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "\n1795370868.7\n"));
	if (!nts_state_parse(text, s.name, now, &back, &reason))
		fail_msg("%s", reason);
	s.ke_time = back.ke_time;
	assert_memory_equal(&back, &s, sizeof(s));
}

static void test_not_printed(void **state)
{
	char text[NTS_STATE_TEXT_MAX];
	struct nts_state s = state_of(0, 0);

	(void)state;
	assert_true(nts_state_print(&s, text) > 0);
	s.name[4] = '\n';
	assert_int_equal(nts_state_print(&s, text), 0);
	s.name[0] = '\0';
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(0, 0);
	s.aead = 0;
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(0, 0);
	s.key_length = 31;
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(0, 0);
	s.ntp.ip.family = IP_NONE;
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(1, 0);
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(1, 4);
	s.cookies[0].length = 257;
	assert_int_equal(nts_state_print(&s, text), 0);
	s = state_of(0, 0);
	s.cookie_count = 9;
	assert_int_equal(nts_state_print(&s, text), 0);
}

/* Only unused cookies are kept: what was spent never comes back. */
static void test_client(void **state)
{
	struct nts_state s = state_of(8, 100), saved = { 0 };
	struct nts_client n = { 0 }, m = { 0 };
	uint8_t packet[1100] = { 4 << 3 }, random[48] = { 0 };

	(void)state;
	nts_state_to_client(&s, &n);
	assert_int_equal(n.cookie_count, 8);
	for (int i = 0; i < 3; i++)
		assert_true(nts_client_request(&n, packet, 48, sizeof(packet),
		    random) > 0);
	nts_state_from_client(&saved, &n);
	assert_int_equal(saved.cookie_count, 5);
	for (int i = 0; i < 5; i++)
		assert_memory_equal(&saved.cookies[i], &s.cookies[i + 3],
		    sizeof(s.cookies[i]));
	assert_memory_equal(saved.c2s, s.c2s, 32);
	assert_memory_equal(saved.s2c, s.s2c, 32);
	nts_state_to_client(&saved, &m);
	assert_int_equal(m.cookie_count, 5);
	assert_true(nts_client_ready(&m));
	n.has_nak = true;		/* the server knows them no more */
	nts_state_from_client(&saved, &n);
	assert_int_equal(saved.cookie_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_cookie_borders),
		cmocka_unit_test(test_future),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_not_printed),
		cmocka_unit_test(test_client),
	};

	return cmocka_run_group_tests_name("nts/state_file", tests, NULL, NULL);
}
