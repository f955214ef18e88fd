/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/walk.h"

#include "horac/layout.h"
#include "horac/words.h"

void walk_begin(const struct session *s, const char *args, const char *legend,
    const char *heads)
{
	if (s->form == FORM_CSV)
		return;
	if (has_option(args, "-v"))
		layout_legend(stdout, s->form, legend);
	layout_header(stdout, s->form, heads);
}

bool walk_shows(const char *args, const struct control_addr *address)
{
	return !address->is_id || has_option(args, "-a");
}

bool walk_count(struct session *s, uint32_t *ret)
{
	struct request rq = { .code = CONTROL_SOURCE_COUNT };
	struct reply reply;

	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	*ret = reply.report.count.count;
	return true;
}

bool walk_get(struct session *s, unsigned code, uint32_t index,
    union report *ret)
{
	struct request rq = { .code = (uint16_t)code, .index = index };
	struct reply reply;

	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	*ret = reply.report;
	return true;
}

bool walk_get_by_address(struct session *s, unsigned code,
    const struct control_addr *address, union report *ret)
{
	struct request rq = { .code = (uint16_t)code, .address = *address };
	struct reply reply;

	if (!ask(s, &rq, ASK_REPORT, &reply))
		return false;
	*ret = reply.report;
	return true;
}
