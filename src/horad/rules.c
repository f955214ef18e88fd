/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/rules.h"

#include "base/text.h"
#include "conf/access_rules.h"
#include "conf/line.h"

#include <stdio.h>
#include <string.h>

const char *rule_text(const struct given_rule *rule, char buf[RULE_TEXT_SIZE])
{
	const struct ip_prefix *p = &rule->rule.prefix;
	char ip[IP_TEXT_SIZE];
	int n = snprintf(buf, RULE_TEXT_SIZE, "%s%s%s",
	    rule->kind == RULES_COMMAND ? "cmd" : "",
	    rule->rule.is_allow ? "allow" : "deny",
	    rule->rule.is_all ? " all" : "");

	if (p->ip.family != IP_NONE)
		snprintf(buf + n, RULE_TEXT_SIZE - (size_t)n, " %s/%u",
		    ip_text(&p->ip, ip), p->bits);
	return buf;
}

/* --- adding --------------------------------------------------------------- */

/* By the words of a file; NULL, or why it is none. */
static const char *read_rule(const struct ipc_access_rule *from,
    struct given_rule *ret)
{
	char subnet[IP_TEXT_SIZE + 16], ip[IP_TEXT_SIZE];

	*ret = (struct given_rule){
		.kind = from->is_command ? RULES_COMMAND : RULES_NTP,
		.rule = { .is_allow = from->is_allow != 0,
			.is_all = from->is_all != 0 },
	};
	if (from->ip.family == IP_NONE)
		return from->bits == 0 ? NULL : "has bits, but no address";
	if (from->ip.family != IP_V4 && from->ip.family != IP_V6)
		return "has no address";
	snprintf(subnet, sizeof(subnet), "%s/%u", ip_text(&from->ip, ip),
	    from->bits);
	ret->rule.families = from->ip.family;
	return subnet_parse(subnet, &ret->rule.prefix);
}

/* Is all of b in a? Of every address, no prefix is a part in one family only. */
static bool covers(const struct ip_prefix *a, const struct ip_prefix *b)
{
	if (a->ip.family == IP_NONE || b->ip.family == IP_NONE)
		return a->ip.family == IP_NONE;
	return a->bits <= b->bits && ip_in_prefix(&b->ip, a);
}

/*
 * Is `old` without effect after `fresh`? What it set, that sets again; and
 * `all` has forgotten what was below, as `old` may have done before.
 */
static bool is_void(const struct given_rule *old, const struct given_rule *fresh)
{
	const struct ip_prefix *a = &fresh->rule.prefix;
	const struct ip_prefix *b = &old->rule.prefix;

	if (old->kind != fresh->kind || !covers(a, b))
		return false;
	return fresh->rule.is_all || (!old->rule.is_all && covers(b, a));
}

const char *rules_add(struct rules *r, const struct ipc_access_rule *rule)
{
	struct given_rule fresh;
	const char *why = read_rule(rule, &fresh);
	size_t kept = 0;

	if (why)
		return why;
	for (size_t i = 0; i < r->count; i++)
		kept += !is_void(&r->list[i], &fresh);
	if (kept == RULES_MAX)
		return "is one more than can be kept: put rules into the "
		    "configuration";
	kept = 0;
	for (size_t i = 0; i < r->count; i++)
		if (!is_void(&r->list[i], &fresh))
			r->list[kept++] = r->list[i];
	r->list[kept] = fresh;
	r->count = kept + 1;
	return NULL;
}

/* --- tables --------------------------------------------------------------- */

static bool fits(const struct rules *r, unsigned kind,
    const struct access_rule_config *rules, size_t count)
{
	size_t nodes = 0;

	for (size_t i = 0; i < count; i++)
		nodes += access_rule_nodes(&rules[i]);
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].kind == kind)
			nodes += access_rule_nodes(&r->list[i].rule);
	return nodes <= ACCESS_RULES_NODES;
}

bool rules_fit(const struct rules *r, const struct config *config)
{
	return fits(r, RULES_NTP, config->allow, config->allow_count) &&
	    fits(r, RULES_COMMAND, config->cmdallow, config->cmdallow_count);
}

bool rules_let_in(const struct rules *r, unsigned kind)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].kind == kind && r->list[i].rule.is_allow)
			return true;
	return false;
}

/* --- text ----------------------------------------------------------------- */

int rules_print(const struct rules *r, unsigned kinds, struct conf_text *to)
{
	struct conf_line line = { .place.file = "command" };
	char text[RULE_TEXT_SIZE];
	int rc = 0;

	for (size_t i = 0; i < r->count && rc == 0; i++) {
		if (!(r->list[i].kind & kinds))
			continue;
		line.place.line++;
		line.raw = rule_text(&r->list[i], text);
		line.raw_length = strlen(text);
		rc = conf_text_add_line(to, &line);
	}
	return rc;
}

/* --- another configuration ------------------------------------------------ */

static bool is_same_name(const struct config *a, unsigned in_a,
    const struct config *b, unsigned in_b)
{
	if (in_a == 0 || in_b == 0)
		return in_a == in_b;
	return text_equal_nocase(a->rule_names[in_a - 1],
	    b->rule_names[in_b - 1]);
}

static bool is_same_rule(const struct config *a,
    const struct access_rule_config *in_a, const struct config *b,
    const struct access_rule_config *in_b)
{
	return in_a->is_allow == in_b->is_allow &&
	    in_a->is_all == in_b->is_all &&
	    in_a->prefix.bits == in_b->prefix.bits &&
	    ip_equal(&in_a->prefix.ip, &in_b->prefix.ip) &&
	    is_same_name(a, in_a->name, b, in_b->name);
}

unsigned rules_kept(const struct config *old, const struct config *fresh)
{
	bool same_ntp = old->allow_count == fresh->allow_count;
	bool same_command = old->cmdallow_count == fresh->cmdallow_count;

	for (size_t i = 0; i < old->allow_count && same_ntp; i++)
		same_ntp = is_same_rule(old, &old->allow[i], fresh,
		    &fresh->allow[i]);
	for (size_t i = 0; i < old->cmdallow_count && same_command; i++)
		same_command = is_same_rule(old, &old->cmdallow[i], fresh,
		    &fresh->cmdallow[i]);
	return (same_ntp ? RULES_NTP : 0) | (same_command ? RULES_COMMAND : 0);
}

size_t rules_keep(struct rules *r, unsigned kinds)
{
	size_t before = r->count;

	r->count = 0;
	for (size_t i = 0; i < before; i++)
		if (r->list[i].kind & kinds)
			r->list[r->count++] = r->list[i];
	return before - r->count;
}
