/* SPDX-License-Identifier: Apache-2.0 */
/* Requests with symmetric keys: who gets an answer, and what is in it. */
#include "ntp/packet_mac.h"
#include "ntp/responder.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t bytes[] = "0123456789abcdef";
static const struct mac_key sha256 = { 3, MAC_SHA256, 16, bytes };
static const struct mac_key cmac = { 4, MAC_AES128, 16, bytes };
static const struct wall_time now = { INT64_C(1700000000) * NS_PER_S };

struct lab {
	struct mac_keys keys;
	struct time_ref ref;
	struct responder r;
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	size_t length, replied;
	struct responder_request q;
};

static void setup(struct lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	assert_true(mac_keys_make(&lab->keys, 100));
	assert_true(mac_keys_add(&lab->keys, &cmac));
	assert_true(mac_keys_add(&lab->keys, &sha256));
	assert_true(mac_keys_sort(&lab->keys, NULL, NULL));
	lab->ref = (struct time_ref){ .is_valid = true, .stratum = 1 };
	lab->r = (struct responder){ .ref = &lab->ref, .keys = &lab->keys,
		.min_poll_log2_s = INT_MIN };
}

static void request(struct lab *lab, uint8_t version, uint8_t mode,
    const struct mac_key *key)
{
	struct ntp_header h = { .version = version, .mode = mode,
		.transmit = 1 };

	memset(lab->packet, 0, sizeof(lab->packet));
	ntp_header_write(&h, lab->packet);
	lab->length = key ? packet_mac_put(key, lab->packet, NTP_HEADER_SIZE,
	    sizeof(lab->packet)) : NTP_HEADER_SIZE;
	assert_true(lab->length > 0);
}

/* The whole way; lab->replied is 0 without an answer. */
static enum drop ask(struct lab *lab, bool kod)
{
	static const struct responder_random random;
	enum drop d = responder_read(&lab->r, lab->packet, lab->length, 50000,
	    &lab->q);

	lab->replied = 0;
	if (d == DROP_OK)
		d = responder_open(&lab->r, &lab->q, kod);
	if (d == DROP_OK)
		lab->replied = responder_answer(&lab->r, &lab->q, now, now,
		    &random, lab->out, sizeof(lab->out));
	return d;
}

static void is_signed(const struct lab *lab, const struct mac_key *key)
{
	struct ntp_tail tail;

	assert_int_equal(ntp_tail_read(lab->out, lab->replied, &tail), DROP_OK);
	assert_int_equal(packet_mac_check(key, lab->out, lab->replied, &tail),
	    DROP_OK);
}

/* With the client's key, in its version and form. */
static void answers_like_the_request(void **state)
{
	static const struct mac_key *const keys[] = { &sha256, &cmac };
	static const struct { uint8_t mode, reply; } modes[] = {
		{ NTP_MODE_CLIENT, NTP_MODE_SERVER },
		{ NTP_MODE_ACTIVE, NTP_MODE_PASSIVE },
	};
	struct lab lab;

	(void)state;
	setup(&lab);
	for (int k = 0; k < 2; k++)
		for (uint8_t version = 1; version <= 4; version++)
			for (int m = 0; m < 2; m++) {
				request(&lab, version, modes[m].mode, keys[k]);
				assert_int_equal(ask(&lab, false), DROP_OK);
				assert_int_equal(lab.q.auth, RESPONDER_MAC);
				assert_int_equal(lab.replied, lab.length);
				assert_int_equal(lab.out[0] & 0x3f,
				    version << 3 | modes[m].reply);
				is_signed(&lab, keys[k]);
			}
	mac_keys_free(&lab.keys);
}

/* An unknown field is covered by the MAC, and not sent back. */
static void fields_before_the_mac(void **state)
{
	struct writer w;
	struct lab lab;

	(void)state;
	setup(&lab);
	request(&lab, 4, NTP_MODE_CLIENT, NULL);
	w = writer_of(lab.packet + NTP_HEADER_SIZE, 100);
	ef_put(&w, 0x2323, "x", 1, NTP_EF_MIN);
	lab.length = packet_mac_put(&sha256, lab.packet,
	    NTP_HEADER_SIZE + writer_length(&w), sizeof(lab.packet));
	assert_int_equal(lab.length, 48 + 16 + 24);
	assert_int_equal(ask(&lab, false), DROP_OK);
	assert_int_equal(lab.replied, 72);
	is_signed(&lab, &sha256);
	lab.packet[60] ^= 1;
	assert_int_equal(ask(&lab, false), DROP_AUTH_BAD);
	mac_keys_free(&lab.keys);
}

static void nothing_else_is_answered(void **state)
{
	struct mac_key other = sha256;
	struct writer w;
	struct lab lab;

	(void)state;
	setup(&lab);
	other.id = 5;
	request(&lab, 4, NTP_MODE_CLIENT, &other);
	assert_int_equal(ask(&lab, false), DROP_KEY_UNKNOWN);
	assert_int_equal(lab.replied, 0);
	other = cmac;
	other.id = 3;		/* the right bytes, the wrong type */
	request(&lab, 4, NTP_MODE_CLIENT, &other);
	assert_int_equal(ask(&lab, false), DROP_AUTH_BAD);
	for (uint8_t version = 3; version <= 4; version++) {
		request(&lab, version, NTP_MODE_CLIENT, &sha256);
		for (size_t at = 1; at < lab.length; at++) {
			lab.packet[at] ^= 0x80;
			assert_int_equal(ask(&lab, false), at >= 48 && at < 52 ?
			    DROP_KEY_UNKNOWN : DROP_AUTH_BAD);
			assert_int_equal(lab.replied, 0);
			lab.packet[at] ^= 0x80;
		}
	}
	/* Both, NTS and a MAC. */
	request(&lab, 4, NTP_MODE_CLIENT, NULL);
	w = writer_of(lab.packet + NTP_HEADER_SIZE, 100);
	ef_put(&w, NTP_EF_UNIQUE_ID, "0123456789abcdef0123456789abcdef", 32, 0);
	lab.length = packet_mac_put(&sha256, lab.packet,
	    NTP_HEADER_SIZE + writer_length(&w), sizeof(lab.packet));
	assert_int_equal(ask(&lab, false), DROP_AUTH_UNWANTED);
	/* A server without keys, or with no table of them. */
	request(&lab, 4, NTP_MODE_CLIENT, &sha256);
	mac_keys_free(&lab.keys);
	assert_int_equal(ask(&lab, false), DROP_KEY_UNKNOWN);
	lab.r.keys = NULL;
	assert_int_equal(ask(&lab, false), DROP_KEY_UNKNOWN);
	request(&lab, 4, NTP_MODE_CLIENT, NULL);
	assert_int_equal(ask(&lab, false), DROP_OK);
	assert_int_equal(lab.replied, NTP_HEADER_SIZE);
}

/* A kiss is as authentic as its request; a wrong request gets none. */
static void kiss(void **state)
{
	struct ntp_header h;
	struct lab lab;

	(void)state;
	setup(&lab);
	request(&lab, 4, NTP_MODE_CLIENT, &cmac);
	assert_int_equal(ask(&lab, true), DROP_OK);
	assert_int_equal(lab.replied, 68);
	is_signed(&lab, &cmac);
	assert_int_equal(ntp_header_read(lab.out, lab.replied, &h), DROP_OK);
	assert_int_equal(h.stratum, 0);
	assert_int_equal(h.refid, NTP_KOD_RATE);
	lab.packet[60] ^= 1;
	assert_int_equal(ask(&lab, true), DROP_AUTH_BAD);
	mac_keys_free(&lab.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_like_the_request),
		cmocka_unit_test(fields_before_the_mac),
		cmocka_unit_test(nothing_else_is_answered),
		cmocka_unit_test(kiss),
	};

	return cmocka_run_group_tests_name("ntp/responder: symmetric keys",
	    tests, NULL, NULL);
}
