/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "base/text.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/layout.h"
#include "nts/module.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool report_serverstats(struct session *s, const struct command *c, char *args)
{
	/* The order of the lines is not that of the wire. */
	static const struct { struct column column; uint8_t counter; } rows[] = {
		{ { "NTP packets received       : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_NTP_HITS },
		{ { "\nNTP packets dropped        : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_NTP_DROPS },
		{ { "\nCommand packets received   : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_COMMAND_HITS },
		{ { "\nCommand packets dropped    : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_COMMAND_DROPS },
		{ { "\nClient log records dropped : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_LOG_DROPS },
		{ { "\nNTS-KE connections accepted: ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_KE_HITS },
		{ { "\nNTS-KE connections dropped : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_KE_DROPS },
		{ { "\nAuthenticated NTP packets  : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_NTP_AUTHENTICATED },
		{ { "\nInterleaved NTP packets    : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_NTP_INTERLEAVED },
		{ { "\nNTP timestamps held        : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_STAMPS },
		{ { "\nNTP timestamp span         : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_STAMP_SPAN_S },
		{ { "\nNTP daemon RX timestamps   : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_DAEMON_RX },
		{ { "\nNTP daemon TX timestamps   : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_DAEMON_TX },
		{ { "\nNTP kernel RX timestamps   : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_KERNEL_RX },
		{ { "\nNTP kernel TX timestamps   : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_KERNEL_TX },
		{ { "\nNTP hardware RX timestamps : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_HARDWARE_RX },
		{ { "\nNTP hardware TX timestamps : ", SHAPE_UINT, 0, 0 },
		    SERVERSTAT_HARDWARE_TX },
	};
	struct request rq = { .code = CONTROL_SERVERSTATS };
	struct column columns[COUNT(rows)];
	union value values[COUNT(rows)];
	struct reply reply;
	size_t n;

	(void)c;
	(void)args;
	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	/* Older daemons know the first 8 or 11 only. */
	n = (size_t)reply.report.server.known;
	for (size_t i = 0; i < COUNT(rows); i++) {
		columns[i] = rows[i].column;
		values[i].u = reply.report.server.counter[rows[i].counter];
	}
	layout_print(stdout, s->form, columns, n, values);
	if (s->form != FORM_CSV)
		putchar('\n');
	return true;
}

/* Names of what the library refuses, with blanks between them. */
static void refused_text(uint32_t refused, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned bit = 0; bit < MODULE_BITS && n < size; bit++)
		if (refused >> bit & 1 && module_bit_name(bit))
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
			    n ? " " : "", module_bit_name(bit));
	if (n == 0)
		snprintf(buf, size, "none");
}

bool report_state(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "Programs        : ", SHAPE_TEXT, 0, 0 },
		{ "\nSystem clock    : ", SHAPE_TEXT, 0, 0 },
		{ "\nFIPS mode       : ", SHAPE_TEXT, 0, 0 },
		{ "\nRefused ciphers : ", SHAPE_TEXT, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	struct request rq = { .code = CONTROL_STATUS };
	struct reply reply;
	struct state_report *r = &reply.report.state;
	char refused[512];

	(void)c;
	(void)args;
	reply = (struct reply){ 0 };
	if (!ask(s, &rq, ASK_REPORT, &reply)) {
		if (reply.status == CONTROL_INVALID)
			fputs("This daemon cannot tell its status: it is not "
			    "hora, or an older one\n", stderr);
		return false;
	}
	text_defuse(r->programs);
	refused_text(r->refused, refused, sizeof(refused));
	const union value values[COUNT(columns)] = {
		{ .text = r->programs },
		{ .text = r->flags & STATE_CLOCK_ALONE ? "left alone" :
		    "controlled" },
		{ .text = r->flags & STATE_FIPS ? "on" : "off" },
		{ .text = refused },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
	return true;
}

bool report_activity(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "", SHAPE_INT, 0, 0 },
		{ " sources online\n", SHAPE_INT, 0, 0 },
		{ " sources offline\n", SHAPE_INT, 0, 0 },
		{ " sources doing burst (return to online)\n", SHAPE_INT, 0, 0 },
		{ " sources doing burst (return to offline)\n", SHAPE_INT, 0, 0 },
		{ " sources with unknown address\n", SHAPE_END, 0, 0 },
	};
	struct request rq = { .code = CONTROL_ACTIVITY };
	struct reply reply;
	const struct activity_report *r = &reply.report.activity;

	(void)c;
	(void)args;
	if (!ask(s, &rq, s->form == FORM_CSV ? ASK_REPORT : ASK_STATUS, &reply))
		return false;
	const union value values[COUNT(columns)] = {
		{ .i = r->online }, { .i = r->offline },
		{ .i = r->burst_online }, { .i = r->burst_offline },
		{ .i = r->unresolved },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
	return true;
}

bool report_sourcename(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = CONTROL_SOURCENAME };
	struct reply reply;

	(void)c;
	if (!read_address(s, args, &rq.address)) {
		fputs("Could not read address\n", stderr);
		return false;
	}
	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	/* Names come from the network's names: nothing for a terminal to obey. */
	for (char *p = reply.report.name.name; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	puts(reply.report.name.name);
	return true;
}

bool report_smoothing(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "Active         : ", SHAPE_YES_NO, 0, 0 },
		{ " ", SHAPE_TEXT, 0, 0 },
		{ "\nOffset         : ", SHAPE_SIGNED, 0, 9 },
		{ " seconds\nFrequency      : ", SHAPE_SIGNED, 0, 6 },
		{ " ppm\nWander         : ", SHAPE_SIGNED, 0, 6 },
		{ " ppm per second\nLast update    : ", SHAPE_NUMBER, 0, 1 },
		{ " seconds ago\nRemaining time : ", SHAPE_NUMBER, 0, 1 },
		{ " seconds\n", SHAPE_END, 0, 0 },
	};
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;
	const struct smoothing_report *r = &reply.report.smoothing;

	(void)args;
	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	const union value values[COUNT(columns)] = {
		{ .u = r->flags & SMOOTHING_ACTIVE },
		{ .text = r->flags & SMOOTHING_LEAP_ONLY ?
		    "(leap second only)" : "" },
		{ .d = r->offset_s }, { .d = r->freq_ppm },
		{ .d = r->wander_ppm_s }, { .d = r->age_s },
		{ .d = r->remaining_s },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
	return true;
}

bool report_rtc(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "RTC ref time (UTC) : ", SHAPE_DATE, 0, 0 },
		{ "\nNumber of samples  : ", SHAPE_UINT, 0, 0 },
		{ "\nNumber of runs     : ", SHAPE_UINT, 0, 0 },
		{ "\nSample span period : ", SHAPE_INTERVAL, 0, 0 },
		{ "\nRTC is fast by     : ", SHAPE_NUMBER, 12, 6 },
		{ " seconds\nRTC gains time at  : ", SHAPE_NUMBER, 9, 3 },
		{ " ppm\n", SHAPE_END, 0, 0 },
	};
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;
	const struct rtc_report *r = &reply.report.rtc;

	(void)args;
	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	const union value values[COUNT(columns)] = {
		{ .t = r->ref_time }, { .u = r->samples }, { .u = r->runs },
		{ .u = r->span_s }, { .d = r->offset_s }, { .d = r->freq_ppm },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
	return true;
}
