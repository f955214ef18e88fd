/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/reports.h"

#include "horac/ask.h"
#include "horac/names.h"
#include "horac/words.h"

#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct clients_options {
	uint32_t least_hits;		/* -p: of one service */
	bool is_reset;			/* -r: count from 0 again */
	enum client_service other;	/* beside NTP; -k: NTS-KE */
};

/* Other words are left out. */
static bool read_options(char *args, struct clients_options *ret)
{
	*ret = (struct clients_options){ .other = CLIENT_COMMAND };
	while (*args) {
		const char *word = next_word(&args);
		int32_t hits;

		if (strcmp(word, "-k") == 0) {
			ret->other = CLIENT_KE;
		} else if (strcmp(word, "-r") == 0) {
			ret->is_reset = true;
		} else if (strcmp(word, "-p") == 0) {
			if (!next_int(&args, &hits) || hits < 0)
				return false;
			ret->least_hits = (uint32_t)hits;
		}
	}
	return true;
}

static void print_client(const struct session *s, enum client_service other,
    const struct client_line *line)
{
	static const struct column columns[] = {
		{ "", SHAPE_NAME, 25, 0 },
		{ "  ", SHAPE_UINT, 6, 0 }, { "  ", SHAPE_UINT, 5, 0 },
		{ "  ", SHAPE_LOG_INTERVAL, 2, 0 },
		{ "  ", SHAPE_LOG_INTERVAL, 2, 0 },
		{ "  ", SHAPE_INTERVAL, 0, 0 },
		{ "  ", SHAPE_UINT, 6, 0 }, { "  ", SHAPE_UINT, 5, 0 },
		{ "  ", SHAPE_LOG_INTERVAL, 2, 0 },
		{ "  ", SHAPE_INTERVAL, 0, 0 },
		{ "\n", SHAPE_END, 0, 0 },
	};
	char name[SOURCE_NAME_SIZE];
	const union value values[COUNT(columns)] = {
		{ .text = host_name(s, &line->address, true, name) },
		{ .u = line->hits[CLIENT_NTP] }, { .u = line->drops[CLIENT_NTP] },
		{ .i = line->interval[CLIENT_NTP] },
		{ .i = line->limited_interval },
		{ .u = line->age_s[CLIENT_NTP] },
		{ .u = line->hits[other] }, { .u = line->drops[other] },
		{ .i = line->interval[other] }, { .u = line->age_s[other] },
	};

	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

/* The lines of one reply; what is no address is an unused record. */
static void print_clients(const struct session *s, enum client_service other,
    const struct clients_report *r)
{
	for (uint32_t i = 0; i < r->count; i++)
		if (!r->lines[i].address.is_id &&
		    r->lines[i].address.ip.family != IP_NONE)
			print_client(s, other, &r->lines[i]);
}

bool report_clients(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct clients_options options;
	struct reply reply;
	const struct clients_report *r = &reply.report.clients;

	if (!read_options(args, &options)) {
		fputs("Invalid syntax for clients command\n", stderr);
		return false;
	}
	if (s->form != FORM_CSV)
		layout_header(stdout, s->form, options.other == CLIENT_KE ?
		    "Hostname                      NTP   Drop Int IntL Last"
		    "  NTS-KE   Drop Int  Last" :
		    "Hostname                      NTP   Drop Int IntL Last"
		    "     Cmd   Drop Int  Last");
	rq.clients = (struct clients_request){
		.count = CLIENT_LINES, .least_hits = options.least_hits,
		.is_reset = options.is_reset,
	};
	do {
		if (!ask(s, &rq, ASK_REPORT, &reply))
			return false;
		print_clients(s, options.other, r);
		/* The next index grows, or a bad daemon would never end. */
		if (r->next <= rq.clients.first)
			break;
		rq.clients.first = r->next;
	} while (r->count >= CLIENT_LINES && r->next < r->size);
	return true;
}
