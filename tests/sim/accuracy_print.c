/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/accuracy.h"

#include "sim/text.h"

#include <math.h>

#define RATIO 16

void accuracy_print_head(void)
{
	printf("\n%-24s %8s %4s %8s %6s %8s %6s %6s %8s %8s %8s %7s %15s %9s %8s "
	    "%7s %5s %6s %5s\n", "cell", "RMS", "+-", "chrony", "ratio",
	    "limit", "ratio", "paired", "mean", "p95", "max", "max/RMS",
	    "limit's max/RMS", "frequency", "interval", "chrony", "sync",
	    "< 3 J", "steps");
}

static void print_after(const struct result *r)
{
	const struct cell_chrony *c = &r->cell->chrony;
	char peak[TEXT_S], rms[TEXT_S], chrony_peak[TEXT_S];
	char chrony_rms[TEXT_S];

	text_s(peak, r->after_peak_s);
	text_s(rms, r->after_rms_s);
	text_s(chrony_peak, c->after_peak_s);
	text_s(chrony_rms, c->after_rms_s);
	printf("  after the event: peak %s, RMS %s, %.0f s out of the band; "
	    "chrony: %s, %s, %.0f s\n", peak, rms, r->after_last_s,
	    chrony_peak, chrony_rms, c->after_last_s);
}

static double quotient(double a, double b)
{
	return b > 0 ? a / b : 0;
}

/* "-" for 0, which means unknown here. */
static const char *ratio(char ret[RATIO], double value)
{
	snprintf(ret, RATIO, value > 0 ? "%.2f" : "-", value);
	return ret;
}

static void print_misses(const struct result *r)
{
	const struct cell *c = r->cell;

	if (r->is_worse)
		printf("  ABOVE %.2g of chrony", accuracy_most(c));
	printf("%s%s\n", r->is_costlier ? "  MORE PACKETS" : "",
	    r->is_peaky ? "  MAX > 5 RMS" : "");
	if (c->why != NULL)
		printf("  at most %.2g of chrony with %d seeds or more: %s\n",
		    accuracy_most(c), c->seeds, c->why);
}

void accuracy_print(const struct result *r)
{
	const struct cell *c = r->cell;
	char rms[TEXT_S], chrony[TEXT_S], limit[TEXT_S], mean[TEXT_S];
	char p95[TEXT_S], max[TEXT_S], freq[TEXT_S], limit_max[RATIO];
	char chrony_ratio[RATIO], limit_ratio[RATIO], paired[RATIO];

	text_s(rms, r->rms_s);
	text_s(chrony, c->chrony.rms_s);
	text_s(limit, c->limit_s);
	text_s(mean, r->mean_s);
	text_s(p95, r->p95_s);
	text_s(max, r->max_s);
	text_ppm(freq, r->freq_rms_ppm);
	printf("%-24s %8s %3.0f%% %8s %6s %8s %6s %6s %8s %8s %8s %7.1f %15s "
	    "%9s %7.0fs %6.0fs %5.0f %6.0f %5.1f", c->name, rms,
	    r->uncertainty * 100, chrony, ratio(chrony_ratio, r->chrony_ratio),
	    limit, ratio(limit_ratio, r->limit_ratio),
	    ratio(paired, r->paired_ratio), mean, p95, max,
	    quotient(r->max_s, r->rms_s),
	    ratio(limit_max, quotient(r->paired.max_s, r->paired.rms_s)), freq,
	    r->interval_s, c->chrony.interval_s, r->synchronised_s,
	    r->first_s, r->steps);
	print_misses(r);
	if (c->scenario.event_at_s > 0)
		print_after(r);
	if (r->broken > 0)
		printf("  BROKEN with %d of %d seeds: %s\n    again: "
		    "tests/sim/run --scenario %s --seed %llu --trace\n",
		    r->broken, r->seeds, r->why, c->name,
		    (unsigned long long)r->broken_seed);
}

static void print_aim(double aim)
{
	if (aim > 0)
		printf(" (aim %.2f)", aim);
}

void accuracy_print_summary(const struct summary *s)
{
	printf("%s %s: hora/chrony %.3f", s->is_good ? "PASS" : "FAIL",
	    s->table->title, s->chrony_mean);
	print_aim(s->table->chrony_aim);
	printf(", hora/limit %.3f", s->limit_mean);
	print_aim(s->table->limit_aim);
	printf(", %d cells: %d above 0.9 of chrony, %d with more packets, "
	    "%d with max > 5 RMS, %d broken runs\n", s->cells, s->worse,
	    s->costlier, s->peaky, s->broken);
}

/* --- for machines --- */

static void json_number(FILE *to, const char *name, double value,
    const char *end)
{
	if (isfinite(value))
		fprintf(to, "\"%s\": %.6g%s", name, value, end);
	else
		fprintf(to, "\"%s\": null%s", name, end);
}

static void json_result(FILE *to, const struct result *r)
{
	const struct cell *c = r->cell;

	fprintf(to, "    {\"table\": \"%s\", \"cell\": \"%s\", \"seeds\": %d, ",
	    c->table, c->name, r->seeds);
	json_number(to, "rms_s", r->rms_s, ", ");
	json_number(to, "rms_uncertainty", r->uncertainty, ", ");
	json_number(to, "mean_s", r->mean_s, ", ");
	json_number(to, "p95_s", r->p95_s, ", ");
	json_number(to, "max_s", r->max_s, ", ");
	json_number(to, "freq_rms_ppm", r->freq_rms_ppm, ", ");
	json_number(to, "interval_s", r->interval_s, ", ");
	json_number(to, "synchronised_s", r->synchronised_s, ", ");
	json_number(to, "first_below_3j_s", r->first_s, ", ");
	json_number(to, "held_below_3j_s", r->held_s, ", ");
	json_number(to, "steps", r->steps, ", ");
	json_number(to, "after_peak_s", r->after_peak_s, ", ");
	json_number(to, "after_rms_s", r->after_rms_s, ", ");
	json_number(to, "after_last_s", r->after_last_s, ", ");
	json_number(to, "chrony_rms_s", c->chrony.rms_s, ", ");
	json_number(to, "chrony_interval_s", c->chrony.interval_s, ", ");
	json_number(to, "chrony_max_s", c->chrony.max_s, ", ");
	json_number(to, "limit_s", c->limit_s, ", ");
	json_number(to, "short_limit_s", c->short_limit_s, ", ");
	json_number(to, "chrony_ratio", r->chrony_ratio, ", ");
	json_number(to, "limit_ratio", r->limit_ratio, ", ");
	json_number(to, "most_of_chrony", accuracy_most(c), ", ");
	json_number(to, "paired_limit_s", r->paired.rms_s, ", ");
	json_number(to, "paired_limit_max_s", r->paired.max_s, ", ");
	json_number(to, "paired_ratio", r->paired_ratio, ", ");
	fprintf(to, "\"broken\": %d}", r->broken);
}

void accuracy_json(FILE *to, const struct result *results, int count,
    const struct summary *summaries)
{
	bool is_first = true;

	fprintf(to, "{\n  \"cells\": [\n");
	for (int i = 0; i < count; i++) {
		json_result(to, &results[i]);
		fprintf(to, "%s\n", i + 1 < count ? "," : "");
	}
	fprintf(to, "  ],\n  \"tables\": [\n");
	for (int t = 0; t < CELL_TABLES; t++) {
		const struct summary *s = &summaries[t];

		if (s->cells == 0)
			continue;
		fprintf(to, "%s    {\"table\": \"%s\", \"cells\": %d, ",
		    is_first ? "" : ",\n", s->table->name, s->cells);
		json_number(to, "chrony_ratio", s->chrony_mean, ", ");
		json_number(to, "limit_ratio", s->limit_mean, ", ");
		fprintf(to, "\"worse\": %d, \"costlier\": %d, \"peaky\": %d, "
		    "\"broken\": %d, \"pass\": %s}", s->worse, s->costlier,
		    s->peaky, s->broken, s->is_good ? "true" : "false");
		is_first = false;
	}
	fprintf(to, "\n  ]\n}\n");
}
