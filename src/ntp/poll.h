/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often a server is asked: intervals, and the score that moves the poll
 * (reference: behaviour.md 1.1 and 1.2). Polls are log2 seconds.
 */
#ifndef HORA_NTP_POLL_H
#define HORA_NTP_POLL_H

#define POLL_MIN (-7)
#define POLL_MAX 24

/* What poll_add is given for events that are not a good sample. */
#define POLL_SCORE_REJECTED 0.02	/* valid, failed test A, B or C */
#define POLL_SCORE_UNUSABLE 0.1		/* valid, failed any other test */
#define POLL_SCORE_MISSED 0.25		/* request without answer before */
#define POLL_SCORE_MISSED_SELECTED 0.1	/* the same, of the reference */

/*
 * Score of a good sample: error_s is the distance (at least 0) of its offset
 * from the predicted one, distance_s its own possible error, samples are in
 * the regression and target is the number wanted there (polltarget).
 */
double poll_score_good(double error_s, double distance_s, int samples,
    int target);

/*
 * Add to *score (kept in [0, 1] between calls) and move *poll by the whole
 * steps that it has gathered, staying within [minpoll, maxpoll].
 */
void poll_add(int *poll, double *score, int minpoll, int maxpoll, double add);

/* Seconds between two requests of a burst. */
double poll_burst_s(int poll);

/* Seconds between requests of any two sources. */
double poll_separation_s(int poll);

#endif
