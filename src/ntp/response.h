/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging one response to an association's open request: the tests 1 to D
 * (reference: behaviour.md 1.5) and what the four timestamps say. Called by
 * assoc.c, which acts on the verdict.
 */
#ifndef HORA_NTP_RESPONSE_H
#define HORA_NTP_RESPONSE_H

#include "ntp/assoc.h"
#include "wire/ntp.h"

/* What T1 to T4 say; signs and scale as in struct sample. */
struct measurement {
	struct free_time at;		/* middle of the exchange, local */
	struct wall_time at_wall;	/* the same instant */
	double offset_s;
	double round_trip_s;		/* as computed; may be below 0 */
	double delay_s;			/* the same, at least precision_s */
	double precision_s;		/* of both clocks together */
	double dispersion_s;		/* precision and drift meanwhile */
	double server_time_s;		/* T3 - T2 */
	double local_time_s;		/* T4 - T1 */
	struct exchange exchange;	/* of which all this is */
	double root_delay_s, root_dispersion_s;	/* that the server says */
	bool is_interleaved;		/* the exchange is the one before */
	bool is_spent;			/* ... and gives no sample */
};

/*
 * Is it the answer to the open request: format, tests 1, 2, 3 and 5, each only
 * when those before it passed. DROP_OK: *ret is its header and with NTS its
 * cookies have been taken. DROP_NTS_NAK: a->nts has noted it, a genuine answer
 * may still come. `tests` is set to the bits passed.
 */
enum drop response_validate(struct assoc *a, const struct assoc_in *in,
    struct ntp_header *ret, unsigned *tests);

/* Test 5: DROP_OK, or what is wrong with the authentication. */
enum drop response_authenticate(struct assoc *a, const struct assoc_in *in);

/*
 * Offset and delay of a valid response (RFC 5905 section 8), or of the one
 * before it when it is an interleaved one (ntp/interleave.h).
 */
void response_measure(const struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, struct measurement *ret);

/*
 * Tests 6, 7 and A to D of a valid response, all of them; adds the bits passed
 * to `tests`. DROP_OK or the first that failed.
 */
enum drop response_judge(const struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, const struct measurement *m, unsigned *tests);

#endif
