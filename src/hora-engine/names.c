/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/names.h"

#include "base/text.h"
#include "hora-engine/dumps.h"
#include "hora-engine/say.h"
#include "hora-engine/sources.h"

#define LOOKUPS_MAX 8		/* under way at once */
#define LOOKUP_TIMEOUT_S 120	/* longer than any resolver tries */
#define RETRY_NEW 4		/* tries of a new name: 1, 2, 4, 8 s apart, then: */
#define RETRY_UNIT_S 7		/* 28, 56, ... 3584 s: 7 * 2^2 ... 7 * 2^9 */
#define RETRY_FIRST 2
#define RETRY_LAST 9
#define REPLACE_MAX_S 3584	/* between replacements, at most */

static double random_unit(const struct engine *e)
{
	uint32_t r;

	e->fx.random(e->fx.arg, &r, sizeof(r));
	return r / 4294967296.0;
}

/* --- starting lookups ----------------------------------------------------- */

static void ask_at(struct source_line *line, struct mono_time at)
{
	line->is_wanted = true;
	if (line->lookup_id == 0)
		line->lookup_at = at;
}

/*
 * Seconds to the next try. At boot the network may be just about to come: as
 * long as a name was never found there are some quick tries first.
 */
static double retry_s(const struct source_line *line)
{
	bool is_new = line->resolved_at.ns == 0;
	int n = RETRY_FIRST + line->lookup_tries - (is_new ? RETRY_NEW : 0);

	if (is_new && line->lookup_tries < RETRY_NEW)
		return s_from_log2(line->lookup_tries);
	return RETRY_UNIT_S * s_from_log2(n < RETRY_LAST ? n : RETRY_LAST);
}

static void retry(struct source_line *line, const struct engine_now *now)
{
	line->lookup_at = mono_add(now->mono, retry_s(line));
	line->lookup_tries++;
	line->is_wanted = true;
}

static void start(struct engine *e, const struct engine_now *now,
    struct source_line *line)
{
	struct ipc_lookup out = {
		.id = ++e->last_id,
		.family = line->config.family,
	};

	if (out.family == IP_NONE && e->options.flags & IPC_ONLY_V4)
		out.family = IP_V4;
	else if (out.family == IP_NONE && e->options.flags & IPC_ONLY_V6)
		out.family = IP_V6;
	text_copy(out.name, sizeof(out.name), line->config.name);
	if (e->fx.lookup(e->fx.arg, &out) < 0) {
		/* hora-ke-client is being started: soon. */
		line->lookup_at = mono_add(now->mono, 1);
		return;
	}
	line->is_wanted = false;
	line->lookup_id = out.id;
	line->lookup_at = mono_add(now->mono, LOOKUP_TIMEOUT_S);
	e->lookups++;
}

static void end(struct engine *e, struct source_line *line)
{
	line->lookup_id = 0;
	e->lookups--;
}

/* Does a source of the line want an address, for the first time or another? */
static bool has_need(const struct engine *e, const struct source_line *line)
{
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->line == line && (!e->sources[i]->is_resolved
		    || e->sources[i]->wants_replacement))
			return true;
	return false;
}

/* A lookup has failed. To look after kept addresses the next refresh will do. */
static void failed(struct engine *e, const struct engine_now *now,
    struct source_line *line)
{
	line->is_refresh = false;
	if (has_need(e, line))
		retry(line, now);
}

static bool has_unresolved(const struct engine *e,
    const struct source_line *line)
{
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->line == line && !e->sources[i]->is_resolved)
			return true;
	return false;
}

void names_hurry(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->line_count; i++) {
		struct source_line *line = e->lines[i];

		if (line->is_address || line->is_abandoned ||
		    !has_unresolved(e, line))
			continue;
		line->lookup_tries = 0;
		ask_at(line, now->mono);
	}
}

void names_refresh(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->line_count; i++) {
		if (e->lines[i]->is_address || e->lines[i]->is_abandoned)
			continue;
		e->lines[i]->is_refresh = true;
		ask_at(e->lines[i], now->mono);
	}
}

void names_good(struct engine *e, const struct engine_now *now)
{
	struct source_line *oldest = NULL;

	if (e->config->refresh_s <= 0 || now->mono.ns < e->next_refresh.ns)
		return;
	e->next_refresh = mono_add(now->mono, e->config->refresh_s);
	for (int i = 0; i < e->line_count; i++) {
		struct source_line *line = e->lines[i];

		if (!line->is_address && !line->is_abandoned &&
		    (!oldest || line->resolved_at.ns < oldest->resolved_at.ns))
			oldest = line;
	}
	if (oldest) {
		oldest->is_refresh = true;
		ask_at(oldest, now->mono);
	}
}

void names_replace(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct net_addr named = { .ip = *sources_named_address(s) };

	if (s->line->is_address && !s->is_negotiated)
		return;			/* there is no other address */
	if (now->mono.ns < e->next_replacement.ns)
		return;
	e->next_replacement = mono_add(now->mono,
	    random_unit(e) * REPLACE_MAX_S);
	if (s->line->is_address) {
		/* NTS-KE may name another NTP server this time. */
		sources_place(e, now, s, &named);
		return;
	}
	s->wants_replacement = true;
	ask_at(s->line, now->mono);
}

void names_tick(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->line_count; i++) {
		struct source_line *line = e->lines[i];

		if (now->mono.ns < line->lookup_at.ns)
			continue;
		if (line->lookup_id != 0) {
			end(e, line);
			failed(e, now, line);
		} else if (line->is_wanted && e->lookups < LOOKUPS_MAX) {
			start(e, now, line);
		}
	}
}

struct mono_time names_wake(const struct engine *e)
{
	struct mono_time at = MONO_NEVER;

	for (int i = 0; i < e->line_count; i++) {
		const struct source_line *line = e->lines[i];

		if (line->lookup_id == 0 &&
		    (!line->is_wanted || e->lookups >= LOOKUPS_MAX))
			continue;
		if (line->lookup_at.ns < at.ns)
			at = line->lookup_at;
	}
	return at;
}

void names_lost(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->line_count; i++) {
		if (e->lines[i]->lookup_id == 0)
			continue;
		end(e, e->lines[i]);
		ask_at(e->lines[i], now->mono);
	}
}

void names_ask_again(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->line_count; i++)
		if (e->lines[i]->is_wanted && e->lines[i]->lookup_tries == 0)
			ask_at(e->lines[i], now->mono);
}

/* --- answers -------------------------------------------------------------- */

/* The addresses of an answer that this machine can use for the line. */
struct choice {
	struct net_addr address[IPC_ADDRS_MAX];
	uint32_t count;
};

static bool is_allowed_family(const struct engine *e,
    const struct source_line *line, uint8_t family)
{
	if (family != IP_V4 && family != IP_V6)
		return false;
	if (line->config.family != IP_NONE && line->config.family != family)
		return false;
	if (e->options.flags & IPC_ONLY_V4)
		return family == IP_V4;
	if (e->options.flags & IPC_ONLY_V6)
		return family == IP_V6;
	return true;
}

static struct choice usable(const struct engine *e,
    const struct source_line *line, const struct ipc_addresses *answer)
{
	struct choice c = { .count = 0 };

	for (uint32_t i = 0; i < answer->count && i < IPC_ADDRS_MAX; i++)
		if (is_allowed_family(e, line, answer->address[i].ip.family))
			c.address[c.count++] = answer->address[i];
	return c;
}

/* The next address from index `first` on that nobody uses; NULL: none. */
static const struct net_addr *pick(const struct engine *e,
    const struct source_line *line, const struct choice *c, uint32_t first)
{
	for (uint32_t i = 0; i < c->count; i++) {
		const struct net_addr *a = &c->address[(first + i) % c->count];
		struct net_addr target = *a;

		target.port = line->config.port;
		if (!sources_in_use(e, &a->ip, NULL) &&
		    e->fx.can_reach(e->fx.arg, &target))
			return a;
	}
	return NULL;
}

static void replace(struct engine *e, const struct engine_now *now,
    struct source *s, const struct choice *c)
{
	char before[IP_TEXT_SIZE], after[IP_TEXT_SIZE];
	const struct net_addr *a = NULL;

	if (c->count > 0)
		a = pick(e, s->line, c, (uint32_t)(random_unit(e) * c->count));
	s->wants_replacement = false;
	s->bad_updates = 0;
	if (!a)
		return;
	say(e, SEV_INFO, "Source %s replaced with %s (%s)",
	    ip_text(&s->address.ip, before), ip_text(&a->ip, after),
	    s->config.name);
	sources_place(e, now, s, a);
}

static bool is_among(const struct choice *c, const struct ip_addr *address)
{
	for (uint32_t i = 0; i < c->count; i++)
		if (ip_equal(&c->address[i].ip, address))
			return true;
	return false;
}

/* Give addresses to the sources of a line that want one. */
static void distribute(struct engine *e, const struct engine_now *now,
    struct source_line *line, const struct choice *c)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];
		const struct net_addr *a;

		if (s->line != line)
			continue;
		if (!s->is_resolved) {
			a = pick(e, line, c, 0);
			if (a) {
				sources_place(e, now, s, a);
				dumps_wanted(e, now, s);
			}
		} else if (s->wants_replacement || (line->is_refresh &&
		    !is_among(c, sources_named_address(s)))) {
			replace(e, now, s, c);
		}
	}
	line->is_refresh = false;
}

static struct source_line *find_lookup(const struct engine *e, uint32_t id)
{
	for (int i = 0; i < e->line_count; i++)
		if (id != 0 && e->lines[i]->lookup_id == id)
			return e->lines[i];
	return NULL;
}

void names_answer(struct engine *e, const struct engine_now *now,
    const struct ipc_addresses *answer)
{
	struct source_line *line = find_lookup(e, answer->id);
	struct choice c;

	if (!line)
		return;
	end(e, line);
	if (answer->status != 0) {
		/* As in chrony every error of the resolver may pass. */
		if (line->lookup_tries == 0 && line->origin == LINE_INITIAL)
			say_unresolved(e, line);
		else if (line->lookup_tries == 0)
			say(e, SEV_WARNING, "Could not resolve %s (%s)",
			    line->config.name, answer->status == 2 ?
			    "no such name or address" : "temporary failure");
		failed(e, now, line);
		return;
	}
	line->resolved_at = now->mono;
	c = usable(e, line, answer);
	if (c.count == 0 && has_unresolved(e, line)) {
		say(e, SEV_WARNING, "Invalid host %s", line->config.name);
		line->is_abandoned = true;
		line->is_wanted = false;
		return;
	}
	distribute(e, now, line, &c);
	if (has_unresolved(e, line)) {
		retry(line, now);
		return;
	}
	line->lookup_tries = 0;
}
