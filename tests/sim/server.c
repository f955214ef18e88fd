/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/server.h"

#include "ntp/responder.h"

#include <string.h>

#define LATE_PART 0.1		/* of the lateness of answers is random */

void server_init(struct server *s, const struct server_row *row,
    const struct calendar *calendar, uint64_t seed, int i)
{
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	struct nts_keyring keys;

	*s = (struct server){ .row = *row, .calendar = *calendar,
		.rng = rng_of(seed, 100 + (uint64_t)i),
		.keys_rng = rng_of(seed, 300 + (uint64_t)i) };
	way_init(&s->way, &row->way, rng_of(seed, 200 + (uint64_t)i));
	if (s->row.stratum == 0)
		s->row.stratum = 1;
	rng_fill(&s->keys_rng, random, sizeof(random));
	if (keyring_make(&keys, AEAD_AES_SIV_CMAC_256, random))
		cookie_ring_set(&s->ring, &keys);
}

static struct wall_time server_time(const struct server *s, int64_t now_ns)
{
	double offset_s = s->row.offset_s;

	if (s->row.step_s != 0 && (double)now_ns * 1e-9 >= s->row.step_at_s)
		offset_s += s->row.step_s;
	return wall_add(sim_utc(&s->calendar, now_ns), offset_s);
}

/* Announced until it is over (RFC 5905: in the last day). */
static enum leap server_leap(const struct server *s, int64_t now_ns)
{
	if (s->row.is_unsynchronised)
		return LEAP_UNSYNC;
	if (s->calendar.leap == 0 || now_ns >= sim_leap_ns(&s->calendar))
		return LEAP_NORMAL;
	return s->calendar.leap > 0 ? LEAP_INSERT : LEAP_DELETE;
}

/* When the answer that the request names left; 0 = nothing is known of it. */
static uint64_t take_kept(struct server *s, uint64_t receive)
{
	for (int i = 0; i < SERVER_KEPT; i++)
		if (receive != 0 && s->kept[i].receive == receive) {
			s->kept[i].receive = 0;
			return s->kept[i].transmit;
		}
	return 0;
}

static void keep(struct server *s, const struct responder_request *q,
    struct wall_time left)
{
	s->kept[s->keeps % SERVER_KEPT].receive = q->receive;
	s->kept[s->keeps++ % SERVER_KEPT].transmit = ntp_from_wall(left);
}

size_t server_answer(struct server *s, int64_t now_ns, const uint8_t *request,
    size_t length, uint8_t out[ASSOC_PACKET_MAX], double *ret_late_s)
{
	struct wall_time now = server_time(s, now_ns);
	struct time_ref ref = {
		.since = now,
		.until = now,
		.ref_time = wall_add(now, -16),
		.refid = 0x47505300,	/* GPS */
		.stratum = s->row.is_unsynchronised ? 0 : s->row.stratum,
		.leap = (uint8_t)server_leap(s, now_ns),
		.precision_log2_s = -30,
		.is_valid = true,
	};
	struct responder r = { .ref = &ref, .ring = &s->ring };
	struct responder_random random;
	struct responder_request q;

	rng_fill(&s->rng, &random, sizeof(random));
	if (responder_read(&r, request, length, 40000, &q) != DROP_OK ||
	    responder_open(&r, &q, false) != DROP_OK)
		return 0;
	if (q.is_interleaved && s->row.is_interleaving)
		q.transmit_before = take_kept(s, q.header.origin);
	length = responder_answer(&r, &q, now, now, &random, out,
	    ASSOC_PACKET_MAX);
	*ret_late_s = s->row.late_s > 0 ?
	    (1 + LATE_PART * rng_exp(&s->rng)) * s->row.late_s : 0;
	if (length > 0 && q.is_interleaved && s->row.is_interleaving)
		keep(s, &q, wall_add(now, *ret_late_s));
	return length;
}

void server_keys(struct server *s, const struct ipc_ke_start *start,
    struct ipc_ke_done *ret)
{
	struct nts_session session = {
		.aead = AEAD_AES_SIV_CMAC_256, .key_length = 32,
	};

	rng_fill(&s->keys_rng, session.c2s, session.key_length);
	rng_fill(&s->keys_rng, session.s2c, session.key_length);
	memset(ret, 0, sizeof(*ret));
	ret->id = start->id;
	ret->stage = IPC_KE_OK;
	ret->aead = session.aead;
	ret->key_length = session.key_length;
	memcpy(ret->c2s, session.c2s, session.key_length);
	memcpy(ret->s2c, session.s2c, session.key_length);
	ret->ntp_server = start->server;
	ret->ntp_server.port = start->ntp_port;
	for (int i = 0; i < NTS_COOKIES; i++) {
		uint8_t nonce[COOKIE_NONCE];

		rng_fill(&s->keys_rng, nonce, sizeof(nonce));
		ret->cookie_length[i] = (uint16_t)cookie_seal(&s->ring,
		    &session, nonce, ret->cookie[i], NTS_COOKIE_MAX);
		ret->cookie_count++;
	}
}
