/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams of the control protocol (reference: control-protocol.md). Pure. */
#ifndef HORA_ENGINE_CONTROL_H
#define HORA_ENGINE_CONTROL_H

#include "hora-engine/engine.h"
#include "ipc/messages.h"

/* Where a request came from and what the reports need beside the engine. */
struct control_peer {
	bool is_unix;			/* the Unix socket: every command */
	struct ip_addr address;		/* UDP: checked by the caller (cmdallow) */
};

/* A request whose reply comes later: horad does it. */
struct control_later {
	bool is_set;
	uint16_t command;
	uint32_t sequence;
	struct ipc_request request;	/* for horad; the caller gives the id */
};

/*
 * Do what a request asks and write its reply. Returns the reply's length, 0 for
 * none (then nothing is sent); never longer than the request. For what horad is
 * needed, *later, which is always written, has what is to be sent to it; the
 * reply is written when it has answered.
 */
size_t engine_control(struct engine *e, const struct engine_now *now,
    const struct control_peer *peer, const uint8_t *request, size_t length,
    uint8_t *reply, size_t size, struct control_later *later);

/*
 * The reply to such a request, as engine_control writes it; `text` is told to
 * those who ask for a reload of the configuration.
 */
size_t engine_control_later(const struct control_later *later, bool is_done,
    const char *text, uint8_t *reply, size_t size);

#endif
