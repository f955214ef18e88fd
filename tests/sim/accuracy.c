/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/accuracy.h"

#include "sim/parallel.h"
#include "sim/svg.h"

#include <stdlib.h>
#include <string.h>

struct job { int cell, seed; };

struct batch {
	const struct accuracy_options *options;
	struct cell *cells;		/* those that were asked for */
	int count;
	struct job *jobs;		/* of all cells, in their order */
	int job_count;
	struct run *runs;		/* of the cell that is being collected */
	struct result *results;
};

/* Seeds of one cell. */
static int seeds_of(const struct accuracy_options *o, const struct cell *c)
{
	int usual = o->is_check ? ACCURACY_CHECK_SEEDS : ACCURACY_SEEDS;
	int seeds = o->seeds > 0 ? o->seeds : usual;

	/* Who says how many to run gets them. */
	return o->seeds == 0 && c->seeds > seeds ? c->seeds : seeds;
}

static bool is_wanted(const struct accuracy_options *o, const struct cell *c)
{
	return (o->table == NULL || strcmp(o->table, c->table) == 0) &&
	    (o->cell == NULL || strcmp(o->cell, c->name) == 0);
}

static void run_one(void *arg, int i, void *result)
{
	const struct batch *b = arg;
	const struct cell *c = &b->cells[b->jobs[i].cell];
	struct world_options options = {
		.seed = (uint64_t)b->jobs[i].seed, .has_limit = true,
	};
	struct run *run = result;

	if (!world_run(&c->scenario, &options, &run->figures))
		snprintf(run->why, sizeof(run->why),
		    "its configuration is wrong");
	else
		world_judge(&c->scenario, &run->figures, run->why,
		    sizeof(run->why));
}

static void print(const struct batch *b, int cell)
{
	const struct result *r = &b->results[cell];

	if (b->options->is_check) {
		accuracy_check(r);
	} else {
		if (cell == 0 || r->cell->table != b->cells[cell - 1].table)
			accuracy_print_head();
		accuracy_print(r);
	}
	fflush(stdout);
}

static void collect(void *arg, int i, const void *result)
{
	struct batch *b = arg;
	const struct job *job = &b->jobs[i];
	struct run *run = &b->runs[job->seed - 1];

	memset(run, 0, sizeof(*run));
	if (result != NULL)
		*run = *(const struct run *)result;
	else
		run->has_died = true;
	if (i + 1 < b->job_count && job[1].cell == job->cell)
		return;
	accuracy_summarise(&b->cells[job->cell], b->runs, job->seed,
	    &b->results[job->cell]);
	print(b, job->cell);
}

static bool write_json(const struct batch *b, const struct summary *summaries)
{
	FILE *to = fopen(b->options->json, "w");

	if (to == NULL) {
		perror(b->options->json);
		return false;
	}
	accuracy_json(to, b->results, b->count, summaries);
	return fclose(to) == 0;
}

static int report(const struct batch *b)
{
	struct summary summaries[CELL_TABLES];
	bool is_good = true, is_written = true;

	if (!b->options->is_check)
		printf("\n");
	for (int t = 0; t < CELL_TABLES; t++) {
		accuracy_judge(&cell_tables[t], b->results, b->count,
		    &summaries[t]);
		if (summaries[t].cells == 0)
			continue;
		if (b->options->is_check) {
			is_good &= accuracy_check_summary(&summaries[t]);
		} else {
			accuracy_print_summary(&summaries[t]);
			is_good &= summaries[t].is_good;
		}
	}
	if (b->options->json != NULL)
		is_written &= write_json(b, summaries);
	if (b->options->svg != NULL)
		is_written &= svg_draw(b->options->svg, &b->cells[0], 1);
	return !is_written ? 2 : is_good ? 0 : 1;
}

/* False when memory is short. */
static bool make_jobs(struct batch *b)
{
	int most = 0, n = 0;

	for (int i = 0; i < b->count; i++) {
		int seeds = seeds_of(b->options, &b->cells[i]);

		b->job_count += seeds;
		most = seeds > most ? seeds : most;
	}
	b->jobs = calloc((size_t)b->job_count, sizeof(*b->jobs));
	b->runs = calloc((size_t)most, sizeof(*b->runs));
	b->results = calloc((size_t)b->count, sizeof(*b->results));
	if (b->jobs == NULL || b->runs == NULL || b->results == NULL)
		return false;
	for (int i = 0; i < b->count; i++)
		for (int k = 1; k <= seeds_of(b->options, &b->cells[i]); k++)
			b->jobs[n++] = (struct job){ i, k };
	return true;
}

static int run_batch(struct batch *b)
{
	struct parallel p = {
		.workers = b->options->workers,
		.result_size = sizeof(struct run),
		.arg = b,
		.job = run_one,
		.done = collect,
	};
	bool is_run = make_jobs(b);
	int status = 2;

	p.count = b->job_count;
	if (is_run && parallel_run(&p))
		status = report(b);
	else
		fprintf(stderr, "sim: memory or processes are short\n");
	free(b->jobs);
	free(b->runs);
	free(b->results);
	return status;
}

int accuracy(const struct accuracy_options *options)
{
	struct batch b = { .options = options };
	int count = 0, status = 2;
	struct cell *all = cells_make(&count);

	b.cells = calloc((size_t)count + 1, sizeof(*b.cells));
	if (all == NULL || b.cells == NULL)
		fprintf(stderr, "sim: memory is short\n");
	for (int i = 0; i < count && b.cells != NULL; i++)
		if (is_wanted(options, &all[i]))
			b.cells[b.count++] = all[i];
	for (int i = 0; i < b.count; i++)
		b.cells[i].scenario.name = b.cells[i].name;
	if (b.count > 0) {
		status = run_batch(&b);
	} else if (all != NULL) {
		fprintf(stderr, "sim: no such table or cell; there are:\n");
		for (int i = 0; i < count; i++)
			fprintf(stderr, "  %-8s %s\n", all[i].table,
			    all[i].name);
	}
	free(b.cells);
	free(all);
	return status;
}
