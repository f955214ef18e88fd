/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io.h"

#include "hora-engine/control_access.h"
#include "hora-engine/engine.h"
#include "hora-engine/io_control.h"
#include "hora-engine/io_pages.h"
#include "hora-engine/io_requests.h"
#include "hora-engine/io_sources.h"
#include "os/now.h"
#include "os/random.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRECISION_READINGS 100
#define STOP_FLUSH_S 0.5	/* for the last words to hora-clock */

/*
 * A pair of clock readings that took longer than this is of no use for seeing
 * whether the clock was set; it is read again, within a bound.
 */
#define PAIR_WINDOW_S 0.0002
#define PAIR_TRIES 10
#define SINGLE_DOUBT_S 0.0005

struct engine_io {
	struct role_link *link;
	struct loop *loop;
	struct engine *engine;
	struct requests requests;
	struct io_control *control;
	struct channel *clock, *ke_client;	/* NULL = not there */
	struct loop_timer timer;
	struct io_pages pages;
	bool has_boot;				/* CLOCK_BOOTTIME is read */
};

static struct engine_now read_now(void *arg)
{
	const struct engine_io *io = arg;
	struct now_pair p = now_pair(io->has_boot);

	for (int i = 0; i < PAIR_TRIES && p.window_s > PAIR_WINDOW_S; i++)
		p = now_pair(io->has_boot);
	/* CLOCK_MONOTONIC of a simulator may run at a rate of its own. */
	return (struct engine_now){ p.wall, p.mono, p.boot,
		io->has_boot ? p.window_s : SINGLE_DOUBT_S };
}

/* Every event ends here: the engine says when it wants to go on. */
static void after(void *arg)
{
	struct engine_io *io = arg;
	struct mono_time wake = engine_wake(io->engine);

	if (engine_is_settled(io->engine))
		role_link_ready(io->link);
	if (wake.ns == MONO_NEVER.ns)
		loop_timer_cancel(&io->timer);
	else
		loop_timer_set(io->loop, &io->timer, wake);
}

static void on_timer(void *arg)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	engine_tick(io->engine, &now);
	after(io);
}

/* --- effects -------------------------------------------------------------- */

static void do_random(void *arg, void *bytes, size_t length)
{
	(void)arg;
	random_bytes(bytes, length);
}

static int do_send_request(void *arg, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct engine_io *io = arg;

	return requests_send(&io->requests, request, ret_sent, ret_local);
}

static int do_send_peer(void *arg, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct engine_io *io = arg;

	return requests_send_peer(&io->requests, request, ret_sent, ret_local);
}

static void do_close_request(void *arg, uint32_t source)
{
	struct engine_io *io = arg;

	requests_close(&io->requests, source);
}

static bool do_can_reach(void *arg, const struct net_addr *to)
{
	struct engine_io *io = arg;

	return requests_can_reach(&io->requests, to);
}

static int send_to(struct channel *c, enum ipc_type type, const void *payload)
{
	return c ? channel_send(c, type, payload, NULL) : -ENOTCONN;
}

static int do_lookup(void *arg, const struct ipc_lookup *m)
{
	return send_to(((struct engine_io *)arg)->ke_client, IPC_LOOKUP, m);
}

static int do_ke_start(void *arg, const struct ipc_ke_start *m)
{
	return send_to(((struct engine_io *)arg)->ke_client, IPC_KE_START, m);
}

static int do_clock_adjust(void *arg, const struct ipc_clock_adjust *m)
{
	return send_to(((struct engine_io *)arg)->clock, IPC_CLOCK_ADJUST, m);
}

static int do_clock_step(void *arg, const struct ipc_clock_step *m)
{
	return send_to(((struct engine_io *)arg)->clock, IPC_CLOCK_STEP, m);
}

static int do_clock_status(void *arg, const struct ipc_clock_status *m)
{
	return send_to(((struct engine_io *)arg)->clock, IPC_CLOCK_STATUS, m);
}

static void do_publish(void *arg, const struct time_ref *ref)
{
	struct engine_io *io = arg;

	io_pages_publish(&io->pages, ref);
}

static void do_log(void *arg, enum severity severity, const char *text)
{
	role_log(((struct engine_io *)arg)->link, severity, "%s", text);
}

static void to_horad(void *arg, enum ipc_type type, const void *payload)
{
	role_link_send(((struct engine_io *)arg)->link, type, payload);
}

#define TO_HORAD(name, type, payload) \
	static void name(void *arg, const struct payload *m) \
	{ to_horad(arg, type, m); }
TO_HORAD(do_logline, IPC_LOGLINE, ipc_logline)
TO_HORAD(do_memory, IPC_ENGINE_MEMORY, ipc_engine_memory)
TO_HORAD(do_nts_state, IPC_NTS_STATE, ipc_nts_state)
TO_HORAD(do_nts_load, IPC_NTS_LOAD, ipc_nts_load)
TO_HORAD(do_history, IPC_HISTORY, ipc_history)
TO_HORAD(do_history_load, IPC_HISTORY_LOAD, ipc_history_load)
TO_HORAD(do_wrong, IPC_WRONG, ipc_wrong)
TO_HORAD(do_mac_key_load, IPC_MAC_KEY_LOAD, ipc_mac_key_load)
TO_HORAD(do_request, IPC_REQUEST, ipc_request)

static struct engine_effects effects(struct engine_io *io)
{
	return (struct engine_effects){
		.arg = io,
		.random = do_random,
		.send_request = do_send_request,
		.send_peer = do_send_peer,
		.close_request = do_close_request,
		.can_reach = do_can_reach,
		.lookup = do_lookup,
		.ke_start = do_ke_start,
		.clock_adjust = do_clock_adjust,
		.clock_step = do_clock_step,
		.clock_status = do_clock_status,
		.publish = do_publish,
		.log = do_log,
		.logline = do_logline,
		.memory = do_memory,
		.nts_state = do_nts_state,
		.nts_load = do_nts_load,
		.history = do_history,
		.history_load = do_history_load,
		.mac_key_load = do_mac_key_load,
		.wrong = do_wrong,
		.request = do_request,
	};
}

/* --- packets -------------------------------------------------------------- */

static void on_sent(void *arg, uint32_t source, const struct engine_stamp *sent)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	engine_sent(io->engine, &now, source, sent);
}

static void on_reply(void *arg, uint32_t source, const uint8_t *packet,
    size_t length, const struct engine_stamp *received)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	engine_reply(io->engine, &now, source, packet, length, received);
	after(io);
}

/* --- other roles ---------------------------------------------------------- */

static void on_clock(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	(void)fds;			/* none in what hora-clock sends */
	if (type == IPC_CLOCK_CHANGED)
		engine_clock_changed(io->engine, &now, &payload->CLOCK_CHANGED);
	after(io);
}

static void on_clock_closed(void *arg)
{
	struct engine_io *io = arg;

	channel_close(io->clock);
	io->clock = NULL;
}

static void on_ke_client(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	(void)fds;
	if (type == IPC_ADDRESSES)
		engine_addresses(io->engine, &now, &payload->ADDRESSES);
	else if (type == IPC_KE_DONE)
		engine_ke_done(io->engine, &now, &payload->KE_DONE);
	after(io);
}

static void on_ke_client_closed(void *arg)
{
	struct engine_io *io = arg;
	struct engine_now now = read_now(io);

	if (!io->ke_client)
		return;
	channel_close(io->ke_client);
	io->ke_client = NULL;
	engine_ke_lost(io->engine, &now);
	after(io);
}

/* A channel to another role; replaces an earlier one. fd is taken over. */
static void take_peer(struct engine_io *io, uint32_t role, int fd)
{
	struct engine_now now;
	int rc = -EPROTO;

	if (role == ROLE_CLOCK) {
		on_clock_closed(io);
		rc = channel_open(io->loop, fd, ROLE_ENGINE, ROLE_CLOCK,
		    on_clock, on_clock_closed, io, &io->clock);
	} else if (role == ROLE_KE_CLIENT) {
		on_ke_client_closed(io);
		rc = channel_open(io->loop, fd, ROLE_ENGINE, ROLE_KE_CLIENT,
		    on_ke_client, on_ke_client_closed, io, &io->ke_client);
	}
	if (rc) {
		role_log(io->link, SEV_ERROR, "could not open a channel: %s",
		    strerror(-rc));
		close(fd);
		return;
	}
	if (role != ROLE_KE_CLIENT)
		return;
	now = read_now(io);
	engine_ke_new(io->engine, &now);
}

/* --- horad ---------------------------------------------------------------- */

static void take_page(struct engine_io *io, const struct ipc_shm *shm, int fd)
{
	int rc = io_pages_take(&io->pages, shm, fd);

	if (rc)
		role_log(io->link, SEV_ERROR, "could not map shared memory: %s",
		    strerror(-rc));
	io->engine->serve_page = io->pages.serve;
	io->engine->ke_page = io->pages.ke;
}

static void take_sources(struct engine_io *io, int fd)
{
	struct engine_now now = read_now(io);
	struct source_config *lines;
	size_t count;

	if (io_sources_read(io->link, fd, &lines, &count) != 0)
		return;
	engine_sources(io->engine, &now, lines, count);
	free(lines);
}

static void engine_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct engine_io *io = state;
	struct engine_now now = read_now(io);
	unsigned fd_count = ipc_fds(type);

	switch (type) {
	case IPC_PEER:
		take_peer(io, payload->PEER.role, fds[0]);
		fd_count = 0;		/* taken over */
		break;
	case IPC_SHM:
		take_page(io, &payload->SHM, fds[0]);
		break;
	case IPC_SOURCES:
		take_sources(io, fds[0]);
		break;
	case IPC_ENGINE_MEMORY:
		engine_memory(io->engine, &now, &payload->ENGINE_MEMORY);
		break;
	case IPC_LEAPS:
		engine_leaps(io->engine, &now, &payload->LEAPS);
		break;
	case IPC_CONTROL:
		io_control_request(io->control, &payload->CONTROL);
		break;
	case IPC_ANSWER:
		io_control_answer(io->control, &payload->ANSWER);
		break;
	case IPC_NTS_STATE:
		engine_nts_state(io->engine, &now, &payload->NTS_STATE);
		break;
	case IPC_HISTORY:
		engine_history(io->engine, &now, &payload->HISTORY);
		break;
	case IPC_MAC_KEY:
		engine_mac_key(io->engine, &now, &payload->MAC_KEY);
		break;
	case IPC_MAC_KEYS_NEW:
		engine_mac_keys_new(io->engine, &now);
		break;
	default:
		break;
	}
	for (unsigned i = 0; i < fd_count; i++)
		close(fds[i]);
	after(io);
}

/* --- start and end -------------------------------------------------------- */

/*
 * Precision of reading the clock, log2 s: the least step that is seen. A clock
 * that stands still meanwhile is read faster than it counts; it counts in its
 * resolution (clock_getres(2)).
 */
static int8_t measure_precision(void)
{
	double least_s = INFINITY;
	int8_t log2_s = 0;
	struct wall_time last = wall_now();

	for (int i = 0; i < PRECISION_READINGS; i++) {
		struct wall_time t = wall_now();
		double step_s = wall_sub(t, last);

		if (step_s > 0)
			least_s = fmin(least_s, step_s);
		last = t;
	}
	if (isinf(least_s))
		least_s = wall_resolution_s();
	while (log2_s > -30 && s_from_log2(log2_s) > least_s)
		log2_s--;
	return log2_s;
}

static void engine_release(void *state)
{
	struct engine_io *io = state;

	if (!io)
		return;
	loop_timer_cancel(&io->timer);
	io_control_close(io->control);
	requests_close_all(&io->requests);
	channel_close(io->clock);
	channel_close(io->ke_client);
	engine_free(io->engine);
	io_pages_free(&io->pages);
	free(io);
}

static int start_engine(struct engine_io *io, const struct config *config,
    const struct ipc_config *options)
{
	struct engine_now now = read_now(io);
	struct engine_effects fx = effects(io);
	struct control_clock clock = { io, read_now, after };

	io->engine = engine_new(config, options, &fx, measure_precision(), &now);
	if (!io->engine)
		return -ENOMEM;
	return io_control_open(io->link, config, options, io->engine, &clock,
	    &io->control);
}

static int engine_open(struct role_link *link, const struct config *config,
    const struct ipc_config *options, bool has_boot, void **ret_state)
{
	struct engine_io *io = calloc(1, sizeof(*io));
	const struct request_events events = { io, on_sent, on_reply };
	int rc;

	if (!io)
		return -ENOMEM;
	io->link = link;
	io->loop = role_link_loop(link);
	io->has_boot = has_boot;
	io->pages.records = config_client_records(config);
	loop_timer_init(&io->timer, on_timer, io);
	rc = requests_open(&io->requests, link, config, options, &events);
	if (rc == 0) {
		rc = start_engine(io, config, options);
		if (rc)
			role_log(link, SEV_FATAL, "could not start: %s",
			    strerror(-rc));
	}
	if (rc) {
		engine_release(io);
		return rc;
	}
	if (!engine_is_settled(io->engine))
		role_link_wait(link);
	after(io);
	*ret_state = io;
	return 0;
}

static int engine_start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	return engine_open(link, config, options, true, ret_state);
}

static int engine_start_single(struct role_link *link,
    const struct config *config, const struct ipc_config *options,
    void **ret_state)
{
	return engine_open(link, config, options, false, ret_state);
}

static int engine_renew(void *state, const struct config *config)
{
	struct engine_io *io = state;
	struct engine_now now = read_now(io);
	int rc = control_access_set(io->engine, config);

	if (rc)
		return rc;
	requests_renew(&io->requests, config);
	engine_reload(io->engine, &now, config);
	after(io);
	return 0;
}

static void engine_end(void *state)
{
	struct engine_io *io = state;
	struct engine_now now = read_now(io);

	engine_stop(io->engine, &now);
	after(io);
	io_control_close(io->control);
	io->control = NULL;
	if (io->clock)
		channel_flush(io->clock, STOP_FLUSH_S);
	role_link_stopped(io->link);
}

const struct role_program engine_program = {
	.role = ROLE_ENGINE,
	.start = engine_start,
	.reload = engine_renew,
	.message = engine_message,
	.stop = engine_end,
	.free = engine_release,
};

const struct role_program engine_single_program = {
	.role = ROLE_ENGINE,
	.start = engine_start_single,
	.reload = engine_renew,
	.message = engine_message,
	.stop = engine_end,
	.free = engine_release,
};
