/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A laboratory for one association: virtual time, a server whose answers are
 * made by hand. The server's clock is SERVER_FAST_S ahead of the local one.
 */
#ifndef HORA_TESTS_ASSOC_LAB_H
#define HORA_TESTS_ASSOC_LAB_H

#include "ntp/assoc.h"
#include "wire/ntp.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define SERVER_FAST_S 0.005
#define PATH_S 0.0005		/* one way */
#define HOLD_S 0.0001		/* in the server */
#define WALL_AT_0 INT64_C(1800000000000000000)

struct lab {
	struct source_config config;
	struct assoc_view view;
	struct nts_client nts;
	struct assoc a;
	struct assoc_out out;
	struct mono_time now;
	uint8_t random[ASSOC_RANDOM];
	uint8_t request[ASSOC_PACKET_MAX];	/* the last one sent */
	size_t request_length;
	int requests;
};

/* Does x lie in [low, high]? */
static inline void in_range(const char *what, double x, double low, double high)
{
	if (!(x >= low && x <= high))
		fail_msg("%s: %.12g is not in %.12g..%.12g", what, x, low, high);
}

static inline struct wall_time lab_wall(const struct lab *l)
{
	return (struct wall_time){ WALL_AT_0 + l->now.ns };
}

static inline struct stamp lab_stamp(const struct lab *l,
    enum stamp_source source)
{
	return (struct stamp){ lab_wall(l), { lab_wall(l).ns }, source };
}

static inline void lab_defaults(struct lab *l)
{
	*l = (struct lab){ 0 };
	l->config = (struct source_config){
		.minpoll = 6, .maxpoll = 10, .polltarget = 8,
		.maxdelay_s = 3, .maxdelaydevratio = 10,
		.presend = PRESEND_OFF,
	};
	l->view.precision_s = 1e-7;
	l->view.skew = 1e-6;
	l->now = (struct mono_time){ 1000 * NS_PER_S };
}

static inline void lab_start(struct lab *l)
{
	assoc_init(&l->a, &l->config, l->config.nts ? &l->nts : NULL, l->now, 0);
}

static inline enum drop lab_step(struct lab *l, enum assoc_event event,
    const uint8_t *packet, size_t length, enum stamp_source source)
{
	struct assoc_in in = {
		.event = event, .now = l->now, .stamp = lab_stamp(l, source),
		.packet = packet, .length = length,
		.view = &l->view, .random = l->random,
	};
	enum drop d;

	/* Never twice the same nonce, and a spread that is not 0. */
	for (size_t i = 0; i < sizeof(l->random); i++)
		l->random[i] = (uint8_t)(l->random[i] * 5 + 17 + i);
	d = assoc_step(&l->a, &in, &l->out);
	if (l->out.send) {
		memcpy(l->request, l->out.packet, l->out.length);
		l->request_length = l->out.length;
		l->requests++;
	}
	return d;
}

/* Wait for the next timer; returns the seconds that it took. */
static inline double lab_timer(struct lab *l)
{
	double s = mono_sub(l->a.wake, l->now);

	assert_true(l->a.wake.ns != MONO_NEVER.ns);
	if (s > 0)
		l->now = l->a.wake;
	lab_step(l, ASSOC_TIMER, NULL, 0, STAMP_DAEMON);
	return s;
}

/* Timers up to the next one that sends; returns the seconds since the last. */
static inline double lab_next_request(struct lab *l)
{
	struct mono_time before = l->a.has_sent ? l->a.last_sent : l->now;

	do
		lab_timer(l);
	while (!l->out.send);
	return mono_sub(l->now, before);
}

/* The header of a perfect answer to the last request, sent and received now. */
static inline struct ntp_header lab_answer(struct lab *l)
{
	struct wall_time t1 = lab_wall(l);
	struct ntp_header q;

	assert_int_equal(ntp_header_read(l->request, l->request_length, &q),
	    DROP_OK);
	return (struct ntp_header){
		.leap = 0, .version = 4, .mode = NTP_MODE_SERVER, .stratum = 2,
		.poll = q.poll, .precision = -23,
		.root_delay = ntp_short_from_s(0.01),
		.root_dispersion = ntp_short_from_s(0.02),
		.refid = 0x0a000001, .reference = ntp_from_wall(wall_add(t1, -30)),
		.origin = q.transmit,
		.receive = ntp_from_wall(wall_add(t1, SERVER_FAST_S + PATH_S)),
		.transmit = ntp_from_wall(
		    wall_add(t1, SERVER_FAST_S + PATH_S + HOLD_S)),
	};
}

/* Deliver this header after one round trip. */
static inline enum drop lab_deliver(struct lab *l, const struct ntp_header *h)
{
	uint8_t packet[NTP_HEADER_SIZE];

	ntp_header_write(h, packet);
	l->now = mono_add(l->now, 2 * PATH_S + HOLD_S);
	return lab_step(l, ASSOC_REPLY, packet, sizeof(packet), STAMP_KERNEL);
}

/* The server answers the last request well. */
static inline enum drop lab_good(struct lab *l)
{
	struct ntp_header h = lab_answer(l);

	return lab_deliver(l, &h);
}

#endif
