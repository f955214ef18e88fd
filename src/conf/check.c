/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/check.h"

#include "base/text.h"
#include "conf/access_rules.h"
#include "conf/directives.h"
#include "conf/nts.h"
#include "conf/serving.h"
#include "conf/source.h"
#include "conf/system.h"
#include "conf/values.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* One check, with the last lines of what only the whole can be judged by. */
struct check {
	const struct config *config;
	conf_report_fn *report;
	void *arg;
	struct conf_place cert, key, log, noclientlog;
	size_t nodes, cmd_nodes;	/* of access rules so far */
	bool has_errors;
};

#define WARN(c, place, ...) \
	conf_warn((c)->report, (c)->arg, (place), NULL, __VA_ARGS__)
#define FAIL(c, place, ...) ((c)->has_errors = true, \
	conf_complain((c)->report, (c)->arg, (place), __VA_ARGS__))

/* Is there any certificate to trust in a set? */
static bool has_trust(const struct config *config, uint32_t set)
{
	if (set == 0 && !config->nosystemcert)
		return true;
	for (size_t i = 0; i < config->trusted_count; i++)
		if (config->trusted[i].set == set)
			return true;
	return false;
}

static bool needs_version_4(const struct source_config *s)
{
	return s->nts || s->xleave || s->mono_ef;
}

static void check_source(const struct check *c, const struct conf_place *place,
    const struct source_config *s)
{
	struct ip_addr ip;

	if (s->family != IP_NONE && ip_parse(s->name, &ip) &&
	    ip.family != s->family)
		WARN(c, place, "%s is no IPv%u address; the source cannot be "
		    "used", s->name, s->family);
	if (s->net_ef)
		WARN(c, place, "extfield of %s: corrections of the network by "
		    "PTP hardware are not available; used without", s->name);
	if (s->version != 0 && s->version != 4 && needs_version_4(s))
		WARN(c, place, "version %d of %s: %s", s->version, s->name,
		    s->nts ? "NTS needs version 4, which is sent" :
		    "xleave and extfield need version 4; used without");
	if (!s->nts)
		return;
	if (c->config->aead_count == 0)
		WARN(c, place, "no NTS with %s: ntsaeads names no algorithm "
		    "that is known; 15 is AES-SIV-CMAC-256", s->name);
	if (!has_trust(c->config, s->certset))
		WARN(c, place, "no NTS with %s: there is no certificate to "
		    "trust in set %u; use: ntstrustedcerts %u PATH", s->name,
		    s->certset, s->certset);
}

/* Of a client's options, those that do nothing for a peer. */
static void check_peer(const struct check *c, const struct conf_line *line)
{
	static const char *const client_only[] = { "iburst", "burst",
		"presend", "copy" };

	for (size_t i = 2; i < line->count; i++) {
		struct conf_place at = conf_line_place(line, i);

		if (strcasecmp(line->words[i], "nts") == 0)
			WARN(c, &at, "peer: NTS not supported with peers; "
			    "'key' authenticates them");
		for (size_t k = 0; k < 4; k++)
			if (strcasecmp(line->words[i], client_only[k]) == 0)
				WARN(c, &at, "peer: '%s' has no effect on "
				    "peers", client_only[k]);
	}
}

/* A number that was taken as another says so. */
static void check_range(const struct check *c, const struct conf_line *line,
    const struct conf_word *word)
{
	struct conf_place value = conf_line_place(line, 1);
	double v;

	if (line->count < 2 || !parse_double(line->words[1], &v) ||
	    (v >= word->min && v <= word->max))
		return;
	WARN(c, &value, "%s: '%.200s' is out of range; taken as %.15g",
	    word->name, line->words[1], v < word->min ? word->min : word->max);
}

/* One more rule; the line that is too much for a table tells. */
static void check_access(struct check *c, const struct conf_line *line,
    size_t *nodes)
{
	struct conf_place place = conf_line_place(line, 0);
	struct access_rule_config rule;
	const char *name, *bad;
	size_t before = *nodes;

	if (access_rule_parse(line->words + 1, line->count - 1, &rule, &name,
	    &bad))
		return;
	*nodes += name ? 0 : access_rule_nodes(&rule);
	if (before <= ACCESS_RULES_NODES && *nodes > ACCESS_RULES_NODES)
		FAIL(c, &place, "a subnet takes 1 entry if its bits are a "
		    "multiple of 4, else 2, 4 or 8",
		    "%s: with this rule there are more than the %d entries of "
		    "a table of access", line->words[0], ACCESS_RULES_NODES);
}

/* One line; what it says was parsed before, or is no good. */
static void check_line(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct check *c = arg;
	struct conf_place name = conf_line_place(line, 0);
	struct conf_place value = conf_line_place(line, 1);
	struct source_config s;

	if (word->parse == conf_clamped)
		check_range(c, line, word);
	else if (word->parse == conf_obsolete)
		WARN(c, &name, "directive '%s' is no longer supported; it has "
		    "no effect", word->name);
	else if (word->parse == conf_source &&
	    conf_source_line(line, word, &s)) {
		check_source(c, &value, &s);
		if (s.type == SOURCE_PEER)
			check_peer(c, line);
	}
	else if (word->parse == conf_access)
		check_access(c, line, &c->nodes);
	else if (word->parse == conf_cmdaccess)
		check_access(c, line, &c->cmd_nodes);
	else if (word->parse == conf_ntsservercert)
		c->cert = name;
	else if (word->parse == conf_ntsserverkey)
		c->key = name;
	else if (word->parse == conf_log)
		c->log = name;
	else if (strcmp(word->name, "noclientlog") == 0)
		c->noclientlog = name;
}

static void check_whole(struct check *c)
{
	const struct config *config = c->config;
	size_t certs = config->pair_count, keys = config->ntsserverkey_count;
	const char *limit = config->ratelimit.enabled ? "ratelimit" :
	    config->ntsratelimit.enabled ? "ntsratelimit" :
	    config->cmdratelimit.enabled ? "cmdratelimit" : NULL;
	char hint[CONF_ERROR_HINT];

	if (certs != keys)
		FAIL(c, certs > keys ? &c->cert : &c->key,
		    "each certificate needs its key",
		    "%zu ntsservercert and %zu ntsserverkey", certs, keys);
	if (limit && config->noclientlog) {
		snprintf(hint, sizeof(hint), "leave out noclientlog or %s",
		    limit);
		FAIL(c, &c->noclientlog, hint,
		    "Rate limiting cannot be enabled with noclientlog");
	}
	if (config->pair_count > 0 && !*config->ntsdumpdir)
		WARN(c, &c->cert, "no ntsdumpdir to save server keys: after a "
		    "restart every client needs new cookies");
	if (config->pair_count > 0 && config->allow_count == 0)
		WARN(c, &c->cert, "an NTS server, but without allow nobody is "
		    "served");
	if (config->log && !*config->logdir)
		WARN(c, &c->log, "log without logdir: nothing is written");
}

bool conf_check(const struct config *config, const char *text, size_t length,
    conf_report_fn *report, void *arg)
{
	struct check c = { .config = config, .report = report, .arg = arg };

	conf_each_line(text, length, check_line, &c);
	check_whole(&c);
	return !c.has_errors;
}
