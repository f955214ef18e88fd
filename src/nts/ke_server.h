/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS-KE on the server's side, records in and out, no TLS (RFC 8915 section 4;
 * reference: behaviour.md 4.3). A request is judged first; then the caller
 * exports the keys for the chosen AEAD (nts/exporter.h) and has the reply built.
 */
#ifndef HORA_NTS_KE_SERVER_H
#define HORA_NTS_KE_SERVER_H

#include "nts/cookie.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KE_REPLY_MAX 2048	/* bytes of the longest reply */
#define KE_SERVER_RANDOM (NTS_COOKIES * COOKIE_NONCE)

/* What the configuration says; borrowed. */
struct ke_server_config {
	const uint16_t *aeads;		/* enabled (ntsaeads) */
	size_t aead_count;
	uint16_t ntp_port;		/* announced unless 123 */
	const char *ntp_server;		/* ntsntpserver; NULL or "" = none */
};

enum ke_answer {
	KE_ANSWER_CLOSE,	/* close without a reply */
	KE_ANSWER_COOKIES,	/* export keys, then cookies */
	KE_ANSWER_NO_PROTOCOL,	/* none of the client's protocols */
	KE_ANSWER_NO_AEAD,	/* none of the client's AEADs */
	KE_ANSWER_ERROR,	/* error record */
};

struct ke_judgement {
	enum ke_answer answer;
	uint16_t error;			/* KE_ANSWER_ERROR: enum ke_error */
	uint16_t aead;			/* KE_ANSWER_COOKIES */
	bool compliant_export;		/* exporter context, and 1024 in the reply */
};

/* Judge what a client sent up to the end of its message or of the stream. */
struct ke_judgement ke_server_judge(const struct ke_server_config *c,
    const uint8_t *message, size_t length);

/*
 * Build the reply. `session` (aead as judged) and `ring` are used for
 * KE_ANSWER_COOKIES only and may else be NULL. Returns its length, or 0 to close
 * without a reply.
 */
size_t ke_server_reply(const struct ke_server_config *c,
    const struct ke_judgement *j, const struct nts_session *session,
    const struct cookie_ring *ring, const uint8_t random[KE_SERVER_RANDOM],
    uint8_t out[KE_REPLY_MAX]);

#endif
