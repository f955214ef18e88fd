/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/commands.h"

#include "hora-engine/choose.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/dumps.h"
#include "hora-engine/keys.h"
#include "hora-engine/names.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#include <string.h>

/* --- sources by address --------------------------------------------------- */

static bool matches(const struct source *s, const struct source_match *m)
{
	const struct ip_addr *a = &s->address.ip;
	int bytes = a->family == IP_V6 ? 16 : 4;

	if (m->id != 0)
		return !s->is_resolved && s->id == m->id;
	if (m->address.family == IP_NONE)
		return true;
	if (!s->is_resolved || a->family != m->address.family ||
	    (m->mask.family != IP_NONE && m->mask.family != a->family))
		return false;
	for (int i = 0; i < bytes; i++) {
		uint8_t mask = m->mask.family == IP_NONE ? 0xff :
		    m->mask.bytes[i];

		if ((a->bytes[i] & mask) != (m->address.bytes[i] & mask))
			return false;
	}
	return true;
}

static void set_online(struct engine *e, const struct engine_now *now,
    struct source *s, bool online)
{
	char name[SOURCE_TEXT_SIZE];

	if (s->online != online)
		say(e, SEV_INFO, "Source %s %s", source_text(s, name),
		    online ? "online" : "offline");
	s->online = online;
	assoc_online(&s->assoc, online, now->mono);
}

/*
 * The selected source goes last, so that no other is selected for a moment
 * while one after the other goes.
 */
int engine_online(struct engine *e, const struct engine_now *now,
    const struct source_match *match, bool online)
{
	struct source *selected = engine_find_id(e, e->selected_id);
	int count = 0;

	for (int i = 0; i < e->count; i++) {
		if (!matches(e->sources[i], match))
			continue;
		count++;
		if (e->sources[i] != selected)
			set_online(e, now, e->sources[i], online);
	}
	if (selected && matches(selected, match))
		set_online(e, now, selected, online);
	if (online)
		names_hurry(e, now);
	if (count > 0)
		choose(e, now, NULL);
	return count;
}

void engine_onoffline(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (s->is_resolved)
			set_online(e, now, s,
			    e->fx.can_reach(e->fx.arg, &s->address));
	}
	names_hurry(e, now);
	choose(e, now, NULL);
}

int engine_burst(struct engine *e, const struct engine_now *now,
    const struct source_match *match, int good, int total)
{
	int count = 0;

	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (!matches(s, match))
			continue;
		count++;
		if (s->is_resolved)
			assoc_burst(&s->assoc, good, total, now->mono);
	}
	return count;
}

enum add_result engine_add(struct engine *e, const struct engine_now *now,
    const struct source_config *config)
{
	enum add_result r = sources_add(e, now, config, LINE_COMMAND);

	if (r == ADD_OK)
		choose(e, now, NULL);	/* options depend on all sources */
	return r;
}

void engine_delete(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	char name[SOURCE_TEXT_SIZE];

	say(e, SEV_INFO, "Removed source %s", source_text(s, name));
	sources_remove(e, s);
	choose(e, now, NULL);
}

struct engine_activity engine_activity(const struct engine *e)
{
	struct engine_activity a = { 0 };

	for (int i = 0; i < e->count; i++) {
		const struct source *s = e->sources[i];

		if (!s->is_resolved)
			a.unresolved++;
		else if (s->assoc.after_burst_offline)
			a.burst_offline++;
		else if (!s->assoc.online)
			a.offline++;
		else if (s->assoc.burst_total > 0)
			a.burst_online++;
		else
			a.online++;
	}
	return a;
}

/* --- the clock ------------------------------------------------------------ */

bool engine_makestep(struct engine *e, const struct engine_now *now)
{
	return clockwork_step(e, now);
}

void engine_reselect(struct engine *e, const struct engine_now *now)
{
	e->selected_id = 0;
	for (int i = 0; i < e->count; i++)
		e->candidates[i].score = 0;
	choose(e, now, NULL);
}

void engine_reset_sources(struct engine *e, const struct engine_now *now)
{
	steer_forget(e, now);
	clockwork_unsynchronise(e, now);
	e->selected_id = 0;
	say(e, SEV_INFO, "Reset all sources");
}

void engine_refresh(struct engine *e, const struct engine_now *now)
{
	names_refresh(e, now);
}

bool engine_is_synchronised(const struct engine *e)
{
	return e->reference.is_synchronised;
}

/* --- horad's -------------------------------------------------------------- */

void engine_shutdown(struct engine *e)
{
	struct ipc_request out = { .task = IPC_TASK_SHUTDOWN };

	say(e, SEV_INFO, "Received shutdown command");
	e->fx.request(e->fx.arg, &out);
}

void engine_dump(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->count; i++)
		keys_report(e, e->sources[i]);
	served_memory(e, 0);
	dumps_report(e, now);
}
