/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/orders.h"

#define FORWARD_MARGIN_S 1.0	/* it took its time to ask */

void clock_order(struct clock *c, const struct ipc_clock_order *order,
    struct mono_time now)
{
	struct clock_orders *o = &c->orders;
	uint32_t steps = c->memory.steps;

	switch (order->kind) {
	case IPC_ORDER_STEP:
	case IPC_ORDER_CHANGE:
		o->has_one = true;
		o->kind = order->kind;
		o->until = mono_add(now, ORDERS_HOLD_S);
		return;
	case IPC_ORDER_MAKESTEP:
		/* Written so that NaN fails. */
		if (!(order->threshold_s >= 0))
			return;
		o->has_makestep = true;
		o->threshold_s = order->threshold_s;
		o->is_unlimited = order->limit < 0;
		o->last_step = order->limit < 0 ? 0 :
		    steps > UINT32_MAX - (uint32_t)order->limit ? UINT32_MAX :
		    steps + (uint32_t)order->limit;
		return;
	case IPC_ORDER_FORWARD:
		o->has_forward = true;
		o->forward_to = order->time;
		return;
	}
}

static bool is_forward(const struct clock *c, const struct clock_in *in)
{
	double behind_s = wall_sub(c->orders.forward_to, in->wall);

	return c->orders.has_forward && in->step->step_s > 0 &&
	    in->step->step_s <= behind_s + FORWARD_MARGIN_S;
}

bool orders_allow_change(const struct clock *c, struct mono_time now)
{
	return c->orders.has_one && now.ns <= c->orders.until.ns;
}

bool orders_allow_step(const struct clock *c, const struct clock_in *in)
{
	return (orders_allow_change(c, in->now) &&
	    c->orders.kind == IPC_ORDER_STEP) || is_forward(c, in) ||
	    (c->limits.sets_once && !c->has_operator);
}

void orders_use(struct clock *c)
{
	c->orders.has_one = c->orders.has_forward = false;
}
