/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of scenarios as tests: a line each, "ok sim/NAME seed N" or FAIL. */
#ifndef HORA_SIM_RUNS_H
#define HORA_SIM_RUNS_H

#include "sim/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/* Run and print; true when all is well. */
bool run_scenario(const struct scenario *s, uint64_t seed, bool is_traced);

/*
 * All scenarios and what is said of pairs of runs, with the seeds from `first`
 * to `last`, on so many processors. True when all is well.
 */
bool run_all(uint64_t first, uint64_t last, int workers);

/* The same with conditions that the seeds draw (wild.h). */
bool run_wild(uint64_t first, uint64_t last, int workers);

#endif
