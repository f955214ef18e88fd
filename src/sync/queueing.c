/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/queueing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SQRT_2 1.4142135623730951
#define SQRT_2PI 2.5066282746310002
#define TAIL -8.0		/* from here on erfc() has too few digits */
#define SHARE_MIN 1e-9		/* of the variance stays: double has 1e-16 */

#define LONG_FACTOR 10.0
#define LONG_SHARE 0.08
#define BURST_FACTOR 1000.0
#define BURST_SHARE 0.02
#define WRONG_SHARE 1e-3
#define WRONG_RANGE_S 0.1	/* a wrong one is anywhere in this, */
#define WRONG_DEVIATIONS 1e4	/* and who knows little calls nobody wrong */

#define FEW 4			/* waits: the guess counts */
#define OUTLIER 6.0		/* medians: more does not count */
#define OUTLIER_MEAN 0.985	/* of the mean of exponential waits cut there */
#define SCALE_MIN_S 1e-10

/*
 * The posterior is a normal distribution, moved by variance / scale and cut off
 * above y. Mean and variance of that (a = distance of the cut from the middle in
 * deviations, m = inverse Mills ratio at it):
 *	mean = y - s (m + a), variance = s^2 (1 - m (m + a))
 * Below TAIL by the asymptotic series, or the difference of m and -a is lost.
 */
static struct belief condition_exponential(double y, double variance, double s,
    double scale)
{
	double a = y / s - s / scale, m, log_p;	/* log_p: with 1 / scale */
	struct belief ret = { 0 };

	if (a > TAIL) {
		double p = 0.5 * erfc(-a / SQRT_2);

		m = exp(-a * a / 2) / (SQRT_2PI * p);
		log_p = log(p / scale);
		ret.mean_s = variance / scale - s * m;
		ret.variance_s2 = variance * (1 - m * (m + a));
		ret.log_likelihood = -y / scale +
		    variance / (2 * scale * scale) + log_p;
	} else {
		double i = 1 / (a * a), r = i * (1 - 3 * i * (1 - 5 * i));

		ret.mean_s = y + s * a * r / (1 - r);
		ret.variance_s2 = variance * i * (1 - i * (6 - 50 * i));
		ret.log_likelihood = -y * y / (2 * variance) +
		    log((1 - r) / (-a * SQRT_2PI * scale));
	}
	if (!(ret.variance_s2 > variance * SHARE_MIN))
		ret.variance_s2 = variance * SHARE_MIN;
	return ret;
}

struct belief queueing_condition(double y_s, double variance_s2, double scale_s)
{
	enum { KINDS = 4, WRONG = 3 };
	double sd_s = sqrt(variance_s2);
	struct belief kind[KINDS] = {
		condition_exponential(y_s, variance_s2, sd_s, scale_s),
		condition_exponential(y_s, variance_s2, sd_s,
		    LONG_FACTOR * scale_s),
		condition_exponential(y_s, variance_s2, sd_s,
		    BURST_FACTOR * scale_s),
		{ .variance_s2 = variance_s2, .log_likelihood =
		    -log(fmax(WRONG_RANGE_S, WRONG_DEVIATIONS * sd_s)) },
	};
	static const double share[KINDS] = {
		1 - LONG_SHARE - BURST_SHARE - WRONG_SHARE,
		LONG_SHARE, BURST_SHARE, WRONG_SHARE,
	};
	double weight[KINDS], best = -INFINITY, sum = 0;
	struct belief ret = { 0 };

	for (int i = 0; i < KINDS; i++)
		best = fmax(best, kind[i].log_likelihood);
	for (int i = 0; i < KINDS; i++) {
		weight[i] = share[i] * exp(kind[i].log_likelihood - best);
		sum += weight[i];
		ret.mean_s += weight[i] * kind[i].mean_s;
	}
	ret.mean_s /= sum;
	for (int i = 0; i < KINDS; i++) {
		double d = kind[i].mean_s - ret.mean_s;

		ret.variance_s2 += weight[i] / sum *
		    (kind[i].variance_s2 + d * d);
	}
	ret.log_likelihood = best + log(sum);
	/* One that is late may have waited; it does no harm. */
	ret.doubt = y_s < 0 ? weight[WRONG] / sum : 0;
	return ret;
}

void waits_add(struct waits *w, double way_s)
{
	w->way_s[w->next] = way_s;
	w->next = (w->next + 1) % QUEUEING_WAITS;
	if (w->count < QUEUEING_WAITS)
		w->count++;
}

static int compare(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/* A mean that rare long waits do not reach. */
double waits_scale(const struct waits *w, double base_s, double guess_s)
{
	double wait_s[QUEUEING_WAITS], sum = 0, median;
	int n = w->count;

	if (n == 0)
		return guess_s;
	/* One that is negative shows how wrong base_s is. */
	for (int i = 0; i < n; i++)
		wait_s[i] = fabs(w->way_s[i] - base_s);
	qsort(wait_s, (size_t)n, sizeof(wait_s[0]), compare);
	median = (wait_s[n / 2] + wait_s[(n - 1) / 2]) / 2;
	for (int i = 0; i < n; i++)
		sum += fmin(wait_s[i], OUTLIER * median);
	if (n < FEW)
		return fmax((sum + (FEW - n) * guess_s) / FEW, SCALE_MIN_S);
	/* Fewer have been seen than are, as they shape base_s too. */
	return fmax(sum / n / OUTLIER_MEAN * (1 + 2.0 / n), SCALE_MIN_S);
}

void waits_shift(struct waits *w, double shift_s)
{
	for (int i = 0; i < w->count; i++)
		w->way_s[i] += shift_s;
}
