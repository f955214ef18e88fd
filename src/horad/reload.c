/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/reload.h"

#include <stdio.h>
#include <string.h>

void reload_init(struct reload *r, const struct reload_effects *effects)
{
	*r = (struct reload){ .effects = *effects, .number = 1 };
	r->deadline = MONO_NEVER;
}

static void hand_to(struct reload *r, unsigned roles)
{
	r->waiting = roles;
	r->greeted &= ~roles;
	for (int role = 0; role < ROLE_COUNT; role++)
		if (roles & 1u << role)
			r->effects.hand(r->effects.arg, (enum role)role,
			    r->is_quiet);
}

/* --- who waits ------------------------------------------------------------ */

static void answer(struct reload *r, uint32_t id, struct ipc_answer done)
{
	done.id = id;
	r->effects.answer(r->effects.arg, &done);
}

static void add_asker(struct reload *r, struct reload_askers *to, uint32_t id)
{
	if (id == 0)
		return;
	if (to->count < RELOAD_ASKERS)
		to->ids[to->count++] = id;
	else
		answer(r, id, (struct ipc_answer){
			.text = "too many requests are waiting" });
}

/* They wait for the round that runs. */
static void take_askers(struct reload *r, struct reload_askers *from)
{
	memcpy(r->running.ids + r->running.count, from->ids,
	    from->count * sizeof(from->ids[0]));
	r->running.count += from->count;
	from->count = 0;
}

static void finish(struct reload *r)
{
	struct reload_askers told = r->running;

	r->is_running = false;
	r->running.count = 0;
	r->waiting = r->behind = 0;
	r->deadline = MONO_NEVER;
	if (!r->is_quiet || !r->done.is_done)
		r->effects.end(r->effects.arg, &r->done);
	for (unsigned i = 0; i < told.count; i++)
		answer(r, told.ids[i], r->done);
}

/* --- the course ----------------------------------------------------------- */

static void go_on(struct reload *r)
{
	unsigned behind = r->behind;

	if (!r->is_running || r->waiting)
		return;
	r->behind = 0;
	if (behind)
		hand_to(r, behind);
	else
		finish(r);
}

/* What is taken has the addresses as they are now. */
static bool take(struct reload *r)
{
	if (r->is_asked) {
		r->is_quiet = r->is_asked = false;
		r->done = (struct ipc_answer){ 0 };
		take_askers(r, &r->asked);
		r->effects.begin(r->effects.arg);
		r->done.is_done = r->effects.take(r->effects.arg,
		    r->done.text);
		/* A refused one leaves them to the next. */
		if (r->done.is_done) {
			r->is_renamed = false;
			take_askers(r, &r->renamed);
		}
		return r->done.is_done;
	}
	r->is_quiet = true;
	r->is_renamed = false;
	r->done = (struct ipc_answer){ 0 };
	take_askers(r, &r->renamed);
	r->done.is_done = r->effects.rename(r->effects.arg, r->done.text);
	return r->done.is_done;
}

static void begin(struct reload *r, struct mono_time now)
{
	unsigned roles;

	r->is_running = true;
	if (!take(r)) {
		finish(r);
		return;
	}
	r->number++;
	r->deadline = mono_add(now, RELOAD_LIMIT_S);
	roles = r->effects.roles(r->effects.arg);
	r->behind = roles & ~R(CLOCK);
	hand_to(r, roles & R(CLOCK));
	go_on(r);
}

/* One after the other: each sees the files as they are when it begins. */
static void begin_asked(struct reload *r, struct mono_time now)
{
	while (r->is_enabled && (r->is_asked || r->is_renamed) &&
	    !r->is_running)
		begin(r, now);
}

void reload_enable(struct reload *r, struct mono_time now)
{
	r->is_enabled = true;
	begin_asked(r, now);
}

void reload_ask(struct reload *r, uint32_t id, struct mono_time now)
{
	r->is_asked = true;
	add_asker(r, &r->asked, id);
	begin_asked(r, now);
}

void reload_rename(struct reload *r, uint32_t id, struct mono_time now)
{
	r->is_renamed = true;
	add_asker(r, &r->renamed, id);
	begin_asked(r, now);
}

static void role_is_through(struct reload *r, enum role role,
    struct mono_time now)
{
	if (!r->is_running)
		return;
	r->waiting &= ~(1u << role);
	go_on(r);
	begin_asked(r, now);
}

void reload_applied(struct reload *r, enum role role, uint32_t number,
    struct mono_time now)
{
	if (number == r->number)
		role_is_through(r, role, now);
}

void reload_greeted(struct reload *r, enum role role)
{
	r->greeted |= 1u << role;
}

void reload_ready(struct reload *r, enum role role, struct mono_time now)
{
	/* One that came before says so of the configuration of then. */
	if (r->greeted & 1u << role)
		role_is_through(r, role, now);
}

void reload_engine_gone(struct reload *r)
{
	r->asked.count = r->renamed.count = r->running.count = 0;
}

struct mono_time reload_wake(const struct reload *r)
{
	return r->deadline;
}

void reload_timer(struct reload *r, struct mono_time now)
{
	unsigned missing = r->waiting;
	size_t used = 0;

	if (!r->is_running || now.ns < r->deadline.ns)
		return;
	/* The others get it all the same: it is in force. */
	for (int role = 0; role < ROLE_COUNT; role++)
		if (missing & 1u << role)
			used += (size_t)snprintf(r->done.text + used,
			    sizeof(r->done.text) - used, "%s%s",
			    used ? ", " : "", role_name((enum role)role));
	snprintf(r->done.text + used, sizeof(r->done.text) - used,
	    " did not take over the configuration in %.0f s", RELOAD_LIMIT_S);
	r->done.is_done = false;
	if (r->behind)
		hand_to(r, r->behind);
	finish(r);
	begin_asked(r, now);
}
