/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/ask.h"

#include <stdio.h>

/* Print what became of it. */
static bool tell(bool is_answered, const struct request *rq,
    enum ask_mode mode, const struct reply *ret)
{
	const struct control_rule *rule = control_rule(rq->code);
	bool success;

	if (!is_answered) {
		if (mode != ASK_SILENT)
			puts("506 Cannot talk to daemon");
		return false;
	}
	success = control_status_is_success(ret->status);
	if (mode == ASK_STATUS ||
	    (mode == ASK_REPORT && ret->status != CONTROL_OK))
		puts(control_status_text(ret->status));
	if (success && !control_reply_fits(rule, ret->code)) {
		if (mode != ASK_SILENT)
			puts("508 Bad reply from daemon");
		return false;
	}
	return success;
}

bool ask(struct session *s, struct request *rq, enum ask_mode mode,
    struct reply *ret)
{
	return tell(s->exchange(&s->link, rq, ret), rq, mode, ret);
}

bool ask_either(struct session *s, struct request *rq, struct request *other,
    enum ask_mode mode, struct reply *ret)
{
	bool is_answered = s->exchange(&s->link, rq, ret);

	if (is_answered && ret->status == CONTROL_INVALID)
		return ask(s, other, mode, ret);
	return tell(is_answered, rq, mode, ret);
}

bool ask_plain(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	(void)args;
	return ask(s, &rq, ASK_STATUS, &reply);
}
