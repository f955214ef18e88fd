/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests that act on sources. */
#include "hora-engine/control_commands.h"

#include "hora-engine/commands.h"

struct source *control_find(const struct engine *e,
    const struct control_addr *address)
{
	struct source *s;

	if (address->is_id) {
		/* The number names a source only while it has no address. */
		s = engine_find_id(e, address->id);
		return s && !s->is_resolved ? s : NULL;
	}
	return address->ip.family == IP_NONE ? NULL :
	    engine_find(e, &address->ip);
}

static struct source_match match_of(const struct source_mask *m)
{
	return (struct source_match){
		.id = m->address.is_id ? m->address.id : 0,
		.mask = m->mask.ip,
		.address = m->address.ip,
	};
}

enum control_status answer_online(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct source_match match = match_of(&rq->sources);

	(void)ret;
	if (rq->sources.address.is_id && match.id == 0)
		return CONTROL_NO_SOURCE;	/* not "all" */
	return engine_online(c->e, c->now, &match,
	    rq->code == CONTROL_ONLINE) > 0 ? CONTROL_OK : CONTROL_NO_SOURCE;
}

enum control_status answer_burst(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct source_match match = match_of(&rq->burst.sources);

	(void)ret;
	if (rq->burst.sources.address.is_id && match.id == 0)
		return CONTROL_NO_SOURCE;
	return engine_burst(c->e, c->now, &match, rq->burst.good,
	    rq->burst.total) > 0 ? CONTROL_OK : CONTROL_NO_SOURCE;
}

enum control_status answer_refresh(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_refresh(c->e, c->now);
	return CONTROL_OK;
}
