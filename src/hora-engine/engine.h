/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine: which servers there are, what they say, whom of them to believe,
 * and what the clock shall do about it. Pure: everything that happens comes in
 * through the functions below with the time at which it happened; everything
 * that it wants done goes out through struct engine_effects. io.c joins both to
 * the system, the simulator and the unit tests join them to a world of theirs.
 *
 * The rest of the room, from the bottom up (no file calls one above it):
 *	say		lines of the program log
 *	moved		was the clock set, did the machine sleep
 *	served		what others are told of the clock
 *	samples		of one source, on their way to its statistics
 *	steer		requests to hora-clock, and what moves with the clock
 *	leaps		leap seconds
 *	clockwork	the clock: timeline, corrections, steps, jumps
 *	byhand		time that a person types in
 *	nudge		what an operator adds to offset and frequency
 *	keys		NTS-KE of one source: when, what is kept
 *	symmetric	symmetric keys of sources: asked of horad, given to them
 *	sources		the table of configured lines and of sources
 *	lines		what another list of lines changes
 *	dumps		samples of an earlier run
 *	names		addresses of names: lookups, pools, replacement
 *	selectlog	lines of selection.log
 *	choose		selection and what follows from it
 *	tune		options of a source, changed by commands
 *	measure		requests and responses of one source
 *	initial		the start: -s, initstepslew
 *	modes		-q, -Q, -t
 *	renew		another configuration: clock and selection
 *	commands	what the control socket can ask for
 *	control		its requests: reports, sources, clock
 */
#ifndef HORA_ENGINE_ENGINE_H
#define HORA_ENGINE_ENGINE_H

#include "base/addr.h"
#include "base/drop.h"
#include "base/severity.h"
#include "base/time.h"
#include "conf/config.h"
#include "hora-engine/moved.h"
#include "ipc/messages.h"
#include "ntp/access.h"
#include "ntp/assoc.h"
#include "ntp/server_page.h"
#include "nts/client.h"
#include "sync/fallback.h"
#include "sync/leap.h"
#include "sync/leap_table.h"
#include "sync/local.h"
#include "sync/manual.h"
#include "sync/quantile.h"
#include "sync/reference.h"
#include "sync/sample_filter.h"
#include "sync/select.h"
#include "sync/source_stats.h"
#include "sync/time_ref.h"
#include "sync/timeline.h"
#include "wire/ptp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_SOURCES_MAX 65536	/* sources in all (behaviour.md 1.9) */
#define ENGINE_POOL_MAX 16		/* sources of one pool */

/* One moment on all clocks, read as closely together as possible. */
struct engine_now {
	struct wall_time wall;
	struct mono_time mono;
	/*
	 * CLOCK_BOOTTIME: goes on while the machine sleeps. Where it is not to
	 * be had (hora-single) it is `mono`, and a sleep looks like a jump.
	 */
	struct mono_time boot;
	/* The readings may be so far from belonging together, s. */
	double doubt_s;
};

/* When a packet left or came. */
struct engine_stamp {
	struct wall_time wall;
	enum stamp_source source;
};

/* One NTP request to be sent; pointers are borrowed for the call. */
struct engine_request {
	uint32_t source;
	const struct net_addr *to;
	const uint8_t *packet;
	size_t length;
	/* Over PTP: how, and only what comes back in it is an answer. */
	enum ptp_form form;
};

/*
 * What the engine wants done. None of them calls back into the engine; answers
 * come later through engine_*(). Pointers are borrowed for the call.
 */
struct engine_effects {
	void *arg;

	/* Fill `bytes` with random bytes. */
	void (*random)(void *arg, void *bytes, size_t length);

	/*
	 * Send one NTP request of a source from a fresh socket connected to
	 * `to`; the source's earlier socket is closed. On success *ret_sent is
	 * the system clock just before it left and *ret_local the local address
	 * (IP_NONE if unknown). 0, or -errno.
	 */
	int (*send_request)(void *arg, const struct engine_request *request,
	    struct wall_time *ret_sent, struct ip_addr *ret_local);
	/*
	 * The same from the socket of a peer: opened by its first packet, kept
	 * until close_request, and heard by engine_reply all that time.
	 */
	int (*send_peer)(void *arg, const struct engine_request *request,
	    struct wall_time *ret_sent, struct ip_addr *ret_local);
	/* Close the source's socket, if there is one. */
	void (*close_request)(void *arg, uint32_t source);
	/* Is there a route to this address? */
	bool (*can_reach)(void *arg, const struct net_addr *to);

	/* To hora-ke-client; answered by engine_addresses, engine_ke_done. */
	int (*lookup)(void *arg, const struct ipc_lookup *lookup);
	int (*ke_start)(void *arg, const struct ipc_ke_start *start);

	/* To hora-clock; never called when there is none (-x). */
	int (*clock_adjust)(void *arg, const struct ipc_clock_adjust *adjust);
	int (*clock_step)(void *arg, const struct ipc_clock_step *step);
	int (*clock_status)(void *arg, const struct ipc_clock_status *status);

	/* What is served from now on. */
	void (*publish)(void *arg, const struct time_ref *ref);

	/* To horad. */
	void (*log)(void *arg, enum severity severity, const char *text);
	void (*logline)(void *arg, const struct ipc_logline *line);
	void (*memory)(void *arg, const struct ipc_engine_memory *memory);
	void (*nts_state)(void *arg, const struct ipc_nts_state *state);
	void (*nts_load)(void *arg, const struct ipc_nts_load *load);
	void (*history)(void *arg, const struct ipc_history *history);
	void (*history_load)(void *arg, const struct ipc_history_load *load);
	void (*mac_key_load)(void *arg, const struct ipc_mac_key_load *load);
	void (*wrong)(void *arg, const struct ipc_wrong *wrong);
	void (*request)(void *arg, const struct ipc_request *request);
};

/* Where a line came from. */
enum line_origin {
	LINE_CONFIG,		/* the configuration file */
	LINE_SOURCEDIR,		/* a .sources file: goes when it vanishes there */
	LINE_COMMAND,		/* `add source` */
	LINE_INITIAL,		/* initstepslew: goes after the start */
};

/* One server, pool or peer line: the unit of adding and of name lookups. */
struct source_line {
	uint32_t id;			/* never used twice */
	enum line_origin origin;
	struct source_config config;
	bool is_address;		/* config.name is an address */
	int members;			/* sources of this line */
	bool needs_key;			/* symmetric, to be asked of horad */
	bool is_listed;			/* in the new list (lines.c) */
	/* Lookup of the name (names.h). */
	bool is_wanted;			/* addresses are wanted */
	bool is_abandoned;		/* the name has no address, for good */
	uint32_t lookup_id;		/* of the running one, 0 = none */
	int lookup_tries;		/* without success */
	struct mono_time lookup_at;	/* next try; running: give up */
	bool is_refresh;		/* the lookup checks kept addresses */
	struct mono_time resolved_at;	/* last success */
};

enum keys_phase {
	KEYS_LOADING,		/* waiting for what horad has kept */
	KEYS_IDLE,
	KEYS_RUNNING,		/* NTS-KE is under way */
};

/* NTS keys of one source. */
struct source_keys {
	struct nts_client client;
	enum keys_phase phase;
	struct net_addr ke_server;	/* NTS-KE address and port */
	uint32_t ke_id;			/* of the running exchange */
	struct mono_time deadline;	/* LOADING, RUNNING: give up */
	struct mono_time retry_at;	/* no exchange before */
	unsigned attempts;		/* since the last authenticated response */
	bool has_keys;			/* an exchange succeeded (or was loaded) */
	struct wall_time ke_time;	/* of the last success */
	struct mono_time ke_mono;	/* the same, on the other clock */
	uint32_t context;		/* number of successful exchanges */
	bool had_nak;			/* since the last success */
	bool has_failed;		/* the last exchange did */
	bool is_unheard;		/* no hora-ke-client was there to ask */
};

/* One time source. */
struct source {
	uint32_t id;			/* never used twice; 1, 2, 3, ... */
	struct source_line *line;
	/* What the line says, but for what commands have changed (tune.h). */
	struct source_config config;
	bool is_resolved;
	struct net_addr address;	/* of the NTP server; is_resolved */
	struct ip_addr local;		/* our address towards it, or IP_NONE */
	bool is_confirmed;		/* gave a good sample (pools) */
	bool is_negotiated;		/* NTS-KE named another address or port */
	bool online;			/* wanted; before it is resolved too */
	struct assoc assoc;		/* runs once resolved */
	struct source_stats stats;
	struct quantile delays;		/* for maxdelayquant */
	struct sample_filter *filter;	/* NULL: not asked for */
	struct source_keys *keys;	/* NULL: no NTS */
	struct source_mac *mac;		/* NULL: no symmetric key (yet) */
	int bad_updates;		/* own updates in a row judged bad */
	bool wants_replacement;
	bool was_falseticker;		/* said in the log */
	uint32_t refid;			/* of its address */
	struct mono_time drop_logged[DROP_COUNT];	/* next line allowed */
};

/* What the engine knows of the kernel's clock. */
struct engine_clock {
	bool has_clock;			/* false: -x */
	bool is_known;			/* CLOCK_INITIAL has come */
	double rate_ppm, base_ppm;	/* in force */
	double slew_left_s;
	struct wall_time slew_end;	/* valid while is_slewing */
	bool is_slewing;
	struct moved moved;		/* as expected; another value is a jump */
	struct mono_time interference_said;	/* next line allowed */
	bool has_jumped;		/* ever, or slept; last: */
	struct mono_time jumped_at;
	uint32_t last_id;		/* of the last request */
	uint32_t step_id;		/* of a step not yet reported; 0 = none */
	double step_s;			/* its size */
	enum ipc_step_cause step_cause;
	struct mono_time step_deadline;
	unsigned steps;			/* seen so far */
	bool is_beyond_drift;		/* of maxdrift; said in the log */
	struct ipc_clock_status status;	/* last sent */
	bool has_status;
};

enum engine_phase {
	ENGINE_WAITING,		/* for the clock's state and for memory */
	ENGINE_RUNNING,
	ENGINE_LEAVING,		/* stopped, or EXIT was requested */
};

struct engine {
	const struct config *config;	/* borrowed */
	struct ipc_config options;
	struct engine_effects fx;
	int8_t measured_log2_s;		/* precision of reading the clock */
	int8_t precision_log2_s;	/* the same, or clockprecision */
	double precision_s;		/* the same; clockprecision exactly */
	enum engine_phase phase;
	struct mono_time started, begin_by;
	struct mono_time last_tick;	/* last event of any kind */
	struct wall_time last_wall;	/* the same */
	bool has_memory;

	/* Parallel arrays: candidates[i] is what selection knows of sources[i]. */
	struct source **sources;
	struct candidate *candidates;
	int count, room;
	struct source_line **lines;
	int line_count, line_room;
	uint32_t last_id;		/* of lines, sources, lookups, exchanges */
	uint32_t last_source_id;
	struct mono_time next_request;	/* separation of requests, */
	struct mono_time next_first;	/* and of those that are a source's first */
	struct mono_time next_replacement;
	struct mono_time next_refresh;
	int lookups;			/* running */
	unsigned changes_said, changes_unsaid;	/* lines of the log (sources.h) */
	bool is_asking_key;		/* horad, for one symmetric key */

	/* Selection; config may be changed while running. */
	struct select_config select;
	struct selection selection;	/* the last one */
	uint32_t selected_id;		/* source id, 0 = none */
	bool failure_logged;
	struct mono_time patient_until;	/* for the first samples; 0: before */
	bool selectlog_cut;		/* too many sources; said in the log */

	/* The clock. */
	struct reference reference;
	struct timeline timeline;
	struct engine_clock clock;
	struct leap_state leap;
	struct leap_table leap_table;	/* empty: none is configured */
	enum leap leap_voted;		/* by the sources, last time */
	struct mono_time leap_asked;	/* votes were taken */
	struct fallback fallback;
	uint32_t refused;		/* updates, by maxchange */
	struct wall_time not_before;	/* it is later than that (-s) */
	struct local_config local;	/* may be changed while running */
	struct local_state local_state;
	struct mono_time local_judged;	/* last time */
	struct mono_time last_update;	/* of the clock, by sources */
	struct time_ref published;
	struct mono_time publish_at;
	uint32_t clock_updates;		/* all of them; for nocerttimecheck */
	bool is_manual;			/* settime is allowed */
	struct manual manual;		/* what was typed in */

	/* What the servers count, for reports; NULL until horad hands them. */
	const struct server_page *serve_page, *ke_page;
	uint64_t command_hits;		/* requests of the control protocol */
	uint64_t command_drops;		/* over their rate limit */
	struct client_table askers;	/* over UDP (askers.h) */
	/* Who may ask the servers, and us over UDP (control_access.h). */
	struct access_table ntp_access, command_access;

	/* initstepslew, until the initial correction is made or given up */
	struct {
		bool is_pending;
		struct mono_time until;
	} initial;

	/* -q, -Q, -t */
	struct mono_time judge_at;
	bool once_done;			/* the step of -q was asked for */
	unsigned once_steps;		/* those before it */
};

/*
 * A new engine at rest. `config` and what `effects` points to must outlive it;
 * precision_log2_s is that of reading the clock, unless config says another
 * (clockprecision). NULL when memory is short.
 *
 * It begins when the state of hora-clock (unless -x) and engine_memory have
 * come, or 5 s later without them; so whoever drives it calls engine_memory
 * once, with a zeroed struct if nothing is known.
 */
struct engine *engine_new(const struct config *config,
    const struct ipc_config *options, const struct engine_effects *effects,
    int8_t precision_log2_s, const struct engine_now *now);

/* Release everything; secrets are wiped. NULL is allowed. */
void engine_free(struct engine *e);

/* Is the start over: is no initial correction (initstepslew) waited for? */
bool engine_is_settled(const struct engine *e);

/* When engine_tick is due next; ask after every event. */
struct mono_time engine_wake(const struct engine *e);

/* --- events ------------------------------------------------------------- */

/* The wake time has come (earlier calls do no harm). */
void engine_tick(struct engine *e, const struct engine_now *now);

/* A datagram came on the source's socket, from the address it asked. */
void engine_reply(struct engine *e, const struct engine_now *now,
    uint32_t source, const uint8_t *packet, size_t length,
    const struct engine_stamp *received);

/* A better timestamp of the request that this socket sent. */
void engine_sent(struct engine *e, const struct engine_now *now,
    uint32_t source, const struct engine_stamp *sent);

/* From hora-ke-client; values are not trusted. */
void engine_addresses(struct engine *e, const struct engine_now *now,
    const struct ipc_addresses *addresses);
void engine_ke_done(struct engine *e, const struct engine_now *now,
    const struct ipc_ke_done *done);
/* hora-ke-client is gone: what it was asked is void; and: it is there (again). */
void engine_ke_lost(struct engine *e, const struct engine_now *now);
void engine_ke_new(struct engine *e, const struct engine_now *now);

/* From hora-clock; when that was started anew, it is told again what to do. */
void engine_clock_changed(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *changed);
/* From horad: what an earlier life has reported, or the driftfile said. */
void engine_memory(struct engine *e, const struct engine_now *now,
    const struct ipc_engine_memory *memory);
/* From horad: the leap seconds of leapseclist or leapsectz; not trusted. */
void engine_leaps(struct engine *e, const struct engine_now *now,
    const struct ipc_leaps *leaps);
/* From horad: keys and unused cookies of a source, as it asked for them. */
void engine_nts_state(struct engine *e, const struct engine_now *now,
    const struct ipc_nts_state *state);
/* From horad: a symmetric key that was asked for, or that there is none. */
void engine_mac_key(struct engine *e, const struct engine_now *now,
    const struct ipc_mac_key *key);
/* From horad: the symmetric keys were read again. */
void engine_mac_keys_new(struct engine *e, const struct engine_now *now);
/* From horad: samples of an earlier run, as they were asked for; not trusted. */
void engine_history(struct engine *e, const struct engine_now *now,
    const struct ipc_history *history);
/*
 * The lines of all .sources files, parsed: those of LINE_SOURCEDIR that are not
 * among them any more are removed, new ones are added.
 */
void engine_sources(struct engine *e, const struct engine_now *now,
    const struct source_config *lines, size_t count);

/*
 * Another configuration takes the place of e->config, which may go afterwards.
 * What is in both stays as it is, with all that is known; sources keep their
 * samples, cookies and reachability, and of what was set by commands only that
 * is lost whose directive says something else now. ipc_config stays.
 */
void engine_reload(struct engine *e, const struct engine_now *now,
    const struct config *config);

/*
 * End in order: the slew is cut off (the frequency stays), memory and cookies
 * are reported. Nothing is sent afterwards.
 */
void engine_stop(struct engine *e, const struct engine_now *now);

#endif
