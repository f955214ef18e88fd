/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control protocol (reference: control-protocol.md 1.1): by a Unix datagram
 * socket, where the directory decides who may ask, whose requests come from horad;
 * and by UDP, where the address does.
 */
#ifndef HORA_ENGINE_IO_CONTROL_H
#define HORA_ENGINE_IO_CONTROL_H

#include "hora-engine/engine.h"
#include "start/link.h"

struct io_control;

/* The time of an event, for the engine; and: an event is over. */
struct control_clock {
	void *arg;
	struct engine_now (*now)(void *arg);
	void (*after)(void *arg);
};

/*
 * Open the sockets that the configuration asks for. A socket that can not be
 * opened is said in the log and left out. `engine` is borrowed. 0 or -errno.
 */
int io_control_open(struct role_link *link, const struct config *config,
    const struct ipc_config *options, struct engine *engine,
    const struct control_clock *clock, struct io_control **ret);

/* A request of the Unix socket; its reply goes to horad. NULL is allowed. */
void io_control_request(struct io_control *c, const struct ipc_control *request);

/* horad has answered a request: so is the client. NULL is allowed. */
void io_control_answer(struct io_control *c, const struct ipc_answer *answer);

/* Close the sockets. NULL is allowed. */
void io_control_close(struct io_control *c);

#endif
