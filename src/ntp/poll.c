/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/poll.h"

#include "base/time.h"

#include <math.h>

#define BURST_MAX_S 2.0
#define SEPARATION_MIN_S 0.002
#define SEPARATION_MAX_S 0.2
#define SCORE_LIMIT 64.0	/* more than all polls together */

void poll_add(int *poll, double *score, int minpoll, int maxpoll, double add)
{
	double steps;

	*score += fmax(-SCORE_LIMIT, fmin(SCORE_LIMIT, add));
	steps = floor(*score);
	*poll += (int)steps;
	*score -= steps;
	if (*poll < minpoll) {
		*poll = minpoll;
		*score = 0;
	} else if (*poll >= maxpoll) {
		*poll = maxpoll;
		*score = 0;
	}
}

void poll_set(int *poll, double *score, int minpoll, int maxpoll,
    double interval_s)
{
	*poll = minpoll;
	*score = 0;
	if (interval_s > s_from_log2(minpoll))
		poll_add(poll, score, minpoll, maxpoll,
		    log2(interval_s) - minpoll);
}

double poll_interval_s(int poll, double score, int maxpoll)
{
	return fmin(s_from_log2(poll) * exp2(score), s_from_log2(maxpoll));
}

double poll_burst_s(int poll)
{
	return fmin(BURST_MAX_S, 0.25 * s_from_log2(poll));
}

double poll_separation_s(int poll)
{
	return fmax(SEPARATION_MIN_S,
	    fmin(SEPARATION_MAX_S, s_from_log2(poll - 3)));
}
