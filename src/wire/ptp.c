/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ptp.h"

#include "base/bytes.h"

#define TYPE_DELAY_REQ 1
#define VERSION 2
#define UNICAST 0x0400
#define PTP_HEADER 44		/* of Delay_Req, its timestamp included */
#define TLV_NTP 0x2023

void ptp_ntp_write(uint8_t domain, size_t length, uint8_t out[PTP_NTP_HEAD])
{
	struct writer w = writer_of(out, PTP_NTP_HEAD);

	put_be(&w, TYPE_DELAY_REQ, 1);
	put_be(&w, VERSION, 1);
	put_be(&w, (uint16_t)(PTP_NTP_HEAD + length), 2);
	put_be(&w, domain, 1);
	put_be(&w, 0, 1);
	put_be(&w, UNICAST, 2);
	put_zero(&w, PTP_HEADER - 8);
	put_be(&w, TLV_NTP, 2);
	put_be(&w, (uint16_t)length, 2);
}

bool ptp_ntp_is(const uint8_t *message, size_t length, uint8_t domain)
{
	struct reader r = reader_of(message, length);
	bool is_ours;

	if (length < PTP_NTP_HEAD)
		return false;
	is_ours = take_be(&r, 1) == TYPE_DELAY_REQ;
	is_ours &= take_be(&r, 1) == VERSION;
	is_ours &= take_be(&r, 2) == length;
	is_ours &= take_be(&r, 1) == domain;
	take_be(&r, 1);
	is_ours &= take_be(&r, 2) == UNICAST;
	take_bytes(&r, PTP_HEADER - 8);
	is_ours &= take_be(&r, 2) == TLV_NTP;
	return is_ours && take_be(&r, 2) == length - PTP_NTP_HEAD;
}
