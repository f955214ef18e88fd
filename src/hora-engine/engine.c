/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/engine.h"

#include "hora-engine/askers.h"

#include "hora-engine/choose.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/control_access.h"
#include "hora-engine/dumps.h"
#include "hora-engine/initial.h"
#include "hora-engine/keys.h"
#include "hora-engine/lines.h"
#include "hora-engine/measure.h"
#include "hora-engine/modes.h"
#include "hora-engine/names.h"
#include "hora-engine/renew.h"
#include "hora-engine/samples.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/sources.h"
#include "hora-engine/symmetric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN_BY_S 5		/* with or without the clock's state and memory */

struct engine *engine_new(const struct config *config,
    const struct ipc_config *options, const struct engine_effects *effects,
    int8_t precision_log2_s, const struct engine_now *now)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e || control_access_set(e, config)) {
		free(e);
		return NULL;
	}
	e->config = config;
	e->options = *options;
	e->fx = *effects;
	e->measured_log2_s = precision_log2_s;
	renew_precision(e);
	e->started = e->last_tick = now->mono;
	e->last_wall = now->wall;
	e->begin_by = mono_add(now->mono, BEGIN_BY_S);
	e->next_replacement = now->mono;
	e->next_refresh = mono_add(now->mono, config->refresh_s);
	clockwork_init(e, now);
	choose_init(e);
	initial_init(e);
	for (size_t i = 0; i < config->source_count; i++)
		sources_add(e, now, &config->sources[i], LINE_CONFIG);
	sources_said(e);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	for (int i = 0; i < e->count; i++) {
		keys_free(e->sources[i]->keys);
		samples_free(e->sources[i]);
		symmetric_free(e->sources[i]->mac);
		free(e->sources[i]);
	}
	for (int i = 0; i < e->line_count; i++)
		free(e->lines[i]);
	free(e->sources);
	free(e->candidates);
	free(e->lines);
	askers_free(e);
	control_access_free(e);
	free(e);
}

/* --- time ----------------------------------------------------------------- */

static struct mono_time earlier(struct mono_time a, struct mono_time b)
{
	return a.ns < b.ns ? a : b;
}

struct mono_time engine_wake(const struct engine *e)
{
	struct mono_time at;

	if (e->phase == ENGINE_WAITING)
		return e->begin_by;
	if (e->phase == ENGINE_LEAVING)
		return MONO_NEVER;
	at = earlier(clockwork_wake(e), names_wake(e));
	at = earlier(at, initial_wake(e));
	at = earlier(at, modes_wake(e));
	at = earlier(at, choose_wake(e));
	for (int i = 0; i < e->count; i++) {
		at = earlier(at, measure_wake(e, e->sources[i]));
		at = earlier(at, keys_wake(e->sources[i]));
	}
	return at;
}

/* NTS-KE without waiting for a poll that finds no cookie. */
static void want_keys(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	if (s->keys && s->is_resolved && assoc_is_active(&s->assoc) &&
	    !nts_client_ready(&s->keys->client))
		keys_wanted(e, now, s);
}

/* Every event that may change what is known of the clock ends here. */
static void judge(struct engine *e, const struct engine_now *now)
{
	initial_judge(e, now);
	modes_judge(e, now);
}

static void begin_when_ready(struct engine *e, const struct engine_now *now)
{
	bool has_all = e->has_memory &&
	    (e->clock.is_known || !e->clock.has_clock);

	if (e->phase != ENGINE_WAITING ||
	    (!has_all && now->mono.ns < e->begin_by.ns))
		return;
	e->phase = ENGINE_RUNNING;
	e->next_request = e->next_first = now->mono;
	clockwork_begin(e, now);
	initial_begin(e, now);
	for (int i = 0; i < e->count; i++)
		want_keys(e, now, e->sources[i]);
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->is_resolved)
			dumps_wanted(e, now, e->sources[i]);
	judge(e, now);
}

/* Every event begins here. False: the event is of no interest any more. */
static bool enter(struct engine *e, const struct engine_now *now)
{
	if (e->phase == ENGINE_LEAVING)
		return false;
	e->last_tick = now->mono;
	e->last_wall = now->wall;
	clockwork_jumped(e, now);
	return true;
}

/* The source that has been due for longest; NULL: none is. */
static struct source *next_due(const struct engine *e,
    const struct engine_now *now)
{
	struct source *due = NULL;

	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (measure_wake(e, s).ns > now->mono.ns)
			continue;
		if (!due || s->assoc.wake.ns < due->assoc.wake.ns)
			due = s;
	}
	return due;
}

void engine_tick(struct engine *e, const struct engine_now *now)
{
	struct source *due;

	if (!enter(e, now))
		return;
	begin_when_ready(e, now);
	if (e->phase != ENGINE_RUNNING)
		return;
	clockwork_tick(e, now);
	names_tick(e, now);
	choose_tick(e, now);
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->keys)
			keys_tick(e, now, e->sources[i]);
	/* One round at most: a source whose next poll is due at once waits. */
	for (int left = e->count; left > 0; left--) {
		due = next_due(e, now);
		if (!due)
			break;
		measure_timer(e, now, due);
	}
	judge(e, now);
}

/* --- packets -------------------------------------------------------------- */

void engine_reply(struct engine *e, const struct engine_now *now,
    uint32_t source, const uint8_t *packet, size_t length,
    const struct engine_stamp *received)
{
	struct source *s = engine_find_id(e, source);

	if (!enter(e, now) || !s || !s->is_resolved)
		return;
	measure_reply(e, now, s, packet, length, received);
	judge(e, now);
}

void engine_sent(struct engine *e, const struct engine_now *now,
    uint32_t source, const struct engine_stamp *sent)
{
	struct source *s = engine_find_id(e, source);

	if (enter(e, now) && s && s->is_resolved && e->clock.step_id == 0 &&
	    !clockwork_just_jumped(e, now))
		measure_sent(e, s, now, sent);
}

/* --- hora-ke-client ------------------------------------------------------- */

void engine_addresses(struct engine *e, const struct engine_now *now,
    const struct ipc_addresses *addresses)
{
	if (!enter(e, now))
		return;
	names_answer(e, now, addresses);
	choose_if_waiting(e, now);
	judge(e, now);
}

/* Keys have come, and with them the address of the NTP server. */
static void use_keys(struct engine *e, const struct engine_now *now,
    struct source *s, const struct net_addr *address)
{
	if (!sources_negotiate(e, now, s, address)) {
		keys_discard(e, now, s);
		return;
	}
	keys_report(e, s);
	assoc_keys_came(&s->assoc, now->mono);
}

void engine_ke_done(struct engine *e, const struct engine_now *now,
    const struct ipc_ke_done *done)
{
	struct net_addr address;

	if (!enter(e, now))
		return;
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (!s->keys || s->keys->phase != KEYS_RUNNING ||
		    s->keys->ke_id != done->id)
			continue;
		if (keys_done(e, now, s, done, &address))
			use_keys(e, now, s, &address);
		break;
	}
	choose_if_waiting(e, now);
	judge(e, now);
}

void engine_ke_lost(struct engine *e, const struct engine_now *now)
{
	if (!enter(e, now))
		return;
	names_lost(e, now);
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->keys)
			keys_lost(e, now, e->sources[i]);
}

void engine_ke_new(struct engine *e, const struct engine_now *now)
{
	if (!enter(e, now))
		return;
	names_ask_again(e, now);
	names_tick(e, now);
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (!s->keys)
			continue;
		keys_ask_again(now, s);
		want_keys(e, now, s);
	}
}

/* --- hora-clock ----------------------------------------------------------- */

void engine_clock_changed(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *changed)
{
	if (e->phase == ENGINE_LEAVING)
		return;
	/* The report comes first: it explains the jump that it may tell of. */
	clockwork_changed(e, now, changed);
	begin_when_ready(e, now);
	judge(e, now);
}

/* --- horad ---------------------------------------------------------------- */

void engine_memory(struct engine *e, const struct engine_now *now,
    const struct ipc_engine_memory *memory)
{
	if (!enter(e, now))
		return;
	clockwork_memory(e, now, memory);
	e->has_memory = true;
	begin_when_ready(e, now);
}

void engine_leaps(struct engine *e, const struct engine_now *now,
    const struct ipc_leaps *leaps)
{
	struct leap_table t = { .count = leaps->count };

	if (!enter(e, now) || leaps->count > IPC_LEAPS_MAX)
		return;
	for (uint32_t i = 0; i < t.count; i++) {
		t.rows[i].from_s = leaps->rows[i].from_s;
		t.rows[i].tai_s = leaps->rows[i].tai_s;
	}
	/* An empty one takes back what was given. */
	if (t.count > 0 && !leap_table_is_plausible(&t))
		return;
	e->leap_table = t;
	clockwork_leaps_changed(e, now);
}

/* An answer that nothing is kept may leave out the name. */
static bool is_state_of(const struct source *s,
    const struct ipc_nts_state *state)
{
	if (!s->keys || s->keys->phase != KEYS_LOADING ||
	    !ip_equal(&s->keys->ke_server.ip, &state->ke_address))
		return false;
	return state->cookie_count == 0 || strncmp(s->config.name,
	    state->name, sizeof(state->name)) == 0;
}

void engine_nts_state(struct engine *e, const struct engine_now *now,
    const struct ipc_nts_state *state)
{
	struct net_addr address;

	if (!enter(e, now))
		return;
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (!is_state_of(s, state))
			continue;
		if (keys_loaded(e, now, s, state, &address))
			use_keys(e, now, s, &address);
		else
			want_keys(e, now, s);
		break;
	}
}

void engine_mac_key(struct engine *e, const struct engine_now *now,
    const struct ipc_mac_key *key)
{
	if (enter(e, now))
		symmetric_answer(e, now, key);
}

void engine_mac_keys_new(struct engine *e, const struct engine_now *now)
{
	if (enter(e, now))
		symmetric_renew(e);
}

void engine_history(struct engine *e, const struct engine_now *now,
    const struct ipc_history *history)
{
	if (enter(e, now) && e->phase == ENGINE_RUNNING &&
	    clockwork_is_steady(e, now))
		dumps_loaded(e, now, history);
}

void engine_sources(struct engine *e, const struct engine_now *now,
    const struct source_config *lines, size_t count)
{
	bool had_any = e->count > 0;

	if (!enter(e, now))
		return;
	lines_renew(e, now, LINE_SOURCEDIR, lines, count);
	if (had_any || e->count > 0)
		choose(e, now, NULL);
}

void engine_reload(struct engine *e, const struct engine_now *now,
    const struct config *config)
{
	const struct config *old = e->config;

	e->config = config;
	if (!enter(e, now))
		return;
	renew_precision(e);
	renew_selection(e, old);
	renew_clock(e, now, old);
	lines_renew(e, now, LINE_CONFIG, config->sources, config->source_count);
	lines_limit_samples(e);
	if (e->count > 0 || old->source_count > 0)
		choose(e, now, NULL);
}

void engine_stop(struct engine *e, const struct engine_now *now)
{
	if (e->phase == ENGINE_RUNNING) {
		served_memory(e, 0);
		dumps_report(e, now);
	}
	e->phase = ENGINE_LEAVING;
	for (int i = 0; i < e->count; i++) {
		e->fx.close_request(e->fx.arg, e->sources[i]->id);
		keys_report(e, e->sources[i]);
	}
	clockwork_stop(e);
}
