/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/limit.h"

#include <math.h>

#define START_OFFSET_S 1.0		/* deviations before the first exchange */
#define START_FREQ 1e-4
#define ROUNDING_S 1e-9			/* true times are whole nanoseconds */
#define WANDER_LEAST 1e-12		/* two filters a decade from here */
#define FAR 8.0				/* deviations: normal tail ~ exponential */
#define NARROW 1e-3			/* deviations: normal ~ even */

bool limit_is_known(const struct scenario *s)
{
	const struct server_row *server = &s->servers[0];
	const struct way_row *way = &server->way;

	return s->nodes <= 1 && s->settle_s > 0 && scenario_server_count(s) == 1 &&
	    s->actions[0].kind == ACTION_NONE && s->leap == 0 &&
	    s->noise_s == 0 && server->offset_s == 0 && server->step_s == 0 &&
	    way->up_s == way->down_s && !way->is_heavy && way->spike == 0;
}

void limit_init(struct limit *l, const struct scenario *s)
{
	const struct oscillator *o = &s->oscillator;
	bool is_walk = o->sine_ppm == 0 && o->drift == 0 && o->step_ppm == 0;

	*l = (struct limit){ .way = s->servers[0].way,
		.settle_s = s->settle_s, .freq = o->start_ppm * 1e-6,
		.count = is_walk ? 1 : LIMIT_FILTERS };
	for (int i = 0; i < l->count; i++)
		l->filters[i] = (struct limit_filter){
			.wander = is_walk ? o->wander :
			WANDER_LEAST * pow(10, i * 0.5),
			.freq = l->freq,
			.p11 = START_OFFSET_S * START_OFFSET_S,
			.p22 = START_FREQ * START_FREQ,
		};
}

static double seconds(int64_t ns)
{
	return (double)ns * 1e-9;
}

void limit_second(struct limit *l, int64_t now_ns, double freq)
{
	double since_s = seconds(now_ns - l->exchange_ns);

	l->free_s += l->freq * seconds(now_ns - l->second_ns);
	l->second_ns = now_ns;
	l->freq = freq;
	if (seconds(now_ns) < l->settle_s)
		return;
	l->samples++;
	for (int i = 0; i < l->count; i++) {
		struct limit_filter *f = &l->filters[i];
		double error_s = l->free_s - f->offset_s - f->freq * since_s;

		f->square += error_s * error_s;
		f->max_s = fmax(f->max_s, fabs(error_s));
	}
}

static void predict(struct limit_filter *f, double t)
{
	double q = f->wander * f->wander;

	f->offset_s += f->freq * t;
	f->p11 += 2 * t * f->p12 + t * t * f->p22 + q * t * t * t / 3;
	f->p12 += t * f->p22 + q * t * t / 2;
	f->p22 += q * t;
}

static double density(double x)
{
	return exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* Mean and variance of a standard normal between a and b, a + b >= 0. */
static void truncated(double a, double b, double *ret_mean,
    double *ret_variance)
{
	double width = b - a, steep = fmax(a, 1) * width;
	double mass, low, high;

	if (steep < NARROW) {
		*ret_mean = a + width / 2;
		*ret_variance = width * width / 12;
	} else if (a > FAR) {
		/* exp(-a x) between 0 and the width */
		double cut = exp(-a * width), rest = width / (1 - cut);

		*ret_mean = a + 1 / a - rest * cut;
		*ret_variance = 1 / (a * a) - rest * rest * cut;
	} else {
		mass = (erfc(a / M_SQRT2) - erfc(b / M_SQRT2)) / 2;
		low = density(a) / mass;
		high = density(b) / mass;
		*ret_mean = low - high;
		*ret_variance = 1 + a * low - b * high -
		    *ret_mean * *ret_mean;
	}
}

/* It is known now that the offset is within `half_s` of `middle_s`. */
static void confine(struct limit_filter *f, double middle_s, double half_s)
{
	double deviation_s = sqrt(f->p11), gain = f->p12 / f->p11;
	double off = (middle_s - f->offset_s) / deviation_s;
	double half = half_s / deviation_s, mean, variance, less;

	truncated(fabs(off) - half, fabs(off) + half, &mean, &variance);
	mean = copysign(mean, off) * deviation_s;
	less = f->p11 * (1 - variance);
	f->offset_s += mean;
	f->freq += gain * mean;
	f->p11 -= less;
	f->p12 -= gain * less;
	f->p22 -= gain * gain * less;
}

void limit_exchange(struct limit *l, int64_t sent_ns, int64_t served_ns,
    int64_t back_ns)
{
	double up_s = seconds(served_ns - sent_ns);
	double down_s = seconds(back_ns - served_ns);
	double excess_s = up_s + down_s - way_least(&l->way, seconds(sent_ns)) -
	    way_least(&l->way, seconds(served_ns));
	double free_s = l->free_s + l->freq * seconds(back_ns - l->second_ns);

	for (int i = 0; i < l->count; i++) {
		predict(&l->filters[i], seconds(back_ns - l->exchange_ns));
		confine(&l->filters[i], free_s + (down_s - up_s) / 2,
		    fmax(excess_s, 0) / 2 + ROUNDING_S);
	}
	l->exchange_ns = back_ns;
}

void limit_finish(const struct limit *l, struct limit_figures *ret)
{
	const struct limit_filter *best = &l->filters[0];

	*ret = (struct limit_figures){ 0 };
	for (int i = 1; i < l->count; i++)
		if (l->filters[i].square < best->square)
			best = &l->filters[i];
	if (l->samples == 0)
		return;
	ret->rms_s = sqrt(best->square / (double)l->samples);
	ret->max_s = best->max_s;
}
