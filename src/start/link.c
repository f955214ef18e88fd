/* SPDX-License-Identifier: Apache-2.0 */
#include "start/link.h"

#include "conf/expand.h"
#include "conf/parse.h"
#include "os/sealed.h"
#include "sandbox/limits.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ALIVE_INTERVAL_S 30.0	/* horad waits four times as long */
#define STOP_TIMEOUT_S 5.0	/* for the role, once horad is gone */
#define FLUSH_TIMEOUT_S 1.0	/* for the last messages to horad */

struct role_link {
	struct loop *loop;
	struct channel *channel;
	const struct role_program *program;
	struct passed_sockets *sockets;
	role_started_fn *started;
	void (*ended)(void *arg, int status);
	void *arg;
	struct config *config;		/* NULL until it comes */
	struct ipc_config options;
	void *state;
	bool is_started, is_stopping, is_over;
	bool waits, is_ready;		/* with READY, until role_link_ready */
	int status;
	struct loop_timer alive, ending;
};

struct loop *role_link_loop(struct role_link *link)
{
	return link->loop;
}

struct passed_sockets *role_link_sockets(struct role_link *link)
{
	return link->sockets;
}

int role_link_send(struct role_link *link, enum ipc_type type,
    const void *payload)
{
	return channel_send(link->channel, type, payload, NULL);
}

void role_link_wait(struct role_link *link)
{
	link->waits = true;
}

void role_link_ready(struct role_link *link)
{
	static const struct ipc_none none;

	if (link->is_started && !link->is_ready)
		role_link_send(link, IPC_READY, &none);
	link->is_ready |= link->is_started;
}

void role_log(struct role_link *link, enum severity severity,
    const char *format, ...)
{
	struct ipc_log log = { .severity = severity };
	va_list ap;

	if ((int)severity < link->options.log_level)
		return;
	va_start(ap, format);
	vsnprintf(log.text, sizeof(log.text), format, ap);
	va_end(ap);
	if (role_link_send(link, IPC_LOG, &log) == -EPIPE)
		fprintf(stderr, "%s: %s\n", role_name(link->program->role),
		    log.text);
}

/* --- the end -------------------------------------------------------------- */

static void on_ending(void *arg)
{
	struct role_link *link = arg;

	link->ended(link->arg, link->status);
}

/* The link is over: tell the owner, from the loop and not from here. */
static void end(struct role_link *link, int status)
{
	if (link->is_over)
		return;
	link->is_over = true;
	link->status = status;
	loop_timer_cancel(&link->alive);
	loop_timer_set(link->loop, &link->ending, loop_now(link->loop));
}

void role_link_stopped(struct role_link *link)
{
	static const struct ipc_none none;

	/* Horad may be gone already: then nobody waits for these. */
	if (role_link_send(link, IPC_STOPPED, &none) == 0)
		channel_flush(link->channel, FLUSH_TIMEOUT_S);
	end(link, link->status);
}

static void stop(struct role_link *link, int status)
{
	if (link->is_stopping || link->is_over)
		return;
	link->is_stopping = true;
	link->status = status;
	if (!link->is_started) {
		role_link_stopped(link);
		return;
	}
	link->program->stop(link->state);
}

static void on_closed(void *arg)
{
	struct role_link *link = arg;

	if (!link->is_stopping && !link->is_over)
		fprintf(stderr, "%s: horad %s\n",
		    role_name(link->program->role), link->config ?
		    "is gone" : "has refused the connection or is gone");
	stop(link, EXIT_FAILURE);
	/* A role that can not end in order ends anyway. */
	if (!link->is_over)
		loop_timer_set(link->loop, &link->ending,
		    mono_add(loop_now(link->loop), STOP_TIMEOUT_S));
}

void role_link_stop(struct role_link *link)
{
	stop(link, EXIT_SUCCESS);
}

/* --- the start ------------------------------------------------------------ */

static void on_alive(void *arg)
{
	struct role_link *link = arg;
	static const struct ipc_none none;

	role_link_send(link, IPC_ALIVE, &none);
	loop_timer_set(link->loop, &link->alive,
	    mono_add(loop_now(link->loop), ALIVE_INTERVAL_S));
}

static void drop_config(struct config *config)
{
	if (config)
		config_free(config);
	free(config);
}

static int parse_config(struct role_link *link, const char *text, size_t n,
    struct config **ret)
{
	char message[CONF_ERROR_SIZE];
	struct conf_error error;
	struct config *config = malloc(sizeof(*config));

	if (!config)
		return -ENOMEM;
	if (conf_parse_text(text, n, config, &error)) {
		*ret = config;
		return 0;
	}
	free(config);
	/* Horad parsed it before: the programs are not of one build. */
	role_log(link, SEV_FATAL, "%s",
	    conf_error_message(&error, message, sizeof(message)));
	return -EINVAL;
}

/* *ret is the caller's. 0, or -errno after logging why. */
static int read_config(struct role_link *link, int fd, struct config **ret)
{
	char *text = NULL;
	size_t n;
	int rc = sealed_read(fd, CONF_TEXT_MAX, &text, &n);

	if (rc == 0)
		rc = parse_config(link, text, n, ret);
	free(text);
	if (rc && rc != -EINVAL)
		role_log(link, SEV_FATAL, "could not read the configuration: "
		    "%s", strerror(-rc));
	return rc;
}

static void close_left_sockets(struct role_link *link)
{
	int left = link->sockets ? passed_sockets_close(link->sockets) : 0;

	if (left > 0)
		role_log(link, SEV_WARNING, "closed %d passed socket%s that the "
		    "configuration does not ask for", left,
		    left == 1 ? "" : "s");
}

/* Who tells the time, and from whom it is known, shall not be late. */
static bool is_timely(enum role role)
{
	return role == ROLE_CLOCK || role == ROLE_ENGINE || role == ROLE_SERVE;
}

static void use_limits(struct role_link *link)
{
	enum role role = link->program->role;
	int priority = link->options.sched_priority != 0 ?
	    (int)link->options.sched_priority : link->config->sched_priority;
	bool lock = (link->options.flags & IPC_LOCK_ALL) != 0 ||
	    link->config->lock_all;
	int rc = 0;

	if (is_timely(role) && priority > 0)
		rc = limits_run_realtime(priority);
	if (rc)
		role_log(link, SEV_WARNING, "%s can not run with real-time "
		    "priority %d: %s%s", role_name(role), priority,
		    strerror(-rc), rc == -EPERM ? " (the limit RTPRIO, or "
		    "RestrictRealtime= of its unit, which realtime.conf of "
		    "hora's examples lifts)" : "");
	rc = is_timely(role) && lock ? limits_lock_memory() : 0;
	if (rc)
		role_log(link, SEV_WARNING, "%s can not lock its memory: %s",
		    role_name(role), strerror(-rc));
}

static void configure(struct role_link *link, const struct ipc_config *options,
    int fd)
{
	int rc;

	link->options = *options;
	rc = read_config(link, fd, &link->config);
	if (rc == 0)
		rc = link->program->start(link, link->config, &link->options,
		    &link->state);
	if (rc == 0) {
		link->is_started = true;
		close_left_sockets(link);
		use_limits(link);
		if (link->started)
			rc = link->started(link->arg, link, link->config,
			    &link->options);
	}
	if (rc) {
		channel_flush(link->channel, FLUSH_TIMEOUT_S);
		end(link, EXIT_FAILURE);
		return;
	}
	if (!link->waits)
		role_link_ready(link);
	on_alive(link);
}

/* Another configuration, for a role that runs by one. */
static void reload(struct role_link *link, const struct ipc_config *options,
    int fd)
{
	struct ipc_applied applied = { .number = options->number };
	struct config *config = NULL;
	int rc;

	if (!link->is_started || link->is_stopping || link->is_over)
		return;
	rc = read_config(link, fd, &config);
	if (rc == 0)
		rc = link->program->reload(link->state, config);
	if (rc == 0) {
		drop_config(link->config);
		link->config = config;
		role_link_send(link, IPC_APPLIED, &applied);
		return;
	}
	if (rc == -EAGAIN)
		role_log(link, SEV_INFO, "%s starts anew to open what is new",
		    role_name(link->program->role));
	else
		role_log(link, SEV_ERROR, "%s could not take the new "
		    "configuration: %s", role_name(link->program->role),
		    strerror(-rc));
	stop(link, EXIT_FAILURE);
	/* What the role still has of the old one is good to its end. */
	drop_config(config);
}

static void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct role_link *link = arg;

	if (type == IPC_CONFIG) {
		if (link->config)
			reload(link, &payload->CONFIG, fds[0]);
		else
			configure(link, &payload->CONFIG, fds[0]);
		close(fds[0]);
	} else if (type == IPC_STOP) {
		stop(link, EXIT_SUCCESS);
	} else if (link->is_started && !link->is_over) {
		link->program->message(link->state, type, payload, fds);
	} else {
		for (unsigned i = 0; i < ipc_fds(type); i++)
			close(fds[i]);
	}
}

int role_link_open(struct loop *loop, int fd, const struct role_program *program,
    struct passed_sockets *sockets, role_started_fn *started,
    void (*ended)(void *arg, int status), void *arg, struct role_link **ret)
{
	struct role_link *link = calloc(1, sizeof(*link));
	struct ipc_hello hello = { .version = IPC_VERSION,
		.role = (uint32_t)program->role, .pid = getpid() };
	int rc;

	if (!link)
		return -ENOMEM;
	link->loop = loop;
	link->program = program;
	link->sockets = sockets;
	link->started = started;
	link->ended = ended;
	link->arg = arg;
	loop_timer_init(&link->alive, on_alive, link);
	loop_timer_init(&link->ending, on_ending, link);
	rc = channel_open(loop, fd, program->role, ROLE_HORAD, on_message,
	    on_closed, link, &link->channel);
	if (rc) {
		free(link);
		return rc;
	}
	/* When it fails, on_closed comes. */
	role_link_send(link, IPC_HELLO, &hello);
	*ret = link;
	return 0;
}

void role_link_close(struct role_link *link)
{
	if (!link)
		return;
	link->program->free(link->state);
	loop_timer_cancel(&link->alive);
	loop_timer_cancel(&link->ending);
	channel_close(link->channel);
	drop_config(link->config);
	free(link);
}
