/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/hostnames.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Where a name stands. */
enum use {
	USE_ALLOW,
	USE_DENY,
	USE_CMDALLOW,
	USE_CMDDENY,
	USES
};

static const struct {
	const char *directive, *unknown;
} uses[USES] = {
	[USE_ALLOW] = { "allow", "nobody is let in by it" },
	[USE_DENY] = { "deny", "it denies nobody" },
	[USE_CMDALLOW] = { "cmdallow", "nobody is let in by it" },
	[USE_CMDDENY] = { "cmddeny", "it denies nobody" },
};

static struct hostname *find(struct hostnames *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (text_equal_nocase(h->names[i].name, name))
			return &h->names[i];
	return NULL;
}

const struct ip_addr *hostnames_address(void *arg, const char *name)
{
	const struct hostname *n = find(arg, name);

	return n && n->ip.family != IP_NONE ? &n->ip : NULL;
}

/* One line for each directive that the name stands in. */
static void say(struct hostnames *h, const struct hostname *n,
    enum severity severity, const char *address)
{
	char text[CONFIG_NAME_SIZE + IP_TEXT_SIZE + 64];

	for (int u = 0; u < USES; u++) {
		if (!(n->uses & 1u << u))
			continue;
		snprintf(text, sizeof(text), "%s %s: %s%s", uses[u].directive,
		    n->name, address ? address : "not known yet: ",
		    address ? "" : uses[u].unknown);
		h->effects.log(h->effects.arg, severity, text);
	}
}

/* --- asking --------------------------------------------------------------- */

static void ask(struct hostnames *h, struct hostname *n, struct mono_time now)
{
	struct ipc_lookup lookup = { .family = h->family };

	if (++h->last_id == 0)
		h->last_id = 1;
	lookup.id = n->id = h->last_id;
	text_copy(lookup.name, sizeof(lookup.name), n->name);
	h->is_asking = true;
	h->limit = mono_add(now, HOSTNAMES_LIMIT_S);
	h->effects.lookup(h->effects.arg, &lookup);
}

/* The one that waits longest is next. */
static void ask_next(struct hostnames *h, struct mono_time now)
{
	struct hostname *next = NULL;

	if (!h->can_ask || h->is_asking)
		return;
	for (size_t i = 0; i < h->count; i++)
		if (h->names[i].at.ns <= now.ns &&
		    (!next || h->names[i].at.ns < next->at.ns))
			next = &h->names[i];
	if (next)
		ask(h, next, now);
}

/* The lookup is over. Its name, unless that was removed meanwhile. */
static struct hostname *end(struct hostnames *h)
{
	h->is_asking = false;
	for (size_t i = 0; i < h->count; i++)
		if (h->names[i].id == h->last_id) {
			h->names[i].id = 0;
			return &h->names[i];
		}
	return NULL;
}

/* What was known stays: the name service being away takes nobody's rights. */
static void failed(struct hostnames *h, struct hostname *n,
    struct mono_time now)
{
	bool is_known = n->ip.family != IP_NONE;
	double delay_s = HOSTNAMES_AGAIN_S;

	if (!is_known && n->failures == 0)
		say(h, n, SEV_WARNING, NULL);
	if (!is_known && n->failures < HOSTNAMES_RETRIES)
		delay_s = 1u << n->failures++;
	n->at = mono_add(now, delay_s);
}

/* --- answers -------------------------------------------------------------- */

static bool is_usable(const struct hostnames *h, const struct ip_addr *ip)
{
	return (ip->family == IP_V4 || ip->family == IP_V6) &&
	    (h->family == IP_NONE || h->family == ip->family);
}

/* The address in force if it is among them, else the first; NULL: none. */
static const struct ip_addr *choose(const struct hostnames *h,
    const struct hostname *n, const struct ipc_addresses *answer)
{
	const struct ip_addr *first = NULL;

	if (answer->status != 0)
		return NULL;
	for (uint32_t i = 0; i < answer->count && i < IPC_ADDRS_MAX; i++) {
		const struct ip_addr *ip = &answer->address[i].ip;

		if (!is_usable(h, ip))
			continue;
		if (ip_equal(ip, &n->ip))
			return ip;
		if (!first)
			first = ip;
	}
	return first;
}

void hostnames_answer(struct hostnames *h, const struct ipc_addresses *answer,
    struct mono_time now)
{
	const struct ip_addr *ip;
	struct hostname *n;
	char text[IP_TEXT_SIZE];

	if (!h->is_asking || answer->id != h->last_id)
		return;
	n = end(h);
	ip = n ? choose(h, n, answer) : NULL;
	if (ip) {
		n->failures = 0;
		n->at = mono_add(now, HOSTNAMES_AGAIN_S);
		if (!ip_equal(ip, &n->ip)) {
			n->ip = *ip;
			say(h, n, SEV_INFO, ip_text(ip, text));
			h->effects.changed(h->effects.arg);
		}
	} else if (n) {
		failed(h, n, now);
	}
	ask_next(h, now);
}

/* --- events --------------------------------------------------------------- */

void hostnames_init(struct hostnames *h, const struct hostnames_effects *effects,
    enum ip_family family)
{
	h->effects = *effects;
	h->family = (uint8_t)family;
}

static void use(struct hostnames *h, const struct config *config,
    const struct access_rule_config *rules, size_t count, enum use allow,
    enum use deny)
{
	for (size_t i = 0; i < count; i++) {
		struct hostname *n = rules[i].name == 0 ? NULL :
		    find(h, config->rule_names[rules[i].name - 1]);

		if (n)
			n->uses |= 1u << (rules[i].is_allow ? allow : deny);
	}
}

static bool is_named(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->rule_name_count; i++)
		if (text_equal_nocase(config->rule_names[i], name))
			return true;
	return false;
}

void hostnames_renew(struct hostnames *h, const struct config *config,
    struct mono_time now)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->count; i++)
		if (is_named(config, h->names[i].name))
			h->names[kept++] = h->names[i];
	h->count = kept;
	for (size_t i = 0; i < config->rule_name_count; i++) {
		const char *name = config->rule_names[i];
		struct hostname *n = find(h, name);

		if (!n) {
			n = &h->names[h->count++];
			*n = (struct hostname){ .ip.family = IP_NONE };
			text_copy(n->name, sizeof(n->name), name);
		}
		n->uses = 0;
		n->failures = 0;
		n->at = now;
	}
	use(h, config, config->allow, config->allow_count, USE_ALLOW, USE_DENY);
	use(h, config, config->cmdallow, config->cmdallow_count, USE_CMDALLOW,
	    USE_CMDDENY);
	ask_next(h, now);
}

void hostnames_there(struct hostnames *h, struct mono_time now)
{
	h->can_ask = true;
	ask_next(h, now);
}

void hostnames_lost(struct hostnames *h, struct mono_time now)
{
	struct hostname *n = h->is_asking ? end(h) : NULL;

	h->can_ask = false;
	/* If that name was its end, the others have their turn first. */
	if (n)
		n->at = now;
}

void hostnames_timer(struct hostnames *h, struct mono_time now)
{
	struct hostname *n;

	if (h->is_asking && now.ns >= h->limit.ns) {
		n = end(h);
		if (n)
			failed(h, n, now);
	}
	ask_next(h, now);
}

struct mono_time hostnames_wake(const struct hostnames *h)
{
	struct mono_time at = MONO_NEVER;

	if (h->is_asking)
		return h->limit;
	if (!h->can_ask)
		return at;
	for (size_t i = 0; i < h->count; i++)
		if (h->names[i].at.ns < at.ns)
			at = h->names[i].at;
	return at;
}
