/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/ke_server.h"

const char *ke_end_text(enum ke_end end)
{
	static const char *const texts[] = {
#define KE_END_TEXT(name, text) [KE_END_##name] = text,
		KE_ENDS(KE_END_TEXT)
#undef KE_END_TEXT
	};

	return (unsigned)end < KE_END_COUNT ? texts[end] : "unknown";
}

int ke_gate_init(struct ke_gate *g, const struct config *config)
{
	*g = (struct ke_gate){
		.ratelimit = config->ntsratelimit,
		.records = config_client_records(config),
	};
	return access_from_config(config->allow, config->allow_count,
	    &g->access);
}

void ke_gate_free(struct ke_gate *g)
{
	access_free(&g->access);
}

enum ke_end ke_gate_judge(const struct ke_gate *g, struct server_page *page,
    const struct ip_addr *ip, struct mono_time now, uint32_t random)
{
	struct client_table clients = server_clients(page, g->records);

	if (!access_allows(&g->access, ip))
		return KE_END_ACCESS;
	/* There is no kiss code here: what does not pass is dropped. */
	if (client_judge(&clients, ip, &g->ratelimit, now, random) !=
	    RATE_PASS) {
		server_count(page, SERVER_KE_DROPPED);
		return KE_END_RATE;
	}
	server_count(page, SERVER_KE_ACCEPTED);
	return KE_END_SERVED;
}

static void close_with(struct ke_connection *c, enum ke_end end)
{
	c->phase = KE_PHASE_CLOSED;
	c->end = end;
}

void ke_connection_start(struct ke_connection *c, struct mono_time now)
{
	/* The buffers hold nothing until their lengths say so. */
	c->phase = KE_PHASE_HANDSHAKE;
	c->end = KE_END_INTERNAL;
	c->deadline = mono_add(now, KE_TIME_LIMIT_S);
	c->has_spoken = false;
	c->discarded = 0;
	c->judgement = (struct ke_judgement){ 0 };
	c->request_length = c->reply_length = c->sent = 0;
}

void ke_connection_shaken(struct ke_connection *c, bool has_alpn)
{
	/* Without ALPN: disconnected without data (behaviour.md 4.2). */
	if (!has_alpn)
		close_with(c, KE_END_ALPN);
	else
		c->phase = KE_PHASE_REQUEST;
}

uint8_t *ke_connection_room(struct ke_connection *c, size_t *ret_size)
{
	*ret_size = sizeof(c->request) - c->request_length;
	return c->request + c->request_length;
}

/* Start sending, or close when no reply could be built. */
static void begin_reply(struct ke_connection *c, size_t length)
{
	if (length == 0) {
		close_with(c, KE_END_INTERNAL);
		return;
	}
	c->reply_length = length;
	c->phase = KE_PHASE_REPLY;
}

static void judge(struct ke_connection *c,
    const struct ke_server_config *config)
{
	static const uint8_t no_random[KE_SERVER_RANDOM];

	c->judgement = ke_server_judge(config, c->request, c->request_length);
	switch (c->judgement.answer) {
	case KE_ANSWER_CLOSE:
		close_with(c, KE_END_MESSAGE);
		return;
	case KE_ANSWER_COOKIES:
		c->end = KE_END_SERVED;
		c->phase = KE_PHASE_KEYS;
		return;
	case KE_ANSWER_NO_PROTOCOL:
	case KE_ANSWER_NO_AEAD:
	case KE_ANSWER_ERROR:
		/* No cookie is sealed, so nothing needs a nonce. */
		c->end = KE_END_REFUSED;
		begin_reply(c, ke_server_reply(config, &c->judgement, NULL,
		    NULL, no_random, c->reply));
		return;
	}
}

void ke_connection_received(struct ke_connection *c,
    const struct ke_server_config *config, size_t n)
{
	c->request_length += n;
	switch (ke_message_state(c->request, c->request_length)) {
	case KE_INCOMPLETE:
		return;
	case KE_INVALID:
		close_with(c, KE_END_MESSAGE);
		return;
	case KE_COMPLETE:
		judge(c, config);
		return;
	}
}

void ke_connection_keys(struct ke_connection *c,
    const struct ke_server_config *config, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM])
{
	if (session == NULL) {
		close_with(c, KE_END_INTERNAL);
		return;
	}
	begin_reply(c, ke_server_reply(config, &c->judgement, session, ring,
	    random, c->reply));
}

void ke_connection_sent(struct ke_connection *c, size_t n)
{
	c->sent += n;
	if (c->sent >= c->reply_length)
		c->phase = KE_PHASE_BYE;
}

void ke_connection_left(struct ke_connection *c, struct mono_time now)
{
	struct mono_time until = mono_add(now, KE_LINGER_S);

	c->phase = KE_PHASE_LINGER;
	if (until.ns < c->deadline.ns)
		c->deadline = until;
}

void ke_connection_discarded(struct ke_connection *c, size_t n)
{
	c->discarded += n;
	if (c->discarded > KE_LINGER_MAX)
		c->phase = KE_PHASE_CLOSED;
}

void ke_connection_fail(struct ke_connection *c, enum ke_end end)
{
	if (c->phase == KE_PHASE_CLOSED)
		return;
	if (c->phase == KE_PHASE_BYE || c->phase == KE_PHASE_LINGER)
		c->phase = KE_PHASE_CLOSED;
	else
		close_with(c, end);
}

void ke_connection_eof(struct ke_connection *c)
{
	/* A message cut short is worth telling from a client that left. */
	ke_connection_fail(c, c->phase == KE_PHASE_REQUEST &&
	    c->request_length > 0 ? KE_END_MESSAGE : KE_END_PEER);
}
