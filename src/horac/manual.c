/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/manual.h"

#include "horac/ask.h"
#include "horac/layout.h"
#include "horac/when.h"
#include "horac/words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define DATE_SIZE 24

/* --- settime -------------------------------------------------------------- */

bool do_settime(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	const struct manual_time_report *r;
	char fault[WHEN_FAULT_SIZE];
	struct reply reply;

	if (!when_read(args, time(NULL), &rq.time, fault)) {
		puts("510 - Could not parse date string");
		fprintf(stderr, "settime: %s\n", fault);
		return false;
	}
	if (!ask(s, &rq, ASK_STATUS, &reply))
		return false;
	r = &reply.report.manual_time;
	printf("Clock was %.2f seconds fast.  Frequency change = %.2fppm, "
	    "new frequency = %.2fppm\n", r->offset_s, r->freq_change_ppm,
	    r->freq_ppm);
	return true;
}

/* --- manual --------------------------------------------------------------- */

static void print_sample(const struct session *s, unsigned i,
    const struct manual_record *r)
{
	static const struct column columns[] = {
		{ "", SHAPE_UINT, 2, 0 }, { " ", SHAPE_TEXT, -19, 0 },
		{ " ", SHAPE_NUMBER, 10, 2 }, { " ", SHAPE_NUMBER, 10, 2 },
		{ " ", SHAPE_NUMBER, 10, 2 }, { "\n", SHAPE_END, 0, 0 },
	};
	time_t at = (time_t)(r->at.ns / NS_PER_S);
	char date[DATE_SIZE];
	struct tm t;

	if (!gmtime_r(&at, &t) ||
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &t) == 0)
		snprintf(date, sizeof(date), "INVALID");
	const union value values[COUNT(columns)] = {
		{ .u = i }, { .text = date }, { .d = r->slewed_s },
		{ .d = r->original_s }, { .d = r->residual_s },
	};
	layout_print(stdout, s->form, columns, COUNT(columns), values);
}

static bool list(struct session *s)
{
	struct request rq = { .code = CONTROL_MANUAL_LIST };
	const struct manual_samples_report *r;
	struct reply reply;

	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	r = &reply.report.manual_samples;
	if (s->form != FORM_CSV) {
		printf("210 n_samples = %u\n", r->count);
		/* A table without names, never wider. */
		layout_header(stdout, FORM_TABLE, "#    Date     Time(UTC)    "
		    "Slewed   Original   Residual");
	}
	for (unsigned i = 0; i < r->count; i++)
		print_sample(s, i, &r->samples[i]);
	return true;
}

static bool delete(struct session *s, char *args)
{
	struct request rq = { .code = CONTROL_MANUAL_DELETE };
	struct reply reply;

	if (!next_int(&args, &rq.sample)) {
		fputs("Bad syntax for manual delete command\n", stderr);
		return false;
	}
	return ask(s, &rq, ASK_STATUS, &reply);
}

bool do_manual(struct session *s, const struct command *c, char *args)
{
	static const char *const options[] = {
		[MANUAL_OFF] = "off", [MANUAL_ON] = "on",
		[MANUAL_RESET] = "reset",
	};
	struct request rq = { .code = (uint16_t)c->code };
	const char *word;
	struct reply reply;

	for (size_t i = 0; i < COUNT(options); i++)
		if (strcmp(args, options[i]) == 0) {
			rq.option = (int32_t)i;
			return ask(s, &rq, ASK_STATUS, &reply);
		}
	word = next_word(&args);
	if (strcmp(word, "list") == 0)
		return list(s);
	if (strcmp(word, "delete") == 0)
		return delete(s, args);
	fputs("Invalid syntax for manual command\n", stderr);
	return false;
}
