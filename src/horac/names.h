/* SPDX-License-Identifier: Apache-2.0 */
/* What a source is called in a report (reference: control-protocol.md 14.2). */
#ifndef HORA_HORAC_NAMES_H
#define HORA_HORAC_NAMES_H

#include "horac/session.h"

#include <stdint.h>

#define SOURCE_NAME_SIZE 1026	/* longest answer of a reverse look-up */

/*
 * Name of a source: a reference clock (no address) by its refid, else as the
 * options say. In tables a looked-up name is cut to the column. Returns buf.
 */
const char *source_name(struct session *s, const struct control_addr *address,
    uint32_t refid, bool in_table, char buf[SOURCE_NAME_SIZE]);

/* The same of whoever has an address: the daemon is not asked for a name. */
const char *host_name(const struct session *s,
    const struct control_addr *address, bool in_table,
    char buf[SOURCE_NAME_SIZE]);

#endif
