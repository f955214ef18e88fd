/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for the engine: a clock that drifts, a kernel that steers it,
 * servers behind a network, a resolver and an NTS-KE client, all in virtual
 * time. What the engine wants done is done here and remembered.
 */
#ifndef TESTS_HORA_ENGINE_WORLD_H
#define TESTS_HORA_ENGINE_WORLD_H

#include "unit/hora-engine/world_effects.h"

#include "hora-engine/commands.h"
#include "nts/keyring.h"

/* --- running ---------------------------------------------------------------------- */

static inline void world_deliver(struct world *w, struct fake_event *ev)
{
	struct engine_now now = world_now(w);
	struct engine_stamp received = { now.wall, STAMP_KERNEL };

	ev->is_used = false;
	switch (ev->what) {
	case REPLY:
		engine_reply(w->e, &now, ev->source, ev->packet, ev->length,
		    &received);
		break;
	case CHANGED:
		engine_clock_changed(w->e, &now, &ev->changed);
		break;
	case ADDRESSES:
		engine_addresses(w->e, &now, &ev->addresses);
		break;
	case KE_DONE:
		engine_ke_done(w->e, &now, &ev->ke_done);
		break;
	case STATE:
		engine_nts_state(w->e, &now, &ev->state);
		break;
	case HISTORY:
		engine_history(w->e, &now, &ev->history);
		break;
	case MAC_KEY:
		engine_mac_key(w->e, &now, &ev->mac_key);
		break;
	}
}

/* When the engine wants to be called, in true time. */
static inline int64_t world_wake(const struct world *w)
{
	struct mono_time wake = engine_wake(w->e);
	double left_ns = (double)(wake.ns - world_now(w).mono.ns);

	if (wake.ns == MONO_NEVER.ns)
		return INT64_MAX;
	return left_ns <= 0 ? w->t_ns :
	    w->t_ns + llrint(left_ns / world_speed(w)) + 1000;
}

/* One event at most; false when nothing happens before `end_ns`. */
static inline bool world_step(struct world *w, int64_t end_ns)
{
	struct fake_event *first = NULL;
	int64_t at_ns = world_wake(w);
	struct engine_now now;

	for (int i = 0; i < WORLD_EVENTS; i++)
		if (w->events[i].is_used &&
		    (!first || w->events[i].at_ns < first->at_ns))
			first = &w->events[i];
	if (first && first->at_ns <= at_ns)
		at_ns = first->at_ns;
	else
		first = NULL;
	if (w->slew_end_ns != 0 && w->slew_end_ns <= at_ns) {
		if (w->slew_end_ns > end_ns)
			return false;
		world_advance(w, w->slew_end_ns);
		w->slew_end_ns = 0;
		w->rate_ppm = w->base_ppm;
		report_change(w, w->adjust.id, IPC_CLOCK_SLEW_END, 0);
		return true;
	}
	if (at_ns > end_ns)
		return false;
	world_advance(w, at_ns);
	if (first) {
		world_deliver(w, first);
		return true;
	}
	now = world_now(w);
	engine_tick(w->e, &now);
	return true;
}

static inline void world_run(struct world *w, double s)
{
	int64_t end_ns = w->t_ns + interval_ns(s);
	int steps = 0;

	while (world_step(w, end_ns))
		assert_in_range(++steps, 0, 1000000);	/* it must not spin */
	world_advance(w, end_ns);
}

/* --- life ---------------------------------------------------------------------------- */

/* A world with no sources; freed by world_end. */
static inline struct world *world_new(void)
{
	static const char ring_text[] = "NKS1\n0.0\n"
	    "00000010 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF0 15\n"
	    "00000011 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF1 15\n"
	    "00000012 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF2 15\n"
	    "00000013 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF3 15\n";
	struct world *w = calloc(1, sizeof(*w));
	struct nts_keyring keys;
	const char *reason;
	double age_s;

	assert_non_null(w);
	config_init(&w->config);
	w->config.sources = w->lines;
	w->config.aeads[0] = AEAD_AES_SIV_CMAC_256;
	w->config.aead_count = 1;
	assert_true(keyring_parse(ring_text, &keys, &age_s, &reason));
	assert_true(cookie_ring_set(&w->ring, &keys));
	w->random = 42;
	w->start_ns = WORLD_START_NS;
	return w;
}

static inline struct source_config *world_line(struct world *w,
    enum source_type type, const char *name)
{
	struct source_config *c = &w->lines[w->config.source_count++];

	source_config_init(c, type);
	text_copy(c->name, sizeof(c->name), name);
	c->iburst = true;
	return c;
}

/* A world with one server and its line, not started yet. */
static inline struct world *world_of_one(void)
{
	struct world *w = world_new();

	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	return w;
}

/* Start the engine; hora-clock and horad say what they know. */
static inline void world_start(struct world *w)
{
	struct engine_effects fx = world_effects(w);
	struct engine_now now = world_now(w);

	w->e = engine_new(&w->config, &w->options, &fx, -24, &now);
	assert_non_null(w->e);
	if (!(w->options.flags & (IPC_NO_CLOCK | IPC_ONCE_PRINT)))
		report_change(w, 0, IPC_CLOCK_INITIAL, 0);
	engine_memory(w->e, &now, &w->memory);
}

static inline void world_end(struct world *w)
{
	engine_free(w->e);
	cookie_ring_clear(&w->ring);
	mac_keys_free(&w->mac_keys);
	mac_keys_free(&w->server_keys);
	free(w);
}

#endif
