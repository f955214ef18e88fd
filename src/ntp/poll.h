/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often a server is asked. Polls are log2 seconds (RFC 5905 section 7.3);
 * the score is the part of the next higher one, so that the interval is
 * 2^(poll + score). Good samples set it (sync/source_stats.h), all else adds to
 * it (reference: behaviour.md 1.2).
 */
#ifndef HORA_NTP_POLL_H
#define HORA_NTP_POLL_H

#define POLL_MIN (-7)
#define POLL_MAX 24

/* What poll_add is given. */
#define POLL_SCORE_REJECTED 0.02	/* valid, failed test A, B or C */
#define POLL_SCORE_UNUSABLE 0.1		/* valid, failed any other test */
#define POLL_SCORE_MISSED 0.25		/* request without answer before */
#define POLL_SCORE_MISSED_SELECTED 0.1	/* the same, of the reference */

/*
 * Add to *score and move *poll by the whole steps that it has gathered, staying
 * within [minpoll, maxpoll]; *score is in [0, 1) afterwards.
 */
void poll_add(int *poll, double *score, int minpoll, int maxpoll, double add);

/* The poll and score that stand for interval_s, within the range. */
void poll_set(int *poll, double *score, int minpoll, int maxpoll,
    double interval_s);

/* Seconds that they stand for. */
double poll_interval_s(int poll, double score, int maxpoll);

/* Seconds between two requests of a burst. */
double poll_burst_s(int poll);

/* Seconds between requests of any two sources. */
double poll_separation_s(int poll);

#endif
