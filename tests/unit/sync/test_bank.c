/* SPDX-License-Identifier: Apache-2.0 */
/* The bank of filters on synthetic exchanges, each repeated by its seed. */
#include "unit/sync/stats_lab.h"

#define SEEDS 20

static void feed(struct bank *b, struct net *n, int samples, double interval_s)
{
	for (int i = 0; i < samples; i++) {
		struct sample x = net_sample(n, interval_s);

		bank_add(b, interval_s, x.offset_s, x.delay_s, 0);
	}
}

/* A bank after so many samples. */
static struct bank grown(struct net *n, int samples, double interval_s)
{
	const struct bank_prior prior = { .freq_sd = 1e-3 };
	struct sample x = net_sample(n, 0);
	struct bank b;

	bank_start(&b, &prior, x.offset_s, x.delay_s);
	feed(&b, n, samples - 1, interval_s);
	return b;
}

static double error_s(const struct bank *b, const struct net *n)
{
	return b->state.mean[BANK_OFFSET] - n->offset_s;
}

static double sd(const struct bank *b, int i)
{
	return sqrt(b->state.cov[i][i]);
}

/* Offset, frequency and least way; wrong by no more than they claim. */
static void recovers(void **state)
{
	static const struct {
		double way_s, wait_s, interval_s, offset_s, freq, wander;
		int samples;
		double offset_most_s, freq_most, base_most_s;	/* rms */
	} rows[] = {
		{ 1e-3, 1e-4, 64, 0.3, 2e-5, 0, 100, 1e-5, 2e-9, 1e-5 },
		{ 1e-3, 1e-4, 64, -1e4, -9e-4, 1e-9, 100, 2e-5, 4e-8, 1e-5 },
		{ 1e-4, 1e-5, 16, 0, 0, 0, 300, 1e-6, 1e-9, 1e-6 },
		{ 5e-3, 1e-2, 1024, 0.01, 5e-6, 0, 200, 1e-3, 1e-8, 2e-3 },
		{ 1e-3, 1e-3, 64, 0, 0, 0, 3, 1e-3, 1e-5, 1e-3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		double sum[4] = { 0 };

		for (int k = 0; k < SEEDS; k++) {
			struct net n = net_of(50 + k, rows[i].way_s,
			    rows[i].wait_s);
			struct bank b;
			double e, f, g;

			n.offset_s = rows[i].offset_s;
			n.freq = rows[i].freq;
			n.wander = rows[i].wander;
			b = grown(&n, rows[i].samples, rows[i].interval_s);
			e = error_s(&b, &n);
			f = b.state.mean[BANK_FREQ] - n.freq;
			g = b.state.mean[BANK_BASE] - n.way_s;
			assert_true(fabs(e) < 7 * sd(&b, BANK_OFFSET));
			assert_true(fabs(f) < 7 * sd(&b, BANK_FREQ));
			sum[0] += e * e / SEEDS;
			sum[1] += f * f / SEEDS;
			sum[2] += g * g / SEEDS;
			sum[3] += e * e / b.state.cov[0][0] / SEEDS;
		}
		if (!(sqrt(sum[0]) < rows[i].offset_most_s &&
		    sqrt(sum[1]) < rows[i].freq_most &&
		    sqrt(sum[2]) < rows[i].base_most_s) ||
		    !(sum[3] > 0.04 && sum[3] < 4))
			fail_msg("row %zu: offset %g freq %g base %g, %g of "
			    "what it claims", i, sqrt(sum[0]), sqrt(sum[1]),
			    sqrt(sum[2]), sqrt(sum[3]));
	}
}

static bool is_covariance(const struct bank_state *s)
{
	double c[BANK_SIZE][BANK_SIZE], det;

	for (int i = 0; i < BANK_SIZE; i++) {
		if (!isfinite(s->mean[i]) || !(s->cov[i][i] > 0))
			return false;
		for (int k = 0; k < BANK_SIZE; k++)
			c[i][k] = s->cov[i][k] /
			    sqrt(s->cov[i][i]) / sqrt(s->cov[k][k]);
	}
	/* correlations: symmetric, and no minor below 0 */
	for (int i = 0; i < BANK_SIZE; i++)
		for (int k = 0; k < BANK_SIZE; k++)
			if (!(fabs(c[i][k]) < 1 + 1e-6) ||
			    !(fabs(c[i][k] - c[k][i]) < 1e-6))
				return false;
	det = 1 + 2 * c[0][1] * c[1][2] * c[0][2] - c[0][1] * c[0][1] -
	    c[1][2] * c[1][2] - c[0][2] * c[0][2];
	return det > -1e-6;
}

static double any(struct rng *r, double low_log10, double high_log10)
{
	return pow(10, low_log10 + (high_log10 - low_log10) * rng_uniform(r));
}

/* Whatever comes in, in whatever order: covariances stay what they are. */
static void stays_a_covariance(void **state)
{
	struct rng r = rng_of(77, 0);
	struct net n = net_of(78, 1e-3, 1e-4);
	struct bank b = grown(&n, 1, 1);

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double sign = rng_bits(&r) & 1 ? 1 : -1;
		uint64_t what = rng_bits(&r) % 1000;

		if (what < 5)
			bank_move(&b, sign * any(&r, -9, 3));
		else if (what < 10)
			bank_doubt_offset(&b, any(&r, -9, 3));
		else if (what < 15)
			bank_fade(&b, any(&r, -2, 0));
		if (what == 15)
			n = net_of(i, any(&r, -6, -1), any(&r, -9, -1));
		if (what % 10 == 0) {
			bank_add(&b, any(&r, -3, 5), sign * any(&r, -12, 3),
			    any(&r, -9, 1), any(&r, -12, -2));
		} else {
			double interval_s = any(&r, -2, 4);
			struct sample x = net_sample(&n, interval_s);

			bank_add(&b, interval_s, x.offset_s, x.delay_s,
			    any(&r, -9, -4));
		}
		for (int m = 0; m < BANK_MEMBERS; m++)
			if (!is_covariance(&b.member[m]))
				fail_msg("sample %d, member %d", i, m);
		if (!is_covariance(&b.state) ||
		    !(bank_variance(&b, 1024) > 0) ||
		    !(bank_wait(&b) > 0) || !isfinite(b.wander))
			fail_msg("sample %d", i);
	}
}

/* Both ways longer, or shorter, by many waits: the offset is where it was. */
static void another_route(void **state)
{
	static const double longer_s[] = { 5e-3, -5e-3, 0.01, 0.02, -9e-3 };

	(void)state;
	for (size_t i = 0; i < COUNT(longer_s); i++) {
		struct net n = net_of(i, 10e-3, 1e-4);
		struct bank b = grown(&n, 60, 64);

		n.way_s += longer_s[i];
		for (int k = 0; k < 20; k++) {
			feed(&b, &n, 1, 64);
			if (!(fabs(error_s(&b, &n)) < 1e-4))
				fail_msg("%g longer: offset wrong by %g",
				    longer_s[i], error_s(&b, &n));
			assert_true(b.doubt < 0.5);
		}
		assert_true(fabs(b.state.mean[BANK_BASE] - n.way_s) < 1e-4);
		assert_true(bank_wait(&b) < 3e-4);
	}
}

/* A route longer by so many waits that they are no usual burst, or hardly so. */
static void route_of_many_waits(void **state)
{
	static const double waits[] = { 15, 20, 50, 100, 500, 1000, 5000 };

	(void)state;
	for (size_t i = 0; i < COUNT(waits); i++) {
		struct net n = net_of(i, 10e-3, 1e-4);
		struct bank b = grown(&n, 60, 64);

		n.way_s += waits[i] * 1e-4;
		for (int k = 0; k < 30; k++) {
			feed(&b, &n, 1, 64);
			if (!(fabs(error_s(&b, &n)) < 5e-4))
				fail_msg("%g waits longer, sample %d: offset "
				    "wrong by %g, sd %g", waits[i], k + 1,
				    error_s(&b, &n), sd(&b, BANK_OFFSET));
		}
	}
}

/* One wrong sample is ignored; the second tells that the time has moved. */
static void jump_and_wrong_sample(void **state)
{
	static const double jump_s[] = { 0.05, -0.05, 3, -3 };

	(void)state;
	for (size_t i = 0; i < COUNT(jump_s); i++) {
		struct net n = net_of(i, 10e-3, 1e-4), moved;
		struct bank b = grown(&n, 60, 64), jumped;

		moved = n;
		moved.offset_s += jump_s[i];
		jumped = b;
		feed(&jumped, &moved, 1, 64);
		assert_true(jumped.doubt > 0.5);
		assert_true(fabs(error_s(&jumped, &moved) + jump_s[i]) < 1e-4);
		b = jumped;
		/* it really was wrong */
		net_sample(&n, 64);
		feed(&b, &n, 1, 64);
		assert_true(b.doubt < 0.5);
		assert_true(fabs(error_s(&b, &n)) < 1e-4);
		assert_true(fabs(b.state.mean[BANK_FREQ]) < 1e-7);
		/* it was not */
		feed(&jumped, &moved, 1, 64);
		assert_true(fabs(error_s(&jumped, &moved)) <
		    0.01 * fabs(jump_s[i]));
		assert_true(fabs(error_s(&jumped, &moved)) <
		    3 * sd(&jumped, BANK_OFFSET));
		assert_true(fabs(jumped.state.mean[BANK_FREQ]) < 1e-7);
		feed(&jumped, &moved, 10, 64);
		assert_true(jumped.doubt < 0.5);
		assert_true(fabs(error_s(&jumped, &moved)) < 1e-4);
	}
}

/* Moved by others: as if it had always been so. */
static void moves(void **state)
{
	struct net n = net_of(8, 1e-3, 1e-4), other = n;
	struct bank b = grown(&n, 50, 16), want;

	(void)state;
	other.offset_s = 0.5;
	want = grown(&other, 50, 16);
	bank_move(&b, 0.5);
	assert_true(fabs(b.state.mean[BANK_OFFSET] -
	    want.state.mean[BANK_OFFSET]) < 1e-9);
	n.offset_s += 0.5;
	feed(&b, &n, 5, 16);
	feed(&want, &other, 5, 16);
	assert_true(fabs(b.state.mean[BANK_OFFSET] -
	    want.state.mean[BANK_OFFSET]) < 1e-9);
	assert_true(fabs(b.state.mean[BANK_FREQ] -
	    want.state.mean[BANK_FREQ]) < 1e-12);
}

/* The offset is doubted: one sample tells it, frequency and way are kept. */
static void doubts_the_offset(void **state)
{
	struct net n = net_of(9, 1e-3, 1e-4);
	struct bank b = grown(&n, 100, 64);
	double freq = b.state.mean[BANK_FREQ], base_s = b.state.mean[BANK_BASE];
	double freq_sd = sd(&b, BANK_FREQ), variance = b.state.cov[0][0];

	(void)state;
	bank_doubt_offset(&b, 0.5);
	assert_true(fabs(bank_variance(&b, 0) - variance - 0.25) < 1e-9);
	n.offset_s += 0.3;
	feed(&b, &n, 1, 64);
	assert_true(b.doubt < 0.5);
	assert_true(fabs(error_s(&b, &n)) < 1e-3);	/* of 0.3 s */
	assert_true(fabs(b.state.mean[BANK_FREQ] - freq) < 3 * freq_sd);
	assert_true(sd(&b, BANK_FREQ) < 10 * freq_sd);
	assert_true(fabs(b.state.mean[BANK_BASE] - base_s) < 1e-4);
}

static void fades(void **state)
{
	struct net n = net_of(10, 1e-3, 1e-4);
	struct bank b = grown(&n, 50, 16), before = b;

	(void)state;
	bank_fade(&b, 0.25);
	for (int m = 0; m < BANK_MEMBERS; m++)
		for (int i = 0; i < BANK_SIZE; i++) {
			assert_true(b.member[m].mean[i] ==
			    before.member[m].mean[i]);
			for (int k = 0; k < BANK_SIZE; k++)
				assert_true(b.member[m].cov[i][k] ==
				    4 * before.member[m].cov[i][k]);
		}
	/* so the next sample counts for more */
	feed(&b, &n, 1, 16);
	n = net_of(10, 1e-3, 1e-4);
	before = grown(&n, 51, 16);
	assert_true(sd(&b, BANK_OFFSET) > 1.2 * sd(&before, BANK_OFFSET));
}

/* Only the way there has queues: the quiet one tells. */
static void unequal_waits(void **state)
{
	double sum = 0;

	(void)state;
	for (int up = 0; up < 2; up++)
		for (int k = 0; k < SEEDS; k++) {
			struct net n = net_of(k, 1e-3, 5e-5);
			struct bank b;

			*(up ? &n.up_s : &n.down_s) = 1e-3;
			b = grown(&n, 200, 64);
			sum += error_s(&b, &n) * error_s(&b, &n);
			assert_true(bank_wait(&b) < 2e-4);
			assert_true((up ? b.up_s : b.down_s) > 4e-4);
		}
	/* The mean of the samples is wrong by 475 us. */
	if (!(sqrt(sum / SEEDS / 2) < 1e-5))
		fail_msg("rms %g", sqrt(sum / SEEDS / 2));
}

/* The random walk of the frequency, integrated: q t^3 / 3. */
static void variance_ahead(void **state)
{
	struct bank b = { .wander_rms = 3e-9 };
	double t = 1000;

	(void)state;
	b.state.cov[BANK_OFFSET][BANK_OFFSET] = 4e-10;
	b.state.cov[BANK_FREQ][BANK_FREQ] = 1e-16;
	b.state.cov[BANK_OFFSET][BANK_FREQ] = 1e-13;
	b.state.cov[BANK_FREQ][BANK_OFFSET] = 1e-13;
	assert_true(fabs(bank_variance(&b, 0) / 4e-10 - 1) < 1e-12);
	assert_true(fabs(bank_variance(&b, t) / (4e-10 + 2 * t * 1e-13 +
	    t * t * 1e-16 + 9e-18 * t * t * t / 3) - 1) < 1e-12);
}

/* The oscillator grows restless, and calm again. */
static void wander_follows(void **state)
{
	struct net n = net_of(12, 1e-3, 1e-5);
	struct bank b;
	double calm, restless;

	(void)state;
	n.wander = 1e-10;
	b = grown(&n, 300, 64);
	calm = b.wander;
	assert_true(calm < 2e-9);
	n.wander = 1e-7;
	feed(&b, &n, 30, 64);
	restless = b.wander;
	assert_true(restless > 3e-8 && restless < 3e-7);
	assert_true(bank_variance(&b, 256) > 16 * bank_variance(&b, 0));
	n.wander = 1e-10;
	feed(&b, &n, 1000, 64);
	if (!(b.wander < restless / 10))
		fail_msg("calm %g, restless %g, calm again %g", calm, restless,
		    b.wander);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recovers),
		cmocka_unit_test(stays_a_covariance),
		cmocka_unit_test(another_route),
		cmocka_unit_test(route_of_many_waits),
		cmocka_unit_test(jump_and_wrong_sample),
		cmocka_unit_test(moves),
		cmocka_unit_test(doubts_the_offset),
		cmocka_unit_test(fades),
		cmocka_unit_test(unequal_waits),
		cmocka_unit_test(variance_ahead),
		cmocka_unit_test(wander_follows),
	};

	return cmocka_run_group_tests_name("sync/bank", tests, NULL, NULL);
}
