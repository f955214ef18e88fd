/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The experimental extension field 0xF323 (option `extfield F323`): the receive
 * timestamp on a clock that no offset correction touches, and root delay and
 * dispersion in finer steps than the header has. It is in no RFC; the layout was
 * found by watching Debian's chronyd 4.3 with known values:
 *
 *	 0  type 0xF323, length 28
 *	 4  0xF5BEDD9A, in requests and responses
 *	 8  root delay, 2^-28 s
 *	12  root dispersion, 2^-28 s
 *	16  receive timestamp, NTP format, monotonic: equal to that of the header
 *	    when the server started, and corrected in frequency as that one is,
 *	    but neither stepped nor slewed with it
 *	24  epoch: a random number; monotonic timestamps of different epochs
 *	    have nothing to do with each other
 *
 * A client asks for it by the field with zeros behind the first number. The
 * field comes first after the header, in packets of version 4 only.
 */
#ifndef HORA_WIRE_MONO_EF_H
#define HORA_WIRE_MONO_EF_H

#include "base/drop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTP_EF_MONO 0xf323
#define MONO_EF_SIZE 28		/* bytes of the field, header included */
#define MONO_EF_MAX_S 15.99	/* delay and dispersion end soon above it */

struct mono_ef {
	double root_delay_s, root_dispersion_s;	/* 0..16 s */
	uint64_t receive;		/* 64-bit NTP timestamp, monotonic */
	uint32_t epoch;
};

/* Write the field; all zero asks for it. Delay and dispersion saturate, and are
 * rounded up: they are bounds. */
void mono_ef_write(const struct mono_ef *m, uint8_t out[MONO_EF_SIZE]);

/*
 * Find the field in a packet of version 4 whose header was read with DROP_OK;
 * the first one counts. False when there is none of this length and number; then
 * *ret is not written.
 */
bool mono_ef_read(const uint8_t *packet, size_t length, struct mono_ef *ret);

#endif
