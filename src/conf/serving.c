/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/serving.h"

#include "conf/access_rules.h"
#include "conf/values.h"

#include <string.h>

#define RANGE(least, most) .min = (least), .max = (most)
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* --- local ---------------------------------------------------------------- */

#define AT(field) .at = offsetof(struct local_config, field)
const struct conf_word conf_local_options[] = {
	{ "stratum", "STRATUM", "stratum that is served",
	  .parse = conf_int, AT(stratum), RANGE(1, 15) },
	{ "orphan", "", "the least reference ID leads the others",
	  .parse = conf_flag, AT(orphan) },
	{ "distance", "DISTANCE", "serve local time above this root distance",
	  .parse = conf_double, AT(distance_s), .unit = "s" },
	{ "activate", "DISTANCE",
	  "not before the root distance was once below this",
	  .parse = conf_double, AT(activate_s), .unit = "s" },
	{ "waitsynced", "TIME", "not before that long after the last update",
	  .parse = conf_double, AT(waitsynced_s), .unit = "s" },
	{ "waitunsynced", "TIME",
	  "not before that long unsynchronised; negative: the default",
	  .parse = conf_double, AT(waitunsynced_s), .unit = "s" },
};
#undef AT
const size_t conf_local_option_count = COUNT(conf_local_options);

/* The default of waitunsynced, with orphan (reference 2.8). */
#define ORPHAN_WAIT_S 300

bool conf_local(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;
	struct local_config local = {
		.enabled = true, .stratum = 10, .distance_s = 1,
		.waitunsynced_s = -1,
	};

	(void)word;
	if (!conf_options(line, conf_local_options, conf_local_option_count,
		&local))
		return false;
	if (local.waitunsynced_s < 0)
		local.waitunsynced_s = local.orphan ? ORPHAN_WAIT_S : 0;
	c->local = local;
	return true;
}

/* --- rate limits ---------------------------------------------------------- */

#define AT(field) .at = offsetof(struct ratelimit_config, field)
const struct conf_word conf_ratelimit_options[] = {
	{ "interval", "INTERVAL", "mean interval between responses",
	  .parse = conf_int, AT(interval_log2_s), RANGE(-32, 32),
	  .unit = "log2 s" },
	{ "burst", "RESPONSES", "responses allowed at once",
	  .parse = conf_int, AT(burst), RANGE(1, 255) },
	{ "leak", "LEAK", "one response in 2^LEAK passes the limit",
	  .parse = conf_int, AT(leak), RANGE(-32, 32) },
	{ "kod", "KOD", "one refusal in 2^KOD is told by a kiss code; 0: none",
	  .parse = conf_int, AT(kod), RANGE(-32, 32) },
};
#undef AT
const size_t conf_ratelimit_option_count = COUNT(conf_ratelimit_options);
const size_t conf_ntsratelimit_option_count = COUNT(conf_ratelimit_options) - 1;

static int clamp(int v, int least, int most)
{
	return v < least ? least : v > most ? most : v;
}

static bool take_ratelimit(struct conf_line *line, size_t options,
    struct ratelimit_config *limit)
{
	if (!conf_options(line, conf_ratelimit_options, options, limit))
		return false;
	limit->interval_log2_s = clamp(limit->interval_log2_s, -19, 12);
	limit->leak = clamp(limit->leak, 1, 4);
	limit->kod = clamp(limit->kod, 0, 4);
	limit->enabled = true;
	return true;
}

bool conf_ratelimit(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	(void)word;
	return take_ratelimit(line, conf_ratelimit_option_count,
	    &((struct config *)config)->ratelimit);
}

bool conf_ntsratelimit(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	(void)word;
	return take_ratelimit(line, conf_ntsratelimit_option_count,
	    &((struct config *)config)->ntsratelimit);
}

/* --- access --------------------------------------------------------------- */

static bool take_rule(struct conf_line *line, const struct conf_word *word,
    struct access_rule_config **rules, size_t *count)
{
	struct access_rule_config rule, *new;
	const char *bad, *why;

	why = access_rule_parse(line->words + line->next,
	    line->count - line->next, &rule, &bad);
	if (why)
		return conf_refuse(line, word, bad, why);
	line->next = line->count;
	rule.is_allow = word->value != 0;
	new = conf_grow(line, (void **)rules, *count, sizeof(rule));
	if (!new)
		return false;
	*new = rule;
	++*count;
	return true;
}

bool conf_access(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return take_rule(line, word, &c->allow, &c->allow_count);
}

bool conf_cmdaccess(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return take_rule(line, word, &c->cmdallow, &c->cmdallow_count);
}

/* --- ports and addresses -------------------------------------------------- */

bool conf_server_port(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	((struct config *)config)->has_port = true;
	return conf_u16(line, word, config);
}

bool conf_cmdport(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	((struct config *)config)->has_cmdport = true;
	return conf_u16(line, word, config);
}

bool conf_bindcmdaddress(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	if (conf_line_done(line) || *line->words[line->next] != '/')
		return conf_address(line, word, config);
	if (!conf_take_text(line, word, c->cmd_socket, sizeof(c->cmd_socket)))
		return false;
	if (strcmp(c->cmd_socket, "/") == 0)
		c->cmd_socket[0] = '\0';
	return true;
}
