/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "horac/address.h"
#include "horac/layout.h"
#include "horac/walk.h"
#include "nts/digest.h"

#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define POWER_MAX 31		/* log2 seconds are clamped to this */

static const char *mode_text(unsigned mode)
{
	switch (mode) {
	case 1:
		return "Symmetric active";
	case 2:
		return "Symmetric passive";
	case 4:
		return "Server";
	}
	return "Invalid";
}

static const char *stamp_text(unsigned source)
{
	switch (source) {
	case 'D':
		return "Daemon";
	case 'K':
		return "Kernel";
	case 'H':
		return "Hardware";
	}
	return "Invalid";
}

static double power_s(int log2_s)
{
	if (log2_s > POWER_MAX)
		log2_s = POWER_MAX;
	if (log2_s < -POWER_MAX)
		log2_s = -POWER_MAX;
	return ldexp(1, log2_s);
}

/* Labels in the order of print_ntpdata's values. */
static const struct column columns[] = {
	{ "Remote address  : ", SHAPE_TEXT, 0, 0 },
	{ " (", SHAPE_HEX, 0, 0 },
	{ ")\nRemote port     : ", SHAPE_UINT, 0, 0 },
	{ "\nLocal address   : ", SHAPE_TEXT, 0, 0 },
	{ " (", SHAPE_HEX, 0, 0 },
	{ ")\nLeap status     : ", SHAPE_LEAP, 0, 0 },
	{ "\nVersion         : ", SHAPE_UINT, 0, 0 },
	{ "\nMode            : ", SHAPE_TEXT, 0, 0 },
	{ "\nStratum         : ", SHAPE_UINT, 0, 0 },
	{ "\nPoll interval   : ", SHAPE_INT, 0, 0 },
	{ " (", SHAPE_NUMBER, 0, 0 },
	{ " seconds)\nPrecision       : ", SHAPE_INT, 0, 0 },
	{ " (", SHAPE_NUMBER, 0, 9 },
	{ " seconds)\nRoot delay      : ", SHAPE_NUMBER, 0, 6 },
	{ " seconds\nRoot dispersion : ", SHAPE_NUMBER, 0, 6 },
	{ " seconds\nReference ID    : ", SHAPE_HEX, 0, 0 },
	{ " (", SHAPE_TEXT, 0, 0 },
	{ ")\nReference time  : ", SHAPE_DATE, 0, 0 },
	{ "\nOffset          : ", SHAPE_SIGNED, 0, 9 },
	{ " seconds\nPeer delay      : ", SHAPE_NUMBER, 0, 9 },
	{ " seconds\nPeer dispersion : ", SHAPE_NUMBER, 0, 9 },
	{ " seconds\nResponse time   : ", SHAPE_NUMBER, 0, 9 },
	{ " seconds\nJitter asymmetry: ", SHAPE_SIGNED, 0, 2 },
	{ "\nNTP tests       : ", SHAPE_BITS, 3, 0 },
	{ " ", SHAPE_BITS, 3, 0 },
	{ " ", SHAPE_BITS, 4, 0 },
	{ "\nInterleaved     : ", SHAPE_YES_NO, 0, 0 },
	{ "\nAuthenticated   : ", SHAPE_YES_NO, 0, 0 },
	{ "\nTX timestamping : ", SHAPE_TEXT, 0, 0 },
	{ "\nRX timestamping : ", SHAPE_TEXT, 0, 0 },
	{ "\nTotal TX        : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal RX        : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal valid RX  : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal good RX   : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal kernel TX : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal kernel RX : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal HW TX     : ", SHAPE_UINT, 0, 0 },
	{ "\nTotal HW RX     : ", SHAPE_UINT, 0, 0 },
};
#define STAMP_COUNTS 4		/* last rows, unknown to daemons before 4.6 */
#define GOOD_COUNT 1		/* the row before, unknown before 4.3 */

static void print_ntpdata(struct session *s, const struct ntp_report *r)
{
	char remote[ADDRESS_TEXT_SIZE], local[ADDRESS_TEXT_SIZE];
	char refid[REFID_TEXT_SIZE] = "";
	size_t n = COUNT(columns);

	if (r->stratum <= 1)
		refid_text(r->refid, refid);
	const union value values[COUNT(columns)] = {
		{ .text = address_text(&r->remote, remote) },
		{ .u = refid_of_addr(&r->remote.ip) },
		{ .u = r->port },
		{ .text = address_text(&r->local, local) },
		{ .u = refid_of_addr(&r->local.ip) },
		{ .u = r->leap }, { .u = r->version },
		{ .text = mode_text(r->mode) }, { .u = r->stratum },
		{ .i = r->poll }, { .d = power_s(r->poll) },
		{ .i = r->precision }, { .d = power_s(r->precision) },
		{ .d = r->root_delay_s }, { .d = r->root_dispersion_s },
		{ .u = r->refid }, { .text = refid }, { .t = r->ref_time },
		{ .d = r->offset_s }, { .d = r->delay_s },
		{ .d = r->dispersion_s }, { .d = r->response_time_s },
		{ .d = r->asymmetry },
		{ .u = r->flags >> 7 & 7 }, { .u = r->flags >> 4 & 7 },
		{ .u = r->flags & 15 },
		{ .u = r->flags & NTP_REPORT_INTERLEAVED },
		{ .u = r->flags & NTP_REPORT_AUTHENTICATED },
		{ .text = stamp_text(r->tx) }, { .text = stamp_text(r->rx) },
		{ .u = r->sent }, { .u = r->received }, { .u = r->valid },
		{ .u = r->good }, { .u = r->kernel_tx }, { .u = r->kernel_rx },
		{ .u = r->hardware_tx }, { .u = r->hardware_rx },
	};
	if (!r->has_stamp_counts)
		n -= STAMP_COUNTS;
	if (!r->has_good)
		n -= GOOD_COUNT;
	layout_print(stdout, s->form, columns, n, values);
	if (s->form != FORM_CSV)
		putchar('\n');
}

static bool report_all(struct session *s)
{
	uint32_t count;
	union report r, ntp;

	if (!walk_count(s, &count))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCE_DATA, i, &r))
			return false;
		if (r.source.mode == SOURCE_MODE_REFCLOCK ||
		    r.source.address.is_id)
			continue;
		if (!walk_get_by_address(s, CONTROL_NTPDATA, &r.source.address,
		    &ntp))
			return false;
		if (s->form != FORM_CSV)
			putchar('\n');
		print_ntpdata(s, &ntp.ntp);
	}
	return true;
}

bool report_ntpdata(struct session *s, const struct command *c, char *args)
{
	struct control_addr address;
	union report r;

	(void)c;
	if (!*args)
		return report_all(s);
	if (!read_address(s, args, &address)) {
		fputs("Could not get address for hostname\n", stderr);
		return false;
	}
	if (!walk_get_by_address(s, CONTROL_NTPDATA, &address, &r))
		return false;
	print_ntpdata(s, &r.ntp);
	return true;
}
