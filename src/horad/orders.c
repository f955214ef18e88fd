/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/orders.h"

#include "ctl/dispatch.h"

#include <math.h>

#define THRESHOLD_MOST_S 1e9	/* as the engine reads it */

static enum control_status order_clock(struct order *o,
    enum ipc_order_kind kind)
{
	o->clock.kind = kind;
	o->is_for_clock = true;
	return CONTROL_OK;
}

static enum control_status on_makestep(void *arg, const struct request *rq,
    union report *ret)
{
	(void)rq;
	(void)ret;
	return order_clock(arg, IPC_ORDER_STEP);
}

static enum control_status on_change(void *arg, const struct request *rq,
    union report *ret)
{
	(void)rq;
	(void)ret;
	return order_clock(arg, IPC_ORDER_CHANGE);
}

static enum control_status on_makestep_limit(void *arg,
    const struct request *rq, union report *ret)
{
	struct order *o = arg;

	(void)ret;
	o->clock.limit = rq->makestep.updates;
	/* What is no number is 0. */
	o->clock.threshold_s = fmin(fmax(rq->makestep.threshold_s, 0),
	    THRESHOLD_MOST_S);
	return order_clock(o, IPC_ORDER_MAKESTEP);
}

static enum control_status on_add(void *arg, const struct request *rq,
    union report *ret)
{
	struct order *o = arg;

	(void)ret;
	o->key = rq->add.key;
	return CONTROL_OK;
}

static const struct ctl_command commands[] = {
	{ CONTROL_MAKESTEP, on_makestep },
	{ CONTROL_MAKESTEP_LIMIT, on_makestep_limit },
	{ CONTROL_SETTIME, on_change },
	{ CONTROL_MANUAL_DELETE, on_change },
	{ CONTROL_DOFFSET, on_change },
	{ CONTROL_DOFFSET_OLD, on_change },
	{ CONTROL_ADD_SOURCE, on_add },
	{ CONTROL_ADD_SOURCE_2, on_add },
};

bool orders_read(const uint8_t *request, size_t length, struct order *ret)
{
	uint8_t reply[CONTROL_REPLY_MAX];

	*ret = (struct order){ 0 };
	ctl_dispatch(commands, sizeof(commands) / sizeof(commands[0]), ret,
	    CTL_UNIX, 0, request, length, reply);
	return ret->is_for_clock || ret->key != 0;
}

void orders_keep(struct orders *o, const struct ipc_clock_order *order,
    uint32_t steps)
{
	if (order->kind != IPC_ORDER_MAKESTEP)
		return;
	*o = (struct orders){ true, *order, steps };
}

bool orders_again(const struct orders *o, uint32_t steps,
    struct ipc_clock_order *ret)
{
	uint32_t made = steps > o->steps ? steps - o->steps : 0;

	*ret = o->makestep;
	if (ret->limit > 0)
		ret->limit = made >= (uint32_t)ret->limit ? 0 :
		    ret->limit - (int32_t)made;
	return o->has_makestep;
}
