/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an operator orders by the control socket that hora-clock must be told by us,
 * because an engine that is taken over could make it up (docs/design.md 12). Pure.
 */
#ifndef HORA_HORAD_ORDERS_H
#define HORA_HORAD_ORDERS_H

#include "ipc/messages.h"

#include <stdbool.h>
#include <stddef.h>

/* All zero: nothing has been ordered. */
struct orders {
	bool has_makestep;
	struct ipc_clock_order makestep;
	uint32_t steps;		/* since boot, when it was ordered */
};

/* What a datagram asks for, as the engine will read it. */
struct order {
	bool is_for_clock;
	struct ipc_clock_order clock;
	uint32_t key;		/* of a source to be added; 0 = none */
};

/* Is it any of these? */
bool orders_read(const uint8_t *request, size_t length, struct order *ret);

/* It was given, `steps` after boot: what lasts is kept. */
void orders_keep(struct orders *o, const struct ipc_clock_order *order,
    uint32_t steps);

/* What is left of that now, for another hora-clock. False: nothing. */
bool orders_again(const struct orders *o, uint32_t steps,
    struct ipc_clock_order *ret);

#endif
