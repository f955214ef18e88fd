/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A laboratory for peers: two associations in virtual time, each with a clock of
 * its own, and a way between them that loses and on which others may send.
 */
#ifndef HORA_TESTS_PEER_LAB_H
#define HORA_TESTS_PEER_LAB_H

#include "ntp/assoc.h"
#include "wire/ntp.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define WAY_S 0.0005		/* each way */
#define FLIGHTS 64
#define WALL_AT_0 INT64_C(1800000000000000000)

struct side {
	struct source_config config;
	struct assoc_view view;
	struct assoc a;
	double ahead_s;			/* of true time */
	double interval_s;		/* wanted after each good sample */
	double stamp_late_s;		/* kernel's transmit stamp after ours */
	int sent, valid, good, interleaved;
	double worst_s;			/* error of an offset */
	double worst_delay_s, last_good_s;
	double longest_gap_s;		/* between good samples */
	uint8_t last[ASSOC_PACKET_MAX];	/* sent */
	enum drop drop;			/* of the last packet */
};

struct flight {
	bool is_there;
	int to;
	double at_s;
	uint8_t packet[ASSOC_PACKET_MAX];
	size_t length;
};

struct lab {
	struct side side[2];
	struct flight flights[FLIGHTS];
	double now_s;
	int loss_percent;
	bool is_quiet[2];		/* this side is off */
	uint64_t random;
	/* Called for each packet that leaves; may send others. NULL: nobody. */
	void (*spy)(struct lab *l, int from, const uint8_t *packet, size_t n);
};

static inline uint32_t lab_random(struct lab *l)
{
	l->random = l->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(l->random >> 32);
}

static inline struct mono_time lab_mono(const struct lab *l)
{
	return (struct mono_time){ interval_ns(l->now_s) };
}

static inline struct stamp lab_stamp(const struct lab *l, int i, double late_s,
    enum stamp_source source)
{
	int64_t ns = WALL_AT_0 + interval_ns(l->now_s + late_s +
	    l->side[i].ahead_s);

	return (struct stamp){ { ns }, { ns }, source };
}

static inline void lab_fly(struct lab *l, int to, double delay_s,
    const uint8_t *packet, size_t n)
{
	for (int i = 0; i < FLIGHTS; i++) {
		struct flight *f = &l->flights[i];

		if (f->is_there)
			continue;
		*f = (struct flight){ .is_there = true, .to = to,
			.at_s = l->now_s + delay_s, .length = n };
		memcpy(f->packet, packet, n);
		return;
	}
	fail_msg("too many packets on the way");
}

static inline enum drop lab_step(struct lab *l, int i, enum assoc_event event,
    const uint8_t *packet, size_t n, struct assoc_out *out, double late_s,
    enum stamp_source source)
{
	struct side *s = &l->side[i];
	uint8_t random[ASSOC_RANDOM];
	struct assoc_in in = { .event = event, .now = lab_mono(l),
		.stamp = lab_stamp(l, i, late_s, source), .packet = packet,
		.length = n, .view = &s->view, .random = random };

	for (size_t k = 0; k < sizeof(random); k++)
		random[k] = (uint8_t)lab_random(l);
	return assoc_step(&s->a, &in, out);
}

static inline void lab_timer(struct lab *l, int i)
{
	struct side *s = &l->side[i];
	struct assoc_out out, none;

	lab_step(l, i, ASSOC_TIMER, NULL, 0, &out, 0, STAMP_DAEMON);
	assert_false(out.close);
	if (!out.send)
		return;
	s->sent++;
	memcpy(s->last, out.packet, out.length);
	lab_step(l, i, ASSOC_SENT, NULL, 0, &none, 0, STAMP_DAEMON);
	lab_step(l, i, ASSOC_SENT, NULL, 0, &none, s->stamp_late_s,
	    STAMP_KERNEL);
	if (l->spy)
		l->spy(l, i, out.packet, out.length);
	if ((int)(lab_random(l) % 100) >= l->loss_percent)
		lab_fly(l, !i, WAY_S + s->stamp_late_s, out.packet, out.length);
}

static inline void lab_sample(struct lab *l, int i, const struct assoc_out *out)
{
	struct side *s = &l->side[i];
	double want_s = l->side[!i].ahead_s - s->ahead_s;
	double error_s = fabs(out->sample.offset_s - want_s);

	assoc_interval(&s->a, s->interval_s);
	s->good++;
	s->interleaved += s->a.report.is_interleaved;
	s->worst_s = fmax(s->worst_s, error_s);
	s->worst_delay_s = fmax(s->worst_delay_s,
	    fabs(out->sample.delay_s - 2 * WAY_S));
	if (s->last_good_s > 0)
		s->longest_gap_s = fmax(s->longest_gap_s,
		    l->now_s - s->last_good_s);
	s->last_good_s = l->now_s;
}

static inline enum drop lab_deliver(struct lab *l, int to,
    const uint8_t *packet, size_t n)
{
	struct side *s = &l->side[to];
	struct assoc_out out;

	s->drop = lab_step(l, to, ASSOC_REPLY, packet, n, &out, 0,
	    STAMP_KERNEL);
	assert_false(out.close || out.send);
	s->valid += out.is_valid;
	if (out.is_good)
		lab_sample(l, to, &out);
	return s->drop;
}

/* The strata that both say; and follow from each other's packets. */
static inline void lab_stratum(struct lab *l, int i, int stratum)
{
	struct time_ref *own = &l->side[i].view.own;

	*own = (struct time_ref){ .is_valid = true, .stratum = (uint8_t)stratum,
		.leap = stratum ? LEAP_NORMAL : LEAP_UNSYNC,
		.refid = 0x0a000001u + (uint32_t)i, .precision_log2_s = -23,
		.root_delay_s = 0.001 * (i + 1), .root_dispersion_s = 0.001 };
	own->ref_time.ns = WALL_AT_0;
	own->since = own->until = own->ref_time;
}

static inline void lab_start_side(struct lab *l, int i)
{
	assoc_init(&l->side[i].a, &l->side[i].config, NULL, lab_mono(l),
	    lab_random(l));
}

/* Two synchronised peers, the second 5 ms ahead; both start now. */
static inline void lab_defaults(struct lab *l)
{
	*l = (struct lab){ .random = 1, .now_s = 1000 };
	for (int i = 0; i < 2; i++) {
		struct side *s = &l->side[i];

		source_config_init(&s->config, SOURCE_PEER);
		s->interval_s = 64;
		s->view.precision_s = 1e-7;
		s->view.skew = 1e-6;
		s->view.is_serving = true;
		s->view.own_refid = 0x0b000001u + (uint32_t)i;
		lab_stratum(l, i, 2);
	}
	l->side[1].ahead_s = 0.005;
}

static inline void lab_start(struct lab *l)
{
	lab_start_side(l, 0);
	lab_start_side(l, 1);
}

static inline double lab_wake_s(const struct lab *l, int i)
{
	return l->is_quiet[i] ? INFINITY :
	    (double)l->side[i].a.wake.ns * 1e-9;
}

/* Run for so many seconds. */
static inline void lab_run(struct lab *l, double s)
{
	double end_s = l->now_s + s;

	for (;;) {
		int who = lab_wake_s(l, 0) <= lab_wake_s(l, 1) ? 0 : 1;
		struct flight *f = NULL;

		for (int i = 0; i < FLIGHTS; i++)
			if (l->flights[i].is_there &&
			    (!f || l->flights[i].at_s < f->at_s))
				f = &l->flights[i];
		if (f && f->at_s <= fmin(lab_wake_s(l, who), end_s)) {
			l->now_s = fmax(l->now_s, f->at_s);
			f->is_there = false;
			if (!l->is_quiet[f->to])
				lab_deliver(l, f->to, f->packet, f->length);
		} else if (lab_wake_s(l, who) <= end_s) {
			l->now_s = fmax(l->now_s, lab_wake_s(l, who));
			lab_timer(l, who);
		} else {
			break;
		}
	}
	l->now_s = end_s;
}

#endif
