/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of sources as the control protocol carries them (reference:
 * control-protocol.md 7, 10): what `add server` of a tool says, and the same
 * line of the configuration.
 *
 * chrony's tool always sends a value for each option, whether it was typed or not.
 * Where hora's default is another one, the tool's is taken for it: a
 * maxdelaydevratio of 10 is off, and a maxunreach of 0, of tools that do not know
 * it, is 100000. In the other direction hora's defaults become chrony's.
 */
#ifndef HORA_CTL_ADD_SOURCE_H
#define HORA_CTL_ADD_SOURCE_H

#include "conf/config.h"
#include "ctl/request.h"
#include "wire/control.h"

/*
 * The line that a request asks for, as the parser of the configuration gives it.
 * CONTROL_OK; else *ret is not written: CONTROL_INVALID (type, a value that the
 * language does not allow, a flag that nobody knows), CONTROL_BAD_NAME,
 * CONTROL_BAD_FAMILY (both, or not that of the address).
 */
enum control_status add_source_read(const struct add_request *add,
    struct source_config *ret);

/* The request that asks for this line. */
void add_source_write(const struct source_config *config,
    struct add_request *ret);

#endif
