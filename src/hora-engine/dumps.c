/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/dumps.h"

#include "base/text.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"
#include "hora-engine/sources.h"
#include "sync/history.h"

#include <math.h>
#include <string.h>

/* After it what a name gives is no part of the start (behaviour.md 1.10). */
#define START_S 60.0

/*
 * The clock as it reads now, drawn back into the past: at the rate at which it
 * runs without slews. What was slewed since then is not seen on it.
 */
struct drawn {
	struct wall_time wall;	/* now */
	struct free_time free;
	double rate;		/* of the clock against free time, minus 1 */
};

static struct drawn draw(const struct engine *e, const struct engine_now *now)
{
	/* With -x the clock is left alone: whatever its rate is, it is 0. */
	return (struct drawn){ now->wall, clockwork_free(e, now->wall),
		e->clock.has_clock ? e->clock.base_ppm * 1e-6 : 0 };
}

static struct wall_time to_wall(const struct drawn *d, struct free_time at)
{
	int64_t ago_ns = d->free.ns - at.ns;

	return (struct wall_time){ d->wall.ns - ago_ns -
	    llrint((double)ago_ns * d->rate) };
}

static struct free_time to_free(const struct drawn *d, struct wall_time at)
{
	int64_t ago_ns = d->wall.ns - at.ns;

	return (struct free_time){ d->free.ns - ago_ns +
	    llrint((double)ago_ns * (d->rate / (1 + d->rate))) };
}

/* --- writing --- */

static void fill(const struct engine *e, const struct engine_now *now,
    const struct source *s, struct history *h)
{
	struct drawn d = draw(e, now);

	*h = (struct history){
		.is_authenticated =
		    source_config_authenticates(&s->config),
		.reach = s->assoc.reach,
		.reach_size = s->assoc.reach_size,
		.stratum = s->assoc.stratum,
		.leap = s->assoc.leap,
		.count = s->stats.count,
	};
	text_copy(h->name, sizeof(h->name), s->config.name);
	for (int i = 0; i < s->stats.count; i++) {
		const struct sample *x = &s->stats.samples[i];
		struct history_sample *out = &h->samples[i];

		out->at = to_wall(&d, x->at);
		out->slewed_s = (double)(out->at.ns - x->at.ns) * 1e-9 -
		    x->offset_s;
		out->offset_s = -clockwork_system_offset(e, x->offset_s, x->at);
		out->delay_s = fmax(x->delay_s, 0);
		out->dispersion_s = x->dispersion_s;
		out->root_delay_s = sample_root_delay(x);
		out->root_dispersion_s = x->root_dispersion_s +
		    x->dispersion_s;
	}
}

void dumps_report(struct engine *e, const struct engine_now *now)
{
	if (!*e->config->dumpdir || e->options.flags & IPC_ONCE_PRINT)
		return;
	for (int i = 0; i < e->count; i++) {
		const struct source *s = e->sources[i];
		struct ipc_history out = { .address = s->address.ip };
		struct history h;

		if (!s->is_resolved || s->stats.count == 0)
			continue;
		fill(e, now, s, &h);
		out.length = (uint32_t)history_print(&h, out.text);
		if (out.length > 0)
			e->fx.history(e->fx.arg, &out);
	}
}

/* --- reading --- */

void dumps_wanted(struct engine *e, const struct engine_now *now,
    const struct source *s)
{
	struct ipc_history_load load = { .address = s->address.ip };

	if (*e->config->dumpdir && e->options.flags & IPC_RELOAD &&
	    e->phase == ENGINE_RUNNING &&
	    mono_sub(now->mono, e->started) < START_S)
		e->fx.history_load(e->fx.arg, &load);
}

/* One of them with what the server itself said, as in struct sample. */
static struct sample sample_of(const struct drawn *d,
    const struct history_sample *x)
{
	struct sample s = {
		.at = to_free(d, x->at),
		.delay_s = x->delay_s,
		.dispersion_s = x->dispersion_s,
		.root_delay_s = fmax(x->root_delay_s - x->delay_s, 0),
		.root_dispersion_s =
		    fmax(x->root_dispersion_s - x->dispersion_s, 0),
	};

	s.offset_s = (double)(x->at.ns - s.at.ns) * 1e-9 - x->slewed_s;
	return s;
}

static void take(struct engine *e, const struct engine_now *now,
    struct source *s, const struct history *h)
{
	const struct source_stats fresh = s->stats;
	struct drawn d = draw(e, now);

	source_stats_reset(&s->stats);
	for (int i = 0; i < h->count; i++) {
		struct sample x = sample_of(&d, &h->samples[i]);

		source_stats_add(&s->stats, &x);
	}
	for (int i = 0; i < fresh.count; i++)
		source_stats_add(&s->stats, &fresh.samples[i]);
	if (fresh.count == 0)
		assoc_restore(&s->assoc, h->reach, h->reach_size, h->stratum,
		    h->leap);
}

/* NULL, or why a file that is in order is not of this source. */
static const char *refusal(const struct source *s, const struct history *h)
{
	if (strcmp(h->name, s->config.name) != 0)
		return "it is of another name";
	if (!h->is_authenticated &&
	    source_config_authenticates(&s->config))
		return "it was not authenticated";
	return NULL;
}

void dumps_loaded(struct engine *e, const struct engine_now *now,
    const struct ipc_history *m)
{
	struct source *s = engine_find(e, &m->address);
	char name[SOURCE_TEXT_SIZE];
	const char *reason;
	struct history h;

	if (!s || m->length == 0 || m->length >= sizeof(m->text) ||
	    m->text[m->length] != '\0')
		return;
	reason = history_parse(m->text, now->wall, &h);
	if (!reason)
		reason = refusal(s, &h);
	if (reason) {
		say(e, SEV_WARNING, "Could not load dump file for %s: %s",
		    source_text(s, name), reason);
		return;
	}
	take(e, now, s, &h);
	say(e, SEV_INFO, "Loaded dump file for %s", source_text(s, name));
}
