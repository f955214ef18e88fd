/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated servers (they answer by ntp/responder) and the way to them. */
#ifndef HORA_SIM_SERVER_H
#define HORA_SIM_SERVER_H

#include "nts/cookie.h"
#include "sim/kernel.h"
#include "sim/queue.h"
#include "sim/random.h"
#include "sim/way.h"

#include <stdbool.h>
#include <stdint.h>

/* A server and both ways to it, as a row of a scenario. */
struct server_row {
	double offset_s;		/* of its clock; positive: fast */
	double step_s, step_at_s;	/* added to it from then on */
	struct way_row way;
	double late_s;			/* answers leave so much later than they
					 * say, and a tenth more in the mean */
	bool is_interleaving;		/* answers in interleaved mode, too */
	uint8_t stratum;		/* 0 = 1 */
	bool is_unsynchronised;
};

#define SERVER_KEPT 64		/* of clients in interleaved mode */

struct server {
	struct server_row row;
	struct way way;
	struct rng rng, keys_rng;	/* of answers, of NTS-KE */
	struct cookie_ring ring;
	struct calendar calendar;	/* it announces and makes the leap */
	/* Receive timestamps of answers, and when those really left. */
	struct {
		uint64_t receive, transmit;
	} kept[SERVER_KEPT];
	unsigned keeps;
};

/* Server number i of the run of this seed. */
void server_init(struct server *s, const struct server_row *row,
    const struct calendar *calendar, uint64_t seed, int i);

/*
 * Answer `request` at true time now_ns: the length of the reply, 0 = none. It
 * leaves *ret_late_s after that.
 */
size_t server_answer(struct server *s, int64_t now_ns, const uint8_t *request,
    size_t length, uint8_t out[ASSOC_PACKET_MAX], double *ret_late_s);

/* An NTS-KE exchange with this server: AES-SIV-CMAC-256 and 8 cookies. */
void server_keys(struct server *s, const struct ipc_ke_start *start,
    struct ipc_ke_done *ret);

#endif
