/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests that act on sources. */
#include "hora-engine/control_commands.h"

#include "ctl/add_source.h"
#include "hora-engine/commands.h"
#include "hora-engine/tune.h"

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

enum control_status answer_onoffline(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_onoffline(c->e, c->now);
	return CONTROL_OK;
}

enum control_status answer_reselect(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_reselect(c->e, c->now);
	return CONTROL_OK;
}

enum control_status answer_reset_sources(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_reset_sources(c->e, c->now);
	return CONTROL_OK;
}

enum control_status answer_add(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source_config config;
	enum control_status status = add_source_read(&rq->add, &config);

	(void)ret;
	if (status != CONTROL_OK)
		return status;
	switch (engine_add(c->e, c->now, &config)) {
	case ADD_OK:
		return CONTROL_OK;
	case ADD_IN_USE:
		return CONTROL_SOURCE_PRESENT;
	case ADD_TOO_MANY:
		return CONTROL_TOO_MANY_SOURCES;
	case ADD_FAMILY:
		return CONTROL_BAD_FAMILY;
	case ADD_NAME:
		return CONTROL_BAD_NAME;
	}
	return CONTROL_FAILED;
}

enum control_status answer_delete(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source *s = control_find(c->e, &rq->address);

	(void)ret;
	if (!s)
		return CONTROL_NO_SOURCE;
	engine_delete(c->e, c->now, s);
	return CONTROL_OK;
}

/* --- options of one source ------------------------------------------------ */

enum control_status answer_value(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source *s = control_find(c->e, &rq->value.address);

	(void)ret;
	if (!s)
		return CONTROL_NO_SOURCE;
	switch (rq->code) {
	case CONTROL_MINPOLL:
		tune_minpoll(c->e, s, rq->value.value);
		return CONTROL_OK;
	case CONTROL_MAXPOLL:
		tune_maxpoll(c->e, s, rq->value.value);
		return CONTROL_OK;
	case CONTROL_MINSTRATUM:
		tune_minstratum(c->e, c->now, s, rq->value.value);
		return CONTROL_OK;
	case CONTROL_POLLTARGET:
		tune_polltarget(c->e, s, rq->value.value);
		return CONTROL_OK;
	}
	return CONTROL_INVALID;
}

enum control_status answer_real(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source *s = control_find(c->e, &rq->real.address);

	(void)ret;
	if (!s)
		return CONTROL_NO_SOURCE;
	switch (rq->code) {
	case CONTROL_MAXDELAY:
		tune_maxdelay(c->e, s, rq->real.value);
		return CONTROL_OK;
	case CONTROL_MAXDELAYRATIO:
		tune_maxdelayratio(c->e, s, rq->real.value);
		return CONTROL_OK;
	case CONTROL_MAXDELAYDEVRATIO:
		tune_maxdelaydevratio(c->e, s, rq->real.value);
		return CONTROL_OK;
	}
	return CONTROL_INVALID;
}

/* A reference ID without an address is a reference clock's: there are none. */
enum control_status answer_offset(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source *s = control_find(c->e, &rq->offset.address);

	(void)ret;
	if (!s)
		return CONTROL_NO_SOURCE;
	return tune_offset(c->e, c->now, s, rq->offset.offset_s) ?
	    CONTROL_OK : CONTROL_INVALID;
}

/* The mask has bits of its own, the options have those of ADD_SOURCE. */
static unsigned select_options(uint32_t flags)
{
	return (flags & ADD_NOSELECT ? SELECT_NOSELECT : 0u) |
	    (flags & ADD_PREFER ? SELECT_PREFER : 0u) |
	    (flags & ADD_TRUST ? SELECT_TRUST : 0u) |
	    (flags & ADD_REQUIRE ? SELECT_REQUIRE : 0u);
}

enum control_status answer_selectopts(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct source *s = control_find(c->e, &rq->selectopts.address);

	(void)ret;
	if (!s)
		return CONTROL_NO_SOURCE;
	tune_select(c->e, c->now, s, rq->selectopts.mask,
	    select_options(rq->selectopts.options));
	return CONTROL_OK;
}
