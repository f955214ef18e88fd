/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/serving.h"

#include "base/text.h"
#include "conf/access_rules.h"
#include "conf/values.h"

#include <string.h>

#define RANGE(least, most) .min = (least), .max = (most)

/* --- local ---------------------------------------------------------------- */

#define AT(field) .at = offsetof(struct local_config, field)
static const struct conf_word local_options[] = {
	{ "stratum", "STRATUM", "10", "old", "stratum that is served",
	  .parse = conf_int, AT(stratum), RANGE(1, 15) },
	{ "orphan", "", "-", "2.4", "the least reference ID leads the others",
	  .parse = conf_flag, AT(orphan) },
	{ "distance", "DISTANCE", "1.0", "2.4",
	  "serve local time above this root distance",
	  .parse = conf_double, AT(distance_s), .unit = "s" },
	{ "activate", "DISTANCE", "0.0", "4.6",
	  "not before the root distance was once below this",
	  .parse = conf_double, AT(activate_s), .unit = "s" },
	{ "waitsynced", "TIME", "0", "4.7",
	  "not before that long after the last update",
	  .parse = conf_double, AT(waitsynced_s), .unit = "s" },
	{ "waitunsynced", "TIME", "-1", "4.7",
	  "not before that long unsynchronised; negative: 300 s with orphan, "
	  "else 0", .parse = conf_double, AT(waitunsynced_s), .unit = "s" },
};
#undef AT
const struct conf_words conf_local_options = CONF_ROWS(local_options);

/* The default of waitunsynced, with orphan (reference 2.8). */
#define ORPHAN_WAIT_S 300

bool conf_local_line(struct conf_line *line, struct local_config *ret)
{
	struct local_config local = {
		.enabled = true, .stratum = 10, .distance_s = 1,
		.waitunsynced_s = -1,
	};

	if (!conf_options(line, &conf_local_options, &local))
		return false;
	if (local.waitunsynced_s < 0)
		local.waitunsynced_s = local.orphan ? ORPHAN_WAIT_S : 0;
	*ret = local;
	return true;
}

bool conf_local(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	(void)word;
	return conf_local_line(line, &c->local);
}

/* --- rate limits ---------------------------------------------------------- */

#define AT(field) .at = offsetof(struct ratelimit_config, field)
/* All that differs between the limits is the default interval. */
#define LIMITS(interval) \
	{ "interval", "INTERVAL", interval, "2.3", \
	  "mean interval between responses", .parse = conf_int, \
	  AT(interval_log2_s), RANGE(-32, 32), .unit = "log2 s" }, \
	{ "burst", "RESPONSES", "8", "2.3", "responses allowed at once", \
	  .parse = conf_int, AT(burst), RANGE(1, 255) }, \
	{ "leak", "LEAK", "2", "2.3", \
	  "one response in 2^LEAK passes the limit", \
	  .parse = conf_int, AT(leak), RANGE(-32, 32) }

static const struct conf_word ratelimit_options[] = {
	LIMITS("3"),
	{ "kod", "KOD", "0", "4.6",
	  "one refusal in 2^KOD is told by a kiss code; 0: none",
	  .parse = conf_int, AT(kod), RANGE(-32, 32) },
};
static const struct conf_word ntsratelimit_options[] = { LIMITS("6") };
static const struct conf_word cmdratelimit_options[] = { LIMITS("-4") };
#undef LIMITS
#undef AT
const struct conf_words conf_ratelimit_options = CONF_ROWS(ratelimit_options);
const struct conf_words conf_ntsratelimit_options =
    CONF_ROWS(ntsratelimit_options);
const struct conf_words conf_cmdratelimit_options =
    CONF_ROWS(cmdratelimit_options);

static int clamp(int v, int least, int most)
{
	return v < least ? least : v > most ? most : v;
}

static bool take_ratelimit(struct conf_line *line,
    const struct conf_words *options, struct ratelimit_config *limit)
{
	if (!conf_options(line, options, limit))
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
	return take_ratelimit(line, &conf_ratelimit_options,
	    &((struct config *)config)->ratelimit);
}

bool conf_ntsratelimit(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	(void)word;
	return take_ratelimit(line, &conf_ntsratelimit_options,
	    &((struct config *)config)->ntsratelimit);
}

bool conf_cmdratelimit(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	(void)word;
	return take_ratelimit(line, &conf_cmdratelimit_options,
	    &((struct config *)config)->cmdratelimit);
}

/* --- open commands -------------------------------------------------------- */

/* The bit of a command, or 0. */
static uint32_t open_bit(const char *name)
{
	static const char *const names[] = {
#define OPEN_COMMAND_NAME(id, text) [OPEN_##id] = text,
		OPEN_COMMANDS(OPEN_COMMAND_NAME)
#undef OPEN_COMMAND_NAME
	};

	for (unsigned i = 0; i < OPEN_COMMAND_COUNT; i++)
		if (text_equal_nocase(name, names[i]))
			return 1u << i;
	return 0;
}

bool conf_opencommands(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	uint32_t open = 0, bit;

	while (!conf_line_done(line)) {
		const char *name = conf_take(line, word);

		if (!name)
			return false;
		bit = open_bit(name);
		if (bit == 0)
			return conf_refuse(line, word, name, "is none of"
#define OPEN_COMMAND_WORD(id, text) " " text
			    OPEN_COMMANDS(OPEN_COMMAND_WORD)
#undef OPEN_COMMAND_WORD
			    );
		open |= bit;
	}
	((struct config *)config)->opencommands = open;
	return true;
}

/* --- access --------------------------------------------------------------- */

/* The number of a host name; each name has one. */
static bool take_name(struct conf_line *line, const struct conf_word *word,
    struct config *c, const char *name, uint16_t *ret)
{
	size_t i = 0;

	while (i < c->rule_name_count &&
	    !text_equal_nocase(c->rule_names[i], name))
		i++;
	*ret = (uint16_t)(i + 1);
	if (i < c->rule_name_count)
		return true;
	if (i == CONFIG_RULE_NAMES)
		return conf_fail(line, "%s: more than %d host names in access "
		    "rules; addresses are not limited", word->name,
		    CONFIG_RULE_NAMES);
	if (!conf_grow(line, (void **)&c->rule_names, i, CONFIG_NAME_SIZE))
		return false;
	text_copy(c->rule_names[i], CONFIG_NAME_SIZE, name);
	c->rule_name_count++;
	return true;
}

static bool take_rule(struct conf_line *line, const struct conf_word *word,
    struct config *c, struct access_rule_config **rules, size_t *count)
{
	struct access_rule_config rule, *new;
	const char *name, *bad, *why;

	for (size_t i = line->next; i < line->count; i++)
		if (line->is_quoted[i])
			return conf_refuse(line, word, line->words[i],
			    "must not stand in quotes");
	why = access_rule_parse(line->words + line->next,
	    line->count - line->next, &rule, &name, &bad);
	if (why)
		return conf_refuse(line, word, bad, why);
	if (name && !take_name(line, word, c, name, &rule.name))
		return false;
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

	return take_rule(line, word, c, &c->allow, &c->allow_count);
}

bool conf_cmdaccess(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return take_rule(line, word, c, &c->cmdallow, &c->cmdallow_count);
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
	if (!conf_take_path(line, word, c->cmd_socket))
		return false;
	if (strcmp(c->cmd_socket, "/") == 0)
		c->cmd_socket[0] = '\0';
	return true;
}
