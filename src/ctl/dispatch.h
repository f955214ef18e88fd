/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bytes of a request to the bytes of a reply (reference:
 * control-protocol.md 4). Pure: what a command does is a table of functions
 * that the caller brings.
 */
#ifndef HORA_CTL_DISPATCH_H
#define HORA_CTL_DISPATCH_H

#include "ctl/reports.h"
#include "ctl/request.h"
#include "wire/control.h"

#include <stddef.h>
#include <stdint.h>

/* Where a request came from. */
enum ctl_origin {
	CTL_UNIX,	/* Unix socket: every command */
	CTL_UDP,	/* 127.0.0.1, ::1 or allowed by cmdallow: what is open */
	CTL_FOREIGN,	/* any other address: silence */
};

/*
 * Do what `rq` asks. `ret` is zeroed before and holds the report when the
 * status returned is CONTROL_OK.
 */
typedef enum control_status ctl_answer_fn(void *arg, const struct request *rq,
    union report *ret);

/* What such a function returns instead when its reply comes later. */
#define CTL_LATER ((enum control_status)0xffff)

/* One command that the caller can do. */
struct ctl_command {
	uint16_t code;		/* enum control_command */
	ctl_answer_fn *answer;
};

/* What became of a request; `reply` holds `length` bytes, 0 = nothing to send. */
struct ctl_result {
	size_t length;
	bool is_counted;	/* well-formed: a command hit */
	bool is_later;		/* the reply comes later, with: */
	uint16_t command;
	uint32_t sequence;
};

/*
 * Judge and answer one datagram. Known commands that are not among `commands`
 * get the status of an invalid command. `open`: the set of what CTL_UDP may ask
 * (base/open_command.h). The reply is never longer than the request.
 */
struct ctl_result ctl_dispatch(const struct ctl_command *commands, size_t count,
    void *arg, enum ctl_origin origin, uint32_t open, const uint8_t *request,
    size_t length, uint8_t reply[CONTROL_REPLY_MAX]);

#endif
