/* SPDX-License-Identifier: Apache-2.0 */
/* Going through the sources of the daemon one by one. */
#ifndef HORA_HORAC_WALK_H
#define HORA_HORAC_WALK_H

#include "horac/ask.h"

/*
 * Begin a table: the legend with -v, then header and rule; nothing in CSV.
 */
void walk_begin(const struct session *s, const char *args, const char *legend,
    const char *heads);

/* Sources without an address are shown only with -a. */
bool walk_shows(const char *args, const struct control_addr *address);

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
