/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/wild.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RUN_S 40000
#define SETTLE_S 20000		/* what happens does so before */
#define SERVERS_MAX 7

static bool chance(struct rng *r, double p)
{
	return rng_uniform(r) < p;
}

/* Evenly over the decades. */
static double decades(struct rng *r, double from, double to)
{
	return from * pow(to / from, rng_uniform(r));
}

static int whole(struct rng *r, int from, int to)
{
	return from + (int)((to - from + 1) * rng_uniform(r));
}

static double either(struct rng *r, double value)
{
	return chance(r, 0.5) ? value : -value;
}

static void draw_way(struct rng *r, struct way_row *way)
{
	way->base_s = decades(r, 1e-5, 0.2);
	way->up_s = decades(r, 1e-6, 1e-2);
	way->down_s = chance(r, 0.7) ? way->up_s : decades(r, 1e-6, 1e-2);
	way->is_heavy = chance(r, 0.2);
	way->is_daily = chance(r, 0.1);
	if (chance(r, 0.3))
		way->loss = 0.5 * rng_uniform(r);
	if (chance(r, 0.2)) {
		way->spike = 0.2 * rng_uniform(r);
		way->spike_s = decades(r, 1e-3, 1);
	}
	if (chance(r, 0.15)) {
		way->moved_s = decades(r, 1e-4, 0.1);
		way->moved_at_s = whole(r, 1000, SETTLE_S);
	}
	if (chance(r, 0.2)) {
		way->dead_from_s = whole(r, 100, SETTLE_S / 2);
		way->dead_to_s = way->dead_from_s + whole(r, 10, 8000);
	}
}

/*
 * Less than half of those that answer lie. Where most of those that are heard
 * at a time lie, as when the first answers of good servers are lost, nobody can
 * tell, and no bound holds. So beside liars good servers neither lose packets
 * nor are dead.
 */
static void draw_servers(struct rng *r, struct scenario *s)
{
	int count = whole(r, 1, SERVERS_MAX);
	int liars = chance(r, 0.4) ? whole(r, 0, (count - 1) / 2) : 0;

	for (int i = 0; i < count; i++) {
		struct server_row *row = &s->servers[i];

		draw_way(r, &row->way);
		if (i < liars)
			row->offset_s = either(r, decades(r, 5, 1e4));
		else if (liars > 0)
			row->way.loss = row->way.dead_from_s =
			    row->way.dead_to_s = 0;
	}
	s->servers[count].way.base_s = -1;
}

static void draw_actions(struct rng *r, struct scenario *s)
{
	static const enum action_kind kinds[] = { ACTION_JUMP,
		ACTION_CLOCK_DIES, ACTION_ENGINE_DIES, ACTION_OFFLINE,
		ACTION_RATE, ACTION_SLEEP };
	int count = chance(r, 0.5) ? whole(r, 1, 3) : 0, at_s = 1500;

	for (int i = 0; i < count; i++) {
		struct action *a = &s->actions[i];

		at_s += whole(r, 200, 2500);
		a->at_s = at_s;
		a->kind = kinds[whole(r, 0, 5)];
		if (a->kind == ACTION_JUMP)
			a->value = either(r, decades(r, 1e-2, 10));
		if (a->kind == ACTION_RATE)
			a->value = either(r, 1);
		if (a->kind == ACTION_SLEEP)
			at_s += a->value = whole(r, 10, 3000);
	}
	s->actions[count] = (struct action){ at_s + 500, ACTION_ONLINE, 0 };
}

/* Options of every server line, and servers that answer late or interleaved. */
static void draw_options(struct rng *r, struct wild *w)
{
	static const struct {
		const char *option;
		double probability;
	} options[] = {
		{ " xleave", 0.3 }, { " burst", 0.2 }, { " presend 4", 0.2 },
		{ " extfield F323", 0.1 },
	};
	bool is_late = chance(r, 0.3);

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (chance(r, options[i].probability))
			snprintf(w->options + strlen(w->options),
			    sizeof(w->options) - strlen(w->options), "%s",
			    options[i].option);
	for (int i = 0; i < scenario_server_count(&w->scenario); i++) {
		struct server_row *row = &w->scenario.servers[i];

		row->is_interleaving = chance(r, 0.7);
		if (is_late)
			row->late_s = decades(r, 1e-6, 1e-3);
	}
}

void wild_draw(struct wild *w, uint64_t seed)
{
	struct scenario *s = &w->scenario;
	struct rng r = rng_of(seed, 400);
	int minpoll = whole(&r, 2, 6);

	*w = (struct wild){ 0 };
	s->name = WILD_NAME;
	s->run_s = RUN_S;
	s->settle_s = SETTLE_S;
	s->offset_s = either(&r, decades(&r, 1e-5, 10));
	s->oscillator.start_ppm = either(&r, decades(&r, 0.1, 300));
	s->oscillator.wander = decades(&r, 1e-12, 1e-8);
	if (chance(&r, 0.3)) {
		s->oscillator.sine_ppm = decades(&r, 1e-3, 0.5);
		s->oscillator.sine_period_s = decades(&r, 600, 86400);
	}
	if (chance(&r, 0.2))
		s->noise_s = decades(&r, 1e-8, 1e-5);
	draw_servers(&r, s);
	draw_actions(&r, s);
	snprintf(w->options, sizeof(w->options), "minpoll %d maxpoll %d%s%s",
	    minpoll, whole(&r, minpoll, 10), chance(&r, 0.8) ? " iburst" : "",
	    chance(&r, 0.3) ? " nts" : "");
	if (chance(&r, 0.3))
		snprintf(w->directives, sizeof(w->directives),
		    "maxslewrate %d", whole(&r, 1000, 80000));
	draw_options(&r, w);
	s->options = w->options;
	s->directives = w->directives;
	s->rms_s = s->max_s = INFINITY;
	s->may_wander = true;
}

void wild_text(const struct wild *w, char *ret, size_t size)
{
	const struct scenario *s = &w->scenario;

	snprintf(ret, size, "offset %.3g s, %.3g ppm, W %.1e, %d servers, "
	    "first J %.1e and %.1e on %.1e s, %s %s", s->offset_s,
	    s->oscillator.start_ppm, s->oscillator.wander,
	    scenario_server_count(s), s->servers[0].way.up_s,
	    s->servers[0].way.down_s, s->servers[0].way.base_s, s->options,
	    s->directives);
}
