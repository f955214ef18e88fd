/* SPDX-License-Identifier: Apache-2.0 */
/* Going through the sources of the daemon one by one. */
#ifndef HORA_HORAC_WALK_H
#define HORA_HORAC_WALK_H

#include "horac/ask.h"

/* Number of sources; false when the daemon did not say (already printed). */
bool walk_count(struct session *s, uint32_t *ret);

/*
 * Report `code` (SOURCE_DATA, SOURCESTATS, SELECTDATA) of the source with this
 * index; failures are printed.
 */
bool walk_get(struct session *s, unsigned code, uint32_t index,
    union report *ret);

/* Report `code` (AUTHDATA, NTPDATA) of the source with this address. */
bool walk_get_by_address(struct session *s, unsigned code,
    const struct control_addr *address, union report *ret);

#endif
