/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies of the control protocol as structs (reference: control-protocol.md 8
 * and 9). The engine encodes, horac decodes, from one description of each
 * layout.
 */
#ifndef HORA_CTL_REPLY_H
#define HORA_CTL_REPLY_H

#include "ctl/reports.h"
#include "wire/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reply {
	uint8_t version;	/* that it came in; ignored in encoding */
	uint16_t command;	/* code of the request */
	uint16_t code;		/* enum control_reply: which report */
	uint16_t status;	/* enum control_status, or an unknown one */
	uint32_t sequence;
	union report report;
};

/*
 * Bytes of a reply, exactly the length of its code; counters that an older
 * layout holds in 32 bits saturate. Returns the length. An unknown code
 * is sent as a null reply.
 */
size_t reply_encode(const struct reply *reply, uint8_t out[CONTROL_REPLY_MAX]);

/*
 * The checks of a client (reference: 2.3): is this a reply to the request of
 * that command and sequence? False: ignore it. Bytes beyond the layout are
 * ignored. A report is decoded when there is a layout for its code; a report whose
 * values can not be (a name without an end) turns the code into 0.
 */
bool reply_decode(const uint8_t *packet, size_t length, uint16_t command,
    uint32_t sequence, struct reply *ret);

/* The same of a reply to an unpadded request. */
bool reply_decode_unpadded(const uint8_t *packet, size_t length,
    uint16_t command, uint32_t sequence, struct reply *ret);

#endif
