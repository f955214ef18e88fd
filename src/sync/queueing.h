/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delays that only err to one side: a packet may wait in queues, but it is
 * never faster than its way (docs/discipline.md).
 */
#ifndef HORA_SYNC_QUEUEING_H
#define HORA_SYNC_QUEUEING_H

#define QUEUEING_WAITS 32	/* remembered for the scale */

/* What is known of v, normal with mean 0 before the observation. */
struct belief {
	double mean_s;
	double variance_s2;
	double log_likelihood;	/* of the observation; density in 1/s */
	double doubt;		/* 0..1: that the observation is worthless */
};

/*
 * v has the given variance; y_s = v + a wait was observed. Waits are
 * exponential with mean scale_s, some ten and few a thousand times as long, and
 * rarely the observation is simply wrong. All arguments finite, variance and
 * scale above 0.
 */
struct belief queueing_condition(double y_s, double variance_s2,
    double scale_s);

/* The waits of one direction lately; zero is none. */
struct waits {
	double way_s[QUEUEING_WAITS];	/* least way and wait together */
	int count, next;
};

/* One more way of a packet; the oldest goes when there is no room. */
void waits_add(struct waits *w, double way_s);

/*
 * Mean wait when the least way is base_s, s; while there are few, `guess_s`
 * takes part.
 */
double waits_scale(const struct waits *w, double base_s, double guess_s);

/* The way has become longer by shift_s, and the waits have not. */
void waits_shift(struct waits *w, double shift_s);

#endif
