/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/responder.h"
#include "nts/client.h"
#include "wire/mono_ef.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define NOW_S INT64_C(1700000000)
#define CLIENT_TRANSMIT UINT64_C(0x0123456789abcdef)

static struct wall_time wall(double s)
{
	return (struct wall_time){ NOW_S * NS_PER_S + interval_ns(s) };
}

/* Synchronised; the clock is 0.25 s slow and loses 10 ppm. */
static struct time_ref synchronised(void)
{
	return (struct time_ref){
		.since = wall(-100), .until = wall(1e6),
		.offset_s = 0.25, .rate = 1e-5, .rate_after = 0,
		.ref_time = wall(-60), .root_delay_s = 0.5,
		.root_dispersion_s = 0.125, .dispersion_rate = 1e-3,
		.refid = 0x0a000001, .stratum = 2, .leap = LEAP_INSERT,
		.precision_log2_s = -20, .is_valid = true,
	};
}

static size_t plain_request(uint8_t packet[NTP_PACKET_MAX], unsigned version,
    unsigned mode, int poll)
{
	struct ntp_header h = {
		.version = (uint8_t)version, .mode = (uint8_t)mode,
		.poll = (int8_t)poll, .precision = 32,
		.transmit = CLIENT_TRANSMIT,
	};

	memset(packet, 0, NTP_PACKET_MAX);
	ntp_header_write(&h, packet);
	return NTP_HEADER_SIZE;
}

/* The whole way; the length of the answer, or 0 and why there is none. */
static size_t answer(const struct responder *r, const uint8_t *packet,
    size_t length, uint16_t port, bool kod, uint8_t out[NTP_PACKET_MAX],
    enum drop *why)
{
	static const struct responder_random random = {
		.receive_noise = ~UINT64_C(0), .transmit_noise = 0,
		.reference_noise = UINT32_C(1) << 31,
	};
	struct responder_request q;

	*why = responder_read(r, packet, length, port, &q);
	if (*why == DROP_OK)
		*why = responder_open(r, &q, kod);
	if (*why != DROP_OK)
		return 0;
	return responder_answer(r, &q, wall(-1e-3), wall(0), &random, out,
	    NTP_PACKET_MAX);
}

/* --- which requests are answered ------------------------------------------- */

static void modes(void **state)
{
	static const struct {
		const char *name;
		unsigned version, mode;
		uint16_t port;
		enum drop why;
		unsigned reply_mode;
	} cases[] = {
		{ "client v4", 4, 3, 50000, DROP_OK, 4 },
		{ "client v3", 3, 3, 123, DROP_OK, 4 },
		{ "client v2", 2, 3, 123, DROP_OK, 4 },
		{ "client v1", 1, 3, 123, DROP_OK, 4 },
		{ "version 0", 0, 3, 123, DROP_VERSION, 0 },
		{ "version 5", 5, 3, 123, DROP_VERSION, 0 },
		{ "symmetric active", 4, 1, 123, DROP_OK, 2 },
		{ "symmetric passive", 4, 2, 123, DROP_MODE, 0 },
		{ "server", 4, 4, 123, DROP_MODE, 0 },
		{ "broadcast", 4, 5, 123, DROP_MODE, 0 },
		{ "control", 4, 6, 50000, DROP_MODE, 0 },
		{ "private", 4, 7, 50000, DROP_MODE, 0 },
		{ "mode 0 of version 1", 1, 0, 50000, DROP_OK, 4 },
		{ "mode 0 of version 1 from 123", 1, 0, 123, DROP_MODE, 0 },
		{ "mode 0 of version 2", 2, 0, 50000, DROP_MODE, 0 },
		{ "mode 0 of version 4", 4, 0, 50000, DROP_MODE, 0 },
	};
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .min_poll_log2_s = INT_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
		struct ntp_header h;
		enum drop why;
		size_t n = plain_request(packet, cases[i].version,
		    cases[i].mode, 6);

		/* the writer cuts versions to 3 bits, which is what we want */
		n = answer(&r, packet, n, cases[i].port, false, out, &why);
		if (why != cases[i].why)
			fail_msg("%s: %s", cases[i].name, drop_text(why));
		if (why != DROP_OK)
			continue;
		assert_int_equal(n, NTP_HEADER_SIZE);
		assert_int_equal(ntp_header_read(out, n, &h), DROP_OK);
		if (h.mode != cases[i].reply_mode ||
		    h.version != cases[i].version)
			fail_msg("%s: mode %d version %d", cases[i].name,
			    h.mode, h.version);
	}
}

static void lengths(void **state)
{
	static const struct {
		const char *name;
		size_t length;
		uint8_t tail;		/* every byte of it */
		enum drop why;
	} cases[] = {
		{ "one byte short", 47, 0, DROP_SHORT },
		{ "exact", 48, 0, DROP_OK },
		{ "odd", 49, 0, DROP_LENGTH },
		{ "crypto-NAK", 52, 0, DROP_AUTH_BAD },
		{ "MAC", 68, 1, DROP_KEY_UNKNOWN },
		{ "longest MAC", 72, 1, DROP_KEY_UNKNOWN },
		{ "trailer that is no MAC", 64, 0, DROP_EF_LENGTH },
		{ "longer than any", NTP_PACKET_MAX + 4, 0, DROP_LONG },
	};
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .min_poll_log2_s = INT_MIN };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[NTP_PACKET_MAX + 4] = { 0 };
		uint8_t out[NTP_PACKET_MAX];
		enum drop why;

		plain_request(packet, 4, 3, 6);
		memset(packet + 48, cases[i].tail, sizeof(packet) - 48);
		answer(&r, packet, cases[i].length, 50000, false, out, &why);
		if (why != cases[i].why)
			fail_msg("%s: %s", cases[i].name, drop_text(why));
	}
}

/* --- what the answer says --------------------------------------------------- */

static struct ntp_header header_of(const struct time_ref *ref, int poll,
    int min_poll, bool kod)
{
	struct responder r = { .ref = ref, .min_poll_log2_s = min_poll };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	struct ntp_header h;
	enum drop why;
	size_t n = plain_request(packet, 4, 3, poll);

	n = answer(&r, packet, n, 50000, kod, out, &why);
	assert_int_equal(n, NTP_HEADER_SIZE);
	assert_int_equal(ntp_header_read(out, n, &h), DROP_OK);
	return h;
}

/* Both sides of a short format differ by less than its resolution. */
static void assert_short(uint32_t got, double s)
{
	assert_true(s_from_ntp_short(got) > s - 2e-5 &&
	    s_from_ntp_short(got) < s + 2e-5);
}

static void assert_instant(uint64_t got, struct wall_time t)
{
	double error_s = wall_sub(wall_from_ntp(got), t);

	if (!(error_s > -2e-6 && error_s < 2e-6))
		fail_msg("%g s off", error_s);
}

static void synchronised_answer(void **state)
{
	struct time_ref ref = synchronised();
	struct ntp_header h = header_of(&ref, 6, INT_MIN, false);

	(void)state;
	assert_int_equal(h.leap, LEAP_INSERT);
	assert_int_equal(h.stratum, 2);
	assert_int_equal(h.poll, 6);
	assert_int_equal(h.precision, -20);
	assert_int_equal(h.refid, 0x0a000001);
	assert_short(h.root_delay, 0.5);
	assert_short(h.root_dispersion, 0.125 + 100 * 1e-3);
	assert_true(h.origin == CLIENT_TRANSMIT);
	assert_instant(h.receive, wall(-1e-3 + 0.25 + 99.999 * 1e-5));
	assert_instant(h.transmit, wall(0.25 + 100 * 1e-5));
	/* the fuzz was half a second */
	assert_instant(h.reference, wall(-60.5));
	/* the bits below the precision are the noise: all ones, all zeros */
	assert_int_equal(h.receive & 0xfff, 0xfff);
	assert_int_equal(h.transmit & 0xfff, 0);
}

/* It may have been believed to be later than it is. */
static void reference_is_not_in_the_future(void **state)
{
	struct time_ref ref = synchronised();
	struct ntp_header h;

	(void)state;
	ref.ref_time = wall(1000);
	h = header_of(&ref, 6, INT_MIN, false);
	/* the fuzz was half a second */
	assert_instant(h.reference, wall(0.25 + 100 * 1e-5 - 0.5));
}

static void unsynchronised_answer(void **state)
{
	struct time_ref cases[3] = { synchronised(), synchronised(),
		synchronised() };

	(void)state;
	cases[0].is_valid = false;
	cases[1].stratum = 0;
	cases[2].stratum = 16;
	for (int i = 0; i < 3; i++) {
		struct ntp_header h = header_of(&cases[i], 6, INT_MIN, false);

		assert_int_equal(h.leap, LEAP_UNSYNC);
		assert_int_equal(h.stratum, 0);
		assert_int_equal(h.refid, 0);
		assert_true(h.reference == 0);
		assert_short(h.root_delay, 1);
		assert_short(h.root_dispersion, 1);
		assert_true(h.origin == CLIENT_TRANSMIT);
		assert_true(h.receive != 0 && h.transmit != 0);
	}
}

/* A page that nobody has written: the system clock as it is. */
static void no_reference_at_all(void **state)
{
	struct time_ref ref = { 0 };
	struct ntp_header h = header_of(&ref, 6, INT_MIN, false);

	(void)state;
	assert_int_equal(h.leap, LEAP_UNSYNC);
	assert_int_equal(h.precision, -20);
	assert_instant(h.transmit, wall(0));
}

static void leap_second_in_progress(void **state)
{
	struct time_ref ref = synchronised();
	struct ntp_header h;

	(void)state;
	ref.leap = LEAP_UNSYNC;
	h = header_of(&ref, 6, INT_MIN, false);
	assert_int_equal(h.leap, LEAP_UNSYNC);
	assert_int_equal(h.stratum, 2);
	assert_int_equal(h.refid, 0x0a000001);
}

static void poll_is_at_least_the_limit(void **state)
{
	struct time_ref ref = synchronised();

	(void)state;
	assert_int_equal(header_of(&ref, 6, 3, false).poll, 6);
	assert_int_equal(header_of(&ref, 3, 3, false).poll, 3);
	assert_int_equal(header_of(&ref, 2, 3, false).poll, 3);
	assert_int_equal(header_of(&ref, -6, -19, false).poll, -6);
}

static void kiss_of_death(void **state)
{
	struct time_ref ref = synchronised();
	struct ntp_header h = header_of(&ref, 6, 3, true);

	(void)state;
	assert_int_equal(h.leap, LEAP_UNSYNC);
	assert_int_equal(h.stratum, 0);
	assert_int_equal(h.refid, NTP_KOD_RATE);
	assert_true(h.origin == CLIENT_TRANSMIT);
	/* clients ignore answers with a zero timestamp (test 3) */
	assert_true(h.receive != 0 && h.transmit != 0);
}

/* --- the monotonic extension field --------------------------------------------- */

/* A request of that version with the field last in it. */
static size_t mono_request(uint8_t packet[NTP_PACKET_MAX], unsigned version)
{
	static const struct mono_ef asked;
	size_t n = plain_request(packet, version, 3, 6);

	mono_ef_write(&asked, packet + n);
	return n + MONO_EF_SIZE;
}

static void mono_is_answered(void **state)
{
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .min_poll_log2_s = INT_MIN,
		.mono_moved_ns = -3 * NS_PER_S / 2, .mono_epoch = 0xabcdef01 };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	struct ntp_header h;
	struct mono_ef m;
	enum drop why;
	size_t n = mono_request(packet, 4);

	(void)state;
	n = answer(&r, packet, n, 50000, false, out, &why);
	assert_int_equal(n, NTP_HEADER_SIZE + MONO_EF_SIZE);
	assert_int_equal(ntp_header_read(out, n, &h), DROP_OK);
	assert_true(mono_ef_read(out, n, &m));
	assert_int_equal(m.epoch, 0xabcdef01);
	/* served time was corrected by -1.5 s since: it is ahead by as much */
	assert_true(m.receive - h.receive == UINT64_C(3) << 31);
	assert_true(m.root_delay_s >= 0.5 && m.root_delay_s < 0.5 + 1e-8);
	assert_true(m.root_dispersion_s >= 0.225 &&
	    m.root_dispersion_s < 0.225 + 1e-8);
	/* the field of another version, or another field, asks for nothing */
	n = mono_request(packet, 4);
	packet[NTP_HEADER_SIZE + 4] ^= 1;
	n = answer(&r, packet, n, 50000, false, out, &why);
	assert_int_equal(n, NTP_HEADER_SIZE);
	/* to version 3 these bytes are a MAC */
	n = mono_request(packet, 3);
	n = answer(&r, packet, n, 50000, false, out, &why);
	assert_int_equal(why, DROP_KEY_UNKNOWN);
}

static void mono_of_an_unsynchronised_server(void **state)
{
	struct time_ref ref = { 0 };
	struct responder r = { .ref = &ref, .min_poll_log2_s = INT_MIN };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	struct mono_ef m;
	enum drop why;
	size_t n = mono_request(packet, 4);

	(void)state;
	n = answer(&r, packet, n, 50000, false, out, &why);
	assert_true(mono_ef_read(out, n, &m));
	assert_true(m.root_delay_s == 1 && m.root_dispersion_s == 1);
}

/* --- NTS ---------------------------------------------------------------------- */

struct nts_lab {
	struct nts_keyring keys;
	struct cookie_ring ring;
	struct nts_session session;
	struct nts_client client;
};

static struct nts_lab *lab_new(int cookies)
{
	static const uint8_t nonce[COOKIE_NONCE] = { 9 };
	struct nts_lab *lab = calloc(1, sizeof(*lab));
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	uint8_t cookie[COOKIE_SIZE_MAX];

	assert_non_null(lab);
	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)(i * 7);
	assert_true(keyring_make(&lab->keys, AEAD_AES_SIV_CMAC_256, random));
	assert_true(cookie_ring_set(&lab->ring, &lab->keys));
	lab->session.aead = AEAD_AES_SIV_CMAC_256;
	lab->session.key_length = 32;
	memset(lab->session.c2s, 1, 32);
	memset(lab->session.s2c, 2, 32);
	nts_client_set(&lab->client, lab->session.aead, 32, lab->session.c2s,
	    lab->session.s2c);
	for (int i = 0; i < cookies; i++)
		assert_true(nts_client_add_cookie(&lab->client, cookie,
		    cookie_seal(&lab->ring, &lab->session, nonce, cookie,
		    sizeof(cookie))));
	return lab;
}

static void lab_free(struct nts_lab *lab)
{
	cookie_ring_clear(&lab->ring);
	nts_client_wipe(&lab->client);
	free(lab);
}

static size_t nts_request(struct nts_lab *lab, uint8_t packet[NTP_PACKET_MAX],
    unsigned mode)
{
	static const uint8_t random[48] = { 5 };
	size_t n;

	plain_request(packet, 4, mode, 6);
	n = nts_client_request(&lab->client, packet, NTP_HEADER_SIZE,
	    NTP_PACKET_MAX, random);
	assert_true(n > NTP_HEADER_SIZE);
	return n;
}

static void nts_answer(void **state)
{
	(void)state;
	for (int cookies = 1; cookies <= NTS_COOKIES; cookies++) {
		struct nts_lab *lab = lab_new(cookies);
		struct time_ref ref = synchronised();
		struct responder r = { .ref = &ref, .ring = &lab->ring,
			.min_poll_log2_s = INT_MIN };
		uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
		size_t n = nts_request(lab, packet, 3), m;
		enum drop why;

		m = answer(&r, packet, n, 50000, false, out, &why);
		assert_int_equal(why, DROP_OK);
		assert_int_equal(m, n);
		assert_int_equal(nts_client_response(&lab->client, out, m),
		    DROP_OK);
		assert_int_equal(lab->client.cookie_count, NTS_COOKIES);
		lab_free(lab);
	}
}

static void nts_kiss_is_authentic(void **state)
{
	struct nts_lab *lab = lab_new(8);
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .ring = &lab->ring,
		.min_poll_log2_s = INT_MIN };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	struct ntp_header h;
	enum drop why;
	size_t n;

	(void)state;
	n = nts_request(lab, packet, 3);
	n = answer(&r, packet, n, 50000, true, out, &why);
	assert_int_equal(ntp_header_read(out, n, &h), DROP_OK);
	assert_int_equal(h.refid, NTP_KOD_RATE);
	assert_int_equal(nts_client_response(&lab->client, out, n), DROP_OK);
	lab_free(lab);
}

/* Every bit of a request that is wrong: NAK or nothing, never an answer. */
static void nts_bit_flips(void **state)
{
	struct nts_lab *lab = lab_new(8);
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .ring = &lab->ring,
		.min_poll_log2_s = INT_MIN };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	size_t n = nts_request(lab, packet, 3), naks = 0;

	(void)state;
	for (size_t bit = 0; bit < 8 * n; bit++) {
		enum drop why;
		struct ntp_header h;
		size_t m;

		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		m = answer(&r, packet, n, 50000, false, out, &why);
		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_true(m <= n);
		if (m == 0)
			continue;
		assert_int_equal(ntp_header_read(out, m, &h), DROP_OK);
		if (h.stratum != 0)
			fail_msg("bit %zu flipped, and answered", bit);
		assert_int_equal(h.refid, NTP_KOD_NTSN);
		naks++;
	}
	assert_true(naks > 8 * 100);	/* each bit of the cookie, for one */
	lab_free(lab);
}

static void nts_nak(void **state)
{
	struct nts_lab *lab = lab_new(8);
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .ring = &lab->ring,
		.min_poll_log2_s = INT_MIN };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	enum drop why;
	size_t n = nts_request(lab, packet, 3), m;

	(void)state;
	cookie_ring_clear(&lab->ring);
	m = answer(&r, packet, n, 50000, false, out, &why);
	assert_int_equal(m, NTP_HEADER_SIZE + 4 + 32);
	assert_int_equal(nts_client_response(&lab->client, out, m),
	    DROP_NTS_NAK);
	/* over the limit: a packet that deserves a NAK gets nothing at all */
	assert_int_equal(answer(&r, packet, n, 50000, true, out, &why), 0);
	assert_int_equal(why, DROP_RATE);
	lab_free(lab);
}

static void nts_unwanted(void **state)
{
	struct nts_lab *lab = lab_new(8);
	struct time_ref ref = synchronised();
	struct responder with = { .ref = &ref, .ring = &lab->ring,
		.min_poll_log2_s = INT_MIN };
	struct responder without = { .ref = &ref, .ring = NULL,
		.min_poll_log2_s = INT_MIN };
	uint8_t packet[NTP_PACKET_MAX], out[NTP_PACKET_MAX];
	enum drop why;
	size_t n = nts_request(lab, packet, 3);

	(void)state;
	answer(&without, packet, n, 50000, false, out, &why);
	assert_int_equal(why, DROP_AUTH_UNWANTED);
	n = nts_request(lab, packet, 1);
	answer(&with, packet, n, 50000, false, out, &why);
	assert_int_equal(why, DROP_AUTH_UNWANTED);
	lab_free(lab);
}

static void no_room(void **state)
{
	struct time_ref ref = synchronised();
	struct responder r = { .ref = &ref, .ring = NULL,
		.min_poll_log2_s = INT_MIN };
	static const struct responder_random random;
	uint8_t packet[NTP_PACKET_MAX], out[NTP_HEADER_SIZE];
	struct responder_request q;
	size_t n = plain_request(packet, 4, 3, 6);

	(void)state;
	assert_int_equal(responder_read(&r, packet, n, 1, &q), DROP_OK);
	assert_int_equal(responder_answer(&r, &q, wall(0), wall(0), &random,
	    out, NTP_HEADER_SIZE - 1), 0);
	assert_int_equal(responder_answer(&r, &q, wall(0), wall(0), &random,
	    out, NTP_HEADER_SIZE), NTP_HEADER_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
		cmocka_unit_test(lengths),
		cmocka_unit_test(synchronised_answer),
		cmocka_unit_test(reference_is_not_in_the_future),
		cmocka_unit_test(unsynchronised_answer),
		cmocka_unit_test(no_reference_at_all),
		cmocka_unit_test(leap_second_in_progress),
		cmocka_unit_test(poll_is_at_least_the_limit),
		cmocka_unit_test(kiss_of_death),
		cmocka_unit_test(mono_is_answered),
		cmocka_unit_test(mono_of_an_unsynchronised_server),
		cmocka_unit_test(nts_answer),
		cmocka_unit_test(nts_kiss_is_authentic),
		cmocka_unit_test(nts_bit_flips),
		cmocka_unit_test(nts_nak),
		cmocka_unit_test(nts_unwanted),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests_name("ntp/responder", tests, NULL, NULL);
}
