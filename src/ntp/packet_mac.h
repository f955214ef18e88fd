/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MAC of an NTP packet: key number and digest over header and extension
 * fields (RFC 5905 section 7.3, RFC 7822). In version 4 the digest is cut to
 * 160 bits, so that no extension field looks like a MAC; below, where nothing
 * else can follow the header, it has its full length (reference: behaviour.md 2).
 */
#ifndef HORA_NTP_PACKET_MAC_H
#define HORA_NTP_PACKET_MAC_H

#include "base/drop.h"
#include "nts/mac.h"
#include "wire/ntp.h"

#define PACKET_MAC_MAX (4 + MAC_DIGEST_MAX)	/* bytes that a MAC may add */

/*
 * Append the MAC to a packet of n bytes, header and extension fields, whose
 * version is in its first byte. Returns the new length; 0 when it does not fit
 * into `size` or the library refuses the key.
 */
size_t packet_mac_put(const struct mac_key *key, uint8_t *packet, size_t n,
    size_t size);

/*
 * Judge the MAC that ntp_tail_read found. DROP_OK: it is this key's, and right.
 * DROP_AUTH_MISSING: there is none; DROP_KEY_UNKNOWN: it names another key;
 * DROP_AUTH_BAD: a wrong digest, a wrong length of it, or a crypto-NAK.
 */
enum drop packet_mac_check(const struct mac_key *key, const uint8_t *packet,
    size_t length, const struct ntp_tail *tail);

/*
 * The version to use with this key where none is configured: 3 when version 4
 * would cut its digest, else 4 (reference: configuration.md 2.2, `version`).
 */
uint8_t packet_mac_version(const struct mac_key *key);

#endif
