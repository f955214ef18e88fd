/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a packet of a symmetric association; the rest is ntp/response.h. */
#ifndef HORA_NTP_PEER_RESPONSE_H
#define HORA_NTP_PEER_RESPONSE_H

#include "ntp/assoc.h"
#include "wire/ntp.h"

/*
 * As response_validate, for a peer. DROP_OK: it answers a packet of ours, whose
 * time a->t1 is now; a->interleave says in which mode. DROP_ORIGIN: it does not,
 * but may be what we answer next (ntp/peer.h).
 */
enum drop peer_response(struct assoc *a, const struct assoc_in *in,
    struct ntp_header *ret, unsigned *tests);

#endif
