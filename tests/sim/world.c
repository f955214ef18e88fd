/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/world.h"

#include "sim/node.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS NS_PER_S
#define MAXSLEWRATE (83333.334 * 1e-6)
#define RATE_MAX 0.1000001
#define RETURN_NS SECOND_NS	/* a dead program is back after this */

struct world {
	const struct scenario *scenario;
	struct queue queue;
	struct server servers[SCENARIO_SERVERS];
	int server_count;
	struct node node;
	struct figures *figures;
	struct tally tally;
	float *errors_s;
};

static bool make_text(const struct world *w, char *text, size_t size)
{
	const struct scenario *s = w->scenario;
	int n = 0;

	for (int i = 0; i < w->server_count && n < (int)size; i++)
		n += snprintf(text + n, size - (size_t)n,
		    "server 10.1.0.%d %s %s\n", i + 1, s->options,
		    i == 0 && s->first_options != NULL ? s->first_options : "");
	if (s->directives != NULL && n < (int)size)
		n += snprintf(text + n, size - (size_t)n, "%s\n",
		    s->directives);
	return n < (int)size;
}

/* --- checks, once a second --- */

static void check_rates(struct world *w)
{
	const struct node *n = &w->node;
	double base = n->clock.memory.base_ppm * 1e-6;

	if (fabs(n->kernel.rate) > RATE_MAX)
		w->figures->frequency_out = true;
	if (n->has_clock && fabs(n->kernel.rate - base) > MAXSLEWRATE)
		w->figures->slew_too_fast = true;
}

/* What we serve claims a bound: does it cover the error of what we serve? */
static void check_bound(struct world *w)
{
	const struct node *n = &w->node;
	struct wall_time wall = kernel_wall(&n->kernel);
	struct wall_time served = time_ref_correct(&n->ref, wall);
	double error_s = fabs(wall_sub(served,
	    sim_utc(n->kernel.now_ns, n->kernel.leap)));
	double bound_s = n->ref.root_delay_s / 2 +
	    time_ref_dispersion(&n->ref, wall);

	/* Around a leap second nothing is claimed. */
	if (n->ref.stratum == 0 || n->ref.leap == LEAP_UNSYNC)
		return;
	if (w->figures->synchronised_s < 0)
		w->figures->synchronised_s = (double)n->kernel.now_ns * 1e-9;
	w->figures->worst_bound = fmax(w->figures->worst_bound,
	    error_s / bound_s);
	w->figures->bound_missed += error_s > bound_s;
}

static void count(struct world *w, double error_s)
{
	const struct node *n = &w->node;
	double t = (double)n->kernel.now_ns * 1e-9;
	double freq = (1 + n->kernel.freq) * (1 + n->kernel.rate) - 1;

	if (w->errors_s != NULL && t < w->scenario->run_s)
		w->errors_s[(int64_t)t] = (float)error_s;
	/* During the leap an error of a microsecond looks like a second. */
	if (w->scenario->leap != 0 && fabs(t - SIM_LEAP_S) < 2)
		return;
	tally_add(&w->tally, t, error_s, freq);
}

/* --- the loop --- */

static bool passes(double at_s, int64_t now_ns)
{
	return at_s > 0 && interval_ns(at_s) == now_ns;
}

static void second(struct world *w)
{
	struct node *n = &w->node;
	int64_t now_ns = n->kernel.now_ns;
	uint64_t bits;
	double error_s;

	kernel_second(&n->kernel);
	check_rates(w);
	check_bound(w);
	error_s = kernel_error_s(&n->kernel);
	count(w, error_s);
	memcpy(&bits, &error_s, sizeof(bits));
	node_mix(n, bits);
	if (n->is_traced && now_ns % (64 * SECOND_NS) == 0)
		printf("%.0f error %.9f rate %.6f served %d bound %.6f\n",
		    (double)now_ns * 1e-9, error_s, n->kernel.rate * 1e6,
		    n->ref.stratum, n->ref.root_delay_s / 2 +
		    time_ref_dispersion(&n->ref, kernel_wall(&n->kernel)));
	if (passes(w->scenario->jump_at_s, now_ns))
		kernel_jump(&n->kernel, w->scenario->jump_s);
	if (passes(w->scenario->clock_dies_s, now_ns)) {
		node_kill_clock(n);
		queue_post(&w->queue, now_ns + RETURN_NS, EVENT_CLOCK_NEW);
	}
	if (passes(w->scenario->engine_dies_s, now_ns)) {
		node_kill_engine(n);
		queue_post(&w->queue, now_ns + RETURN_NS, EVENT_ENGINE_NEW);
	}
}

static void run(struct world *w)
{
	struct node *n = &w->node;
	int64_t end_ns = interval_ns(w->scenario->run_s);
	int64_t second_ns = SECOND_NS;

	while (n->kernel.now_ns < end_ns) {
		int64_t timer_ns = node_next(n), event_ns;
		int64_t next_ns = second_ns;

		event_ns = queue_next(&w->queue);
		if (event_ns < next_ns)
			next_ns = event_ns;
		if (timer_ns < next_ns)
			next_ns = timer_ns;
		kernel_run(&n->kernel, next_ns);
		if (next_ns == second_ns) {
			second(w);
			second_ns += SECOND_NS;
		} else if (next_ns == event_ns) {
			struct event e;

			queue_take(&w->queue, &e);
			node_event(n, &e);
		} else {
			node_tick(n);
		}
	}
}

static void finish(struct world *w)
{
	struct figures *f = w->figures;
	const struct node *n = &w->node;

	tally_finish(&w->tally, &f->error);
	f->sent = n->sent;
	f->steps = n->kernel.steps;
	f->hash = n->hash;
	f->refused = n->refused;
	f->failed = n->failed;
	f->reference_back = n->ref_went_back;
	f->queue_full = w->queue.is_full;
	f->leap_armed = (n->kernel.timex.status & (STA_INS | STA_DEL)) != 0;
	f->is_synchronised = n->ref.stratum != 0;
	for (int i = 0; i < n->engine->count && i < SCENARIO_SERVERS; i++)
		f->states[i] = (char)n->engine->candidates[i].state;
}

static void init_tally(struct world *w)
{
	const struct scenario *s = w->scenario;
	struct tally_plan plan = { .run_s = s->run_s, .settle_s = s->settle_s,
		.jitter_s = s->jitter_s, .event_at_s = s->event_at_s,
		.band_s = s->band_s };

	tally_init(&w->tally, &plan);
}

bool world_run(const struct scenario *s, const struct world_options *options,
    struct figures *ret)
{
	uint64_t seed = options->seed;
	struct world *w = calloc(1, sizeof(*w));
	char text[2048];
	bool is_ok;

	*ret = (struct figures){ .synchronised_s = -1 };
	if (w == NULL)
		return false;
	w->scenario = s;
	w->figures = ret;
	w->errors_s = options->errors_s;
	init_tally(w);
	while (w->server_count < SCENARIO_SERVERS &&
	    s->servers[w->server_count].way.base_s >= 0) {
		server_init(&w->servers[w->server_count],
		    &s->servers[w->server_count], seed, w->server_count);
		w->servers[w->server_count].leap = s->leap;
		w->server_count++;
	}
	w->node.queue = &w->queue;
	w->node.servers = w->servers;
	w->node.server_count = w->server_count;
	w->node.is_traced = options->is_traced;
	is_ok = make_text(w, text, sizeof(text)) &&
	    node_start(&w->node, text, &s->oscillator, s->offset_s, seed);
	w->node.kernel.leap = s->leap;
	if (is_ok) {
		run(w);
		finish(w);
		node_free(&w->node);
	}
	for (int i = 0; i < w->server_count; i++)
		cookie_ring_clear(&w->servers[i].ring);
	free(w);
	return is_ok;
}

/* '?' in the expectation stands for any state. */
static bool states_match(const char *want, const char *got)
{
	size_t n = strlen(want);

	if (strlen(got) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (want[i] != '?' && want[i] != got[i])
			return false;
	return true;
}

bool world_judge(const struct scenario *s, const struct figures *f, char *why,
    size_t size)
{
	why[0] = '\0';
	if (f->queue_full)
		snprintf(why, size, "too many events at once");
	else if (f->slew_too_fast)
		snprintf(why, size, "slew faster than maxslewrate");
	else if (f->frequency_out)
		snprintf(why, size, "frequency beyond the kernel's range");
	else if (f->failed > 0)
		snprintf(why, size, "the kernel refused a call");
	else if (f->reference_back)
		snprintf(why, size, "reference time went back");
	else if (f->leap_armed)
		snprintf(why, size, "a leap second is still ordered");
	else if (f->steps != s->steps)
		snprintf(why, size, "%d steps, not %d", f->steps, s->steps);
	else if (f->bound_missed > 0 && !s->is_biased)
		snprintf(why, size, "error above the claimed bound in %llu s, "
		    "at most %.2f times", (unsigned long long)f->bound_missed,
		    f->worst_bound);
	else if (f->is_synchronised == s->is_unsynchronised)
		snprintf(why, size, "%ssynchronised at the end",
		    f->is_synchronised ? "" : "not ");
	else if (s->states != NULL && !states_match(s->states, f->states))
		snprintf(why, size, "states of the sources \"%s\", not \"%s\"",
		    f->states, s->states);
	else if (!(f->error.rms_s <= s->rms_s))
		snprintf(why, size, "RMS error %g s above %g s",
		    f->error.rms_s, s->rms_s);
	else if (!(f->error.max_s <= s->max_s))
		snprintf(why, size, "error of %g s above %g s", f->error.max_s,
		    s->max_s);
	else if (!s->may_wander &&
	    f->error.second_half_s > 3 * f->error.first_half_s)
		snprintf(why, size, "error grows: RMS %g s, then %g s",
		    f->error.first_half_s, f->error.second_half_s);
	return why[0] != '\0';
}
