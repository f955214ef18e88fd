/* SPDX-License-Identifier: Apache-2.0 */
/* Repeatable random numbers for the tests of sync (xorshift64*). */
#ifndef HORA_TESTS_NOISE_H
#define HORA_TESTS_NOISE_H

#include <math.h>
#include <stdint.h>

struct noise { uint64_t state; };

/* Uniform in (0, 1). */
static inline double noise_uniform(struct noise *n)
{
	n->state ^= n->state >> 12;
	n->state ^= n->state << 25;
	n->state ^= n->state >> 27;
	return ((double)(n->state * UINT64_C(2685821657736338717) >> 11) + 0.5) *
	    0x1p-53;
}

/* Exponential with mean 1. */
static inline double noise_exp(struct noise *n)
{
	return -log(noise_uniform(n));
}

/* Normal with deviation 1. */
static inline double noise_normal(struct noise *n)
{
	double r = sqrt(2 * noise_exp(n));

	return r * cos(6.283185307179586 * noise_uniform(n));
}

#endif
