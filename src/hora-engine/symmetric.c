/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/symmetric.h"

#include "base/text.h"
#include "hora-engine/say.h"

#include <stdlib.h>
#include <string.h>

static bool wants_key(const struct source_config *c)
{
	return c->key != 0 && !c->nts;
}

void symmetric_free(struct source_mac *m)
{
	if (!m)
		return;
	wipe(m, sizeof(*m) + m->key.length);
	free(m);
}

/* One question at a time: the queue to horad is bounded, sources are many. */
static void ask_next(struct engine *e)
{
	for (int i = 0; i < e->line_count && !e->is_asking_key; i++) {
		const struct source_line *line = e->lines[i];
		struct ipc_mac_key_load load = { .id = line->config.key };

		if (!line->needs_key)
			continue;
		e->is_asking_key = true;
		e->fx.mac_key_load(e->fx.arg, &load);
	}
}

void symmetric_want(struct engine *e, struct source_line *line)
{
	line->needs_key = wants_key(&line->config);
	ask_next(e);
}

void symmetric_renew(struct engine *e)
{
	for (int i = 0; i < e->line_count; i++)
		e->lines[i]->needs_key = wants_key(&e->lines[i]->config);
	ask_next(e);
}

/* A key of this type and length can be used. */
static bool is_sane(const struct ipc_mac_key *m)
{
	size_t want = mac_key_length(m->type);

	return mac_digest_length(m->type) > 0 && m->length > 0 &&
	    m->length <= MAC_KEY_MAX && (want == 0 || m->length == want);
}

static struct source_mac *copy_key(const struct ipc_mac_key *m)
{
	struct source_mac *copy = calloc(1, sizeof(*copy) + m->length);

	if (!copy)
		return NULL;
	memcpy(copy->bytes, m->key, m->length);
	copy->key = (struct mac_key){ .id = m->id, .type = (uint8_t)m->type,
		.length = m->length, .bytes = copy->bytes };
	return copy;
}

/* All sources that name this key have it now, or have none any more. */
static void give(struct engine *e, const struct engine_now *now,
    const struct ipc_mac_key *message, bool is_there)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];
		struct source_mac *old = s->mac;

		if (!wants_key(&s->config) || s->config.key != message->id)
			continue;
		s->mac = is_there ? copy_key(message) : NULL;
		assoc_key(&s->assoc, s->mac ? &s->mac->key : NULL, now->mono);
		symmetric_free(old);
	}
}

void symmetric_answer(struct engine *e, const struct engine_now *now,
    const struct ipc_mac_key *message)
{
	bool is_there = is_sane(message), is_wanted = false;

	for (int i = 0; i < e->line_count; i++) {
		struct source_line *line = e->lines[i];

		if (!line->needs_key || line->config.key != message->id)
			continue;
		is_wanted = true;
		line->needs_key = false;
	}
	e->is_asking_key = false;
	if (is_wanted)
		give(e, now, message, is_there);
	if (is_wanted && !is_there)
		say(e, SEV_WARNING, "Key %u is missing", message->id);
	else if (is_wanted && message->length < MAC_KEY_SHORT)
		say(e, SEV_WARNING, "Key %u is too short", message->id);
	ask_next(e);
}
