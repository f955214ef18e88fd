/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/accuracy.h"

#include "sim/text.h"

/* What misses, joined by commas. */
static void print_why(const struct result *r)
{
	const char *between = r->broken > 0 ? ", " : "";

	if (r->broken > 0)
		printf("with seed %llu: %s", (unsigned long long)r->broken_seed,
		    r->why);
	if (r->is_worse) {
		printf("%sabove %.2g of chrony's RMS", between,
		    accuracy_most(r->cell));
		between = ", ";
	}
	if (r->is_costlier)
		printf("%smore packets than chrony", between);
	printf(": ");
}

void accuracy_check(const struct result *r)
{
	const struct cell *c = r->cell;
	bool is_good = accuracy_is_good(r);
	char rms[TEXT_S];

	text_s(rms, r->rms_s);
	printf("%s accuracy/%s: ", is_good ? "ok" : "FAIL", c->name);
	if (!is_good)
		print_why(r);
	printf("RMS %s, %.2f of chrony's (at most %.2g)", rms, r->chrony_ratio,
	    accuracy_most(c));
	if (r->paired_ratio > 0)
		printf(", %.2f of the limit's", r->paired_ratio);
	printf(", each %.0f s (chrony %.0f s), %d seeds\n", r->interval_s,
	    c->chrony.interval_s, r->seeds);
	if (r->broken > 0)
		printf("  again: tests/sim/run --scenario %s --seed %llu "
		    "--trace\n", c->name, (unsigned long long)r->broken_seed);
	else if (!is_good)
		printf("  again: tests/sim/run --accuracy --cell %s --seeds %d"
		    "\n", c->name, r->seeds);
}

bool accuracy_check_summary(const struct summary *s)
{
	const struct cell_table *t = s->table;

	printf("%s accuracy/table-%s: geometric means of the RMS: %.3f of "
	    "chrony's (at most %.2f)", s->is_near ? "ok" : "FAIL", t->name,
	    s->chrony_mean, t->chrony_aim);
	if (t->limit_aim > 0)
		printf(", %.3f of the limit's (at most %.2f)", s->limit_mean,
		    t->limit_aim);
	printf("\n");
	return s->is_near && s->worse + s->costlier + s->broken == 0;
}
