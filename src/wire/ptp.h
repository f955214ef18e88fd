/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTP over PTP as chrony 4.2 to 4.8 have it (directive ptpport): an NTP packet as
 * the only TLV of a PTP event message (IEEE 1588-2008 section 13), so that network
 * cards that stamp PTP alone stamp it, too. The layout, and what a server takes,
 * were found by watching Debian's chronyd 4.3:
 *
 *	 0  type 1 (Delay_Req), version 2
 *	 2  length of the message
 *	 4  domain
 *	 6  flags: 0x0400, unicast
 *	 8  all that Delay_Req has besides: zeros, not looked at
 *	44  TLV type 0x2023, length of the NTP packet
 *	48  NTP packet
 *
 * Requests and responses look alike; nothing follows the NTP packet.
 */
#ifndef HORA_WIRE_PTP_H
#define HORA_WIRE_PTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PTP_NTP_HEAD 48		/* bytes before the NTP packet */

/* Write the head of a message that carries `length` bytes of NTP. */
void ptp_ntp_write(uint8_t domain, size_t length, uint8_t out[PTP_NTP_HEAD]);

/*
 * Is this such a message of that domain, all of its lengths right? Then the NTP
 * packet is what follows the head.
 */
bool ptp_ntp_is(const uint8_t *message, size_t length, uint8_t domain);

#endif
