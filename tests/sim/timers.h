/* SPDX-License-Identifier: Apache-2.0 */
/* Who of many is due next: a tree of minima over them. */
#ifndef HORA_SIM_TIMERS_H
#define HORA_SIM_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

struct timers {
	int leaves;			/* a power of two */
	int64_t *at_ns;			/* [1] is the root, leaves from `leaves` */
};

/* None is due. False: memory is short. */
bool timers_init(struct timers *t, int count);
void timers_free(struct timers *t);

/* Number i is due at `at_ns`; INT64_MAX: never. */
void timers_set(struct timers *t, int i, int64_t at_ns);

/* Time of the first one, and who that is (the least number of equals). */
int64_t timers_next(const struct timers *t);
int timers_who(const struct timers *t);

#endif
