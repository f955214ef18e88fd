/* SPDX-License-Identifier: Apache-2.0 */
/* Repeatable random numbers: the same seed gives the same run, bit for bit. */
#ifndef HORA_SIM_RANDOM_H
#define HORA_SIM_RANDOM_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

struct rng { uint64_t state; };

/*
 * A generator of its own for each purpose (`stream`), so that what one part of
 * the world draws never shifts what another sees.
 */
static inline struct rng rng_of(uint64_t seed, uint64_t stream)
{
	uint64_t z = seed * UINT64_C(0x9e3779b97f4a7c15) +
	    stream * UINT64_C(0xd1b54a32d192ed03);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return (struct rng){ z != 0 ? z : 1 };
}

/* xorshift64* (Marsaglia, Vigna). */
static inline uint64_t rng_bits(struct rng *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * UINT64_C(2685821657736338717);
}

/* Uniform in (0, 1). */
static inline double rng_uniform(struct rng *r)
{
	return ((double)(rng_bits(r) >> 11) + 0.5) * 0x1p-53;
}

/* Exponential with mean 1. */
static inline double rng_exp(struct rng *r)
{
	return -log(rng_uniform(r));
}

/* Normal with deviation 1. */
static inline double rng_normal(struct rng *r)
{
	double length = sqrt(2 * rng_exp(r));

	return length * cos(6.283185307179586 * rng_uniform(r));
}

static inline void rng_fill(struct rng *r, void *bytes, size_t length)
{
	uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)(rng_bits(r) >> 56);
}

#endif
