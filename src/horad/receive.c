/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemon.h"

#include "base/exit_status.h"
#include "base/text.h"
#include "os/now.h"
#include "sandbox/filter.h"

#include <stdio.h>
#include <string.h>

#define LINES_MOST 5000ul	/* of a role in */
#define LINES_TIME_S 30.0

/*
 * A role that writes without end must not fill the disk: as systemd's journal, we
 * take so many lines in so long, and say how many are missing.
 */
static bool has_room(struct daemon *d, struct role_end *end)
{
	struct mono_time now = loop_now(d->loop);

	if (end->lines_since.ns == 0 ||
	    mono_sub(now, end->lines_since) > LINES_TIME_S) {
		if (end->lines > LINES_MOST)
			logsink_printf(&d->log, SEV_WARNING, "%lu lines of %s "
			    "left out: too many", end->lines - LINES_MOST,
			    role_name(end->role));
		end->lines_since = now;
		end->lines = 0;
	}
	if (++end->lines == LINES_MOST + 1)
		logsink_printf(&d->log, SEV_WARNING, "more lines of %s left "
		    "out: too many in %.0f s", role_name(end->role),
		    LINES_TIME_S);
	return end->lines <= LINES_MOST;
}

static void on_log(struct daemon *d, enum role role, const struct ipc_log *log)
{
	enum severity severity = (enum severity)log->severity;

	if (!memchr(log->text, '\0', sizeof(log->text)) ||
	    !has_room(d, &d->ends[role]))
		return;
	if (severity < SEV_DEBUG || severity > SEV_FATAL)
		severity = SEV_ERROR;
	logsink_write_of(&d->log, role_name(role), severity, log->text);
}

/* Its end by SIGSYS comes next, as that of any process. */
static void on_forbidden(struct daemon *d, enum role role,
    const struct ipc_forbidden *what)
{
	char name[FILTER_NAME_SIZE];

	logsink_printf(&d->log, SEV_ERROR, "%s made the system call %s, which "
	    "its filter forbids (-F): it is ended", role_name(role),
	    filter_call_name(what->number, what->arch, name));
}

static void on_history_load(struct daemon *d, enum role role,
    const struct ipc_history_load *load)
{
	struct ipc_history history;

	dumps_load(&d->dumps, load, &history);
	daemon_send(d, role, IPC_HISTORY, &history, NULL);
}

static void on_nts_load(struct daemon *d, enum role role,
    const struct ipc_nts_load *load)
{
	struct ipc_nts_state state;

	cookies_load(&d->cookies, load, wall_now(), &state);
	daemon_send(d, role, IPC_NTS_STATE, &state, NULL);
	wipe(&state, sizeof(state));
}

static void on_mac_key_load(struct daemon *d, enum role role,
    const struct ipc_mac_key_load *load)
{
	struct ipc_mac_key key;

	/* Any other would be for somebody who has taken the engine over. */
	if (named_keys_have(&d->named, &d->config, load->id)) {
		symmetric_message(&d->symmetric, load->id, &key);
	} else {
		key = (struct ipc_mac_key){ .id = load->id };
		if (!d->named.has_refused)
			logsink_printf(&d->log, SEV_WARNING, "%s asks for the "
			    "symmetric key %u, which no source names: refused, "
			    "and so are others", role_name(role), load->id);
		d->named.has_refused = true;
	}
	daemon_send(d, role, IPC_MAC_KEY, &key, NULL);
	wipe(&key, sizeof(key));
}

/* Servers are given all keys; the engine asks for those that it needs. */
void daemon_rekey(struct daemon *d)
{
	static const struct ipc_none none;

	if (keys_rekey(&d->keys, loop_now(d->loop)))
		daemon_hand_again(d, HAND_KEYRING);
	if (!symmetric_read(&d->symmetric))
		return;
	daemon_hand_again(d, HAND_MAC_KEYS);
	daemon_send(d, ROLE_ENGINE, IPC_MAC_KEYS_NEW, &none, NULL);
}

static bool cycle_logs(struct daemon *d)
{
	int rc = logsink_reopen(&d->log);

	logs_cycle(&d->logs);
	if (rc)
		logsink_printf(&d->log, SEV_ERROR, "Could not open %s again: "
		    "%s", d->log.path, strerror(-rc));
	return rc == 0;
}

static void save(struct daemon *d)
{
	keys_save(&d->keys, loop_now(d->loop));
	cookies_save(&d->cookies);
}

static void on_exit_request(struct daemon *d, const struct ipc_request *request)
{
	if (*request->text && memchr(request->text, '\0',
	    sizeof(request->text))) {
		char text[IPC_TEXT_SIZE];

		text_copy(text, sizeof(text), request->text);
		text_defuse(text);
		printf("%s\n", text);
		fflush(stdout);
	}
	horad_stop(&d->horad, request->status == EXIT_OFFSET ? EXIT_OFFSET :
	    request->status != 0, loop_now(d->loop));
}

/* A request is over whose course is in the log already. */
static void answer(struct daemon *d, uint32_t id, bool is_done)
{
	struct ipc_answer done = { .id = id, .is_done = is_done };

	if (id != 0)
		daemon_send(d, ROLE_ENGINE, IPC_ANSWER, &done, NULL);
}

static void on_request(struct daemon *d, const struct ipc_request *request)
{
	switch ((enum ipc_task)request->task) {
	case IPC_TASK_SHUTDOWN:
		horad_stop(&d->horad, 0, loop_now(d->loop));
		return;
	case IPC_TASK_CYCLELOGS:
		answer(d, request->id, cycle_logs(d));
		return;
	case IPC_TASK_REKEY:
		/* What could not be read is in the log, and stays as it was. */
		daemon_rekey(d);
		answer(d, request->id, true);
		return;
	case IPC_TASK_DUMP:
		/* What the engine reported came before, and is written. */
		save(d);
		answer(d, request->id, true);
		return;
	case IPC_TASK_RELOAD_SOURCES:
		/* The engine gets them before the answer. */
		daemon_hand_again(d, HAND_SOURCES);
		answer(d, request->id, true);
		return;
	case IPC_TASK_RELOAD_CONFIG:
		daemon_reload(d, request->id);
		return;
	case IPC_TASK_RULE:
		daemon_rule(d, &request->rule, request->id);
		return;
	case IPC_TASK_CLIENTS_RESET:
		daemon_send(d, ROLE_SERVE, IPC_CLIENTS_RESET,
		    &request->clients, NULL);
		daemon_send(d, ROLE_KE_SERVER, IPC_CLIENTS_RESET,
		    &request->clients, NULL);
		return;
	case IPC_TASK_EXIT:
		on_exit_request(d, request);
		return;
	}
	logsink_printf(&d->log, SEV_ERROR, "Unknown request %u of the engine",
	    request->task);
	answer(d, request->id, false);
}

/* What a role says of itself. False: the message is none of these. */
static bool on_life(struct daemon *d, enum role role, enum ipc_type type,
    const union ipc_payload *payload)
{
	struct mono_time now = loop_now(d->loop);

	switch ((unsigned)type) {
	case IPC_HELLO:
		/* The listener has looked at it; a child's is ours to check. */
		if (payload->HELLO.version == IPC_VERSION &&
		    payload->HELLO.role == (uint32_t)role) {
			horad_hello(&d->horad, role, now);
			reload_greeted(&d->reload, role);
		}
		return true;
	case IPC_READY:
		horad_ready(&d->horad, role, now);
		reload_ready(&d->reload, role, now);
		if (role == ROLE_KE_CLIENT)
			hostnames_there(&d->names, now);
		if (role == ROLE_ENGINE)
			daemon_control_attend(d, true);
		return true;
	case IPC_APPLIED:
		reload_applied(&d->reload, role, payload->APPLIED.number, now);
		return true;
	case IPC_ALIVE:
		horad_alive(&d->horad, role, now);
		return true;
	case IPC_STOPPED:
		horad_stopped(&d->horad, role);
		return true;
	}
	return false;
}

/* What it is told for others, or to keep. */
static void on_news(struct daemon *d, enum role role, enum ipc_type type,
    const union ipc_payload *payload)
{
	switch ((unsigned)type) {
	case IPC_ADDRESSES:
		hostnames_answer(&d->names, &payload->ADDRESSES,
		    loop_now(d->loop));
		break;
	case IPC_LOG:
		on_log(d, role, &payload->LOG);
		break;
	case IPC_FORBIDDEN:
		on_forbidden(d, role, &payload->FORBIDDEN);
		break;
	case IPC_CLOCK_MEMORY:
		steps_report(&d->steps, &payload->CLOCK_MEMORY, &d->log);
		break;
	case IPC_ENGINE_MEMORY:
		drift_report(&d->drift, &payload->ENGINE_MEMORY, &d->log);
		break;
	case IPC_NTS_STATE:
		cookies_report(&d->cookies, &payload->NTS_STATE);
		break;
	case IPC_NTS_LOAD:
		on_nts_load(d, role, &payload->NTS_LOAD);
		break;
	case IPC_MAC_KEY_LOAD:
		on_mac_key_load(d, role, &payload->MAC_KEY_LOAD);
		break;
	case IPC_HISTORY:
		dumps_write(&d->dumps, &payload->HISTORY);
		break;
	case IPC_HISTORY_LOAD:
		on_history_load(d, role, &payload->HISTORY_LOAD);
		break;
	case IPC_LOGLINE:
		logs_entry(&d->logs, &payload->LOGLINE);
		break;
	case IPC_WRONG:
		mail_report(&d->mail, &payload->WRONG);
		break;
	case IPC_CONTROL_REPLY:
		daemon_control_reply(d, &payload->CONTROL_REPLY);
		break;
	case IPC_REQUEST:
		on_request(d, &payload->REQUEST);
		break;
	}
}

void daemon_receive(struct daemon *d, enum role role, enum ipc_type type,
    const union ipc_payload *payload)
{
	if (!on_life(d, role, type, payload))
		on_news(d, role, type, payload);
	daemon_set_wake(d);
}
