/* SPDX-License-Identifier: Apache-2.0 */
/* Is the simulated world the one of the accuracy targets? */
#ifndef HORA_SIM_SELFTEST_H
#define HORA_SIM_SELFTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True, or what is wrong in `why`. */
bool selftest_oscillator(uint64_t seed, char *why, size_t size);
bool selftest_way(uint64_t seed, char *why, size_t size);
bool selftest_kernel(uint64_t seed, char *why, size_t size);
bool selftest_limit(uint64_t seed, char *why, size_t size);

#endif
