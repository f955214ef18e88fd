/* SPDX-License-Identifier: Apache-2.0 */
/* hora's time error beside chrony's and beside the limit, cell by cell. */
#ifndef HORA_SIM_ACCURACY_H
#define HORA_SIM_ACCURACY_H

#include "sim/cells.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ACCURACY_SEEDS 5
#define ACCURACY_SEEDS_MAX 1000
#define ACCURACY_CHECK_SEEDS 2		/* of `make check` */
#define ACCURACY_CELL_AIM 0.9		/* of chrony's RMS, in each cell */
/*
 * A maximum is too large when it is above 5 times the RMS and above 1.25 times
 * that of the filter that knows all (limit.h): where the wander dominates, the
 * error grows to the end of each interval, and even that filter's is larger.
 */
#define ACCURACY_MAX_AIM 5
#define ACCURACY_LIMIT_MAX_AIM 1.25
#define ACCURACY_WHY 200

/* One cell over all seeds. */
struct result {
	const struct cell *cell;
	int seeds;
	double rms_s, mean_s, p95_s, max_s, freq_rms_ppm;
	double uncertainty;		/* relative standard error of rms_s */
	double interval_s;		/* between requests to one server */
	double synchronised_s;		/* mean; < 0: not with every seed */
	double first_s, held_s, after_last_s;	/* medians; < 0: never */
	double steps;			/* mean */
	double after_peak_s, after_rms_s;
	double chrony_ratio, limit_ratio;	/* 0 = nothing to compare */
	struct limit_figures paired;	/* the limit on the same draws */
	double paired_ratio;		/* RMS to that; 0 = unknown */
	/* What misses the targets. */
	bool is_worse, is_costlier, is_peaky;
	int broken;			/* seeds that broke an invariant */
	uint64_t broken_seed;		/* first of them */
	char why[ACCURACY_WHY];		/* it did */
};

/* One table, or all of them. */
struct summary {
	const struct cell_table *table;
	int cells, worse, costlier, peaky, broken;
	double chrony_mean, limit_mean;	/* geometric; 0 = unknown */
	bool is_near;			/* the means reach their aims */
	bool is_good;			/* and so do all cells */
};

struct accuracy_options {
	const char *table, *cell;	/* only these; or NULL */
	int seeds, workers;		/* seeds 0 = ACCURACY_SEEDS, or
					 * ACCURACY_CHECK_SEEDS */
	bool is_check;			/* lines of tests, not tables */
	const char *json, *svg;		/* files to write, or NULL */
};

/* Of chrony's RMS, that this cell may reach. */
double accuracy_most(const struct cell *c);

/* Run what is asked for and print it: 0 = targets met, 1 = not, 2 = error. */
int accuracy(const struct accuracy_options *options);

/* Results over the seeds 1 .. seeds; runs[i] NULL: that process died. */
struct run {
	bool has_died;
	struct figures figures;
	char why[ACCURACY_WHY];		/* a broken invariant, or "" */
};
void accuracy_summarise(const struct cell *c, const struct run *runs, int seeds,
    struct result *ret);
/* Nothing to object, but maybe a large maximum: few seeds have few of them. */
bool accuracy_is_good(const struct result *r);
void accuracy_judge(const struct cell_table *table,
    const struct result *results, int count, struct summary *ret);

/* accuracy_print.c */
void accuracy_print_head(void);
void accuracy_print(const struct result *r);
void accuracy_print_summary(const struct summary *s);
void accuracy_json(FILE *to, const struct result *results, int count,
    const struct summary *summaries);

/* accuracy_check.c: as tests, "ok accuracy/NAME: ..." or FAIL. Of a table: has it, and
 * each cell, passed? (The maximum does not count: with few seeds it says little.) */
void accuracy_check(const struct result *r);
bool accuracy_check_summary(const struct summary *s);

#endif
