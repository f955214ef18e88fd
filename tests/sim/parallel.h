/* SPDX-License-Identifier: Apache-2.0 */
/* Many jobs on all processors: a process each, results over pipes. */
#ifndef HORA_SIM_PARALLEL_H
#define HORA_SIM_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

#define PARALLEL_WORKERS_MAX 256

struct parallel {
	int count, workers;		/* jobs; at most so many at a time */
	size_t result_size;		/* of each; at most 4096 */
	void *arg;
	/* In a process of its own: fill `result`, zero before. */
	void (*job)(void *arg, int i, void *result);
	/* Here, in order of i; result NULL: the job's process died. */
	void (*done)(void *arg, int i, const void *result);
};

/* Processors that there are. */
int parallel_processors(void);

/* False when memory, pipes or processes are short: then not all was done. */
bool parallel_run(const struct parallel *p);

#endif
