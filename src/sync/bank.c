/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/bank.h"

#include <math.h>

#define MEMORY 0.995		/* of likelihoods, for each sample */
#define FLOOR 12.0		/* a log weight so far below the best restarts */

#define BASE_GUESS 0.75		/* of half a round trip, and deviation */
#define BASE_GUESS_SD 0.5
#define BASE_KNOWN_SD 0.01	/* of one that is configured */
#define SCALE_GUESS 0.25	/* mean wait in round trips, before any */
#define RATIO_VARIANCE 8.0	/* of the log of the ratio of waits: four times
				 * what equal ones show, over their number */
#define SHARE_LEAST 0.01	/* of the waits, however quiet a way is */
#define READING_S 1e-9		/* least step of any clock */
#define BASE_DRIFT 1e-4		/* mean waits in a day */
#define ROUTE_WAITS 5.0		/* longer by so many, it may be another route */
#define ROUTE_SHARE 1e-3	/* of samples, that begin another route */
#define LEAVE_WAITS 10.0	/* shorter by so many, it is one */
#define ROUTE_SD 0.1		/* of how much longer it is */
#define DOUBTFUL 0.5
#define DOUBTS_MAX 2		/* samples in a row: the clock has moved */
#define DAY_S 86400.0
#define VARIANCE_MIN 1e-24

static double wander_of(int member)
{
	static const double wander[BANK_WANDERS] = {
		1e-12, 3e-12, 1e-11, 3e-11, 1e-10, 3e-10, 1e-9, 3e-9, 1e-8,
		3e-8, 1e-7, 3e-7, 1e-6, 3e-6, 1e-5,
	};

	return wander[member / BANK_EDGES];
}

/* Deviation of reading the clocks, in mean waits. */
static double softness_of(int member)
{
	static const double softness[BANK_EDGES] = { 0.002, 0.05, 0.5 };

	return softness[member % BANK_EDGES];
}

/* --- one filter --- */

/* offset' = freq, freq' = white noise (van Loan's integral in closed form). */
static void predict(struct bank_state *s, double wander, double base_drift,
    double t)
{
	double q = wander * wander;
	double (*p)[BANK_SIZE] = s->cov;

	s->mean[BANK_OFFSET] += t * s->mean[BANK_FREQ];
	p[BANK_OFFSET][BANK_OFFSET] += t * (2 * p[BANK_OFFSET][BANK_FREQ] +
	    t * (p[BANK_FREQ][BANK_FREQ] + q * t / 3));
	p[BANK_OFFSET][BANK_FREQ] += t * (p[BANK_FREQ][BANK_FREQ] + q * t / 2);
	p[BANK_OFFSET][BANK_BASE] += t * p[BANK_FREQ][BANK_BASE];
	p[BANK_FREQ][BANK_FREQ] += q * t;
	p[BANK_BASE][BANK_BASE] += base_drift * base_drift * t / DAY_S;
	p[BANK_FREQ][BANK_OFFSET] = p[BANK_OFFSET][BANK_FREQ];
	p[BANK_BASE][BANK_OFFSET] = p[BANK_OFFSET][BANK_BASE];
}

/*
 * One way took way_s by the two clocks: base + sign * offset + wait + noise.
 * The belief about that sum moves the whole state along its regression.
 */
static struct belief observe(struct bank_state *s, double sign, double way_s,
    double scale_s, double noise_s2)
{
	double line[BANK_SIZE], gain, shrink, variance = noise_s2;
	double expected = sign * s->mean[BANK_OFFSET] + s->mean[BANK_BASE];
	struct belief b;

	for (int i = 0; i < BANK_SIZE; i++)
		line[i] = sign * s->cov[i][BANK_OFFSET] + s->cov[i][BANK_BASE];
	variance += fmax(sign * line[BANK_OFFSET] + line[BANK_BASE], 0);
	b = queueing_condition(way_s - expected, variance, scale_s);
	gain = b.mean_s / variance;
	shrink = (1 - b.variance_s2 / variance) / variance;
	for (int i = 0; i < BANK_SIZE; i++)
		s->mean[i] += line[i] * gain;
	for (int i = 0; i < BANK_SIZE; i++)
		for (int k = 0; k < BANK_SIZE; k++)
			s->cov[i][k] -= line[i] * line[k] * shrink;
	for (int i = 0; i < BANK_SIZE; i++)
		s->cov[i][i] = fmax(s->cov[i][i], VARIANCE_MIN *
		    (i == BANK_FREQ ? 1e-6 : 1));
	return b;
}

/* --- the bank --- */

/* Mean and covariance of the mixture. */
static void mix(struct bank *b, double doubt[BANK_MEMBERS])
{
	double weight[BANK_MEMBERS], sum = 0, log_wander = 0;
	double live = 0, square = 0;	/* of those that are not at the floor */
	struct bank_state m = { 0 };

	b->doubt = 0;
	for (int n = 0; n < BANK_MEMBERS; n++) {
		double above = exp(b->log_weight[n]) - exp(-FLOOR);

		weight[n] = exp(b->log_weight[n]);
		sum += weight[n];
		live += fmax(0, above);
		square += fmax(0, above) * wander_of(n) * wander_of(n);
	}
	for (int n = 0; n < BANK_MEMBERS; n++) {
		weight[n] /= sum;
		log_wander += weight[n] * log(wander_of(n));
		b->doubt += weight[n] * doubt[n];
		for (int i = 0; i < BANK_SIZE; i++)
			m.mean[i] += weight[n] * b->member[n].mean[i];
	}
	for (int n = 0; n < BANK_MEMBERS; n++) {
		const struct bank_state *s = &b->member[n];

		for (int i = 0; i < BANK_SIZE; i++)
			for (int k = 0; k < BANK_SIZE; k++)
				m.cov[i][k] += weight[n] * (s->cov[i][k] +
				    (s->mean[i] - m.mean[i]) *
				    (s->mean[k] - m.mean[k]));
	}
	b->state = m;
	b->wander = exp(log_wander);
	b->wander_rms = sqrt(square / live);
}

/*
 * A member that foresees much worse than the best has lost the way: it starts
 * again from what all of them say, as unlikely as the floor. So each is ready
 * when the oscillator, or its surroundings, change.
 */
static void restart_lost(struct bank *b)
{
	for (int n = 0; n < BANK_MEMBERS; n++)
		if (b->log_weight[n] < -FLOOR) {
			b->member[n] = b->state;
			b->log_weight[n] = -FLOOR;
		}
}

/* Log of the evidence: how well the bank as a whole foresaw the sample. */
static double normalise(struct bank *b)
{
	double best = -INFINITY, sum = 0;

	for (int n = 0; n < BANK_MEMBERS; n++)
		best = fmax(best, b->log_weight[n]);
	for (int n = 0; n < BANK_MEMBERS; n++) {
		b->log_weight[n] -= best;
		sum += exp(b->log_weight[n]);
	}
	return best + log(sum);
}

/*
 * The mean waits that are assumed of the two ways. What they seem to differ by,
 * and could by chance, counts little: with equal waits it moved the offset.
 */
static void assume_waits(const struct bank *b, double *ret_up_s,
    double *ret_down_s)
{
	double ratio = log(b->up_s / b->down_s);
	double chance = RATIO_VARIANCE / fmax(b->up.count, 1);
	double half = ratio * ratio * ratio / (ratio * ratio + chance) / 2;
	double middle_s = sqrt(b->up_s * b->down_s);

	if (b->has_share) {
		*ret_up_s = b->up_share * (b->up_s + b->down_s);
		*ret_down_s = (1 - b->up_share) * (b->up_s + b->down_s);
		return;
	}
	*ret_up_s = middle_s * exp(half);
	*ret_down_s = middle_s * exp(-half);
}

double bank_wait(const struct bank *b)
{
	double up_s, down_s;

	assume_waits(b, &up_s, &down_s);
	return fmin(up_s, down_s);
}

/* Both ways are longer by longer_s with a deviation of sd_s; < 0: shorter. */
static void move_base(struct bank *b, double longer_s, double sd_s)
{
	for (int n = 0; n < BANK_MEMBERS; n++) {
		struct bank_state *s = &b->member[n];

		s->mean[BANK_BASE] += longer_s;
		s->cov[BANK_BASE][BANK_BASE] += sd_s * sd_s;
	}
	b->state.mean[BANK_BASE] += longer_s;
	waits_shift(&b->up, longer_s);
	waits_shift(&b->down, longer_s);
}

/*
 * The round trip is too short for the base, by excess_s on each way. If it was
 * longer for a while, as behind a spike of both queues, it is as before.
 */
static void leave_route(struct bank *b, double excess_s)
{
	double detour_s = b->detour_s;

	b->detour_s = 0;
	if (detour_s >= excess_s)
		move_base(b, -detour_s, bank_wait(b));
	else
		move_base(b, -excess_s, ROUTE_SD * excess_s);
}

/*
 * Two ways together are not longer than the round trip, whatever the offset is.
 * A base that contradicts this a little is not as well known as it seemed; much,
 * and it is that of another route.
 */
static void bound_base(struct bank *b, double delay_s)
{
	double excess_s = b->state.mean[BANK_BASE] - delay_s / 2;

	if (excess_s > LEAVE_WAITS * bank_wait(b)) {
		leave_route(b, excess_s);
		return;
	}
	for (int n = 0; n < BANK_MEMBERS; n++) {
		excess_s = b->member[n].mean[BANK_BASE] - delay_s / 2;
		if (excess_s > 0)
			b->member[n].cov[BANK_BASE][BANK_BASE] +=
			    excess_s * excess_s;
	}
}

/* A sample: the way there reads base + offset + wait, back base - offset + wait. */
struct exchange {
	double interval_s, there_s, back_s, noise_s;
};

/* Returns the evidence. */
static double update(struct bank *b, const struct exchange *x)
{
	double floor_s2 = x->noise_s * x->noise_s + READING_S * READING_S;
	double doubt[BANK_MEMBERS], evidence, up_s, down_s, base_drift;

	assume_waits(b, &up_s, &down_s);
	base_drift = b->is_base_known ? 0 : BASE_DRIFT * sqrt(up_s * down_s);
	for (int n = 0; n < BANK_MEMBERS; n++) {
		struct bank_state *s = &b->member[n];
		double soft2 = softness_of(n) * softness_of(n);
		struct belief up, down;

		predict(s, wander_of(n), base_drift, x->interval_s);
		up = observe(s, 1, x->there_s, up_s,
		    floor_s2 + soft2 * up_s * up_s);
		down = observe(s, -1, x->back_s, down_s,
		    floor_s2 + soft2 * down_s * down_s);
		doubt[n] = fmax(up.doubt, down.doubt);
		b->log_weight[n] = MEMORY * b->log_weight[n] +
		    up.log_likelihood + down.log_likelihood;
	}
	evidence = normalise(b);
	mix(b, doubt);
	restart_lost(b);
	return evidence;
}

/*
 * Another route: both ways are longer by the same. Is that what explains the
 * sample best? Then the base moves, and the offset, about which the route says
 * nothing, is as well known as before. (Where only one way is longer, the other
 * one goes on to tell the offset.)
 */
static void update_by_route(struct bank *b, const struct exchange *x)
{
	const double *mean = b->state.mean;
	double offset_s = mean[BANK_OFFSET] + x->interval_s * mean[BANK_FREQ];
	double wait_s = bank_wait(b);
	double longer_s = fmin(x->there_s - offset_s, x->back_s + offset_s) -
	    mean[BANK_BASE] - wait_s;
	struct bank other;

	if (b->is_base_known || longer_s < ROUTE_WAITS * wait_s) {
		update(b, x);
		return;
	}
	other = *b;
	move_base(&other, longer_s, ROUTE_SD * longer_s);
	other.detour_s = longer_s;
	if (update(&other, x) + log(ROUTE_SHARE) > update(b, x))
		*b = other;
}

static void learn_waits(struct bank *b, const struct exchange *x)
{
	const double *mean = b->state.mean;
	double guess_s = SCALE_GUESS * (x->there_s + x->back_s);

	waits_add(&b->up, x->there_s - mean[BANK_OFFSET]);
	waits_add(&b->down, x->back_s + mean[BANK_OFFSET]);
	b->up_s = waits_scale(&b->up, mean[BANK_BASE], guess_s);
	b->down_s = waits_scale(&b->down, mean[BANK_BASE], guess_s);
}

void bank_add(struct bank *b, double interval_s, double offset_s,
    double delay_s, double noise_s)
{
	double half_s = fmax(delay_s, READING_S) / 2;
	struct exchange x = { interval_s, half_s + offset_s, half_s - offset_s,
		noise_s };

	bound_base(b, 2 * half_s);
	update_by_route(b, &x);
	b->doubtful = b->doubt > DOUBTFUL ? b->doubtful + 1 : 0;
	if (b->doubtful >= DOUBTS_MAX) {
		/* Not the samples are wrong: the clock, or the source's, was
		 * moved. */
		bank_doubt_offset(b, offset_s - b->state.mean[BANK_OFFSET]);
		x.interval_s = 0;
		update(b, &x);
		b->doubtful = 0;
	}
	learn_waits(b, &x);
}

void bank_start(struct bank *b, const struct bank_prior *prior,
    double offset_s, double delay_s)
{
	double half_s = fmax(delay_s, READING_S) / 2;
	struct exchange x = { 0, half_s + offset_s, half_s - offset_s, 0 };
	bool is_known = prior->base_s > 0;
	double base_s = is_known ? prior->base_s : BASE_GUESS * half_s;
	double base_sd_s = is_known ? BASE_KNOWN_SD * base_s :
	    BASE_GUESS_SD * half_s;

	*b = (struct bank){ .up_s = 2 * half_s * SCALE_GUESS,
		.down_s = 2 * half_s * SCALE_GUESS, .is_base_known = is_known,
		.has_share = prior->has_share };
	b->up_share = fmax(SHARE_LEAST, fmin(prior->up_share, 1 - SHARE_LEAST));
	for (int n = 0; n < BANK_MEMBERS; n++) {
		struct bank_state *s = &b->member[n];

		/* Within half the round trip, whatever the ways were. */
		s->mean[BANK_OFFSET] = offset_s;
		s->cov[BANK_OFFSET][BANK_OFFSET] = half_s * half_s;
		s->mean[BANK_FREQ] = prior->freq;
		s->cov[BANK_FREQ][BANK_FREQ] = prior->freq_sd * prior->freq_sd;
		s->mean[BANK_BASE] = base_s;
		s->cov[BANK_BASE][BANK_BASE] = base_sd_s * base_sd_s;
	}
	update(b, &x);
	learn_waits(b, &x);
}

void bank_move(struct bank *b, double move_s)
{
	for (int n = 0; n < BANK_MEMBERS; n++)
		b->member[n].mean[BANK_OFFSET] += move_s;
	b->state.mean[BANK_OFFSET] += move_s;
}

void bank_doubt_offset(struct bank *b, double sd_s)
{
	for (int n = 0; n < BANK_MEMBERS; n++)
		b->member[n].cov[BANK_OFFSET][BANK_OFFSET] += sd_s * sd_s;
	b->state.cov[BANK_OFFSET][BANK_OFFSET] += sd_s * sd_s;
}

void bank_fade(struct bank *b, double keep)
{
	for (int n = 0; n < BANK_MEMBERS; n++)
		for (int i = 0; i < BANK_SIZE; i++)
			for (int k = 0; k < BANK_SIZE; k++)
				b->member[n].cov[i][k] /= keep;
}

double bank_variance(const struct bank *b, double interval_s)
{
	struct bank_state s = b->state;

	predict(&s, b->wander_rms, 0, interval_s);
	return fmax(s.cov[BANK_OFFSET][BANK_OFFSET], VARIANCE_MIN);
}
