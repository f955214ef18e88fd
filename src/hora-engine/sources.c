/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/sources.h"

#include "base/text.h"
#include "hora-engine/keys.h"
#include "hora-engine/samples.h"
#include "hora-engine/say.h"
#include "hora-engine/symmetric.h"
#include "nts/digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANGES_SAID 100		/* lines of the log about one list */

/* --- looking up ----------------------------------------------------------- */

struct source *engine_find(const struct engine *e, const struct ip_addr *address)
{
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->is_resolved &&
		    ip_equal(&e->sources[i]->address.ip, address))
			return e->sources[i];
	return NULL;
}

struct source *engine_find_id(const struct engine *e, uint32_t id)
{
	for (int i = 0; i < e->count; i++)
		if (e->sources[i]->id == id)
			return e->sources[i];
	return NULL;
}

int engine_index(const struct engine *e, const struct source *s)
{
	for (int i = 0; i < e->count; i++)
		if (e->sources[i] == s)
			return i;
	return -1;
}

const struct ip_addr *sources_named_address(const struct source *s)
{
	return s->keys ? &s->keys->ke_server.ip : &s->address.ip;
}

bool sources_in_use(const struct engine *e, const struct ip_addr *address,
    const struct source *except)
{
	for (int i = 0; i < e->count; i++) {
		const struct source *s = e->sources[i];

		if (s != except && s->is_resolved &&
		    (ip_equal(&s->address.ip, address) ||
		    ip_equal(sources_named_address(s), address)))
			return true;
	}
	return false;
}

/* --- addresses ------------------------------------------------------------ */

static void start_association(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	uint32_t seed;
	bool online = s->online;

	e->fx.random(e->fx.arg, &seed, sizeof(seed));
	assoc_init(&s->assoc, &s->config,
	    s->keys ? &s->keys->client : NULL, now->mono, seed);
	if (s->mac)
		assoc_key(&s->assoc, &s->mac->key, now->mono);
	if (s->assoc.online != online)
		assoc_online(&s->assoc, online, now->mono);
}

static void forget(struct engine *e, struct source *s)
{
	int i = engine_index(e, s);

	samples_forget(s);
	e->candidates[i] = (struct candidate){ .stats = &s->stats };
	s->bad_updates = 0;
	s->wants_replacement = false;
	s->was_falseticker = false;
	s->is_negotiated = false;
	s->local = (struct ip_addr){ 0 };
	memset(s->drop_logged, 0, sizeof(s->drop_logged));
}

void sources_place(struct engine *e, const struct engine_now *now,
    struct source *s, const struct net_addr *address)
{
	if (s->is_resolved) {
		e->fx.close_request(e->fx.arg, s->id);
		keys_report(e, s);
	}
	forget(e, s);
	s->address = *address;
	s->address.port = s->config.port;
	s->is_resolved = true;
	s->refid = refid_of_addr(&address->ip);
	start_association(e, now, s);
	if (s->keys)
		keys_place(e, now, s, &address->ip, address->scope_id);
}

bool sources_negotiate(struct engine *e, const struct engine_now *now,
    struct source *s, const struct net_addr *address)
{
	bool is_named = ip_equal(&address->ip, sources_named_address(s));
	char text[SOURCE_TEXT_SIZE], other[IP_TEXT_SIZE];
	struct net_addr target = *address;

	source_text(s, text);
	ip_text(&address->ip, other);
	if (is_named)
		target.scope_id = s->keys->ke_server.scope_id;
	if (net_addr_equal(&target, &s->address))
		return true;
	if (ip_equal(&target.ip, &s->address.ip)) {
		s->is_negotiated |= target.port != s->config.port;
		s->address = target;
		say(e, SEV_INFO, "Source %s changed port to %u", text,
		    target.port);
		return true;
	}
	if (sources_in_use(e, &target.ip, s)) {
		say(e, SEV_WARNING, "Could not change %s to negotiated address"
		    " %s", text, other);
		return false;
	}
	e->fx.close_request(e->fx.arg, s->id);
	forget(e, s);
	s->is_negotiated = !is_named;
	s->address = target;
	s->refid = refid_of_addr(&target.ip);
	start_association(e, now, s);
	say(e, SEV_INFO, "Source %s changed to %s (%s)", text, other,
	    s->config.name);
	return true;
}

/* --- adding --------------------------------------------------------------- */

static bool grow(void **array, int *room, int count, size_t size)
{
	int more = *room > 0 ? *room * 2 : 16;
	void *bigger;

	if (count < *room)
		return true;
	bigger = reallocarray(*array, (size_t)more, size);
	if (!bigger)
		return false;
	*array = bigger;
	*room = more;
	return true;
}

static bool grow_sources(struct engine *e)
{
	int room = e->room;

	if (!grow((void **)&e->candidates, &room, e->count,
	    sizeof(*e->candidates)))
		return false;
	return grow((void **)&e->sources, &e->room, e->count,
	    sizeof(struct source *));
}

/* What a source owns, and itself. */
static void free_source(struct source *s)
{
	keys_free(s->keys);
	symmetric_free(s->mac);
	samples_free(s);
	free(s);
}

static struct source *add_source(struct engine *e, const struct engine_now *now,
    struct source_line *line)
{
	const struct source_config *c = &line->config;
	struct source *s;

	if (e->count >= ENGINE_SOURCES_MAX || !grow_sources(e))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->line = line;
	s->config = *c;
	s->keys = c->nts ? keys_new() : NULL;
	if ((c->nts && !s->keys) || !samples_init(e, s)) {
		free_source(s);
		return NULL;
	}
	s->id = ++e->last_source_id;
	s->online = !c->offline;
	e->candidates[e->count] = (struct candidate){ .stats = &s->stats };
	e->sources[e->count++] = s;
	line->members++;
	start_association(e, now, s);
	return s;
}

static bool is_printable_name(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~')
			return false;
	return n > 0;
}

static bool family_fits(const struct engine *e, const struct source_config *c,
    const struct ip_addr *address)
{
	if (c->family != IP_NONE && c->family != address->family)
		return false;
	if (e->options.flags & IPC_ONLY_V4)
		return address->family == IP_V4;
	if (e->options.flags & IPC_ONLY_V6)
		return address->family == IP_V6;
	return true;
}

static int placeholders(const struct source_config *c, bool is_address)
{
	if (c->type != SOURCE_POOL || is_address)
		return 1;
	if (c->maxsources < 1)
		return 1;
	return c->maxsources < ENGINE_POOL_MAX / 2 ? 2 * c->maxsources :
	    ENGINE_POOL_MAX;
}

static enum add_result add_line(struct engine *e, const struct engine_now *now,
    const struct source_config *config, enum line_origin origin)
{
	struct net_addr address = { .port = config->port };
	bool is_address = ip_parse(config->name, &address.ip);
	struct source_line *line;

	if (!is_printable_name(config->name))
		return ADD_NAME;
	if (is_address && !family_fits(e, config, &address.ip))
		return ADD_FAMILY;
	if (is_address && sources_in_use(e, &address.ip, NULL))
		return ADD_IN_USE;
	if (e->count >= ENGINE_SOURCES_MAX ||
	    !grow((void **)&e->lines, &e->line_room, e->line_count,
	    sizeof(struct source_line *)))
		return ADD_TOO_MANY;
	line = calloc(1, sizeof(*line));
	if (!line)
		return ADD_TOO_MANY;
	line->id = ++e->last_id;
	line->origin = origin;
	line->config = *config;
	line->is_address = is_address;
	line->is_wanted = !is_address;
	line->lookup_at = now->mono;
	e->lines[e->line_count++] = line;
	for (int i = placeholders(config, is_address); i > 0; i--)
		if (!add_source(e, now, line))
			break;
	if (line->members == 0) {
		e->line_count--;
		free(line);
		return ADD_TOO_MANY;
	}
	symmetric_want(e, line);
	if (is_address)
		sources_place(e, now, e->sources[e->count - 1], &address);
	return ADD_OK;
}

const char *add_result_text(enum add_result r)
{
	static const char *const texts[] = {
		[ADD_OK] = "Added",
		[ADD_IN_USE] = "Already in use",
		[ADD_TOO_MANY] = "Too many sources",
		[ADD_FAMILY] = "Invalid address",
		[ADD_NAME] = "Invalid name",
	};

	return texts[r];
}

void sources_say(struct engine *e, enum severity severity, const char *format,
    ...)
{
	char text[IPC_TEXT_SIZE];
	va_list ap;

	if (e->changes_said >= CHANGES_SAID) {
		e->changes_unsaid++;
		return;
	}
	e->changes_said++;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	say(e, severity, "%s", text);
}

void sources_said(struct engine *e)
{
	if (e->changes_unsaid > 0)
		say(e, SEV_WARNING, "%u more changes of sources are left out "
		    "of the log", e->changes_unsaid);
	e->changes_said = e->changes_unsaid = 0;
}

enum add_result sources_add(struct engine *e, const struct engine_now *now,
    const struct source_config *config, enum line_origin origin)
{
	enum add_result r = add_line(e, now, config, origin);

	if (r != ADD_OK)
		sources_say(e, SEV_WARNING, "Could not add source %s : %s",
		    config->name, add_result_text(r));
	else if (origin != LINE_CONFIG && origin != LINE_INITIAL)
		sources_say(e, SEV_INFO, "Added %s %s",
		    config->type == SOURCE_POOL ? "pool" : "source",
		    config->name);
	if (origin == LINE_COMMAND)
		sources_said(e);	/* one at a time */
	return r;
}

/* --- removing ------------------------------------------------------------- */

static void remove_line(struct engine *e, const struct source_line *line)
{
	for (int i = 0; i < e->line_count; i++) {
		if (e->lines[i] != line)
			continue;
		if (line->lookup_id != 0)
			e->lookups--;
		free(e->lines[i]);
		e->line_count--;
		memmove(&e->lines[i], &e->lines[i + 1],
		    (size_t)(e->line_count - i) * sizeof(struct source_line *));
		return;
	}
}

void sources_remove(struct engine *e, struct source *s)
{
	struct source_line *line = s->line;
	int i = engine_index(e, s);
	size_t after = (size_t)(e->count - i - 1);

	e->fx.close_request(e->fx.arg, s->id);
	keys_report(e, s);
	if (e->selected_id == s->id)
		e->selected_id = 0;
	memmove(&e->sources[i], &e->sources[i + 1],
	    after * sizeof(struct source *));
	memmove(&e->candidates[i], &e->candidates[i + 1],
	    after * sizeof(*e->candidates));
	e->count--;
	free_source(s);
	if (--line->members == 0)
		remove_line(e, line);
}

void sources_remove_line(struct engine *e, const struct source_line *line)
{
	uint32_t line_id = line->id;

	/* The line goes with its last source. */
	for (int i = e->count - 1; i >= 0; i--)
		if (e->sources[i]->line->id == line_id)
			sources_remove(e, e->sources[i]);
}

void sources_clear(struct engine *e)
{
	while (e->count > 0)
		sources_remove(e, e->sources[e->count - 1]);
}

void sources_confirm(struct engine *e, struct source *s)
{
	uint32_t line_id = s->line->id;
	int confirmed = 0;

	if (s->config.type != SOURCE_POOL || s->is_confirmed)
		return;
	s->is_confirmed = true;
	for (int i = 0; i < e->count; i++)
		confirmed += e->sources[i]->line->id == line_id &&
		    e->sources[i]->is_confirmed;
	if (confirmed < s->config.maxsources)
		return;
	for (int i = e->count - 1; i >= 0; i--)
		if (e->sources[i]->line->id == line_id &&
		    !e->sources[i]->is_confirmed)
			sources_remove(e, e->sources[i]);
}
