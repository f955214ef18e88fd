/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions of hora-ke-server: which connections are taken, and what each does
 * next (RFC 8915 section 4; reference: behaviour.md 4.2). Pure; the TLS of a
 * connection is done by io_worker.c, which reports here and does what is said.
 */
#ifndef HORA_KE_SERVER_KE_SERVER_H
#define HORA_KE_SERVER_KE_SERVER_H

#include "base/addr.h"
#include "base/time.h"
#include "conf/config.h"
#include "nts/ke_server.h"
#include "ntp/access.h"
#include "ntp/server_page.h"
#include "wire/ke.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KE_TIME_LIMIT_S 2.0	/* for everything, from accept to close */
#define KE_LINGER_S 1.0		/* of it, for the client's own end */
#define KE_LINGER_MAX 4096	/* bytes that it may say until then */

/* The sentence of the table in ntp/server_page.h; "unknown" outside it. */
const char *ke_end_text(enum ke_end end);

/* --- who is let in -------------------------------------------------------- */

struct ke_gate {
	struct access_table access;
	struct ratelimit_config ratelimit;
	uint32_t records;		/* of clients, in the page */
};

/* 0, or -errno as access_from_config. */
int ke_gate_init(struct ke_gate *g, const struct config *config);
void ke_gate_free(struct ke_gate *g);

/*
 * Judge a new connection by access rules and rate limit; counts in the page.
 * KE_END_SERVED: let it in; else KE_END_ACCESS or KE_END_RATE. `random`: 32
 * fresh bits.
 */
enum ke_end ke_gate_judge(const struct ke_gate *g, struct server_page *page,
    const struct ip_addr *ip, struct mono_time now, uint32_t random);

/* --- one connection ------------------------------------------------------- */

enum ke_phase {
	KE_PHASE_HANDSHAKE,
	KE_PHASE_REQUEST,	/* reading */
	KE_PHASE_KEYS,		/* the request wants keys exported */
	KE_PHASE_REPLY,		/* writing */
	KE_PHASE_BYE,		/* telling the client that this is the end */
	/*
	 * Waiting for the client to close: bytes that meet a closed socket are
	 * answered by a reset, which a client takes for a failure. The
	 * exchange is over, and anybody else who needs the place may have it.
	 */
	KE_PHASE_LINGER,
	KE_PHASE_CLOSED,	/* over: `end` says how */
};

struct ke_connection {
	enum ke_phase phase;
	enum ke_end end;
	struct mono_time deadline;
	bool has_spoken;	/* a byte of the client has come */
	size_t discarded;	/* bytes that came after the goodbye */
	struct ke_judgement judgement;
	size_t request_length, reply_length, sent;
	uint8_t reply[KE_REPLY_MAX];
	uint8_t request[KE_MESSAGE_MAX + 1];	/* one more shows "too long" */
};

/* A new connection, whose time limit begins now. */
void ke_connection_start(struct ke_connection *c, struct mono_time now);

/* The handshake is done; was the protocol agreed on? */
void ke_connection_shaken(struct ke_connection *c, bool has_alpn);

/*
 * Room for what is read next, at least one byte; *ret_size says how much. Only
 * in KE_PHASE_REQUEST.
 */
uint8_t *ke_connection_room(struct ke_connection *c, size_t *ret_size);

/*
 * n bytes have come into that room. The phase stays while the message is
 * incomplete; then it is judged: KE_PHASE_KEYS, KE_PHASE_REPLY or closed.
 */
void ke_connection_received(struct ke_connection *c,
    const struct ke_server_config *config, size_t n);

/*
 * In KE_PHASE_KEYS: seal cookies for these keys (aead as judged), or report by
 * session NULL that there are none.
 */
void ke_connection_keys(struct ke_connection *c,
    const struct ke_server_config *config, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM]);

/* n bytes of the rest of the reply are sent. */
void ke_connection_sent(struct ke_connection *c, size_t n);

/* The goodbye is said: linger, by a deadline that may now be sooner. */
void ke_connection_left(struct ke_connection *c, struct mono_time now);

/* n bytes came while it lingered. */
void ke_connection_discarded(struct ke_connection *c, size_t n);

/*
 * Something ends the connection: TLS, the client, time, or a need for its
 * place. A connection whose reply is sent keeps its good end.
 */
void ke_connection_fail(struct ke_connection *c, enum ke_end end);

/* The client closed its side. */
void ke_connection_eof(struct ke_connection *c);

#endif
