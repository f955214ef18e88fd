/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/check.h"

#include <math.h>
#include <stdio.h>

#define KERNEL_MAX 0.1			/* tick and freq together, s/s */
#define LEAP_STEP_S 5			/* from the leap, at most */
#define AWARE_S 20			/* an engine runs that often */
#define INTERFERED_S 65			/* hora-clock looks that often */
#define ROUNDING 1e-9			/* of rates, s/s */

static void note(struct checks *c, enum check which, const struct node *n,
    int i, double worst)
{
	struct broken *b = &c->broken[which];

	if (b->count++ == 0) {
		b->first_s = (double)n->kernel.now_ns * 1e-9;
		b->node = i;
	}
	b->last_s = (double)n->kernel.now_ns * 1e-9;
	b->worst = fmax(b->worst, worst);
}

static void check_rates(struct checks *c, const struct node *n, int i)
{
	double base = n->clock.memory.base_ppm * 1e-6;
	double slew = fabs(n->kernel.rate - base);
	double most = fmin(n->config.maxdrift_ppm * 1e-6, KERNEL_MAX);

	if (fabs(n->kernel.rate) > KERNEL_MAX + ROUNDING)
		note(c, CHECK_FREQUENCY, n, i, fabs(n->kernel.rate) * 1e6);
	if (!n->has_clock)
		return;
	if (fabs(base) > most + ROUNDING)
		note(c, CHECK_FREQUENCY, n, i, fabs(base) * 1e6);
	if (slew > n->config.maxslewrate_ppm * 1e-6 + ROUNDING)
		note(c, CHECK_SLEW, n, i, slew * 1e6);
}

/*
 * Somebody set the clock, or changed its rate: until the engine runs, or is told
 * by hora-clock, nobody can know.
 */
static void check_awareness(struct checks *c, const struct node *n, int i)
{
	double s = (double)(n->kernel.now_ns - n->unaware_ns) * 1e-9;

	if (s > (n->is_interfered ? INTERFERED_S : AWARE_S) &&
	    n->engine != NULL && n->ref.stratum != 0)
		note(c, CHECK_AWARENESS, n, i, s);
}

/* What we serve claims a bound: does it cover the error of what we serve? */
static void check_bound(struct checks *c, const struct node *n, int i)
{
	struct wall_time wall = kernel_wall(&n->kernel);
	struct wall_time served = time_ref_correct(&n->ref, wall);
	double error_s = fabs(wall_sub(served,
	    sim_utc(&n->kernel.calendar, n->kernel.now_ns)));
	double bound_s = n->ref.root_delay_s / 2 +
	    time_ref_dispersion(&n->ref, wall);

	c->worst_bound = fmax(c->worst_bound, error_s / bound_s);
	if (error_s > bound_s && !c->is_biased)
		note(c, CHECK_BOUND, n, i, error_s / bound_s);
}

/* A leap second that the daemon makes itself, not the kernel. */
static bool is_leap(const struct node *n)
{
	const struct calendar *c = &n->kernel.calendar;
	double since_s = (double)(n->kernel.now_ns - sim_leap_ns(c)) * 1e-9;

	return c->leap != 0 && fabs(since_s) < LEAP_STEP_S &&
	    fabs(n->kernel.last_step_s + c->leap) < 1e-9;
}

/* The one of initstepslew: the first of all, of the first update. */
static bool is_initial(const struct node *n)
{
	const struct initstepslew_config *c = &n->config.initstepslew;

	return c->host_count > 0 && n->kernel.steps == 1 &&
	    fabs(n->kernel.last_step_s) >= c->threshold_s &&
	    (n->engine == NULL || n->engine->clock_updates <= 1);
}

static void check_steps(struct checks *c, struct node *n, int i)
{
	int limit = n->config.makestep_limit;
	bool was_ordered = n->ordered_steps > 0 || is_leap(n) ||
	    is_initial(n);

	if (n->kernel.steps == n->checked_steps)
		return;
	n->checked_steps++;
	if (was_ordered)
		n->ordered_steps -= n->ordered_steps > 0;
	else if ((limit >= 0 && (n->kernel.steps > limit ||
	    (n->engine != NULL && (int)n->engine->clock_updates > limit))) ||
	    fabs(n->kernel.last_step_s) < n->config.makestep_threshold_s)
		note(c, CHECK_STEP, n, i, fabs(n->kernel.last_step_s));
}

void check_node(struct checks *c, struct node *n, int i)
{
	if (n->kernel.is_asleep)
		return;			/* nobody asks it */
	check_rates(c, n, i);
	check_steps(c, n, i);
	if (n->ref_went_back)
		note(c, CHECK_REFERENCE, n, i, 0);
	n->ref_went_back = false;
	if (n->failed > 0)
		note(c, CHECK_KERNEL, n, i, 0);
	n->failed = 0;
	if (n->ref.stratum > 15)
		note(c, CHECK_STRATUM, n, i, n->ref.stratum);
	if (n->is_unaware || n->is_interfered)
		check_awareness(c, n, i);
	/* Around a leap second nothing is claimed. */
	else if (n->ref.stratum != 0 && n->ref.leap != LEAP_UNSYNC)
		check_bound(c, n, i);
}

/* The host that node number i follows; < 0: none. */
static int followed(const struct network *w, int i)
{
	const struct node *n = &w->nodes[i];

	if (n->engine == NULL || n->ref.stratum == 0)
		return -1;
	for (int k = 0; k < n->engine->count; k++)
		if (n->engine->sources[k]->id == n->engine->selected_id)
			return network_host(w,
			    &n->engine->sources[k]->address.ip);
	return -1;
}

/* Does node number i follow itself? */
static bool is_in_circle(const struct network *w, int i)
{
	int at = i;

	for (int hops = 0; hops <= w->node_count; hops++) {
		int host = followed(w, at);

		if (host < w->server_count)
			return false;
		at = host - w->server_count;
		if (at == i)
			return true;
	}
	return false;		/* it follows a circle of others */
}

void check_loops(struct checks *c, const struct network *w, int64_t now_ns)
{
	int i = 0;

	while (i < w->node_count && !is_in_circle(w, i))
		i++;
	if (i == w->node_count) {
		c->looped_ns = 0;
		return;
	}
	if (c->looped_ns == 0)
		c->looped_ns = now_ns;
	if (now_ns - c->looped_ns >= interval_ns(c->may_loop_s))
		note(c, CHECK_LOOP, &w->nodes[i], i,
		    (double)(now_ns - c->looped_ns) * 1e-9);
}

bool check_text(const struct broken broken[CHECK_COUNT], char *ret,
    size_t size)
{
	static const char *const words[CHECK_COUNT] = {
		[CHECK_BOUND] = "error above the claimed bound",
		[CHECK_STEP] = "a step that makestep does not allow",
		[CHECK_SLEW] = "slew faster than maxslewrate",
		[CHECK_FREQUENCY] = "frequency beyond its limits",
		[CHECK_REFERENCE] = "reference time went back",
		[CHECK_STRATUM] = "stratum above 15",
		[CHECK_KERNEL] = "the kernel refused a call",
		[CHECK_AWARENESS] = "nobody noticed a foreign step or rate",
		[CHECK_LOOP] = "nodes follow each other in a circle",
	};

	for (int i = 0; i < CHECK_COUNT; i++) {
		const struct broken *b = &broken[i];

		if (b->count == 0)
			continue;
		snprintf(ret, size, "%s (%.4g), %llu times, from %.6f s on, "
		    "first on node %d, until %.6f s", words[i], b->worst,
		    (unsigned long long)b->count, b->first_s, b->node,
		    b->last_s);
		return true;
	}
	return false;
}
