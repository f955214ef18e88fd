/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/manual.h"

#include <math.h>
#include <string.h>

#define TYPED_SD_S 0.3		/* whole seconds, and a hand that is late */
#define DEVIATIONS 3.0		/* more, and two samples contradict */

bool manual_add(struct manual *m, const struct manual_sample *sample)
{
	if (m->count > 0 && free_sub(sample->at,
	    m->samples[m->count - 1].at) < MANUAL_APART_S)
		return false;
	if (m->count == MANUAL_SAMPLES)
		manual_delete(m, 0);
	m->samples[m->count++] = *sample;
	return true;
}

bool manual_delete(struct manual *m, int i)
{
	if (i < 0 || i >= m->count)
		return false;
	m->count--;
	memmove(&m->samples[i], &m->samples[i + 1],
	    (size_t)(m->count - i) * sizeof(m->samples[0]));
	return true;
}

static bool contradicts(const struct manual_sample *old,
    const struct manual_sample *newest, double freq, double freq_sd)
{
	double age_s = free_sub(newest->at, old->at);
	double by_s = newest->offset_s - old->offset_s - freq * age_s;

	return fabs(by_s) > DEVIATIONS * hypot(M_SQRT2 * TYPED_SD_S,
	    freq_sd * age_s);
}

/*
 * Least squares with what was known of the frequency as one more observation.
 * Times count from the newest sample, offsets from the line that was known.
 */
bool manual_estimate(struct manual *m, double freq, double freq_sd,
    struct manual_fit *ret)
{
	const struct manual_sample *newest;
	double weight = 1 / (TYPED_SD_S * TYPED_SD_S), determinant;
	double n = 0, t = 0, tt = 1 / (freq_sd * freq_sd), y = 0, ty = 0;

	if (m->count == 0)
		return false;
	newest = &m->samples[m->count - 1];
	for (int i = 0; i < m->count; i++) {
		const struct manual_sample *s = &m->samples[i];
		double at_s = free_sub(s->at, newest->at);
		double above_s = s->offset_s - newest->offset_s - freq * at_s;

		if (contradicts(s, newest, freq, freq_sd))
			continue;
		n += weight;
		t += weight * at_s;
		tt += weight * at_s * at_s;
		y += weight * above_s;
		ty += weight * at_s * above_s;
	}
	determinant = n * tt - t * t;
	ret->at = newest->at;
	ret->offset_s = newest->offset_s + (tt * y - t * ty) / determinant;
	ret->offset_sd_s = sqrt(tt / determinant);
	ret->freq = freq + (n * ty - t * y) / determinant;
	ret->freq_sd = sqrt(n / determinant);
	for (int i = 0; i < m->count; i++)
		m->samples[i].residual_s = m->samples[i].offset_s -
		    ret->offset_s - ret->freq *
		    free_sub(m->samples[i].at, ret->at);
	return true;
}

void manual_step(struct manual *m, double step_s)
{
	int64_t ns = interval_ns(step_s);

	for (int i = 0; i < m->count; i++) {
		m->samples[i].at.ns += ns;
		m->samples[i].offset_s -= (double)ns * 1e-9;
	}
}
