/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/advise_sources.h"

#include "base/text.h"
#include "conf/source.h"
#include "conf/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One server that is wrong can be told from two that agree, not from one. */
#define SOURCES_ENOUGH 3

static bool is_selectable(const struct source_config *s)
{
	return !(s->select_options & SELECT_NOSELECT);
}

static void add_name(struct source_advice *a, const struct source_config *s)
{
	/* Sizes are powers of two: a new one when the old one is full. */
	if ((a->lines & (a->lines - 1)) == 0) {
		struct source_name *larger = reallocarray(a->names,
		    a->lines ? 2 * a->lines : 1, sizeof(*larger));

		if (!larger) {
			free(a->names);
			a->names = NULL;
			return;
		}
		a->names = larger;
	}
	a->names[a->lines] = (struct source_name){ strdup(s->name), s->port,
		a->lines, false };
}

void source_advice_add(struct source_advice *a, const struct source_config *s,
    const struct conf_place *place)
{
	if (a->names || a->lines == 0)
		add_name(a, s);
	if (a->lines++ == 0)
		a->first = *place;
	if (!is_selectable(s))
		return;
	a->selectable += s->type == SOURCE_POOL ? s->maxsources : 1;
	if (source_config_authenticates(s))
		a->authenticated++;
	else if (a->unauthenticated++ == 0)
		a->first_plain = *place;
}

static int compare_names(const struct source_name *x,
    const struct source_name *y)
{
	int order = strcmp(x->name ? x->name : "", y->name ? y->name : "");

	return order ? order : (int)x->port - (int)y->port;
}

static int by_name(const void *x, const void *y)
{
	const struct source_name *a = x, *b = y;
	int order = compare_names(a, b);

	return order ? order : a->line < b->line ? -1 : 1;
}

static int by_line(const void *x, const void *y)
{
	const struct source_name *a = x, *b = y;

	return a->line < b->line ? -1 : 1;
}

void source_advice_sort(struct source_advice *a)
{
	if (!a->names)
		return;
	qsort(a->names, a->lines, sizeof(*a->names), by_name);
	for (size_t i = 1; i < a->lines; i++)
		a->names[i].is_twin = a->names[i].name &&
		    compare_names(&a->names[i - 1], &a->names[i]) == 0;
	qsort(a->names, a->lines, sizeof(*a->names), by_line);
}

/* What a value of a row is now, where it is one number. */
static bool value_of(const struct conf_word *word, const void *taken,
    double *ret)
{
	const char *at = (const char *)taken + word->at;

	if (word->parse == conf_int)
		*ret = *(const int *)(const void *)at;
	else if (word->parse == conf_double)
		*ret = *(const double *)(const void *)at;
	else
		return false;
	return true;
}

void advise_taken(const struct conf_line *line, const struct conf_words *table,
    const void *taken, conf_report_fn *report, void *arg)
{
	for (size_t i = 1; i + 1 < line->count; i++) {
		const struct conf_word *word =
		    conf_word_find(table, line->words[i]);
		struct conf_place place = conf_line_place(line, i + 1);
		double typed, value;

		if (!word || !*word->args)
			continue;
		i++;
		if (parse_double(line->words[i], &typed) &&
		    value_of(word, taken, &value) && typed != value)
			conf_warn(report, arg, &place, NULL,
			    "%s %s: taken as %.15g", word->name, line->words[i],
			    value);
	}
}

/*
 * How far the root distance grows between two polls: the clock may wander, and
 * its frequency is not known better than it wanders.
 */
static double growth_s(const struct source_config *s,
    const struct config *config)
{
	return 2e-6 * config->maxclockerror_ppm * exp2(s->maxpoll);
}

void source_advice_line(const struct source_advice *a, size_t n,
    const struct source_config *s, const struct conf_line *line)
{
	struct conf_place name = conf_line_place(line, 1);
	double max_s = a->config->maxdistance_s;

	advise_taken(line, &conf_source_options, s, a->report, a->arg);
	if (a->names && n < a->lines && a->names[n].is_twin)
		conf_warn(a->report, a->arg, &name, "remove one of the lines",
		    "'%s' is there twice; of one address there is only one "
		    "source", s->name);
	if (is_selectable(s) && growth_s(s, a->config) >= max_s)
		conf_warn(a->report, a->arg, &name,
		    "take a smaller maxpoll, or a larger maxdistance",
		    "between two polls of 2^%d s the root distance grows by "
		    "%.3g s, above maxdistance %.3g", s->maxpoll,
		    growth_s(s, a->config), max_s);
}

static void advise_auth(const struct source_advice *a)
{
	enum authselect_mode mode = a->config->authselectmode;

	if (mode == AUTHSELECT_REQUIRE && a->authenticated == 0)
		conf_warn(a->report, a->arg, &a->auth_mode,
		    "give a source the option nts or key", "no source is "
		    "authenticated: the clock will never be corrected");
	if (a->authenticated == 0 || a->unauthenticated == 0)
		return;
	/* Who says mix means it. */
	if (mode == AUTHSELECT_MIX && !a->has_auth_mode)
		conf_warn(a->report, a->arg, &a->first_plain,
		    "authselectmode require keeps it out; authselectmode mix "
		    "says that it is meant", "the time of this source is not "
		    "authenticated, and moves the clock within the bounds of "
		    "the authenticated ones");
	if (mode == AUTHSELECT_IGNORE)
		conf_warn(a->report, a->arg, &a->auth_mode,
		    "use mix, prefer or require", "sources without "
		    "authentication can outvote those with it");
}

void source_advice_whole(const struct source_advice *a)
{
	if (a->lines == 0)
		return;
	advise_auth(a);
	if (a->selectable > 0 && a->selectable < SOURCES_ENOUGH)
		conf_warn(a->report, a->arg, &a->first,
		    "have three or more, or a pool", a->selectable == 1 ?
		    "there is only one source: when it is wrong, nothing "
		    "tells" : "there are only two sources: when they differ, "
		    "nothing tells which is wrong");
}

void source_advice_free(struct source_advice *a)
{
	for (size_t i = 0; a->names && i < a->lines; i++)
		free(a->names[i].name);
	free(a->names);
	a->names = NULL;
}
