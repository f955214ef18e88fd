/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "base/text.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/layout.h"
#include "horac/names.h"
#include "horac/stop.h"
#include "horac/words.h"

#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define WAIT_INTERVAL_MIN_S 0.1
#define WAIT_INTERVAL_S 10

static bool ask_tracking(struct session *s, struct tracking_report *ret)
{
	struct request rq = { .code = CONTROL_TRACKING };
	struct reply reply;

	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	*ret = reply.report.tracking;
	return true;
}

bool report_tracking(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "Reference ID    : ", SHAPE_HEX, 0, 0 },
		{ " (", SHAPE_TEXT, 0, 0 },
		{ ")\nStratum         : ", SHAPE_UINT, 0, 0 },
		{ "\nRef time (UTC)  : ", SHAPE_DATE, 0, 0 },
		{ "\nSystem time     : ", SHAPE_SLOW_FAST_S, 0, 0 },
		{ " of NTP time\nLast offset     : ", SHAPE_SIGNED, 0, 9 },
		{ " seconds\nRMS offset      : ", SHAPE_NUMBER, 0, 9 },
		{ " seconds\nFrequency       : ", SHAPE_FAST_SLOW_PPM, 0, 0 },
		{ "\nResidual freq   : ", SHAPE_SIGNED, 0, 3 },
		{ " ppm\nSkew            : ", SHAPE_NUMBER, 0, 3 },
		{ " ppm\nRoot delay      : ", SHAPE_NUMBER, 0, 9 },
		{ " seconds\nRoot dispersion : ", SHAPE_NUMBER, 0, 9 },
		{ " seconds\nUpdate interval : ", SHAPE_NUMBER, 0, 1 },
		{ " seconds\nLeap status     : ", SHAPE_LEAP, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	struct tracking_report r;
	char name[SOURCE_NAME_SIZE];

	(void)c;
	(void)args;
	if (!ask_tracking(s, &r))
		return false;
	source_name(s, &r.address, r.refid, false, name);
	const union value values[COUNT(columns)] = {
		{ .u = r.refid }, { .text = name }, { .u = r.stratum },
		{ .t = r.ref_time }, { .d = r.correction_s },
		{ .d = r.last_offset_s }, { .d = r.rms_offset_s },
		{ .d = r.freq_ppm }, { .d = r.residual_freq_ppm },
		{ .d = r.skew_ppm }, { .d = r.root_delay_s },
		{ .d = r.root_dispersion_s }, { .d = r.update_interval_s },
		{ .u = r.leap },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
	return true;
}

/* What waitsync waits for; 0 = no limit. */
struct limits {
	int tries;
	double correction_s, skew_ppm, interval_s;
};

/* Words that are no numbers leave the rest as it is. */
static struct limits read_limits(char *args)
{
	struct limits l = { .interval_s = WAIT_INTERVAL_S };
	double *const numbers[] = {
		&l.correction_s, &l.skew_ppm, &l.interval_s,
	};
	char *word = next_word(&args);
	const char *end;
	int tries = leading_int(word, &end);

	if (end != word) {
		l.tries = tries;
		for (size_t i = 0; i < COUNT(numbers); i++)
			if (!parse_double(next_word(&args), numbers[i]))
				break;
	}
	if (!(l.interval_s >= WAIT_INTERVAL_MIN_S))
		l.interval_s = WAIT_INTERVAL_MIN_S;
	return l;
}

static bool is_synchronised(const struct tracking_report *r,
    const struct limits *l)
{
	bool has_source = r->address.is_id || r->address.ip.family != IP_NONE ||
	    (r->refid != 0 && r->refid != REFID_LOCAL);

	return has_source &&
	    (l->correction_s == 0 || fabs(r->correction_s) <= l->correction_s) &&
	    (l->skew_ppm == 0 || r->skew_ppm <= l->skew_ppm);
}

bool wait_for_sync(struct session *s, const struct command *c, char *args)
{
	static const struct column columns[] = {
		{ "try: ", SHAPE_INT, 0, 0 },
		{ ", refid: ", SHAPE_HEX, 0, 0 },
		{ ", correction: ", SHAPE_NUMBER, 0, 9 },
		{ ", skew: ", SHAPE_NUMBER, 0, 3 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	const struct limits limits = read_limits(args);
	struct tracking_report r;

	(void)c;
	for (int i = 1;; i++) {
		if (ask_tracking(s, &r)) {
			const union value values[COUNT(columns)] = {
				{ .i = i }, { .u = r.refid },
				{ .d = fabs(r.correction_s) },
				{ .d = r.skew_ppm },
			};

			layout_print(stdout, s->form, columns, COUNT(columns),
			    values);
			fflush(stdout);
			if (is_synchronised(&r, &limits))
				return true;
		}
		if ((limits.tries && i >= limits.tries) || stop_requested())
			return false;
		stop_sleep(limits.interval_s);
		if (stop_requested())
			return false;
	}
}
