/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interleaved mode (RFC 9769): a response carries the transmit timestamp of the
 * response before it, which the server could take when that had really left. So
 * an association keeps the exchange before, and measures that one as soon as the
 * better timestamp of it has come.
 */
#ifndef HORA_NTP_INTERLEAVE_H
#define HORA_NTP_INTERLEAVE_H

#include "ntp/stamp.h"
#include "wire/ntp.h"

#include <stdbool.h>
#include <stdint.h>

/* The four timestamps (RFC 5905 section 8). */
struct exchange {
	struct stamp t1, t4;		/* local */
	uint64_t t2, t3;		/* remote, as on the wire */
};

/* Others may read it; all zero is the start. */
struct interleave {
	/* The last exchange that was answered by a valid response. */
	bool has_last;
	bool is_measured;	/* gave a sample with what that response said */
	struct exchange last;
	/*
	 * Receive timestamp of the open request, random: an interleaved response
	 * repeats it as its origin. 0: the request was of the basic mode.
	 */
	uint64_t receive;
};

/*
 * Make a client's request an interleaved one if the server has told a receive
 * timestamp to refer to (RFC 9769 section 2): origin and receive of `h`, whose
 * transmit timestamp is set. `may` false: basic mode. `random`: 8 random bytes.
 */
void interleave_request(struct interleave *i, bool may,
    const uint8_t random[8], struct ntp_header *h);

/* Is this origin timestamp that of an interleaved response to the open request?
 * (Test 2 of interleaved mode.) */
bool interleave_matches(const struct interleave *i, uint64_t origin);

/*
 * The exchange that an interleaved response completes. T3 and T4 are those of
 * the response before; T1 and T2 are theirs too if that makes the intervals
 * more than ten times shorter, else those of the newest request, which left at
 * t1: where requests are so frequent, that is the newer measurement.
 */
struct exchange interleave_exchange(const struct interleave *i,
    const struct stamp *t1, const struct ntp_header *h);

/* Is nothing to be gained of the exchange: it gave a sample already, or is
 * forgotten? */
bool interleave_is_spent(const struct interleave *i, const struct exchange *x);

/* A valid response ended the exchange x; in basic mode it may have given a
 * sample already: `is_measured`. */
void interleave_answered(struct interleave *i, const struct exchange *x,
    bool is_measured);

/* Never measure the last exchange. */
void interleave_forget(struct interleave *i);

/* The local clock was stepped by step_s (positive: forward). */
void interleave_stepped(struct interleave *i, double step_s);

#endif
