/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "base/select_option.h"
#include "horac/layout.h"
#include "horac/names.h"
#include "horac/walk.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char selectdata_legend[] =
	"  . State: N - noselect, s - unsynchronised, M - few samples, r - stratum\n"
	" /         d/D - too distant, ~ - too jittery, w/W - waits for others,\n"
	"|          S - stale, O - orphan, T - against the trusted, x - falseticker,\n"
	"|          P - other preferred, U - waits for update, + - used, * - best.\n"
	"|\t   Options in force    ---------.  (N - noselect, P - prefer\n"
	"|\t   Options configured  ----.     \\  T - trust, R - require)\n"
	"|\t   Authenticated (Y/N) -.   \\     \\  Interval of offset --.\n"
	"|\t                        |    |     |                       |\n";

static const char authdata_legend[] =
	"\t                             .- Mechanism (NTS, SK - symmetric key)\n"
	"\t                            |     Key bits -.  Bytes of a cookie -----.\n"
	"\t                            |               |  Cookies held -----.    |\n"
	"\t                            |               |  Tries for the key  |   |\n"
	"\t                            |               |           |         |   |\n";

/* One character of the columns of options. */
static union value option(unsigned options, unsigned bit, char c)
{
	return (union value){ .u = (uint8_t)(options & bit ? c : '-') };
}

static void print_select(struct session *s, const struct select_report *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_CHAR, 0, 0 },
		{ " ", SHAPE_NAME, 25, 0 },
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
	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

bool report_selectdata(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	walk_begin(s, args, selectdata_legend, "S Name/IP Address        Auth COpts"
	    " EOpts Last Score     Interval  Leap");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SELECTDATA, i, &r))
			return false;
		if (walk_shows(args, &r.select.address))
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
		{ "", SHAPE_NAME, 27, 0 },
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
	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

bool report_authdata(struct session *s, const struct command *c, char *args)
{
	uint32_t count;
	union report r, auth;

	(void)c;
	if (!walk_count(s, &count))
		return false;
	walk_begin(s, args, authdata_legend, "Name/IP address             Mode KeyID"
	    " Type KLen Last Atmp  NAK Cook CLen");
	for (uint32_t i = 0; i < count; i++) {
		if (!walk_get(s, CONTROL_SOURCE_DATA, i, &r))
			return false;
		if (r.source.mode == SOURCE_MODE_REFCLOCK ||
		    !walk_shows(args, &r.source.address))
			continue;
		if (!walk_get_by_address(s, CONTROL_AUTHDATA,
		    &r.source.address, &auth))
			return false;
		print_auth(s, &r.source.address, &auth.auth);
	}
	return true;
}
