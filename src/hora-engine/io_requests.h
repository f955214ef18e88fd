/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets of NTP requests. Which one a request leaves from:
 *
 * REQUEST_FRESH	a connected socket of its own with a port that the kernel
 *			chooses, closed as soon as the answer has come
 * REQUEST_OWN		acquisitionport: one socket a family for all sources
 * REQUEST_SERVER	the port of our NTP server: a connected socket for the
 *			source (hora-engine/io_ports.h); a peer's stays open
 *
 * Requests to ptpport are NTP over PTP (wire/ptp.h); an answer in another form than
 * the request's is not heard.
 */
#ifndef HORA_ENGINE_IO_REQUESTS_H
#define HORA_ENGINE_IO_REQUESTS_H

#include "base/addr.h"
#include "base/time.h"
#include "hora-engine/engine.h"
#include "hora-engine/io_ports.h"
#include "os/loop.h"

enum request_kind {
	REQUEST_FRESH,
	REQUEST_OWN,
	REQUEST_SERVER,
};

/* What comes out of the sockets; runs from the loop. */
struct request_events {
	void *arg;
	void (*sent)(void *arg, uint32_t source,
	    const struct engine_stamp *sent);
	void (*reply)(void *arg, uint32_t source, const uint8_t *packet,
	    size_t length, const struct engine_stamp *received);
};

struct requests {
	struct loop *loop;
	struct request_events events;
	enum request_kind kind;		/* of every source but peers */
	struct net_addr local4, local6;	/* of FRESH; IP_NONE = any */
	struct socket_setup setup;	/* the same */
	uint16_t ptp_port;		/* 0 = none; to it NTP goes over PTP */
	uint8_t ptp_domain;
	uint16_t ptp_sequence;		/* of the next request */
	struct io_ports ports;
	struct own_socket {		/* of OWN */
		struct requests *owner;
		int fd;			/* -1 = not open */
		struct loop_fd *watch;
		uint32_t sent;		/* datagrams, for timestamps */
	} own[2];			/* IPv4, IPv6 */
	struct request *first;
};

/*
 * Open what has to be opened while the engine may still bind privileged ports.
 * `config` is borrowed. 0, or -errno, which is in the log.
 */
int requests_open(struct requests *r, struct role_link *link,
    const struct config *config, const struct ipc_config *options,
    const struct request_events *events);

/*
 * Requests from now on go by another configuration; ports and interfaces are the
 * same (they need a restart).
 */
void requests_renew(struct requests *r, const struct config *config);

/* Effects of engine.h; 0 or -errno. */
int requests_send(struct requests *r, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local);
int requests_send_peer(struct requests *r,
    const struct engine_request *request, struct wall_time *ret_sent,
    struct ip_addr *ret_local);
void requests_close(struct requests *r, uint32_t source);
bool requests_can_reach(const struct requests *r, const struct net_addr *to);

/* Close every socket; a zeroed struct is allowed. */
void requests_close_all(struct requests *r);

#endif
