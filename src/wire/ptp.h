/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTP over PTP (directive ptpport): an NTP packet as the only TLV of a PTP event
 * message (IEEE 1588-2008 section 13), so that network cards that stamp PTP alone
 * stamp it, too. There are two forms, and neither is heard by who speaks the other:
 *
 *	 0  type: 1 (Delay_Req); 0 (Sync) is taken, too
 *	 1  version: 2; 2.1, which is 0x12, is taken, too
 *	 2  length of the message
 *	 4  domain
 *	 6  flags: 0x0400, unicast
 *	30  sequence number, one more in each message; not looked at
 *
 * and zeros, not looked at, in all that Delay_Req has besides. Then
 *
 *	    PTP_STANDARD (RFC 10030)		PTP_EXPERIMENTAL
 *	44  TLV type 3, ORGANIZATION_EXTENSION;	TLV type 0x2023
 *	    0x8000, the same that is not
 *	    propagated, is taken, too
 *	46  8 and the length of the packet	length of the packet
 *	48  organisation 00-00-5E (IANA)	NTP packet
 *	51  its subtype: 1
 *	54  zero, not looked at
 *	56  NTP packet
 *
 * Requests and responses look alike; nothing follows the NTP packet.
 *
 * Source: chrony.conf(5) of 4.9, ptpport, and what Debian's chronyd sends and
 * takes: 4.9 the standard form alone, 4.3 and 4.6 the experimental one alone, which is
 * that of 4.2 to 4.8.
 */
#ifndef HORA_WIRE_PTP_H
#define HORA_WIRE_PTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ptp_form {
	PTP_STANDARD,
	PTP_EXPERIMENTAL,
};

#define PTP_NTP_HEAD_MAX 56	/* longest head, that of PTP_STANDARD */

/* Bytes before the NTP packet. */
size_t ptp_ntp_head(enum ptp_form form);

/*
 * Write the head of a message that carries `length` bytes of NTP, at most 65535
 * with the head; ptp_ntp_head(form) bytes of `out` are written.
 */
void ptp_ntp_write(enum ptp_form form, uint8_t domain, uint16_t sequence,
    size_t length, uint8_t out[PTP_NTP_HEAD_MAX]);

/*
 * Is this such a message of that domain, all of its lengths right? Then *ret_form
 * is its form, and the NTP packet, which may be empty, is what follows the head.
 * Otherwise *ret_form is left alone.
 */
bool ptp_ntp_read(const uint8_t *message, size_t length, uint8_t domain,
    enum ptp_form *ret_form);

#endif
