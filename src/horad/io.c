/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemon.h"

#include "os/now.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define WATCHDOG_PINGS 3	/* within systemd's limit */

/* --- time ----------------------------------------------------------------- */

static void on_wake(void *arg)
{
	struct daemon *d = arg;

	horad_timer(&d->horad, loop_now(d->loop));
	reload_timer(&d->reload, loop_now(d->loop));
	hostnames_timer(&d->names, loop_now(d->loop));
	daemon_set_wake(d);
}

static void on_rotate(void *arg)
{
	struct daemon *d = arg;

	keys_rotate(&d->keys, loop_now(d->loop));
	daemon_hand_again(d, HAND_KEYRING);
	loop_timer_set(d->loop, &d->rotate, keys_due(&d->keys));
}

static void on_watch(void *arg)
{
	struct daemon *d = arg;

	if (certs_watch(&d->certs, wall_now()))
		daemon_hand_again(d, HAND_CREDENTIALS);
	loop_timer_set(d->loop, &d->watch, mono_add(loop_now(d->loop),
	    CERTS_WATCH_S));
}

static void on_leaps(void *arg)
{
	struct daemon *d = arg;

	if (leaps_read(&d->leaps, wall_now(), &d->log))
		daemon_hand_again(d, HAND_LEAPS);
	loop_timer_set(d->loop, &d->leaps_again, mono_add(loop_now(d->loop),
	    LEAPS_READ_S));
}

/* By systemd we are alive only while the clock is looked after. */
static void on_watchdog(void *arg)
{
	struct daemon *d = arg;

	if (horad_is_lively(&d->horad, loop_now(d->loop)))
		systemd_notify("WATCHDOG=1");
	loop_timer_set(d->loop, &d->watchdog, mono_add(loop_now(d->loop),
	    d->watchdog_s / WATCHDOG_PINGS));
}

/* --- channels ------------------------------------------------------------- */

static void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct role_end *end = arg;

	(void)fds;
	daemon_receive(end->daemon, end->role, type, payload);
}

static void on_closed(void *arg)
{
	struct role_end *end = arg;
	struct daemon *d = end->daemon;

	channel_close(end->channel);
	end->channel = NULL;
	d->host->gone(d->host_state, end->role);
	if (end->role == ROLE_ENGINE) {
		reload_engine_gone(&d->reload);
		daemon_control_attend(d, false);
	}
	if (end->role == ROLE_KE_CLIENT)
		hostnames_lost(&d->names, loop_now(d->loop));
	horad_gone(&d->horad, end->role, loop_now(d->loop));
	daemon_set_wake(d);
}

static int open_end(struct daemon *d, enum role role, int fd)
{
	struct role_end *end = &d->ends[role];

	end->is_killed = false;
	end->lines = 0;		/* its own, not those of the one before */
	return channel_open(d->loop, fd, ROLE_HORAD, role, on_message,
	    on_closed, end, &end->channel);
}

/*
 * A role has connected by itself; its hello is the first to be read. Nobody
 * takes the place of a role that lives: whoever can connect may only fill a gap.
 */
static int on_connected(void *arg, enum role role, int fd)
{
	struct daemon *d = arg;
	const struct channel *last = d->ends[role].channel;

	if (last)
		return channel_has_peer(last) ? -EEXIST : -EAGAIN;
	return open_end(d, role, fd);
}

/* --- effects -------------------------------------------------------------- */

static int effect_start(void *arg, enum role role)
{
	struct daemon *d = arg;
	int pair[2], rc = channel_pair(d->loop, pair);

	if (rc)
		return rc;
	rc = d->host->start(d->host_state, role, pair[1]);
	close(pair[1]);
	if (rc == 0)
		rc = open_end(d, role, pair[0]);
	if (rc)
		close(pair[0]);
	return rc;
}

static void effect_stop(void *arg, enum role role)
{
	static const struct ipc_none none;

	daemon_send(arg, role, IPC_STOP, &none, NULL);
}

static void effect_kill(void *arg, enum role role)
{
	struct daemon *d = arg;

	struct role_end *end = &d->ends[role];

	d->host->kill(d->host_state, role);
	/* A child of the role may hold the channel open for ever. */
	if (end->is_killed && end->channel)
		channel_hang_up(end->channel);
	end->is_killed = true;
}

static void effect_ready(void *arg)
{
	struct daemon *d = arg;
	int rc = systemd_notify("READY=1");

	if (rc)
		logsink_printf(&d->log, SEV_ERROR, "Could not tell systemd "
		    "that we are ready: %s", strerror(-rc));
	daemonise_ready(&d->waiting);
	reload_enable(&d->reload, loop_now(d->loop));
}

static void effect_stopping(void *arg)
{
	struct daemon *d = arg;

	logsink_printf(&d->log, SEV_INFO, "%s exiting", d->options->program);
	systemd_notify("STOPPING=1");
}

static void effect_finished(void *arg, int status)
{
	struct daemon *d = arg;

	loop_stop(d->loop, status);
}

static void effect_log(void *arg, enum severity severity, const char *text)
{
	struct daemon *d = arg;

	logsink_write(&d->log, severity, text);
}

/* --- life ----------------------------------------------------------------- */

static void on_stop_signal(void *arg)
{
	struct daemon *d = arg;

	horad_stop(&d->horad, 0, loop_now(d->loop));
	daemon_set_wake(d);
}

static void on_reload_signal(void *arg)
{
	struct daemon *d = arg;

	daemon_reload(d, 0);
	daemon_set_wake(d);
}

static int set_signals(struct daemon *d)
{
	static const int stops[] = { SIGTERM, SIGINT, SIGQUIT };
	int rc = 0;

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]) && rc == 0; i++)
		rc = loop_signal(d->loop, stops[i], on_stop_signal, d);
	return rc ? rc : loop_signal(d->loop, SIGHUP, on_reload_signal, d);
}

int daemon_start(struct daemon *d)
{
	struct horad_effects effects = { d, effect_start, daemon_hand_out,
		effect_stop, effect_kill, effect_ready, effect_stopping,
		effect_finished, effect_log };
	struct host_world world = { d->loop, &d->log, d->sockets, d->listener,
		on_connected, d };
	int rc;

	for (int r = 0; r < ROLE_COUNT; r++)
		d->ends[r] = (struct role_end){ .daemon = d,
			.role = (enum role)r };
	loop_timer_init(&d->wake, on_wake, d);
	loop_timer_init(&d->rotate, on_rotate, d);
	loop_timer_init(&d->watch, on_watch, d);
	loop_timer_init(&d->leaps_again, on_leaps, d);
	loop_timer_init(&d->watchdog, on_watchdog, d);
	rc = d->host->open(&world, &d->host_state);
	if (rc)
		return rc;
	rc = set_signals(d);
	if (rc)
		return rc;
	horad_init(&d->horad, &effects,
	    horad_roles(&d->config, d->options->flags, false),
	    d->host->is_supervised);
	daemon_reload_init(d);
	daemon_names_init(d);
	daemon_control_open(d);
	if (d->certs.count > 0)
		on_watch(d);
	daemon_set_timers(d);
	horad_start(&d->horad, loop_now(d->loop));
	d->watchdog_s = systemd_watchdog_s();
	if (d->watchdog_s > 0)
		on_watchdog(d);
	daemon_set_wake(d);
	return 0;
}

void daemon_close(struct daemon *d)
{
	loop_timer_cancel(&d->wake);
	loop_timer_cancel(&d->rotate);
	loop_timer_cancel(&d->watch);
	loop_timer_cancel(&d->leaps_again);
	loop_timer_cancel(&d->watchdog);
	for (int r = 0; r < ROLE_COUNT; r++) {
		channel_close(d->ends[r].channel);
		d->ends[r].channel = NULL;
	}
	daemon_control_close(d);
	if (d->host_state)
		d->host->close(d->host_state);
	d->host_state = NULL;
}
