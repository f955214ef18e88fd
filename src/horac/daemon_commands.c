/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "horac/ask.h"

#include <stdio.h>
#include <string.h>

#define RELOAD_TIMEOUT_S 5	/* of the first try; two more are longer */

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
	if (strcmp(args, "config") == 0)
		return reload_config(s);
	if (strcmp(args, "sources") == 0)
		return ask_plain(s, c, args);
	fputs("Invalid syntax for reload command\n", stderr);
	return false;
}

bool do_reset(struct session *s, const struct command *c, char *args)
{
	if (strcmp(args, "sources") == 0)
		return ask_plain(s, c, args);
	fputs("Invalid syntax for reset command\n", stderr);
	return false;
}
