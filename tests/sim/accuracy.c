/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/accuracy.h"

#include "sim/parallel.h"
#include "sim/svg.h"

#include <stdlib.h>
#include <string.h>

struct batch {
	const struct accuracy_options *options;
	struct cell *cells;		/* those that were asked for */
	int count;
	struct run *runs;		/* of the cell that is being collected */
	struct result *results;
};

static bool is_wanted(const struct accuracy_options *o, const struct cell *c)
{
	return (o->table == NULL || strcmp(o->table, c->table) == 0) &&
	    (o->cell == NULL || strcmp(o->cell, c->name) == 0);
}

static void run_one(void *arg, int i, void *result)
{
	const struct batch *b = arg;
	const struct cell *c = &b->cells[i / b->options->seeds];
	struct world_options options = {
		.seed = (uint64_t)(i % b->options->seeds) + 1,
	};
	struct run *run = result;

	if (!world_run(&c->scenario, &options, &run->figures))
		snprintf(run->why, sizeof(run->why),
		    "its configuration is wrong");
	else
		world_judge(&c->scenario, &run->figures, run->why,
		    sizeof(run->why));
}

static void collect(void *arg, int i, const void *result)
{
	struct batch *b = arg;
	int seeds = b->options->seeds, seed = i % seeds, cell = i / seeds;

	memset(&b->runs[seed], 0, sizeof(b->runs[seed]));
	if (result != NULL)
		b->runs[seed] = *(const struct run *)result;
	else
		b->runs[seed].has_died = true;
	if (seed != seeds - 1)
		return;
	accuracy_summarise(&b->cells[cell], b->runs, seeds, &b->results[cell]);
	if (cell == 0 || b->cells[cell].table != b->cells[cell - 1].table)
		accuracy_print_head();
	accuracy_print(&b->results[cell]);
	fflush(stdout);
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

	printf("\n");
	for (int t = 0; t < CELL_TABLES; t++) {
		accuracy_judge(&cell_tables[t], b->results, b->count,
		    &summaries[t]);
		if (summaries[t].cells == 0)
			continue;
		accuracy_print_summary(&summaries[t]);
		is_good &= summaries[t].is_good;
	}
	if (b->options->json != NULL)
		is_written &= write_json(b, summaries);
	if (b->options->svg != NULL)
		is_written &= svg_draw(b->options->svg, &b->cells[0], 1);
	return !is_written ? 2 : is_good ? 0 : 1;
}

static int run_batch(struct batch *b)
{
	struct parallel p = {
		.count = b->count * b->options->seeds,
		.workers = b->options->workers,
		.result_size = sizeof(struct run),
		.arg = b,
		.job = run_one,
		.done = collect,
	};
	int status = 2;

	b->runs = calloc((size_t)b->options->seeds, sizeof(*b->runs));
	b->results = calloc((size_t)b->count, sizeof(*b->results));
	if (b->runs == NULL || b->results == NULL || !parallel_run(&p))
		fprintf(stderr, "sim: memory or processes are short\n");
	else
		status = report(b);
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
