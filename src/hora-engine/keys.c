/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/keys.h"

#include "base/text.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LOAD_TIMEOUT_S 2	/* horad answers at once, or it has nothing */
#define KE_TIMEOUT_S 20		/* hora-ke-client gives up after 16 s */
#define RETRY_START_S 2		/* the exchange could not be started */
/*
 * Wait after the first failure, log2 s; doubled by each more (behaviour.md 3.4).
 * While there was no success yet, as in a network that is just coming up, it is
 * short: 1, 2, 4, 8 s on the way to the 16 s.
 */
#define RETRY_CONNECT_FIRST 0
#define RETRY_CONNECT 4
#define RETRY_TLS 10
#define RETRY_MAX_LEAST 6	/* as chronyd 4.9 does, and servers are spared */

struct source_keys *keys_new(void)
{
	struct source_keys *k = calloc(1, sizeof(*k));

	if (k)
		k->phase = KEYS_IDLE;
	return k;
}

void keys_free(struct source_keys *k)
{
	if (!k)
		return;
	wipe(k, sizeof(*k));
	free(k);
}

/* --- what horad keeps ----------------------------------------------------- */

void keys_report(struct engine *e, const struct source *s)
{
	const struct source_keys *k = s->keys;
	struct ipc_nts_state out;

	if (!k || !s->is_resolved)
		return;
	memset(&out, 0, sizeof(out));
	out.ke_address = k->ke_server.ip;
	out.ntp_address = s->address;
	text_copy(out.name, sizeof(out.name), s->config.name);
	out.ke_time = k->ke_time;
	out.context = k->context;
	out.aead = k->client.aead;
	out.key_length = k->client.key_length;
	memcpy(out.c2s, k->client.c2s, sizeof(out.c2s));
	memcpy(out.s2c, k->client.s2c, sizeof(out.s2c));
	for (int i = 0; i < k->client.cookie_count; i++) {
		const struct nts_cookie *c = &k->client.cookies[i];

		out.cookie_length[i] = c->length;
		memcpy(out.cookie[i], c->bytes, c->length);
		out.cookie_count++;
	}
	e->fx.nts_state(e->fx.arg, &out);
	wipe(&out, sizeof(out));
}

void keys_place(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ip_addr *address, uint32_t scope_id)
{
	struct source_keys *k = s->keys;
	struct ipc_nts_load load = { .ke_address = *address };

	wipe(k, sizeof(*k));
	k->ke_server = (struct net_addr){ .ip = *address,
		.port = s->config.nts_port, .scope_id = scope_id };
	k->phase = KEYS_LOADING;
	k->deadline = mono_add(now->mono, LOAD_TIMEOUT_S);
	text_copy(load.name, sizeof(load.name), s->config.name);
	e->fx.nts_load(e->fx.arg, &load);
}

/* --- starting ------------------------------------------------------------- */

/* maxntsretry is the longest wait, but never makes one shorter than 64 s. */
static double retry_s(const struct source *s, int factor_log2_s)
{
	const struct source_keys *k = s->keys;
	int attempts = k->attempts < 32 ? (int)k->attempts : 32;
	int log2_s = factor_log2_s + attempts - 1;
	int most = s->config.maxntsretry > RETRY_MAX_LEAST ?
	    s->config.maxntsretry : RETRY_MAX_LEAST;

	return s_from_log2(log2_s < most ? log2_s : most);
}

static void start(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct source_keys *k = s->keys;
	const struct config *config = e->config;
	struct ipc_ke_start out = {
		.id = ++e->last_id,
		.server = k->ke_server,
		.bind = k->ke_server.ip.family == IP_V6 ? config->acq6 :
		    config->acq4,
		.certset = s->config.certset,
		.check_times = config->nocerttimecheck <= 0 ||
		    e->clock_updates >= (uint32_t)config->nocerttimecheck,
		.now = clockwork_true(e, now->wall),
		.ntp_port = s->config.port,
	};

	text_copy(out.name, sizeof(out.name), s->config.name);
	for (size_t i = 0; i < config->aead_count && i < IPC_AEADS; i++)
		out.aead[out.aead_count++] = config->aeads[i];
	k->attempts++;
	k->phase = KEYS_RUNNING;
	k->ke_id = out.id;
	k->deadline = mono_add(now->mono, KE_TIMEOUT_S);
	k->is_unheard = e->fx.ke_start(e->fx.arg, &out) < 0;
	if (!k->is_unheard)
		return;
	k->attempts--;
	k->phase = KEYS_IDLE;
	k->retry_at = mono_add(now->mono, RETRY_START_S);
}

void keys_wanted(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct source_keys *k = s->keys;

	if (k->phase == KEYS_IDLE && now->mono.ns >= k->retry_at.ns &&
	    e->phase == ENGINE_RUNNING)
		start(e, now, s);
}

static void drop_cookies(struct engine *e, struct source *s)
{
	nts_client_wipe(&s->keys->client);
	keys_report(e, s);
}

void keys_before_poll(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct source_keys *k = s->keys;
	struct nts_client *n = &k->client;

	if (n->aead == 0)
		return;
	/* A NAK that alternative keys can not answer (nts/client.h). */
	if (n->has_nak && !nts_client_ready(n) && n->cookie_count > 0)
		drop_cookies(e, s);
	else if (k->has_keys &&
	    mono_sub(now->mono, k->ke_mono) > e->config->ntsrefresh_s)
		drop_cookies(e, s);
}

void keys_answered(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct source_keys *k = s->keys;

	k->attempts = 0;
	k->has_failed = false;
	k->retry_at = now->mono;
	keys_report(e, s);
}

/* --- results -------------------------------------------------------------- */

/* Key length of an AEAD that is enabled, 0 for any other. */
static uint16_t aead_key_length(const struct config *config, uint16_t aead)
{
	bool is_enabled = false;

	for (size_t i = 0; i < config->aead_count; i++)
		is_enabled |= config->aeads[i] == aead;
	if (!is_enabled)
		return 0;
	switch (aead) {
	case AEAD_AES_SIV_CMAC_256:
		return 32;
	case AEAD_AES_128_GCM_SIV:
		return 16;
	default:
		return 0;
	}
}

static bool is_address(const struct net_addr *a)
{
	return (a->ip.family == IP_V4 || a->ip.family == IP_V6) && a->port != 0;
}

/* The cookies of a message; false when one of them is bad. */
static bool take_cookies(struct nts_client *n, uint16_t count,
    const uint16_t lengths[NTS_COOKIES],
    const uint8_t cookies[NTS_COOKIES][NTS_COOKIE_MAX])
{
	if (count == 0 || count > NTS_COOKIES)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (lengths[i] > NTS_COOKIE_MAX ||
		    !nts_client_add_cookie(n, cookies[i], lengths[i]))
			return false;
	return true;
}

bool keys_loaded(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ipc_nts_state *state, struct net_addr *ret)
{
	struct source_keys *k = s->keys;
	double age_s = wall_sub(now->wall, state->ke_time);

	if (k->phase != KEYS_LOADING)
		return false;
	k->phase = KEYS_IDLE;
	if (state->cookie_count == 0)
		return false;
	nts_client_set(&k->client, state->aead, state->key_length, state->c2s,
	    state->s2c);
	if (state->key_length == 0 || !is_address(&state->ntp_address) ||
	    state->key_length != aead_key_length(e->config, state->aead) ||
	    !take_cookies(&k->client, state->cookie_count,
	    state->cookie_length, state->cookie)) {
		nts_client_wipe(&k->client);
		return false;
	}
	k->has_keys = true;
	k->context = state->context;
	/* A time in the future counts as now. */
	k->ke_time = age_s > 0 ? state->ke_time : now->wall;
	k->ke_mono = mono_add(now->mono, -fmax(0, age_s));
	*ret = state->ntp_address;
	return true;
}

static bool take_keys(struct engine *e, struct source_keys *k,
    const struct ipc_ke_done *done)
{
	if (done->key_length == 0 || !is_address(&done->ntp_server) ||
	    done->key_length != aead_key_length(e->config, done->aead))
		return false;
	nts_client_set(&k->client, done->aead, done->key_length, done->c2s,
	    done->s2c);
	if (done->have_alternative)
		nts_client_set_alternative(&k->client, done->alt_c2s,
		    done->alt_s2c);
	if (take_cookies(&k->client, done->cookie_count, done->cookie_length,
	    done->cookie))
		return true;
	nts_client_wipe(&k->client);
	return false;
}

/* Nothing may be tried before the time that belongs to this failure. */
static void failed(struct engine *e, const struct engine_now *now,
    struct source *s, enum ipc_ke_stage stage, const char *reason)
{
	struct source_keys *k = s->keys;
	bool is_repeated = k->has_failed && stage == IPC_KE_NOT_STARTED;
	char name[SOURCE_TEXT_SIZE];
	double wait_s;

	if (stage == IPC_KE_NOT_STARTED) {
		wait_s = RETRY_START_S;
		if (k->attempts > 0)
			k->attempts--;
	} else if (stage == IPC_KE_CONNECT) {
		wait_s = retry_s(s, k->has_keys ? RETRY_CONNECT :
		    RETRY_CONNECT_FIRST);
	} else {
		wait_s = retry_s(s, RETRY_TLS);
	}
	k->has_failed = true;
	k->retry_at = mono_add(now->mono, wait_s);
	say(e, is_repeated ? SEV_DEBUG : SEV_WARNING,
	    "NTS-KE for %s failed: %s (next try in %.0f s)",
	    source_text(s, name), reason, wait_s);
}

bool keys_done(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ipc_ke_done *done, struct net_addr *ret)
{
	struct source_keys *k = s->keys;
	char reason[IPC_TEXT_SIZE];

	if (k->phase != KEYS_RUNNING || k->ke_id != done->id)
		return false;
	k->phase = KEYS_IDLE;
	if (done->stage != IPC_KE_OK) {
		memcpy(reason, done->reason, sizeof(reason));
		reason[sizeof(reason) - 1] = '\0';
		failed(e, now, s, done->stage <= IPC_KE_REPLY ?
		    (enum ipc_ke_stage)done->stage : IPC_KE_REPLY,
		    reason[0] ? reason : "no reason given");
		return false;
	}
	if (!take_keys(e, k, done)) {
		failed(e, now, s, IPC_KE_REPLY, "unusable keys or cookies");
		return false;
	}
	k->has_keys = true;
	k->has_failed = false;
	k->had_nak = false;
	k->context++;
	k->ke_time = clockwork_true(e, now->wall);
	k->ke_mono = now->mono;
	/* Should no NTP answer follow, the next exchange is far away. */
	k->retry_at = mono_add(now->mono, retry_s(s, RETRY_TLS));
	*ret = done->ntp_server;
	return true;
}

void keys_discard(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	drop_cookies(e, s);
	s->keys->has_failed = true;
	s->keys->retry_at = mono_add(now->mono, retry_s(s, RETRY_TLS));
}

void keys_lost(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	if (s->keys->phase != KEYS_RUNNING)
		return;
	s->keys->phase = KEYS_IDLE;
	failed(e, now, s, IPC_KE_NOT_STARTED, "hora-ke-client has ended");
	s->keys->is_unheard = true;
}

void keys_ask_again(const struct engine_now *now, struct source *s)
{
	if (s->keys->is_unheard)
		s->keys->retry_at = now->mono;
	s->keys->is_unheard = false;
}

void keys_tick(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct source_keys *k = s->keys;

	if (now->mono.ns < keys_wake(s).ns)
		return;
	if (k->phase == KEYS_IDLE) {
		keys_wanted(e, now, s);
		return;
	}
	if (k->phase == KEYS_LOADING) {
		k->phase = KEYS_IDLE;
		return;
	}
	k->phase = KEYS_IDLE;
	failed(e, now, s, IPC_KE_CONNECT, "no answer of hora-ke-client");
}

struct mono_time keys_wake(const struct source *s)
{
	const struct source_keys *k = s->keys;

	if (!k)
		return MONO_NEVER;
	if (k->phase != KEYS_IDLE)
		return k->deadline;
	/* A poll found no cookie: do not wait for the next one. */
	return s->is_resolved && s->assoc.needs_keys &&
	    assoc_is_active(&s->assoc) && !nts_client_ready(&k->client) ?
	    k->retry_at : MONO_NEVER;
}
