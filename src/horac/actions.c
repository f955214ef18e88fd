/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "horac/address.h"
#include "horac/ask.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define TIMEOUT_MIN_MS 100
#define RETRIES_MAX 30
#define RELOAD_TIMEOUT_S 5	/* of the first try; two more are longer */

bool do_online_offline(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	return read_sources(s, next_word(&args), &rq.sources) &&
	    ask(s, &rq, ASK_STATUS, &reply);
}

/* GOOD/TOTAL; what follows them is left out. */
static bool read_burst(const char *word, struct request *rq)
{
	const char *slash, *end;

	rq->burst.good = leading_int(word, &slash);
	if (slash == word || *slash != '/')
		return false;
	rq->burst.total = leading_int(slash + 1, &end);
	return end != slash + 1;
}

bool do_burst(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	if (!read_burst(next_word(&args), &rq)) {
		fputs("Invalid syntax for burst command\n", stderr);
		return false;
	}
	return read_sources(s, next_word(&args), &rq.burst.sources) &&
	    ask(s, &rq, ASK_STATUS, &reply);
}

/* The daemon answers when it is done, which may take its time. */
static bool reload_config(struct session *s)
{
	struct request rq = { .code = CONTROL_RELOAD_CONFIG };
	double timeout_s = s->link.timeout_s;
	char *text;
	struct reply reply;
	bool ok;

	if (s->link.timeout_s < RELOAD_TIMEOUT_S)
		s->link.timeout_s = RELOAD_TIMEOUT_S;
	reply = (struct reply){ 0 };
	ok = ask(s, &rq, ASK_STATUS, &reply);
	s->link.timeout_s = timeout_s;
	if (!ok && reply.status == CONTROL_INVALID)
		fputs("This daemon cannot reload its configuration: it is not "
		    "hora, or an older one; restart it\n", stderr);
	if (reply.code != CONTROL_REPLY_MESSAGE)
		return ok;
	text = reply.report.message.text;
	text_defuse(text);
	if (*text)
		fprintf(ok ? stdout : stderr, "%s\n", text);
	return ok;
}

bool do_reload(struct session *s, const struct command *c, char *args)
{
	const char *what = next_word(&args);

	if (strcmp(what, "config") == 0)
		return reload_config(s);
	if (strcmp(what, "sources") == 0)
		return ask_plain(s, c, args);
	fputs("Invalid syntax for reload command\n", stderr);
	return false;
}

bool do_makestep(struct session *s, const struct command *c, char *args)
{
	if (*args) {
		fputs("Bad syntax for makestep command\n", stderr);
		return false;
	}
	return ask_plain(s, c, args);
}

bool set_timeout(struct session *s, const struct command *c, char *args)
{
	int ms = leading_int(args, NULL);

	(void)c;
	if (ms < TIMEOUT_MIN_MS) {
		fprintf(stderr, "Timeout %d is too short\n", ms);
		return false;
	}
	s->link.timeout_s = ms * 1e-3;
	return true;
}

bool set_retries(struct session *s, const struct command *c, char *args)
{
	int retries = leading_int(args, NULL);

	(void)c;
	if (retries < 0 || retries > RETRIES_MAX) {
		fputs("Invalid maximum number of retries\n", stderr);
		return false;
	}
	s->link.retries = retries;
	return true;
}

bool set_dns(struct session *s, const struct command *c, char *args)
{
	(void)c;
	if (!strcmp(args, "-n")) {
		s->no_lookup = true;
	} else if (!strcmp(args, "+n")) {
		s->no_lookup = false;
	} else if (!strcmp(args, "-4")) {
		s->family = AF_INET;
	} else if (!strcmp(args, "-6")) {
		s->family = AF_INET6;
	} else if (!strcmp(args, "-46")) {
		s->family = AF_UNSPEC;
	} else {
		fputs("Unrecognized dns command\n", stderr);
		return false;
	}
	return true;
}

bool do_quit(struct session *s, const struct command *c, char *args)
{
	(void)c;
	(void)args;
	s->quit = true;
	return true;
}
