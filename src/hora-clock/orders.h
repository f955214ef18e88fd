/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders of an operator, as horad vouches for them (design.md 12): an engine that
 * is taken over can make none up. Each holds for one change and a few seconds, but
 * for that which sets other limits of makestep. Pure.
 */
#ifndef HORA_CLOCK_ORDERS_H
#define HORA_CLOCK_ORDERS_H

#include "hora-clock/clock.h"

/* Of an order, until the engine has acted by it. */
#define ORDERS_HOLD_S 10.0

/* horad vouches for what an operator has ordered; it is used by coming events. */
void clock_order(struct clock *c, const struct ipc_clock_order *order,
    struct mono_time now);

/* May the clock be stepped by this at an operator's order? */
bool orders_allow_step(const struct clock *c, const struct clock_in *in);

/* May this adjustment pass maxchange, at an operator's order? */
bool orders_allow_change(const struct clock *c, struct mono_time now);

/* The order was for the change that is made now. */
void orders_use(struct clock *c);

#endif
