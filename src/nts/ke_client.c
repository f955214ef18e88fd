/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/ke_client.h"

#include "nts/aead.h"
#include "wire/ke.h"

#include <string.h>

#define BODY_MAX 256		/* longest body of a record that is read */

size_t ke_client_request(const uint16_t *aeads, size_t count,
    uint8_t out[KE_REQUEST_MAX])
{
	uint8_t body[2 * KE_AEADS_MAX];
	struct writer list = writer_of(body, sizeof(body));
	struct writer w = writer_of(out, KE_REQUEST_MAX);
	bool has_gcm_siv = false;

	for (size_t i = 0; i < count && writer_left(&list) > 0; i++) {
		if (!aead_supported(aeads[i]))
			continue;
		put_be(&list, aeads[i], 2);
		has_gcm_siv |= aeads[i] == AEAD_AES_128_GCM_SIV;
	}
	if (writer_length(&list) == 0)
		return 0;
	ke_put_u16(&w, KE_NEXT_PROTOCOL, true, KE_PROTOCOL_NTPV4);
	ke_put(&w, KE_AEAD, true, body, writer_length(&list));
	if (has_gcm_siv)
		ke_put(&w, KE_COMPLIANT_EXPORT, false, NULL, 0);
	ke_put(&w, KE_END, true, NULL, 0);
	return w.bad ? 0 : writer_length(&w);
}

/* What has been seen so far of a response. */
struct reading {
	const uint16_t *aeads;		/* that were offered */
	size_t count;
	bool has_protocol, has_aead, has_port;
	struct ke_response *out;
};

/* A record is judged by one of these: NULL, or why the response is refused. */

static const char *take_protocol(struct reading *s, const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);

	if (s->has_protocol)
		return "repeated Next Protocol record";
	if (!r->is_critical)
		return "Next Protocol record is not critical";
	if (r->length == 0)
		return "server does not offer NTPv4";
	if (r->length != 2 || take_be(&body, 2) != KE_PROTOCOL_NTPV4)
		return "Next Protocol is not NTPv4 alone";
	s->has_protocol = true;
	return NULL;
}

static const char *take_aead(struct reading *s, const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);
	uint16_t aead;

	if (s->has_aead)
		return "repeated AEAD record";
	if (r->length == 0)
		return "server supports none of our AEADs";
	if (r->length != 2)
		return "AEAD record does not hold one AEAD";
	aead = (uint16_t)take_be(&body, 2);
	for (size_t i = 0; i < s->count; i++)
		if (s->aeads[i] == aead && aead_supported(aead)) {
			s->out->aead = aead;
			s->has_aead = true;
			return NULL;
		}
	return "server chose an AEAD that was not offered";
}

static const char *take_error(const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);

	if (r->length == 2)
		switch (take_be(&body, 2)) {
		case KE_ERROR_UNKNOWN_CRITICAL:
			return "server error: unrecognized critical record";
		case KE_ERROR_BAD_REQUEST:
			return "server error: bad request";
		case KE_ERROR_INTERNAL:
			return "server error: internal server error";
		}
	return "server error of an unknown kind";
}

/* A cookie that could not be put into a request is no reason to refuse the
 * others. */
static void take_cookie(struct reading *s, const struct ke_record *r)
{
	struct ke_response *out = s->out;
	struct nts_cookie *c;

	if (out->cookie_count == NTS_COOKIES || r->length == 0 ||
	    r->length > NTS_COOKIE_MAX || r->length % 4 != 0)
		return;
	c = &out->cookies[out->cookie_count++];
	c->length = (uint16_t)r->length;
	memcpy(c->bytes, r->body, r->length);
}

static const char *take_server(struct reading *s, const struct ke_record *r)
{
	if (s->out->server[0] != '\0')
		return "repeated server record";
	if (r->length == 0)
		return "server record is empty";
	for (size_t i = 0; i < r->length; i++)
		if (r->body[i] <= ' ' || r->body[i] > '~')
			return "server record is not printable text";
	memcpy(s->out->server, r->body, r->length);
	s->out->server[r->length] = '\0';
	return NULL;
}

static const char *take_port(struct reading *s, const struct ke_record *r)
{
	struct reader body = reader_of(r->body, r->length);

	if (s->has_port)
		return "repeated port record";
	if (r->length != 2)
		return "port record does not hold one port";
	s->has_port = true;
	s->out->port = (uint16_t)take_be(&body, 2);
	return NULL;
}

static const char *take_record(struct reading *s, const struct ke_record *r)
{
	if (r->length > BODY_MAX)
		return r->is_critical ? "critical record is too long" : NULL;
	switch (r->type) {
	case KE_END:
		return NULL;		/* ke_message_state has judged it */
	case KE_NEXT_PROTOCOL:
		return take_protocol(s, r);
	case KE_AEAD:
		return take_aead(s, r);
	case KE_ERROR:
		return take_error(r);
	case KE_WARNING:
		return "server sent a warning";
	case KE_COOKIE:
		take_cookie(s, r);
		return NULL;
	case KE_SERVER:
		return take_server(s, r);
	case KE_PORT:
		return take_port(s, r);
	case KE_COMPLIANT_EXPORT:
		if (r->length != 0)
			return "record 1024 is not empty";
		s->out->compliant_export = true;
		return NULL;
	}
	return r->is_critical ? "unknown critical record" : NULL;
}

bool ke_client_response(const uint8_t *message, size_t length,
    const uint16_t *aeads, size_t count, struct ke_response *ret,
    const char **ret_reason)
{
	struct reading s = { .aeads = aeads, .count = count, .out = ret };
	struct reader r = reader_of(message, length);
	struct ke_record record;
	const char *reason = NULL;

	*ret = (struct ke_response){ 0 };
	if (ke_message_state(message, length) != KE_COMPLETE)
		reason = "message is not whole";
	while (!reason && ke_next(&r, &record))
		reason = take_record(&s, &record);
	if (!reason && !s.has_protocol)
		reason = "no Next Protocol record";
	if (!reason && !s.has_aead)
		reason = "no AEAD record";
	if (!reason && ret->cookie_count == 0)
		reason = "no cookies";
	if (reason)
		*ret_reason = reason;
	return !reason;
}
