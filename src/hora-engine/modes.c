/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/modes.h"

#include "base/text.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"

#include <stdio.h>
#include <string.h>

#define BURST_GOOD 4		/* samples, as iburst (behaviour.md 1.1) */
#define BURST_TOTAL 8
#define JUDGE_S 0.5		/* between two looks */
#define LIMIT_S 60		/* without -t: longer than any burst */
#define LAST_ANSWER_S 8		/* after the last request of a burst */

static bool is_once(const struct engine *e)
{
	return (e->options.flags & (IPC_ONCE_SET | IPC_ONCE_PRINT)) != 0;
}

static void leave(struct engine *e, int status, const char *text)
{
	struct ipc_request out = { .task = IPC_TASK_EXIT, .status = status };

	text_copy(out.text, sizeof(out.text), text);
	e->phase = ENGINE_LEAVING;
	e->fx.request(e->fx.arg, &out);
}

/* A source without iburst asks in a burst all the same. */
static void start_bursts(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (s->is_resolved && s->assoc.online && !s->assoc.has_sent &&
		    s->assoc.burst_total == 0)
			assoc_burst(&s->assoc, BURST_GOOD, BURST_TOTAL,
			    now->mono);
	}
}

/* May this source still give samples of its burst? */
static bool is_pending(const struct source *s, const struct engine_now *now)
{
	const struct assoc *a = &s->assoc;

	if (!s->is_resolved)
		return !s->line->is_abandoned && (s->line->lookup_id != 0 ||
		    s->line->lookup_tries == 0);
	if (!assoc_is_active(a))
		return false;
	if (s->keys && !nts_client_ready(&s->keys->client) && !a->is_open &&
	    s->keys->has_failed && s->keys->phase == KEYS_IDLE)
		return false;
	if (a->burst_total > 0 || !a->has_sent)
		return true;
	return a->is_open && mono_sub(now->mono, a->last_sent) < LAST_ANSWER_S;
}

static bool has_pending(const struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->count; i++)
		if (is_pending(e->sources[i], now))
			return true;
	return false;
}

static double limit_s(const struct engine *e)
{
	return e->options.timeout_s > 0 ? e->options.timeout_s : LIMIT_S;
}

/* Every burst is over, or time is up: what do we know? */
static void finish(struct engine *e, const struct engine_now *now)
{
	double offset_s = reference_remaining(&e->reference, &e->timeline,
	    now->wall);
	bool is_set = (e->options.flags & IPC_ONCE_SET) != 0;
	unsigned steps = e->clock.steps;
	char text[IPC_TEXT_SIZE];

	if (!e->reference.is_synchronised) {
		say(e, SEV_WARNING, "No suitable source for synchronisation");
		leave(e, 1, "");
		return;
	}
	snprintf(text, sizeof(text), "System clock wrong by %.6f seconds%s",
	    offset_s, is_set ? "" : " (ignored)");
	say(e, SEV_WARNING, "%s", text);
	if (!is_set || !e->clock.has_clock) {
		leave(e, 0, is_set ? "" : text);
	} else if (clockwork_step(e, now)) {
		e->once_steps = steps;
		e->once_done = true;	/* leaves when the step is reported */
	} else {
		leave(e, 1, "");
	}
}

void modes_judge(struct engine *e, const struct engine_now *now)
{
	double running_s = mono_sub(now->mono, e->started);

	if (e->phase != ENGINE_RUNNING)
		return;
	if (e->once_done) {
		/* A refused step is slewed instead; -q promises a step. */
		if (e->clock.step_id == 0)
			leave(e, e->clock.steps > e->once_steps ? 0 : 1, "");
		return;
	}
	if (is_once(e)) {
		start_bursts(e, now);
		e->judge_at = mono_add(now->mono, JUDGE_S);
		if (running_s >= limit_s(e) || !has_pending(e, now))
			finish(e, now);
		return;
	}
	if (e->options.timeout_s > 0 && running_s >= e->options.timeout_s) {
		say(e, SEV_INFO, "Timeout reached");
		/* The local reference counts: its stratum is not 16. */
		leave(e, e->reference.is_synchronised ||
		    e->local_state.is_active ? 0 : 1, "");
	}
}

struct mono_time modes_wake(const struct engine *e)
{
	if (e->phase != ENGINE_RUNNING)
		return MONO_NEVER;
	if (is_once(e))
		return e->judge_at;
	if (e->options.timeout_s > 0)
		return mono_add(e->started, e->options.timeout_s);
	return MONO_NEVER;
}
