/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/lines.h"

#include "hora-engine/samples.h"
#include "hora-engine/say.h"
#include "hora-engine/sources.h"

#include <stdlib.h>

/* --- a line with other options -------------------------------------------- */

/* Does `fresh` differ from the line only in what can be changed in place? */
static bool can_change(const struct source_config *old,
    const struct source_config *fresh)
{
	struct source_config c = *fresh;

	c.minpoll = old->minpoll;
	c.maxpoll = old->maxpoll;
	c.minsamples = old->minsamples;
	c.maxsamples = old->maxsamples;
	c.polltarget = old->polltarget;
	c.maxunreach = old->maxunreach;
	c.maxntsretry = old->maxntsretry;
	c.maxdelay_s = old->maxdelay_s;
	c.maxdelayratio = old->maxdelayratio;
	c.maxdelaydevratio = old->maxdelaydevratio;
	c.maxdelayquant = old->maxdelayquant;
	c.select_options = old->select_options;
	c.iburst = old->iburst;
	c.offline = old->offline;
	c.burst = old->burst;
	c.auto_offline = old->auto_offline;
	c.presend = old->presend;
	c.minstratum = old->minstratum;
	return source_config_equal(old, &c);
}

/* A value that both lines say alike stays as a command has set it. */
#define TAKE(name) \
	(c->name = fresh->name != old->name ? fresh->name : c->name)

/* The options of can_change. */
static void take_options(struct source_config *c,
    const struct source_config *fresh, const struct source_config *old)
{
	TAKE(minpoll);
	TAKE(maxpoll);
	TAKE(minsamples);
	TAKE(maxsamples);
	TAKE(polltarget);
	TAKE(maxunreach);
	TAKE(maxntsretry);
	TAKE(maxdelay_s);
	TAKE(maxdelayratio);
	TAKE(maxdelaydevratio);
	TAKE(maxdelayquant);
	TAKE(select_options);
	TAKE(iburst);
	TAKE(offline);
	TAKE(burst);
	TAKE(auto_offline);
	TAKE(presend);
	TAKE(minstratum);
	/* The other one may be of a command. */
	if (fresh->maxpoll != old->maxpoll && c->minpoll > c->maxpoll)
		c->minpoll = c->maxpoll;
	if (c->maxpoll < c->minpoll)
		c->maxpoll = c->minpoll;
}

static void change_source(struct engine *e, const struct engine_now *now,
    struct source *s, const struct source_config *old)
{
	const struct source_config *fresh = &s->line->config;

	take_options(&s->config, fresh, old);
	samples_limit(e, s);
	if (fresh->minpoll != old->minpoll || fresh->maxpoll != old->maxpoll)
		assoc_poll_range(&s->assoc, s->config.minpoll,
		    s->config.maxpoll);
	if (fresh->offline != old->offline) {
		s->online = !fresh->offline;
		assoc_online(&s->assoc, s->online, now->mono);
	}
}

static void change_line(struct engine *e, const struct engine_now *now,
    struct source_line *line, const struct source_config *fresh)
{
	const struct source_config old = line->config;

	line->config = *fresh;
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->line == line)
			change_source(e, now, e->sources[i], &old);
	sources_say(e, SEV_INFO, "Changed options of %s %s",
	    fresh->type == SOURCE_POOL ? "pool" : "source", fresh->name);
}

void lines_limit_samples(struct engine *e)
{
	for (int i = 0; i < e->count; i++)
		samples_limit(e, e->sources[i]);
}

/* --- old and new ---------------------------------------------------------- */

typedef bool match_fn(const struct source_config *old,
    const struct source_config *fresh);

/* Lists are long but seldom shuffled: each search goes on where the last ended. */
struct fresh_lines {
	const struct source_config *configs;
	size_t count, next;
	bool *is_taken;
};

/* An entry that matches and is not taken yet, taken; NULL: none. */
static const struct source_config *take(struct fresh_lines *f,
    const struct source_config *old, match_fn *matches)
{
	for (size_t n = 0; n < f->count; n++) {
		size_t i = (f->next + n) % f->count;

		if (f->is_taken[i] || !matches(old, &f->configs[i]))
			continue;
		f->is_taken[i] = true;
		f->next = i + 1;
		return &f->configs[i];
	}
	return NULL;
}

static void remove_line(struct engine *e, const struct source_line *line)
{
	sources_say(e, SEV_INFO, "Removed %s %s",
	    line->config.type == SOURCE_POOL ? "pool" : "source",
	    line->config.name);
	sources_remove_line(e, line);
}

/* Equal lines first, so that none of them is taken for a changed one. */
static void match_old(struct engine *e, const struct engine_now *now,
    enum line_origin origin, struct fresh_lines *f)
{
	for (int i = 0; i < e->line_count; i++) {
		struct source_line *line = e->lines[i];

		line->is_listed = line->origin != origin ||
		    take(f, &line->config, source_config_equal);
	}
	f->next = 0;
	for (int i = e->line_count - 1; i >= 0; i--) {
		struct source_line *line = e->lines[i];
		const struct source_config *fresh;

		if (line->is_listed)
			continue;
		fresh = take(f, &line->config, can_change);
		if (fresh)
			change_line(e, now, line, fresh);
		else
			remove_line(e, line);
	}
}

void lines_renew(struct engine *e, const struct engine_now *now,
    enum line_origin origin, const struct source_config *configs,
    size_t count)
{
	struct fresh_lines f = { .configs = configs, .count = count,
		.is_taken = calloc(count + 1, sizeof(bool)) };

	if (!f.is_taken) {
		say(e, SEV_ERROR, "No memory to take over source lines");
		return;
	}
	match_old(e, now, origin, &f);
	for (size_t i = 0; i < count; i++)
		if (!f.is_taken[i])
			sources_add(e, now, &configs[i], origin);
	sources_said(e);
	free(f.is_taken);
}
