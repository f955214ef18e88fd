/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets of the open NTP requests: at most one for each source, closed as
 * soon as its answer has come.
 */
#ifndef HORA_ENGINE_IO_REQUESTS_H
#define HORA_ENGINE_IO_REQUESTS_H

#include "base/addr.h"
#include "base/time.h"
#include "hora-engine/engine.h"
#include "os/loop.h"

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
	struct ip_addr bind4, bind6;	/* IP_NONE = any */
	struct request *first;
};

/* Effects of engine.h; 0 or -errno. */
int requests_send(struct requests *r, uint32_t source,
    const struct net_addr *to, const uint8_t *packet, size_t length,
    struct wall_time *ret_sent, struct ip_addr *ret_local);
void requests_close(struct requests *r, uint32_t source);
bool requests_can_reach(const struct requests *r, const struct net_addr *to);

/* Close the sockets of every request. */
void requests_close_all(struct requests *r);

#endif
