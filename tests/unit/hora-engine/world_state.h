/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the engine's world (world.h), its clocks and its events. */
#ifndef TESTS_HORA_ENGINE_WORLD_STATE_H
#define TESTS_HORA_ENGINE_WORLD_STATE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hora-engine/engine.h"
#include "nts/cookie.h"
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
	bool is_ptp;		/* hears NTP over PTP alone, of that form */
	enum ptp_form form;
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

#endif
