/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/node.h"

#include <stdio.h>

#define CLOCK 1			/* program, for node_late_ns */

static void emit(struct node *n, const struct clock_out *out)
{
	if (out->remember) {
		n->clock_memory = out->memory;
		n->has_clock_memory = true;
	}
	if (out->why != NULL && n->is_traced)
		printf("%.6f node %d clock: %s\n",
		    (double)n->kernel.now_ns * 1e-9, n->number, out->why);
	if (!out->changed)
		return;
	n->refused += out->report.result == IPC_CLOCK_REFUSED;
	n->failed += out->report.result == IPC_CLOCK_FAILED;
	node_post(n, NODE_MESSAGE_NS, EVENT_CLOCK_CHANGED)->changed =
	    out->report;
	node_mix(&n->hash, (uint64_t)out->report.at.ns);
}

/* What io.c of hora-clock does. */
static void decide(struct node *n, struct clock_in in)
{
	struct reading now = kernel_read(&n->kernel);
	struct clock_done done = { 0 };
	struct clock_out out;

	in.now = now.mono;
	in.wall = now.wall;
	clock_step(&n->clock, &in, &out);
	if (out.op_count > 0) {
		/* Told to horad before the calls are made. */
		struct clock_out told = { .remember = out.remember,
		    .memory = out.memory };

		emit(n, &told);
		for (int i = 0; i < out.op_count && done.error == 0; i++) {
			done.before = kernel_read(&n->kernel).wall;
			done.error = kernel_adjtimex(&n->kernel, &out.op[i]);
			done.after = kernel_read(&n->kernel).wall;
			done.status = n->kernel.timex.status;
		}
		done.now = kernel_read(&n->kernel).mono;
		clock_done(&n->clock, &done, &out);
	}
	emit(n, &out);
}

/* Another program may have changed the clock. */
static void look(struct node *n)
{
	decide(n, (struct clock_in){ .event = CLOCK_ON_CHECK,
	    .kernel = &n->kernel.timex });
}

static void feed(struct node *n, struct clock_in in)
{
	look(n);
	decide(n, in);
}

void node_clock_start(struct node *n)
{
	struct clock_limits limits = clock_limits_from(&n->config, 0,
	    SIM_USER_HZ);

	clock_init(&n->clock, &limits);
	n->has_clock = true;
	decide(n, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &n->kernel.timex,
	    .memory = n->has_clock_memory ? &n->clock_memory : NULL });
	n->clock_check = mono_add(n->kernel.mono, CLOCK_CHECK_S);
}

void node_clock_request(struct node *n, const struct event *e)
{
	if (!n->has_clock)
		return;		/* lost with the program */
	if (e->kind == EVENT_CLOCK_ADJUST)
		feed(n, (struct clock_in){ .event = CLOCK_ON_ADJUST,
		    .adjust = &e->adjust });
	else if (e->kind == EVENT_CLOCK_STEP)
		feed(n, (struct clock_in){ .event = CLOCK_ON_STEP,
		    .step = &e->step });
	else
		feed(n, (struct clock_in){ .event = CLOCK_ON_STATUS,
		    .status = &e->status });
}

int64_t node_clock_due(const struct node *n)
{
	struct mono_time wake = n->clock.wake;

	if (!n->has_clock)
		return INT64_MAX;
	if (n->clock_check.ns < wake.ns)
		wake = n->clock_check;
	return node_due(n, wake, node_late_ns(n, CLOCK, wake));
}

void node_clock_tick(struct node *n)
{
	if (n->clock_check.ns <= n->kernel.mono.ns) {
		look(n);
		n->clock_check = mono_add(n->kernel.mono, CLOCK_CHECK_S);
	}
	if (n->clock.wake.ns <= n->kernel.mono.ns)
		feed(n, (struct clock_in){ .event = CLOCK_ON_TIMER });
}
