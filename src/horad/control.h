/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Unix socket of the control protocol (reference: control-protocol.md 1.1),
 * whose directory decides who may ask. The engine reads the requests and writes the
 * replies; it is horad that has the socket, so that it sees what an operator orders
 * before the engine does, and who sent it. A reply goes to who has asked, wherever
 * else the engine would like to send one.
 */
#ifndef HORA_HORAD_CONTROL_H
#define HORA_HORAD_CONTROL_H

#include "horad/orders.h"
#include "os/loop.h"
#include "os/unix_server.h"

#include <stdbool.h>
#include <stdint.h>

#define CONTROL_ANSWERABLE 64	/* latest ones that can be answered */
#define CONTROL_UNREAD_MOST 32	/* requests that the engine has not dealt with */

struct control_client {
	uint32_t id;		/* 0 = free */
	struct unix_peer peer;
};

struct control {
	struct unix_server server;	/* fd -1: closed */
	struct loop_fd *watch;
	struct control_client clients[CONTROL_ANSWERABLE];
	uint32_t last_id;
	unsigned unread;
	bool is_attended;	/* the engine is there */
	bool has_warned;	/* of a role that asked */
	struct orders orders;
};

#endif
