/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/poll.h"

#include "base/time.h"

#include <math.h>

#define BURST_MAX_S 2.0
#define SEPARATION_MIN_S 0.002
#define SEPARATION_MAX_S 0.2
#define SCORE_LIMIT 64.0	/* more than all polls together */

double poll_score_good(double error_s, double distance_s, int samples,
    int target)
{
	double fill = (double)samples / target;

	/* Past its own error the prediction was wrong: ask more often. */
	if (error_s > distance_s)
		return distance_s > 0 ? -log2(error_s / distance_s) :
		    -SCORE_LIMIT;
	return (fill - 1) / target * (fill < 1 ? 2 : 1);
}

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
	} else if (*poll > maxpoll) {
		*poll = maxpoll;
		*score = 1;
	}
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
