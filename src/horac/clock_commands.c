/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "conf/serving.h"
#include "horac/ask.h"
#include "horac/words.h"

#include <stdio.h>
#include <string.h>

bool do_makestep(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = CONTROL_MAKESTEP_LIMIT };
	struct reply reply;

	if (!*args)
		return ask_plain(s, c, args);
	if (!next_double(&args, &rq.makestep.threshold_s) ||
	    !next_int(&args, &rq.makestep.updates)) {
		fputs("Bad syntax for makestep command\n", stderr);
		return false;
	}
	return ask(s, &rq, ASK_STATUS, &reply);
}

static bool read_number(char *args, double *ret)
{
	if (next_double(&args, ret))
		return true;
	fputs("Invalid value\n", stderr);
	return false;
}

bool do_number(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	return read_number(args, &rq.number) && ask(s, &rq, ASK_STATUS, &reply);
}

bool do_doffset(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct request old = { .code = CONTROL_DOFFSET_OLD };
	struct reply reply;

	if (!read_number(args, &rq.number))
		return false;
	old.number = rq.number;
	return ask_either(s, &rq, &old, ASK_STATUS, &reply);
}

static bool is_given(const struct conf_line *line, const char *option)
{
	for (size_t i = 0; i < line->count; i++)
		if (text_equal_nocase(line->words[i], option))
			return true;
	return false;
}

bool do_local(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct local_config local = { 0 };
	struct conf_error error = { 0 };
	struct conf_line line;
	struct request old;
	struct reply reply;

	if (strcmp(args, "off") != 0) {
		words_as_line(args, &error, &line);
		if (!conf_local_line(&line, &local)) {
			fputs("Invalid syntax for local command\n", stderr);
			return false;
		}
	}
	rq.local = (struct local_request){
		.is_on = local.enabled,
		.stratum = local.stratum,
		.distance_s = local.distance_s,
		.is_orphan = local.orphan,
		.activate_s = local.activate_s,
		.wait_synced_s = local.waitsynced_s,
		.wait_unsynced_s = local.waitunsynced_s,
	};
	/* Daemons before 4.6 know no waits; what nobody asked for is not missed. */
	if (local.activate_s != 0 || local.waitsynced_s != 0 ||
	    (local.enabled && is_given(&line, "waitunsynced")))
		return ask(s, &rq, ASK_STATUS, &reply);
	old = rq;
	old.code = CONTROL_LOCAL_OLD;
	return ask_either(s, &rq, &old, ASK_STATUS, &reply);
}

bool do_smoothtime(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	if (strcmp(args, "reset") == 0) {
		rq.option = SMOOTHTIME_RESET;
	} else if (strcmp(args, "activate") == 0) {
		rq.option = SMOOTHTIME_ACTIVATE;
	} else {
		fputs("Invalid syntax for smoothtime command\n", stderr);
		return false;
	}
	return ask(s, &rq, ASK_STATUS, &reply);
}
