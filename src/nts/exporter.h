/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What TLS is asked to export as NTS keys (RFC 8915 section 5.1), and chrony's
 * deviation for AES-128-GCM-SIV (reference: behaviour.md 3.2).
 */
#ifndef HORA_NTS_EXPORTER_H
#define HORA_NTS_EXPORTER_H

#include <stdbool.h>
#include <stdint.h>

#define EXPORTER_LABEL "EXPORTER-network-time-security"
#define EXPORTER_CONTEXT_SIZE 5

enum nts_direction {
	NTS_C2S = 0,		/* key of requests */
	NTS_S2C = 1,		/* key of responses */
};

/*
 * Context of one key: protocol, AEAD, direction. `compliant`: both sides sent
 * record 1024, or the alternative keys of a client are wanted; without it
 * AES-128-GCM-SIV is written as 15. Other AEADs are always as in the RFC.
 */
void exporter_context(uint16_t aead, bool compliant, enum nts_direction d,
    uint8_t out[EXPORTER_CONTEXT_SIZE]);

/* Do keys of this AEAD differ between the two contexts? Then a client without
 * record 1024 also exports the compliant ones. */
bool exporter_has_alternative(uint16_t aead, bool compliant);

#endif
