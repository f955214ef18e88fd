/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ptp.h"

#include "base/bytes.h"

#define TYPE_SYNC 0
#define TYPE_DELAY_REQ 1
#define VERSION_2 0x02
#define VERSION_2_1 0x12
#define UNICAST 0x0400
#define SEQUENCE_AT 30
#define TLV_AT 44		/* after Delay_Req, its timestamp included */
#define TLV_HEAD 4		/* type and length */
#define TLV_ORGANIZATION 0x0003
#define TLV_ORGANIZATION_KEPT 0x8000	/* ..._DO_NOT_PROPAGATE */
#define TLV_EXPERIMENTAL 0x2023
#define IANA 0x00005e
#define IANA_NTP 0x000001	/* its subtype */
#define ORGANIZATION_HEAD 8	/* both, and two bytes without a meaning */

size_t ptp_ntp_head(enum ptp_form form)
{
	return TLV_AT + TLV_HEAD +
	    (form == PTP_STANDARD ? ORGANIZATION_HEAD : 0);
}

void ptp_ntp_write(enum ptp_form form, uint8_t domain, uint16_t sequence,
    size_t length, uint8_t out[PTP_NTP_HEAD_MAX])
{
	size_t head = ptp_ntp_head(form);
	struct writer w = writer_of(out, head);

	put_be(&w, TYPE_DELAY_REQ, 1);
	put_be(&w, VERSION_2, 1);
	put_be(&w, head + length, 2);
	put_be(&w, domain, 1);
	put_be(&w, 0, 1);
	put_be(&w, UNICAST, 2);
	put_zero(&w, SEQUENCE_AT - 8);
	put_be(&w, sequence, 2);
	put_zero(&w, TLV_AT - SEQUENCE_AT - 2);
	put_be(&w, form == PTP_STANDARD ? TLV_ORGANIZATION : TLV_EXPERIMENTAL,
	    2);
	put_be(&w, head - TLV_AT - TLV_HEAD + length, 2);
	if (form != PTP_STANDARD)
		return;
	put_be(&w, IANA, 3);
	put_be(&w, IANA_NTP, 3);
	put_zero(&w, 2);
}

static bool take_header(struct reader *r, size_t length, uint8_t domain)
{
	uint64_t type = take_be(r, 1);
	uint64_t version = take_be(r, 1);
	bool is_ours = type == TYPE_DELAY_REQ || type == TYPE_SYNC;

	is_ours &= version == VERSION_2 || version == VERSION_2_1;
	is_ours &= take_be(r, 2) == length;
	is_ours &= take_be(r, 1) == domain;
	take_be(r, 1);
	is_ours &= take_be(r, 2) == UNICAST;
	take_bytes(r, TLV_AT - 8);
	return is_ours;
}

static bool take_tlv(struct reader *r, enum ptp_form *ret_form)
{
	uint64_t type = take_be(r, 2);
	uint64_t length = take_be(r, 2);
	bool is_ours = length == reader_left(r);

	if (type == TLV_EXPERIMENTAL) {
		*ret_form = PTP_EXPERIMENTAL;
		return is_ours;
	}
	is_ours &= type == TLV_ORGANIZATION || type == TLV_ORGANIZATION_KEPT;
	is_ours &= take_be(r, 3) == IANA;
	is_ours &= take_be(r, 3) == IANA_NTP;
	take_be(r, 2);
	*ret_form = PTP_STANDARD;
	return is_ours;
}

bool ptp_ntp_read(const uint8_t *message, size_t length, uint8_t domain,
    enum ptp_form *ret_form)
{
	struct reader r = reader_of(message, length);
	bool is_ours = take_header(&r, length, domain);
	enum ptp_form form;

	is_ours &= take_tlv(&r, &form);
	if (!is_ours || r.bad)
		return false;
	*ret_form = form;
	return true;
}
