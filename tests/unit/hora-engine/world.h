/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for the engine: a clock that drifts, a kernel that steers it,
 * servers behind a network, a resolver and an NTS-KE client, all in virtual
 * time. What the engine wants done is done here and remembered.
 */
#ifndef TESTS_HORA_ENGINE_WORLD_H
#define TESTS_HORA_ENGINE_WORLD_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "hora-engine/commands.h"
#include "hora-engine/engine.h"
#include "ntp/responder.h"
#include "nts/cookie.h"
#include "nts/keyring.h"
#include "nts/mac_keys.h"

#define WORLD_START_NS (INT64_C(1700000000) * NS_PER_S)
#define WORLD_EVENTS 256
#define WORLD_SERVERS 24
#define WORLD_LOG 400
#define WORLD_STARTS 64

struct fake_server {
	struct ip_addr ip;
	double offset_s;	/* its clock minus true time, at the start */
	double drift;		/* of its clock, s/s */
	double delay_s;		/* one way */
	bool is_silent, is_unsync, breaks_origin;
	uint8_t leap;
	uint8_t stratum;	/* 0 = 1 */
	int requests;
};

enum happening {
	REPLY, CHANGED, ADDRESSES, KE_DONE, STATE, MAC_KEY, HISTORY,
};

struct fake_event {
	bool is_used;
	int64_t at_ns;
	enum happening what;
	uint32_t source;	/* REPLY */
	uint8_t packet[NTP_PACKET_MAX];
	size_t length;
	union {
		struct ipc_clock_changed changed;
		struct ipc_addresses addresses;
		struct ipc_ke_done ke_done;
		struct ipc_nts_state state;
		struct ipc_history history;
		struct ipc_mac_key mac_key;
	};
};

struct world {
	struct engine *e;
	struct config config;
	struct source_config lines[4];
	struct ipc_config options;
	/* time: true, and what the machine's clocks show */
	int64_t t_ns;
	int64_t start_ns;		/* UTC at the start, since 1970 */
	int64_t utc_ns;			/* leap seconds since then */
	double wall_ns, mono_ns;	/* since the start */
	double slept_ns;
	double doubt_s;			/* of reading the clocks */
	double freq_error;		/* s/s, positive: runs fast */
	/* the kernel */
	double rate_ppm, base_ppm;
	int64_t slew_end_ns;		/* 0 = none */
	bool refuses;
	struct ipc_clock_adjust adjust;
	struct ipc_clock_status status;
	int adjusts, steps;
	/* the network */
	struct fake_server servers[WORLD_SERVERS];
	int server_count;
	struct cookie_ring ring;
	struct fake_event events[WORLD_EVENTS];
	uint64_t random;
	bool no_route;
	/* the resolver: all names have these addresses */
	struct ip_addr addresses[IPC_ADDRS_MAX];
	uint32_t address_count, lookup_status;
	int lookups;
	int64_t lookup_at[WORLD_STARTS];
	/* NTS-KE */
	enum ipc_ke_stage ke_stage;
	struct net_addr ke_ntp;		/* negotiated, if family is set */
	int ke_starts;
	int64_t ke_at[WORLD_STARTS];
	struct ipc_ke_start ke_start;
	bool ke_is_absent;
	/* horad */
	struct ipc_nts_state saved;	/* last of NTS_STATE */
	struct ipc_nts_state kept;	/* given at NTS_LOAD */
	bool has_kept;
	struct mac_keys mac_keys;	/* of the keyfile */
	struct mac_keys server_keys;	/* those of the servers */
	int mac_key_loads;
	struct ipc_engine_memory memory;
	struct ipc_wrong wrong;
	int memories, loglines, wrongs;
	struct ipc_logline last_line[IPC_LOGFILES];
	int lines_of[IPC_LOGFILES];
	struct ipc_history history;	/* last of HISTORY; given at LOAD */
	int histories, history_loads;
	struct ipc_request request;
	int requests;
	struct time_ref published;
	int publishes;
	char log[WORLD_LOG][IPC_TEXT_SIZE];
	int log_count;
};

/* --- time ------------------------------------------------------------------- */

static inline struct engine_now world_now(const struct world *w)
{
	return (struct engine_now){
		{ w->start_ns + llrint(w->wall_ns) },
		{ INT64_C(1000) * NS_PER_S + llrint(w->mono_ns) },
		{ INT64_C(1000) * NS_PER_S + llrint(w->mono_ns + w->slept_ns) },
		w->doubt_s,
	};
}

static inline struct wall_time world_true(const struct world *w)
{
	return (struct wall_time){ w->start_ns + w->t_ns + w->utc_ns };
}

static inline double world_speed(const struct world *w)
{
	return (1 + w->freq_error) * (1 + w->rate_ppm * 1e-6);
}

static inline void world_advance(struct world *w, int64_t to_ns)
{
	double passed = (double)(to_ns - w->t_ns) * world_speed(w);

	w->wall_ns += passed;
	w->mono_ns += passed;
	w->t_ns = to_ns;
}

/* Error of the system clock, s. */
static inline double world_error(const struct world *w)
{
	return wall_sub(world_now(w).wall, world_true(w));
}

/* Error of what is served, s. */
static inline double world_served_error(const struct world *w)
{
	return wall_sub(time_ref_correct(&w->published, world_now(w).wall),
	    world_true(w));
}

/* --- events ------------------------------------------------------------------- */

static inline struct fake_event *world_post(struct world *w, enum happening what,
    double in_s)
{
	for (int i = 0; i < WORLD_EVENTS; i++) {
		struct fake_event *ev = &w->events[i];

		if (ev->is_used)
			continue;
		memset(ev, 0, sizeof(*ev));
		ev->is_used = true;
		ev->what = what;
		ev->at_ns = w->t_ns + interval_ns(in_s);
		return ev;
	}
	fail_msg("too many events");
	return NULL;
}

static inline struct ip_addr world_ip(int n)
{
	return (struct ip_addr){ IP_V4, { 192, 0, 2, (uint8_t)n } };
}

static inline struct fake_server *world_server(struct world *w, int n)
{
	struct fake_server *s = &w->servers[w->server_count++];

	*s = (struct fake_server){ .ip = world_ip(n), .delay_s = 0.005 };
	return s;
}

static inline struct fake_server *world_find(struct world *w,
    const struct ip_addr *ip)
{
	for (int i = 0; i < w->server_count; i++)
		if (ip_equal(&w->servers[i].ip, ip))
			return &w->servers[i];
	return NULL;
}

static inline bool world_said(const struct world *w, const char *part)
{
	for (int i = 0; i < w->log_count; i++)
		if (strstr(w->log[i], part))
			return true;
	return false;
}

static inline int world_count_said(const struct world *w, const char *part)
{
	int n = 0;

	for (int i = 0; i < w->log_count; i++)
		n += strstr(w->log[i], part) != NULL;
	return n;
}

/* --- effects -------------------------------------------------------------------- */

static inline void fx_random(void *arg, void *bytes, size_t length)
{
	struct world *w = arg;
	uint8_t *at = bytes;

	for (size_t i = 0; i < length; i++) {
		w->random = w->random * 6364136223846793005u +
		    1442695040888963407u;
		at[i] = (uint8_t)(w->random >> 56);
	}
}

/* No cookie leaves that horad still believes to be unused. */
static inline void check_cookie(const struct world *w, const uint8_t *packet,
    size_t length)
{
	for (unsigned i = 0; i < w->saved.cookie_count; i++) {
		size_t n = w->saved.cookie_length[i];

		for (size_t at = 0; n > 0 && at + n <= length; at++)
			assert_memory_not_equal(packet + at,
			    w->saved.cookie[i], n);
	}
}

static inline void answer(struct world *w, struct fake_server *s,
    uint32_t source, const uint8_t *packet, size_t length)
{
	struct time_ref ref = { .is_valid = true, .leap = s->leap,
		.stratum = s->stratum ? s->stratum : 1,
		.ref_time = world_true(w), .refid = 0x47505300,
		.precision_log2_s = -24 };
	struct responder r = { .ref = &ref, .ring = &w->ring,
		.keys = &w->server_keys };
	struct responder_random random = { 0 };
	struct responder_request q;
	struct wall_time at = wall_add(world_true(w), s->delay_s + s->offset_s +
	    s->drift * (double)w->t_ns * 1e-9);
	struct fake_event *ev;

	if (s->is_unsync)
		ref = (struct time_ref){ .leap = LEAP_UNSYNC, .is_valid = true };
	fx_random(w, &random, sizeof(random));
	assert_int_equal(responder_read(&r, packet, length, 40000, &q), DROP_OK);
	assert_int_equal(responder_open(&r, &q, false), DROP_OK);
	ev = world_post(w, REPLY, 2 * s->delay_s);
	ev->source = source;
	ev->length = responder_answer(&r, &q, at, at, &random, ev->packet,
	    sizeof(ev->packet));
	assert_true(ev->length > 0);
	if (s->breaks_origin)
		ev->packet[24] ^= 1;
}

static inline int fx_send_request(void *arg, uint32_t source,
    const struct net_addr *to, const uint8_t *packet, size_t length,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct world *w = arg;
	struct fake_server *s = world_find(w, &to->ip);

	check_cookie(w, packet, length);
	if (w->no_route)
		return -101;
	*ret_sent = world_now(w).wall;
	*ret_local = world_ip(254);
	if (!s)
		return 0;
	s->requests++;
	if (!s->is_silent)
		answer(w, s, source, packet, length);
	return 0;
}

static inline void fx_close_request(void *arg, uint32_t source)
{
	struct world *w = arg;

	for (int i = 0; i < WORLD_EVENTS; i++)
		if (w->events[i].is_used && w->events[i].what == REPLY &&
		    w->events[i].source == source)
			w->events[i].is_used = false;
}

static inline bool fx_can_reach(void *arg, const struct net_addr *to)
{
	struct world *w = arg;

	(void)to;
	return !w->no_route;
}

static inline int fx_lookup(void *arg, const struct ipc_lookup *m)
{
	struct world *w = arg;
	struct fake_event *ev;

	if (w->ke_is_absent)
		return -107;
	if (w->lookups < WORLD_STARTS)
		w->lookup_at[w->lookups] = w->t_ns;
	w->lookups++;
	ev = world_post(w, ADDRESSES, 0.01);
	ev->addresses.id = m->id;
	ev->addresses.status = w->lookup_status;
	ev->addresses.count = w->lookup_status ? 0 : w->address_count;
	for (uint32_t i = 0; i < ev->addresses.count; i++)
		ev->addresses.address[i].ip = w->addresses[i];
	return 0;
}

/* Keys and eight cookies, as a server with the world's ring would give. */
static inline void world_ke_keys(struct world *w, struct ipc_ke_done *done)
{
	struct nts_session session = { .aead = AEAD_AES_SIV_CMAC_256,
		.key_length = 32 };
	uint8_t nonce[COOKIE_NONCE];

	fx_random(w, session.c2s, 32);
	fx_random(w, session.s2c, 32);
	done->aead = session.aead;
	done->key_length = session.key_length;
	memcpy(done->c2s, session.c2s, 32);
	memcpy(done->s2c, session.s2c, 32);
	for (; done->cookie_count < NTS_COOKIES; done->cookie_count++) {
		fx_random(w, nonce, sizeof(nonce));
		done->cookie_length[done->cookie_count] =
		    (uint16_t)cookie_seal(&w->ring, &session, nonce,
		    done->cookie[done->cookie_count], NTS_COOKIE_MAX);
	}
}

static inline int fx_ke_start(void *arg, const struct ipc_ke_start *m)
{
	struct world *w = arg;
	struct ipc_ke_done *done;

	if (w->ke_is_absent)
		return -107;
	if (w->ke_starts < WORLD_STARTS)
		w->ke_at[w->ke_starts] = w->t_ns;
	w->ke_starts++;
	w->ke_start = *m;
	done = &world_post(w, KE_DONE, 0.02)->ke_done;
	done->id = m->id;
	done->stage = w->ke_stage;
	text_copy(done->reason, sizeof(done->reason), "as the test wants it");
	if (w->ke_stage != IPC_KE_OK)
		return 0;
	world_ke_keys(w, done);
	done->ntp_server = m->server;
	done->ntp_server.port = m->ntp_port;
	if (w->ke_ntp.ip.family != IP_NONE)
		done->ntp_server = w->ke_ntp;
	return 0;
}

static inline void report_change(struct world *w, uint32_t id,
    enum ipc_clock_result result, double step_s)
{
	struct ipc_clock_changed *c = &world_post(w, CHANGED, 0.0005)->changed;

	*c = (struct ipc_clock_changed){ .id = id, .result = result,
		.at = world_now(w).wall, .rate_ppm = w->rate_ppm,
		.base_ppm = w->base_ppm, .step_s = step_s };
	if (w->slew_end_ns != 0)
		c->slew_end_s = (double)(w->slew_end_ns - w->t_ns) * 1e-9;
}

static inline int fx_clock_adjust(void *arg, const struct ipc_clock_adjust *m)
{
	struct world *w = arg;

	w->adjusts++;
	w->adjust = *m;
	w->base_ppm = w->rate_ppm = m->base_ppm;
	w->slew_end_ns = 0;
	if (m->slew_s != 0 && m->slew_ppm > 0) {
		w->rate_ppm += copysign(m->slew_ppm, m->slew_s);
		w->slew_end_ns = w->t_ns +
		    interval_ns(fabs(m->slew_s) / (m->slew_ppm * 1e-6));
	}
	report_change(w, m->id, IPC_CLOCK_DONE, 0);
	return 0;
}

static inline int fx_clock_step(void *arg, const struct ipc_clock_step *m)
{
	struct world *w = arg;

	if (w->refuses) {
		report_change(w, m->id, IPC_CLOCK_REFUSED, 0);
		return 0;
	}
	w->steps++;
	w->wall_ns += m->step_s * 1e9;
	w->rate_ppm = w->base_ppm;
	w->slew_end_ns = 0;
	report_change(w, m->id, IPC_CLOCK_DONE, m->step_s);
	return 0;
}

static inline int fx_clock_status(void *arg, const struct ipc_clock_status *m)
{
	((struct world *)arg)->status = *m;
	return 0;
}

static inline void fx_publish(void *arg, const struct time_ref *ref)
{
	struct world *w = arg;

	w->published = *ref;
	w->publishes++;
}

static inline void fx_log(void *arg, enum severity severity, const char *text)
{
	struct world *w = arg;

	if (severity == SEV_DEBUG)
		return;
	if (getenv("WORLD_LOG"))
		print_message("%10.3f %s\n", (double)w->t_ns * 1e-9, text);
	assert_in_range(w->log_count, 0, WORLD_LOG - 1);
	text_copy(w->log[w->log_count++], IPC_TEXT_SIZE, text);
}

static inline void fx_logline(void *arg, const struct ipc_logline *line)
{
	assert_in_range(line->file, 0, IPC_LOGFILES - 1);
	((struct world *)arg)->loglines++;
	((struct world *)arg)->lines_of[line->file]++;
	((struct world *)arg)->last_line[line->file] = *line;
}

static inline void fx_memory(void *arg, const struct ipc_engine_memory *m)
{
	struct world *w = arg;

	w->memory = *m;
	w->memories++;
}

static inline void fx_nts_state(void *arg, const struct ipc_nts_state *m)
{
	((struct world *)arg)->saved = *m;
}

static inline void fx_nts_load(void *arg, const struct ipc_nts_load *m)
{
	struct world *w = arg;
	struct ipc_nts_state *out = &world_post(w, STATE, 0.0002)->state;

	out->ke_address = m->ke_address;
	if (!w->has_kept)
		return;
	*out = w->kept;
	out->ke_address = m->ke_address;
	memcpy(out->name, m->name, sizeof(out->name));
}

/* What horad says of a key. */
static inline void world_mac_key(struct world *w, uint32_t id, double in_s)
{
	struct ipc_mac_key *out = &world_post(w, MAC_KEY, in_s)->mac_key;
	const struct mac_key *key = mac_keys_find(&w->mac_keys, id);

	out->id = id;
	if (!key)
		return;
	out->type = key->type;
	out->length = key->length;
	memcpy(out->key, key->bytes, key->length);
}

static inline void fx_mac_key_load(void *arg,
    const struct ipc_mac_key_load *m)
{
	struct world *w = arg;

	w->mac_key_loads++;
	world_mac_key(w, m->id, 0.0002);
}

static inline void fx_wrong(void *arg, const struct ipc_wrong *m)
{
	struct world *w = arg;

	w->wrong = *m;
	w->wrongs++;
}

static inline void fx_history(void *arg, const struct ipc_history *m)
{
	struct world *w = arg;

	w->history = *m;
	w->histories++;
}

static inline void fx_history_load(void *arg, const struct ipc_history_load *m)
{
	struct world *w = arg;
	struct ipc_history *out = &world_post(w, HISTORY, 0.0002)->history;

	*out = (struct ipc_history){ .address = m->address };
	if (ip_equal(&m->address, &w->history.address))
		*out = w->history;
	w->history_loads++;
}

static inline void fx_request(void *arg, const struct ipc_request *m)
{
	struct world *w = arg;

	w->request = *m;
	w->requests++;
}

static inline struct engine_effects world_effects(struct world *w)
{
	return (struct engine_effects){ w, fx_random, fx_send_request,
		fx_send_request, fx_close_request, fx_can_reach, fx_lookup, fx_ke_start,
		fx_clock_adjust, fx_clock_step, fx_clock_status, fx_publish,
		fx_log, fx_logline, fx_memory, fx_nts_state, fx_nts_load,
		fx_history, fx_history_load, fx_mac_key_load, fx_wrong, fx_request };
}

/* --- running ---------------------------------------------------------------------- */

static inline void world_deliver(struct world *w, struct fake_event *ev)
{
	struct engine_now now = world_now(w);
	struct engine_stamp received = { now.wall, STAMP_KERNEL };

	ev->is_used = false;
	switch (ev->what) {
	case REPLY:
		engine_reply(w->e, &now, ev->source, ev->packet, ev->length,
		    &received);
		break;
	case CHANGED:
		engine_clock_changed(w->e, &now, &ev->changed);
		break;
	case ADDRESSES:
		engine_addresses(w->e, &now, &ev->addresses);
		break;
	case KE_DONE:
		engine_ke_done(w->e, &now, &ev->ke_done);
		break;
	case STATE:
		engine_nts_state(w->e, &now, &ev->state);
		break;
	case HISTORY:
		engine_history(w->e, &now, &ev->history);
		break;
	case MAC_KEY:
		engine_mac_key(w->e, &now, &ev->mac_key);
		break;
	}
}

/* When the engine wants to be called, in true time. */
static inline int64_t world_wake(const struct world *w)
{
	struct mono_time wake = engine_wake(w->e);
	double left_ns = (double)(wake.ns - world_now(w).mono.ns);

	if (wake.ns == MONO_NEVER.ns)
		return INT64_MAX;
	return left_ns <= 0 ? w->t_ns :
	    w->t_ns + llrint(left_ns / world_speed(w)) + 1000;
}

/* One event at most; false when nothing happens before `end_ns`. */
static inline bool world_step(struct world *w, int64_t end_ns)
{
	struct fake_event *first = NULL;
	int64_t at_ns = world_wake(w);
	struct engine_now now;

	for (int i = 0; i < WORLD_EVENTS; i++)
		if (w->events[i].is_used &&
		    (!first || w->events[i].at_ns < first->at_ns))
			first = &w->events[i];
	if (first && first->at_ns <= at_ns)
		at_ns = first->at_ns;
	else
		first = NULL;
	if (w->slew_end_ns != 0 && w->slew_end_ns <= at_ns) {
		if (w->slew_end_ns > end_ns)
			return false;
		world_advance(w, w->slew_end_ns);
		w->slew_end_ns = 0;
		w->rate_ppm = w->base_ppm;
		report_change(w, w->adjust.id, IPC_CLOCK_SLEW_END, 0);
		return true;
	}
	if (at_ns > end_ns)
		return false;
	world_advance(w, at_ns);
	if (first) {
		world_deliver(w, first);
		return true;
	}
	now = world_now(w);
	engine_tick(w->e, &now);
	return true;
}

static inline void world_run(struct world *w, double s)
{
	int64_t end_ns = w->t_ns + interval_ns(s);
	int steps = 0;

	while (world_step(w, end_ns))
		assert_in_range(++steps, 0, 1000000);	/* it must not spin */
	world_advance(w, end_ns);
}

/* --- life ---------------------------------------------------------------------------- */

/* A world with no sources; freed by world_end. */
static inline struct world *world_new(void)
{
	static const char ring_text[] = "NKS1\n0.0\n"
	    "00000010 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF0 15\n"
	    "00000011 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF1 15\n"
	    "00000012 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF2 15\n"
	    "00000013 00112233445566778899AABBCCDDEEFF"
	    "00112233445566778899AABBCCDDEEF3 15\n";
	struct world *w = calloc(1, sizeof(*w));
	struct nts_keyring keys;
	const char *reason;
	double age_s;

	assert_non_null(w);
	config_init(&w->config);
	w->config.sources = w->lines;
	w->config.aeads[0] = AEAD_AES_SIV_CMAC_256;
	w->config.aead_count = 1;
	assert_true(keyring_parse(ring_text, &keys, &age_s, &reason));
	assert_true(cookie_ring_set(&w->ring, &keys));
	w->random = 42;
	w->start_ns = WORLD_START_NS;
	return w;
}

static inline struct source_config *world_line(struct world *w,
    enum source_type type, const char *name)
{
	struct source_config *c = &w->lines[w->config.source_count++];

	source_config_init(c, type);
	text_copy(c->name, sizeof(c->name), name);
	c->iburst = true;
	return c;
}

/* Start the engine; hora-clock and horad say what they know. */
static inline void world_start(struct world *w)
{
	struct engine_effects fx = world_effects(w);
	struct engine_now now = world_now(w);

	w->e = engine_new(&w->config, &w->options, &fx, -24, &now);
	assert_non_null(w->e);
	if (!(w->options.flags & (IPC_NO_CLOCK | IPC_ONCE_PRINT)))
		report_change(w, 0, IPC_CLOCK_INITIAL, 0);
	engine_memory(w->e, &now, &w->memory);
}

static inline void world_end(struct world *w)
{
	engine_free(w->e);
	cookie_ring_clear(&w->ring);
	mac_keys_free(&w->mac_keys);
	mac_keys_free(&w->server_keys);
	free(w);
}

#endif
