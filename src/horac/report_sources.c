/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "horac/layout.h"
#include "horac/names.h"
#include "horac/walk.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char sources_legend[] =
	"\n"
	"  .-- Mode   '^' = server, '=' = peer, '#' = reference clock.\n"
	" / .- State  '*' = selected, '+' = combined with it, '-' = not used,\n"
	"| /          'x' = falseticker, '~' = too jittery, '?' = not usable.\n"
	"||\t                                                 .- aaaa [ mmmm ] +/- eeee\n"
	"||\t      Last 8 polls answered (octal) -.           |  aaaa = offset by now,\n"
	"||\t      Poll interval (log2 s) --.      |          |  mmmm = as measured,\n"
	"||\t                                \\     |          |  eeee = error bound.\n"
	"||\t                                 |    |           \\\n";

static const char sourcestats_legend[] =
	"\t                             .- Samples in use.\n"
	"\t                            /    .- Runs of residuals with one sign.\n"
	"\t                           |    /    .- Time from first to last sample.\n"
	"\t                           |   |    /      .- Frequency error left (ppm).\n"
	"\t                           |   |   |      /           .- Bound of that error.\n"
	"\t                           |   |   |     |           /         .- Est. offset.\n"
	"\t                           |   |   |     |          |          |  Scatter -.\n"
	"\t                           |   |   |     |          |          | of sample. \\\n"
	"\t                           |   |   |     |          |          |             |\n";

/* The address of a reference clock is its ID. */
static struct control_addr source_address(const struct source_report *r,
    uint32_t *ret_refid)
{
	const uint8_t *b = r->address.ip.bytes;

	*ret_refid = 0;
	if (r->mode != SOURCE_MODE_REFCLOCK || r->address.ip.family != IP_V4)
		return r->address;
	*ret_refid = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
	return (struct control_addr){ 0 };
}

static char source_mode_char(unsigned mode)
{
	static const char chars[] = "^=#";

	return mode < 3 ? chars[mode] : ' ';
}

static char source_state_char(unsigned state)
{
	static const char chars[] = "*?x~+-";

	return state < 6 ? chars[state] : ' ';
}

static void print_source(struct session *s, const struct source_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_CHAR, 0, 0 },
		{ "", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_NAME, 27, 0 },
		{ "  ", SHAPE_UINT, 2, 0 },
		{ "  ", SHAPE_INT, 2, 0 },
		{ "   ", SHAPE_OCTAL, 3, 0 },
		{ "  ", SHAPE_INTERVAL, 0, 0 },
		{ "  ", SHAPE_OFFSET, 0, 0 },
		{ "[", SHAPE_OFFSET, 0, 0 },
		{ "] +/- ", SHAPE_MAGNITUDE, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	char name[SOURCE_NAME_SIZE];
	uint32_t refid;
	const struct control_addr address = source_address(r, &refid);

	source_name(s, &address, refid, true, name);
	const union value values[COUNT(columns)] = {
		{ .u = (uint8_t)source_mode_char(r->mode) },
		{ .u = (uint8_t)source_state_char(r->state) },
		{ .text = name }, { .u = r->stratum }, { .i = r->poll },
		{ .u = r->reach }, { .u = r->age_s }, { .d = r->adjusted_s },
		{ .d = r->measured_s }, { .d = r->error_s },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

bool report_sources(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	walk_begin(s, args, sources_legend, "MS Name/IP address         Stratum"
	    " Poll Reach LastRx Last sample               ");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCE_DATA, i, &r))
			return false;
		if (walk_shows(args, &r.source.address))
			print_source(s, &r.source);
	}
	return true;
}

static void print_stats(struct session *s, const struct stats_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_NAME, 25, 0 },
		{ " ", SHAPE_UINT, 3, 0 },
		{ " ", SHAPE_UINT, 3, 0 },
		{ "  ", SHAPE_INTERVAL, 0, 0 },
		{ " ", SHAPE_FREQ, 0, 0 },
		{ " ", SHAPE_FREQ_MAGNITUDE, 0, 0 },
		{ "  ", SHAPE_OFFSET, 0, 0 },
		{ "  ", SHAPE_MAGNITUDE, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	char name[SOURCE_NAME_SIZE];

	source_name(s, &r->address, r->refid, true, name);
	const union value values[COUNT(columns)] = {
		{ .text = name }, { .u = r->samples }, { .u = r->runs },
		{ .u = r->span_s }, { .d = r->residual_freq_ppm },
		{ .d = r->skew_ppm }, { .d = r->offset_s },
		{ .d = r->stddev_s },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

bool report_sourcestats(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	walk_begin(s, args, sourcestats_legend, "Name/IP Address            NP  NR"
	    "  Span  Frequency  Freq Skew  Offset  Std Dev");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCESTATS, i, &r))
			return false;
		if (walk_shows(args, &r.stats.address))
			print_stats(s, &r.stats);
	}
	return true;
}
