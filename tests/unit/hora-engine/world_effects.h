/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine wants done is done to its world (world.h) and remembered. */
#ifndef TESTS_HORA_ENGINE_WORLD_EFFECTS_H
#define TESTS_HORA_ENGINE_WORLD_EFFECTS_H

#include "unit/hora-engine/world_state.h"

#include "base/text.h"
#include "ntp/responder.h"

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

static inline int fx_send_request(void *arg,
    const struct engine_request *request, struct wall_time *ret_sent,
    struct ip_addr *ret_local)
{
	struct world *w = arg;
	struct fake_server *s = world_find(w, &request->to->ip);

	check_cookie(w, request->packet, request->length);
	if (w->no_route)
		return -101;
	*ret_sent = world_now(w).wall;
	*ret_local = world_ip(254);
	if (!s)
		return 0;
	s->requests++;
	if (!s->is_silent && (!s->is_ptp || s->form == request->form))
		answer(w, s, request->source, request->packet, request->length);
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

#endif
