/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "conf/access_rules.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/words.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MOST 3		/* [all] [NET2], and one that is too many */

static int32_t width(const struct ip_addr *ip)
{
	return ip->family == IP_V4 ? 32 : 128;
}

/*
 * [all] [NET2], as in the configuration, but that the daemon is asked to judge
 * the bits, and that a name is looked up here. Nothing is all of both families.
 */
static bool read_net(const struct session *s, char *args, bool *ret_all,
    struct access_request *ret)
{
	const char *words[WORDS_MOST], *name, *word;
	struct access_rule_config rule;
	char *slash = strchr(args, '/');
	long long bits = 0;
	size_t n = 0;

	if (slash && (slash == args || slash[-1] == ' ' ||
	    !parse_long(slash + 1, 0, INT_MAX, &bits)))
		return false;
	if (slash)
		*slash = '\0';
	while (*args && n < WORDS_MOST)
		words[n++] = next_word(&args);
	if (access_rule_parse(words, n, &rule, &name, &word))
		return false;
	*ret_all = rule.is_all;
	ret->address.ip = rule.prefix.ip;
	ret->bits = slash ? (int32_t)bits : rule.prefix.bits;
	if (!name)
		return !slash || rule.families != IP_NONE;
	if (slash || !read_host(s, name, &ret->address.ip))
		return false;
	ret->bits = width(&ret->address.ip);
	return true;
}

/* The row says the code of the form without "all"; that with it is the next. */
bool do_access(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	bool is_all = false;
	struct reply reply;

	if (!read_net(s, args, &is_all, &rq.access)) {
		fputs("Could not read address\n", stderr);
		return false;
	}
	rq.code = (uint16_t)(rq.code + is_all);
	return ask(s, &rq, ASK_STATUS, &reply);
}

bool check_access(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code };
	struct reply reply;

	if (!read_host(s, args, &rq.address.ip)) {
		fputs("Could not read address\n", stderr);
		return false;
	}
	return ask(s, &rq, ASK_STATUS, &reply);
}
