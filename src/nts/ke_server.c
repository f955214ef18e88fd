/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/ke_server.h"

#include "nts/aead.h"
#include "wire/ke.h"

#include <string.h>

#define VALUES_MAX 128		/* values of one record that are looked at */
#define NTP_PORT 123
#define SERVER_NAME_MAX 256	/* longest name that a client takes */

/* What has been seen so far of a request. */
struct reading {
	const struct ke_server_config *config;
	bool has_protocol_record, has_ntpv4;
	bool has_aead_record;
	uint16_t aead;			/* 0 = none that we have */
	bool compliant_export;
};

enum { NO_ERROR = -1 };

/* An AEAD that is enabled and supported. */
static bool is_usable(const struct ke_server_config *c, uint16_t aead)
{
	for (size_t i = 0; i < c->aead_count; i++)
		if (c->aeads[i] == aead)
			return aead_supported(aead);
	return false;
}

/* Lists of 16-bit numbers: at least one, and none cut. */
static bool is_list(const struct ke_record *r)
{
	return r->length >= 2 && r->length % 2 == 0;
}

static int take_protocols(struct reading *s, const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);

	if (s->has_protocol_record || !r->is_critical || !is_list(r))
		return KE_ERROR_BAD_REQUEST;
	s->has_protocol_record = true;
	for (int i = 0; i < VALUES_MAX && reader_left(&body) > 0; i++)
		if (take_be(&body, 2) == KE_PROTOCOL_NTPV4)
			s->has_ntpv4 = true;
	return NO_ERROR;
}

/* The client's order of preference decides. */
static int take_aeads(struct reading *s, const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);

	if (s->has_aead_record || !is_list(r))
		return KE_ERROR_BAD_REQUEST;
	s->has_aead_record = true;
	for (int i = 0; i < VALUES_MAX && reader_left(&body) > 0; i++) {
		uint16_t aead = (uint16_t)take_be(&body, 2);

		if (s->aead == 0 && is_usable(s->config, aead))
			s->aead = aead;
	}
	return NO_ERROR;
}

/* enum ke_error, or NO_ERROR. */
static int take_record(struct reading *s, const struct ke_record *r)
{
	switch (r->type) {
	case KE_END:
		return NO_ERROR;	/* ke_message_state has judged it */
	case KE_NEXT_PROTOCOL:
		return take_protocols(s, r);
	case KE_AEAD:
		return take_aeads(s, r);
	case KE_ERROR:
	case KE_WARNING:
	case KE_COOKIE:
		return KE_ERROR_BAD_REQUEST;
	case KE_COMPLIANT_EXPORT:
		if (r->length != 0)
			return KE_ERROR_BAD_REQUEST;
		s->compliant_export = true;
		return NO_ERROR;
	}
	/* Wishes for a server or port are unknown to us, too. */
	return r->is_critical ? KE_ERROR_UNKNOWN_CRITICAL : NO_ERROR;
}

struct ke_judgement ke_server_judge(const struct ke_server_config *c,
    const uint8_t *message, size_t length)
{
	struct ke_judgement j = { .answer = KE_ANSWER_CLOSE };
	struct reading s = { .config = c };
	struct reader r = reader_of(message, length);
	struct ke_record record;
	int error = NO_ERROR;

	if (ke_message_state(message, length) != KE_COMPLETE)
		return j;
	while (error == NO_ERROR && ke_next(&r, &record))
		error = take_record(&s, &record);
	if (error == NO_ERROR && (!s.has_protocol_record ||
	    (s.has_ntpv4 && !s.has_aead_record)))
		error = KE_ERROR_BAD_REQUEST;
	if (error != NO_ERROR) {
		j.answer = KE_ANSWER_ERROR;
		j.error = (uint16_t)error;
	} else if (!s.has_ntpv4) {
		j.answer = KE_ANSWER_NO_PROTOCOL;
	} else if (s.aead == 0) {
		j.answer = KE_ANSWER_NO_AEAD;
	} else {
		j.answer = KE_ANSWER_COOKIES;
		j.aead = s.aead;
		j.compliant_export = s.compliant_export &&
		    s.aead == AEAD_AES_128_GCM_SIV;
	}
	return j;
}

/* Eight cookies; false when one can not be made. */
static bool put_cookies(struct writer *w, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM])
{
	uint8_t cookie[COOKIE_SIZE_MAX];

	for (int i = 0; i < NTS_COOKIES; i++) {
		size_t n = cookie_seal(ring, session, random + i * COOKIE_NONCE,
		    cookie, sizeof(cookie));

		if (n == 0)
			return false;
		ke_put(w, KE_COOKIE, false, cookie, n);
	}
	return true;
}

/* Everything after the Next Protocol record of a successful exchange. */
static bool put_grant(struct writer *w, const struct ke_server_config *c,
    const struct ke_judgement *j, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM])
{
	size_t name = c->ntp_server ? strlen(c->ntp_server) : 0;

	if (session->aead != j->aead || name > SERVER_NAME_MAX)
		return false;
	ke_put_u16(w, KE_AEAD, true, j->aead);
	if (j->compliant_export)
		ke_put(w, KE_COMPLIANT_EXPORT, false, NULL, 0);
	if (c->ntp_port != NTP_PORT)
		ke_put_u16(w, KE_PORT, true, c->ntp_port);
	if (name > 0)
		ke_put(w, KE_SERVER, true, c->ntp_server, name);
	return put_cookies(w, session, ring, random);
}

size_t ke_server_reply(const struct ke_server_config *c,
    const struct ke_judgement *j, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM],
    uint8_t out[KE_REPLY_MAX])
{
	struct writer w = writer_of(out, KE_REPLY_MAX);

	switch (j->answer) {
	case KE_ANSWER_CLOSE:
		return 0;
	case KE_ANSWER_ERROR:
		ke_put_u16(&w, KE_ERROR, true, j->error);
		break;
	case KE_ANSWER_NO_PROTOCOL:
		ke_put(&w, KE_NEXT_PROTOCOL, true, NULL, 0);
		break;
	case KE_ANSWER_NO_AEAD:
		ke_put_u16(&w, KE_NEXT_PROTOCOL, true, KE_PROTOCOL_NTPV4);
		ke_put(&w, KE_AEAD, true, NULL, 0);
		break;
	case KE_ANSWER_COOKIES:
		ke_put_u16(&w, KE_NEXT_PROTOCOL, true, KE_PROTOCOL_NTPV4);
		if (!put_grant(&w, c, j, session, ring, random))
			return 0;
		break;
	}
	ke_put(&w, KE_END, true, NULL, 0);
	return w.bad ? 0 : writer_length(&w);
}
