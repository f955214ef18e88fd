/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/advise.h"

#include "conf/advise_sources.h"
#include "conf/directives.h"
#include "conf/selection.h"
#include "conf/source.h"

#include <stdio.h>
#include <string.h>

/* A local stratum up to this looks as good as a real server's. */
#define LOCAL_STRATUM_BOLD 3

/* One look at a configuration, with the last lines of what it must tell of. */
struct advice {
	const struct config *config;
	const struct conf_facts *facts;
	struct source_advice sources;
	struct conf_place local, port, cmdallow, minsources, nocerttimecheck,
	    fallbackdrift;
	bool has_manual, has_initstepslew;
	size_t line;			/* source lines so far */
};

#define WARN(a, place, ...) conf_warn((a)->sources.report, (a)->sources.arg, \
	(place), __VA_ARGS__)

/* --- line by line --------------------------------------------------------- */

static bool is(const struct conf_word *word, const char *name)
{
	return strcmp(word->name, name) == 0;
}

/* First round: what there is, and where. */
static void gather(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct advice *a = arg;
	struct conf_place name = conf_line_place(line, 0);
	struct conf_place value = conf_line_place(line, 1);
	struct source_config s;

	a->has_manual |= is(word, "manual");
	a->has_initstepslew |= is(word, "initstepslew");
	if (word->parse == conf_source) {
		if (conf_source_line(line, word, &s))
			source_advice_add(&a->sources, &s, &value);
	} else if (word->parse == conf_authselectmode) {
		a->sources.auth_mode = name;
		a->sources.has_auth_mode = true;
	} else if (is(word, "local")) {
		a->local = name;
	} else if (is(word, "port")) {
		a->port = value;
	} else if (is(word, "cmdallow")) {
		a->cmdallow = name;
	} else if (is(word, "minsources")) {
		a->minsources = value;
	} else if (is(word, "nocerttimecheck")) {
		a->nocerttimecheck = name;
	} else if (is(word, "fallbackdrift")) {
		a->fallbackdrift = name;
	}
}

/* Words of old, and what they do that nobody expects of them. */
static void advise_old(const struct advice *a, const struct conf_line *line,
    const struct conf_word *word)
{
	static const struct {
		const char *name, *instead;
	} old[] = {
		{ "initstepslew", "use makestep, with iburst at the servers" },
		{ "dumponexit", "remove the line" },
		{ "ntscachedir", "its name now is ntsdumpdir" },
	};
	struct conf_place place = conf_line_place(line, 0);

	for (size_t i = 0; i < sizeof(old) / sizeof(*old); i++)
		if (is(word, old[i].name))
			WARN(a, &place, old[i].instead,
			    "directive '%s' is deprecated", word->name);
	if (is(word, "initstepslew") && a->sources.authenticated > 0)
		WARN(a, &place, "use makestep", "servers that are not "
		    "authenticated set the clock at start");
}

/*
 * Numbers of rate limits that another one was taken for. A later line may say
 * something else again, so this one is looked at alone; a bad one was told of.
 */
static void advise_limits(const struct advice *a, struct conf_line *line,
    const struct conf_word *word)
{
	static const struct {
		const char *name;
		size_t at;
	} limits[] = {
		{ "ratelimit", offsetof(struct config, ratelimit) },
		{ "ntsratelimit", offsetof(struct config, ntsratelimit) },
		{ "cmdratelimit", offsetof(struct config, cmdratelimit) },
	};
	struct config alone;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (!is(word, limits[i].name))
			continue;
		config_init(&alone);
		if (word->parse(line, word, &alone))
			advise_taken(line, word->options,
			    (const char *)&alone + limits[i].at,
			    a->sources.report, a->sources.arg);
		config_free(&alone);
	}
}

/* Second round: what is to be said of a line, now that all are known. */
static void judge(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct advice *a = arg;
	struct source_config s;

	advise_old(a, line, word);
	advise_limits(a, line, word);
	if (word->parse == conf_source && conf_source_line(line, word, &s))
		source_advice_line(&a->sources, a->line++, &s, line);
}

/* --- all together --------------------------------------------------------- */

static void advise_clock(const struct advice *a)
{
	const struct config *c = a->config;
	struct conf_place file = { .line = 0 };

	snprintf(file.file, sizeof(file.file), "%s", a->facts->file);
	if (a->sources.lines == 0) {
		if (!c->local.enabled && c->sourcedir_count == 0 &&
		    !a->has_manual)
			WARN(a, &file, "add server or pool lines",
			    "no source of time, and no local: nothing "
			    "corrects the clock, and no time is served");
		return;
	}
	if (c->makestep_limit == 0 && !a->has_initstepslew &&
	    !a->facts->has_rtc)
		WARN(a, &file, "add makestep 1.0 3", "no makestep, and this "
		    "machine has no real-time clock: a clock that is years "
		    "wrong at start is slewed, which takes years");
	if (a->sources.selectable == 0)
		WARN(a, &a->sources.first, NULL, "all sources are noselect: "
		    "the clock will never be corrected");
	else if (c->minsources > a->sources.selectable)
		WARN(a, &a->minsources, NULL, "minsources %d, but there %s "
		    "only %d: the clock will never be corrected", c->minsources,
		    a->sources.selectable == 1 ? "is" : "are",
		    a->sources.selectable);
	if (c->local.enabled && !c->local.orphan &&
	    c->local.stratum <= LOCAL_STRATUM_BOLD)
		WARN(a, &a->local, "use local stratum 10 orphan", "local stratum "
		    "%d: a client that has lost its servers looks as good as "
		    "they are", c->local.stratum);
	if (c->nocerttimecheck > 0)
		WARN(a, &a->nocerttimecheck, "remove the line when the clock "
		    "is about right at start", "expired certificates are "
		    "taken until the clock was updated %d time%s",
		    c->nocerttimecheck, c->nocerttimecheck == 1 ? "" : "s");
	if (c->fallback_max_log2_s < c->fallback_min_log2_s)
		WARN(a, &a->fallbackdrift, NULL, "fallbackdrift has no effect: "
		    "the second number is less than the first");
}

static bool is_loopback(const struct ip_addr *ip)
{
	return ip->family == IP_V4 ? ip->bytes[0] == 127 : ip_is_localhost(ip);
}

/* Does a rule let anybody in but this machine? */
static bool allows_others(const struct access_rule_config *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i].is_allow && (rules[i].families == IP_NONE ||
		    !is_loopback(&rules[i].prefix.ip)))
			return true;
	return false;
}

static void advise_serving(const struct advice *a)
{
	const struct config *c = a->config;

	if (c->has_port && c->port == 0 && c->pair_count == 0 &&
	    allows_others(c->allow, c->allow_count))
		WARN(a, &a->port, "remove it, or the allow lines", "port 0: "
		    "nobody is served, whatever allow says");
	if (allows_others(c->cmdallow, c->cmdallow_count) &&
	    (c->cmdport == 0 ||
	    (is_loopback(&c->cmd4) && is_loopback(&c->cmd6))))
		WARN(a, &a->cmdallow, c->cmdport == 0 ? "remove cmdport 0" :
		    "add bindcmdaddress ADDRESS", "cmdallow has no effect: "
		    "commands of other machines are not received");
}

void conf_advise(const struct config *config, const struct conf_facts *facts,
    const struct conf_text *text, const struct conf_text *sources,
    conf_report_fn *report, void *arg)
{
	struct advice a = { .config = config, .facts = facts,
		.sources = { .report = report, .arg = arg, .config = config } };

	conf_each_line(text->text, text->length, gather, &a);
	conf_each_line(sources->text, sources->length, gather, &a);
	source_advice_sort(&a.sources);
	conf_each_line(text->text, text->length, judge, &a);
	conf_each_line(sources->text, sources->length, judge, &a);
	if (!facts->has_errors) {
		source_advice_whole(&a.sources);
		advise_clock(&a);
		advise_serving(&a);
	}
	source_advice_free(&a.sources);
}
