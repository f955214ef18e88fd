/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/initial.h"

#include "base/text.h"
#include "hora-engine/choose.h"
#include "hora-engine/say.h"
#include "hora-engine/sources.h"
#include "hora-engine/steer.h"

/* --- the time of the driftfile -------------------------------------------- */

static void catch_up(struct engine *e, const struct engine_now *now)
{
	double behind_s = wall_sub(e->not_before, now->wall);

	if (e->not_before.ns == 0 || behind_s <= 0)
		return;
	say(e, SEV_WARNING, "System clock is %.3f seconds behind the time of "
	    "the driftfile%s", behind_s, e->clock.has_clock ? "" :
	    " (left alone)");
	if (e->clock.has_clock && e->clock.is_known)
		steer_step(e, now, behind_s, IPC_STEP_OPERATOR);
}

/* --- initstepslew --------------------------------------------------------- */

static bool is_once(const struct engine *e)
{
	return (e->options.flags & (IPC_ONCE_SET | IPC_ONCE_PRINT)) != 0;
}

void initial_init(struct engine *e)
{
	e->initial.is_pending = e->config->initstepslew.host_count > 0 &&
	    !(e->options.flags & (IPC_OPT_RESTART | IPC_RESTARTED)) &&
	    !is_once(e);
	e->initial.until = MONO_NEVER;
}

static bool is_source(const struct engine *e, const char *host)
{
	struct ip_addr address;

	for (int i = 0; i < e->line_count; i++)
		if (text_equal_nocase(e->lines[i]->config.name, host))
			return true;
	return ip_parse(host, &address) && sources_in_use(e, &address, NULL);
}

static void add_hosts(struct engine *e, const struct engine_now *now)
{
	const struct initstepslew_config *c = &e->config->initstepslew;
	struct source_config line;

	source_config_init(&line, SOURCE_SERVER);
	line.iburst = true;
	for (size_t i = 0; i < c->host_count; i++) {
		if (is_source(e, c->hosts[i]))
			continue;
		text_copy(line.name, sizeof(line.name), c->hosts[i]);
		sources_add(e, now, &line, LINE_INITIAL);
	}
	sources_said(e);
}

void initial_begin(struct engine *e, const struct engine_now *now)
{
	if (e->options.flags & IPC_RESTARTED)
		return;
	catch_up(e, now);
	if (!(e->options.flags & IPC_OPT_RESTART))
		add_hosts(e, now);
	if (!e->initial.is_pending)
		return;
	e->initial.until = mono_add(now->mono, INITIAL_MOST_S);
	reference_expect_initial(&e->reference,
	    e->config->initstepslew.threshold_s);
}

static void remove_hosts(struct engine *e, const struct engine_now *now)
{
	bool had_any = false;

	for (int i = e->line_count - 1; i >= 0; i--) {
		if (e->lines[i]->origin != LINE_INITIAL)
			continue;
		had_any = true;
		sources_remove_line(e, e->lines[i]);
	}
	if (had_any && e->count > 0)
		choose(e, now, NULL);
}

/* Time is up: who could not even be asked? */
static void say_failure(const struct engine *e)
{
	for (int i = 0; i < e->line_count; i++) {
		const struct source_line *line = e->lines[i];

		/* Of an answer without an address, names.h has told. */
		if (line->origin == LINE_INITIAL && !line->is_address &&
		    line->resolved_at.ns == 0 && line->lookup_tries == 0)
			say_unresolved(e, line);
	}
	say(e, SEV_WARNING, "No suitable source for initstepslew");
}

void initial_judge(struct engine *e, const struct engine_now *now)
{
	bool is_late = now->mono.ns >= e->initial.until.ns;

	if (e->phase != ENGINE_RUNNING || !e->initial.is_pending)
		return;
	/* The step must be made before its source goes. */
	if (!is_late && (e->reference.has_initial || e->clock.step_id != 0))
		return;
	if (e->reference.has_initial)
		say_failure(e);
	e->reference.has_initial = false;
	e->initial.is_pending = false;
	remove_hosts(e, now);
}

struct mono_time initial_wake(const struct engine *e)
{
	return e->initial.is_pending ? e->initial.until : MONO_NEVER;
}

bool engine_is_settled(const struct engine *e)
{
	return !e->initial.is_pending || e->phase == ENGINE_LEAVING;
}
