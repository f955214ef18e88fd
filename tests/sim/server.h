/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated servers (they answer by ntp/responder) and the way to them. */
#ifndef HORA_SIM_SERVER_H
#define HORA_SIM_SERVER_H

#include "nts/cookie.h"
#include "sim/queue.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stdint.h>

/* A server and both ways to it, as a row of a scenario. */
struct server_row {
	double offset_s;		/* of its clock; positive: fast */
	double step_s, step_at_s;	/* added to it from then on */
	double base_s;			/* one way; 0 = 1 ms */
	double up_s, down_s;		/* mean of the exponential delay on top */
	double loss;			/* of a packet, each way */
	double dead_from_s, dead_to_s;	/* nothing arrives */
	uint8_t stratum;		/* 0 = 1 */
	bool is_unsynchronised;
};

struct server {
	struct server_row row;
	struct rng rng;
	struct cookie_ring ring;
	int leap;			/* that it announces and makes */
};

void server_init(struct server *s, const struct server_row *row,
    struct rng rng);

/* One way delay of a packet at true time t, s; negative: it is lost. */
double server_delay_up(struct server *s, double t);
double server_delay_down(struct server *s, double t);

/* Answer `request` at true time now_ns: the length of the reply, 0 = none. */
size_t server_answer(struct server *s, int64_t now_ns, const uint8_t *request,
    size_t length, uint8_t out[ASSOC_PACKET_MAX]);

/* An NTS-KE exchange with this server: AES-SIV-CMAC-256 and 8 cookies. */
void server_keys(struct server *s, const struct ipc_ke_start *start,
    struct ipc_ke_done *ret);

#endif
