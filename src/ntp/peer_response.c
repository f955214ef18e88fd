/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/peer_response.h"

#include "ntp/response.h"

static bool is_duplicate(const struct assoc *a, const struct ntp_header *h)
{
	return a->report.has_response && h->receive == a->last_rx &&
	    h->transmit == a->last_tx;
}

/* Tests 2 and 3, once authentication was checked. */
static enum drop answers(const struct peer_match *m, const struct ntp_header *h,
    unsigned *tests)
{
	if (!m->sent || m->sent->is_answered)
		return DROP_ORIGIN;
	*tests |= TEST_2;
	if (h->receive == 0 || h->transmit == 0)
		return DROP_ZERO_TIME;
	*tests |= TEST_3;
	return DROP_OK;
}

enum drop peer_response(struct assoc *a, const struct assoc_in *in,
    struct ntp_header *h, unsigned *tests)
{
	enum drop d = ntp_header_read(in->packet, in->length, h), auth;
	struct peer_match m;

	*tests = 0;
	if (d != DROP_OK)
		return d;
	if (h->mode != NTP_MODE_ACTIVE && h->mode != NTP_MODE_PASSIVE)
		return DROP_MODE;
	if (is_duplicate(a, h))
		return DROP_DUPLICATE;
	*tests |= TEST_1;
	m = peer_match(&a->peer, h->origin, a->config->xleave);
	auth = response_authenticate(a, in);
	d = answers(&m, h, tests);
	if (auth != DROP_OK)
		return auth;
	/* From here on the packet is who it says, or nobody can tell. */
	if (h->transmit != 0)
		peer_hear(&a->peer, h, &m, &in->stamp, in->now);
	if (d != DROP_OK)
		return d;
	*tests |= TEST_5;
	a->t1 = m.sent->left;
	a->interleave.receive = m.is_interleaved ? h->origin : 0;
	peer_valid(&a->peer, &m);
	return DROP_OK;
}
