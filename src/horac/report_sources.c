/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "base/select_option.h"
#include "horac/address.h"
#include "horac/layout.h"
#include "horac/names.h"
#include "horac/walk.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char sources_legend[] =
	"\n"
	"  .-- Mode   '^' = server, '=' = peer, '#' = reference clock.\n"
	" / .- State  '*' = selected, '+' = combined with it, '-' = not used,\n"
	"| /          'x' = falseticker, '~' = too jittery, '?' = not usable.\n"
	"||                                                 .- aaaa [ mmmm ] +/- eeee\n"
	"||      Last 8 polls answered (octal) -.           |  aaaa = offset by now,\n"
	"||      Poll interval (log2 s) --.      |          |  mmmm = as measured,\n"
	"||                                \\     |          |  eeee = error bound.\n"
	"||                                 |    |           \\\n";

static const char sourcestats_legend[] =
	"                             .- Samples in use.\n"
	"                            /    .- Runs of residuals with one sign.\n"
	"                           |    /    .- Time from first to last sample.\n"
	"                           |   |    /      .- Frequency error left (ppm).\n"
	"                           |   |   |      /           .- Bound of that error.\n"
	"                           |   |   |     |           /         .- Est. offset.\n"
	"                           |   |   |     |          |          |  Scatter -.\n"
	"                           |   |   |     |          |          | of sample. \\\n"
	"                           |   |   |     |          |          |             |\n";

static const char selectdata_legend[] =
	"  . State: N - noselect, s - unsynchronised, M - few samples, r - stratum\n"
	" /         d/D - too distant, ~ - too jittery, w/W - waits for others,\n"
	"|          S - stale, O - orphan, T - against the trusted, x - falseticker,\n"
	"|          P - other preferred, U - waits for update, + - used, * - best.\n"
	"|   Options in force    ---------.  (N - noselect, P - prefer\n"
	"|   Options configured  ----.     \\  T - trust, R - require)\n"
	"|   Authenticated (Y/N) -.   \\     \\  Interval of offset --.\n"
	"|                        |    |     |                       |\n";

static const char authdata_legend[] =
	"                             .- Mechanism (NTS, SK - symmetric key)\n"
	"                            |     Key bits -.  Bytes of a cookie -----.\n"
	"                            |               |  Cookies held -----.    |\n"
	"                            |               |  Tries for the key  |   |\n"
	"                            |               |           |         |   |\n";

/* Legend and header, unless the output is for a program. */
static void begin(const struct session *s, const char *args, const char *legend,
    const char *heads)
{
	if (s->csv)
		return;
	if (has_option(args, "-v"))
		fputs(legend, stdout);
	layout_header(stdout, heads);
}

/* Sources without an address are shown only with -a. */
static bool is_shown(const char *args, const struct control_addr *address)
{
	return !address->is_id || has_option(args, "-a");
}

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
		{ " ", SHAPE_TEXT, -27, 0 },
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
	layout_print(stdout, s->csv, columns, COUNT(columns), values);
}

bool report_sources(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	begin(s, args, sources_legend, "MS Name/IP address         Stratum"
	    " Poll Reach LastRx Last sample               ");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCE_DATA, i, &r))
			return false;
		if (is_shown(args, &r.source.address))
			print_source(s, &r.source);
	}
	return true;
}

static void print_stats(struct session *s, const struct stats_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_TEXT, -25, 0 },
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
	layout_print(stdout, s->csv, columns, COUNT(columns), values);
}

bool report_sourcestats(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	begin(s, args, sourcestats_legend, "Name/IP Address            NP  NR"
	    "  Span  Frequency  Freq Skew  Offset  Std Dev");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCESTATS, i, &r))
			return false;
		if (is_shown(args, &r.stats.address))
			print_stats(s, &r.stats);
	}
	return true;
}

/* One character of the columns of options. */
static union value option(unsigned options, unsigned bit, char c)
{
	return (union value){ .u = (uint8_t)(options & bit ? c : '-') };
}

static void print_select(struct session *s, const struct select_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_TEXT, -25, 0 },
		{ " ", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_CHAR, 0, 0 }, { "", SHAPE_CHAR, 0, 0 },
		{ "", SHAPE_CHAR, 0, 0 }, { "", SHAPE_CHAR, 0, 0 },
		{ "", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_CHAR, 0, 0 }, { "", SHAPE_CHAR, 0, 0 },
		{ "", SHAPE_CHAR, 0, 0 }, { "", SHAPE_CHAR, 0, 0 },
		{ "", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_INTERVAL, 0, 0 },
		{ " ", SHAPE_NUMBER, 5, 1 },
		{ " ", SHAPE_OFFSET, 0, 0 },
		{ " ", SHAPE_OFFSET, 0, 0 },
		{ "  ", SHAPE_LEAP_CHAR, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	char name[SOURCE_NAME_SIZE];
	/* A state that is not text must not reach a terminal. */
	uint8_t state = r->state > ' ' && r->state <= '~' ? r->state : '?';

	source_name(s, &r->address, r->refid, true, name);
	const union value values[COUNT(columns)] = {
		{ .u = state }, { .text = name },
		{ .u = r->authentication ? 'Y' : 'N' },
		option(r->configured, SELECT_NOSELECT, 'N'),
		option(r->configured, SELECT_PREFER, 'P'),
		option(r->configured, SELECT_TRUST, 'T'),
		option(r->configured, SELECT_REQUIRE, 'R'),
		{ .u = '-' },
		option(r->effective, SELECT_NOSELECT, 'N'),
		option(r->effective, SELECT_PREFER, 'P'),
		option(r->effective, SELECT_TRUST, 'T'),
		option(r->effective, SELECT_REQUIRE, 'R'),
		{ .u = '-' },
		{ .u = r->age_s }, { .d = r->score }, { .d = r->low_s },
		{ .d = r->high_s }, { .u = r->leap },
	};
	layout_print(stdout, s->csv, columns, COUNT(columns), values);
}

bool report_selectdata(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	begin(s, args, selectdata_legend, "S Name/IP Address        Auth COpts"
	    " EOpts Last Score     Interval  Leap");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SELECTDATA, i, &r))
			return false;
		if (is_shown(args, &r.select.address))
			print_select(s, &r.select);
	}
	return true;
}

static const char *auth_mode_text(unsigned mode)
{
	switch (mode) {
	case AUTH_MODE_NONE:
		return "-";
	case AUTH_MODE_SYMMETRIC:
		return "SK";
	case AUTH_MODE_NTS:
		return "NTS";
	}
	return "?";
}

static void print_auth(struct session *s, const struct control_addr *address,
    const struct auth_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_TEXT, -27, 0 },
		{ " ", SHAPE_TEXT, 4, 0 },
		{ " ", SHAPE_UINT, 5, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_INTERVAL, 0, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ " ", SHAPE_UINT, 4, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	char name[SOURCE_NAME_SIZE];

	source_name(s, address, 0, true, name);
	const union value values[COUNT(columns)] = {
		{ .text = name }, { .text = auth_mode_text(r->mode) },
		{ .u = r->key_id }, { .u = r->key_type },
		{ .u = r->key_length }, { .u = r->ke_age_s },
		{ .u = r->ke_attempts }, { .u = r->nak }, { .u = r->cookies },
		{ .u = r->cookie_length },
	};
	layout_print(stdout, s->csv, columns, COUNT(columns), values);
}

bool report_authdata(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r, auth;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	begin(s, args, authdata_legend, "Name/IP address             Mode KeyID"
	    " Type KLen Last Atmp  NAK Cook CLen");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCE_DATA, i, &r))
			return false;
		if (r.source.mode == SOURCE_MODE_REFCLOCK ||
		    !is_shown(args, &r.source.address))
			continue;
		if (!walk_get_by_address(s, CONTROL_AUTHDATA,
		    &r.source.address, &auth))
			return false;
		print_auth(s, &r.source.address, &auth.auth);
	}
	return true;
}
