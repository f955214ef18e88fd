/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of the control protocol as structs (reference: control-protocol.md
 * 6 and 7). horac encodes, the engine decodes, from one description of each
 * layout.
 */
#ifndef HORA_CTL_REQUEST_H
#define HORA_CTL_REQUEST_H

#include "wire/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which sources: address under mask; no address means all. */
struct source_mask {
	struct control_addr mask, address;
};

struct burst_request {
	struct source_mask sources;
	int32_t good, total;	/* good samples wanted, most to try */
};

enum manual_option { MANUAL_OFF, MANUAL_ON, MANUAL_RESET };

struct request {
	uint16_t code;		/* enum control_command */
	uint16_t attempt;
	uint32_t sequence;
	union {
		struct source_mask sources;	/* ONLINE, OFFLINE */
		struct burst_request burst;	/* BURST */
		uint32_t index;		/* SOURCE_DATA, SOURCESTATS, SELECTDATA */
		struct wall_time time;	/* SETTIME */
		int32_t option;		/* MANUAL: enum manual_option */
		int32_t sample;		/* MANUAL_DELETE */
		struct control_addr address; /* NTPDATA, SOURCENAME, AUTHDATA */
	};
};

/* Is there a layout for this code in this build? */
bool request_is_known(unsigned code);

/*
 * Bytes of a request, padded to the full length of its code. Returns the
 * length; the code must be known (request_is_known).
 */
size_t request_encode(const struct request *rq,
    uint8_t out[CONTROL_REQUEST_MAX]);

/*
 * The body of a request whose header and length were checked (ctl/dispatch.h).
 * False when there is no layout for the code or the body does not fit.
 */
bool request_decode(const struct control_request_header *header,
    const uint8_t *packet, size_t length, struct request *ret);

#endif
