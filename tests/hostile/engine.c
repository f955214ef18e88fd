/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-engine after somebody has taken it over: in its own sandbox, on its real
 * channels, started by the real horad beside the real others. Each life makes one
 * attack, which may end it, and tells by the log what came back. How many lives there
 * were, it has horad remember, as the count of updates.
 */
#include "hora-engine/io.h"
#include "hostile/frames.h"
#include "ipc/queue.h"
#include "os/now.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BEGIN_S 0.3		/* all that horad gives has come */
#define FLOOD 20000
#define LOOKUPS 2000
#define ANSWER_MS 20000
#define ALL_KEYS 70000

struct engine {
	struct role_link *link;
	struct loop_timer begin;
	int horad, ke_client, clock;	/* raw */
	uint32_t life;
	struct {
		unsigned keys, key_bytes, states, cookies, histories, texts;
	} got;
};

/* Of main, before the channel is the link's. */
static int channel_copy = -1;

static int send_payload(int to, enum ipc_type type, const void *payload)
{
	return send_message(to, type, payload, NULL, 0);
}

/* The filter has no poll(2). */
static int ready(struct pollfd *p, long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	return ppoll(p, 1, &ts, NULL);
}

#define SEND(e, type, payload) send_payload((e)->horad, IPC_##type, (payload))

/* --- attacks on horad -------------------------------------------------------------- */

static void evil_text(char *text, size_t size)
{
	snprintf(text, size, "%s", "harmless\n2026-01-01T00:00:00Z forged line\r"
	    "\033[2J\x9b" "2J\xc2\x9b" "2J\xe2\x80\xa8unicode\xe2\x80\xaegnihtyna");
}

static void say_evil_lines(const struct engine *e)
{
	struct ipc_log log = { .severity = 12345 };
	struct ipc_logline line = { 0 };

	evil_text(log.text, sizeof(log.text));
	SEND(e, LOG, &log);
	log.severity = -5;
	SEND(e, LOG, &log);
	memset(log.text, 'A', sizeof(log.text));	/* without an end */
	SEND(e, LOG, &log);
	evil_text(line.text, sizeof(line.text));
	for (line.file = 0; line.file < 6; line.file++)
		SEND(e, LOGLINE, &line);
	memset(line.text, 'A', sizeof(line.text));
	line.file = UINT32_MAX;
	SEND(e, LOGLINE, &line);
}

static void ask_for_files(const struct engine *e)
{
	struct ipc_nts_load load = { 0 };
	struct ipc_history_load history = { 0 };
	static const char *const names[] = { "../../../etc/shadow", "/etc/shadow",
		"", "shadow" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(load.name, sizeof(load.name), "%s", names[i]);
		for (unsigned f = 0; f < 6; f++) {
			load.ke_address.family = (uint8_t)(f == 5 ? 77 : f);
			SEND(e, NTS_LOAD, &load);
		}
	}
	memset(&load, 0xff, sizeof(load));
	SEND(e, NTS_LOAD, &load);
	for (unsigned f = 0; f < 6; f++) {
		memset(&history, (int)f, sizeof(history));
		history.address.family = (uint8_t)f;
		SEND(e, HISTORY_LOAD, &history);
	}
}

static void leave_files(const struct engine *e)
{
	struct ipc_history history;
	struct ipc_nts_state state;

	memset(&history, 0xff, sizeof(history));
	SEND(e, HISTORY, &history);
	history.length = sizeof(history.text);
	SEND(e, HISTORY, &history);
	memset(&state, 0xff, sizeof(state));
	SEND(e, NTS_STATE, &state);
	memset(&state, 0, sizeof(state));
	state.ke_address.family = IP_V4;
	state.cookie_count = UINT16_MAX;
	state.key_length = UINT16_MAX;
	snprintf(state.name, sizeof(state.name), "../../../etc/x");
	SEND(e, NTS_STATE, &state);
	memset(&history, 'x', sizeof(history));
	history.address = (struct ip_addr){ .family = IP_V4 };
	history.length = 100;
	for (unsigned i = 0; i < FLOOD; i++) {
		memcpy(&history.address.bytes, &i, sizeof(i));
		SEND(e, HISTORY, &history);
	}
}

static void extreme_values(const struct engine *e)
{
	static const double bad[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300 };
	struct ipc_control_reply reply = { 0 };
	struct ipc_request request = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ipc_engine_memory m = { .freq_ppm = bad[i],
			.skew_ppm = bad[i], .interval_s = bad[i] };
		struct ipc_wrong wrong = { .offset_s = bad[i] };

		SEND(e, ENGINE_MEMORY, &m);
		SEND(e, WRONG, &wrong);
	}
	request.task = IPC_TASK_CLIENTS_RESET;
	request.clients.ntp_end = request.clients.ke_end = UINT32_MAX;
	SEND(e, REQUEST, &request);
	memset(&request, 0xff, sizeof(request));
	for (request.task = IPC_TASK_EXIT + 1; request.task < 100; request.task++)
		SEND(e, REQUEST, &request);
	request.task = IPC_TASK_RULE;
	SEND(e, REQUEST, &request);
	memset(&reply, 0xff, sizeof(reply));
	for (unsigned i = 0; i < 1000; i++) {
		reply.id = i;
		reply.length = i % 2 ? i : UINT32_MAX;
		reply.turn = i % 3;
		SEND(e, CONTROL_REPLY, &reply);
	}
}

static void ask_for_keys(const struct engine *e)
{
	struct ipc_mac_key_load load = { 0 };

	for (load.id = 0; load.id < ALL_KEYS; load.id++) {
		struct pollfd p = { e->horad, POLLOUT, 0 };

		/* horad's answers are read by the loop only: a few at a time. */
		if (load.id > 400 && load.id < ALL_KEYS - 10)
			continue;
		ready(&p, 1000);
		SEND(e, MAC_KEY_LOAD, &load);
	}
}

/* A step that no operator has ordered, by the control socket itself. */
static void send_command(const struct engine *e)
{
	/* version 6, request, makestep (43) */
	static const unsigned char makestep[28] = { 6, 1, 0, 0, 0, 43 };
	struct sockaddr_un to = { .sun_family = AF_UNIX,
		.sun_path = "/run/chrony/chronyd.sock" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)e;
	(void)!sendto(fd, makestep, sizeof(makestep), 0,
	    (struct sockaddr *)&to, sizeof(to));
	close(fd);
}

/* --- attacks on hora-ke-client ------------------------------------------------------ */

static void extreme_orders(const struct engine *e)
{
	struct ipc_lookup lookup;
	struct ipc_ke_start start;

	memset(&lookup, 0xff, sizeof(lookup));
	send_payload(e->ke_client, IPC_LOOKUP, &lookup);
	lookup = (struct ipc_lookup){ .id = 1, .family = 99 };
	send_payload(e->ke_client, IPC_LOOKUP, &lookup);
	memset(&start, 0xff, sizeof(start));
	send_payload(e->ke_client, IPC_KE_START, &start);
	memset(&start, 0, sizeof(start));
	send_payload(e->ke_client, IPC_KE_START, &start);
	snprintf(start.name, sizeof(start.name), "time.example");
	start.server.ip.family = IP_V4;
	start.server.port = 9;
	start.server.ip.bytes[0] = 127;
	start.server.ip.bytes[3] = 1;
	start.certset = UINT32_MAX;
	start.aead_count = UINT32_MAX;
	send_payload(e->ke_client, IPC_KE_START, &start);
	start.certset = 0;
	start.aead_count = 1;
	start.aead[0] = 15;
	for (unsigned i = 0; i < LOOKUPS; i++) {
		struct pollfd p = { e->ke_client, POLLOUT, 0 };

		/* It takes its time for each, and closes to who does not read. */
		if (ready(&p, 10) == 0)
			continue;
		lookup = (struct ipc_lookup){ .id = 100 + i };
		snprintf(lookup.name, sizeof(lookup.name), "n%u.invalid", i % 7);
		start.id = i;
		send_payload(e->ke_client, i % 2 ? IPC_LOOKUP : IPC_KE_START,
		    i % 2 ? (const void *)&lookup : (const void *)&start);
	}
}

/* A name is found, sooner or later: it may be busy with what came before. */
static bool still_answers(const struct engine *e)
{
	struct ipc_lookup lookup = { .id = 7777777, .name = "localhost" };
	struct pollfd p = { e->ke_client, POLLIN, 0 };
	struct timespec pause = { 0, 200000000 };
	struct frame got;
	int tries = 100;

	send_payload(e->ke_client, IPC_LOOKUP, &lookup);
	while (ready(&p, ANSWER_MS) == 1) {
		if (recv(e->ke_client, &got, sizeof(got), 0) <= 0)
			return false;
		if (got.type != IPC_ADDRESSES ||
		    got.payload.ADDRESSES.id != lookup.id)
			continue;
		if (got.payload.ADDRESSES.status == 0)
			return true;
		if (--tries == 0)
			return false;
		ppoll(NULL, 0, &pause, NULL);
		send_payload(e->ke_client, IPC_LOOKUP, &lookup);
	}
	return false;
}

/* --- lives ----------------------------------------------------------------------------- */

static void say(const struct engine *e, const char *what)
{
	role_log(e->link, SEV_WARNING, "hostile: life %u: %s", e->life, what);
}

/* The channel breaks: bytes that are no message of the table. */
static void break_table(const struct engine *e, int to, unsigned how)
{
	static unsigned char bytes[60000];
	int many[FRAME_FDS_MOST];
	struct frame frame = { .type = IPC_LOG };

	switch (how) {
	case 0:
		send_frame(to, &frame, FRAME_HEAD + 3, NULL, 0);
		break;
	case 1:
		frame.type = IPC_TYPES + 5;
		send_frame(to, &frame, sizeof(frame), NULL, 0);
		break;
	case 2:
		for (unsigned i = 0; i < FRAME_FDS_MOST; i++)
			many[i] = to;
		send_frame(to, &frame, FRAME_HEAD + ipc_length(IPC_LOG), many,
		    FRAME_FDS_MOST);
		break;
	case 3:
		memset(bytes, 0xff, sizeof(bytes));
		send_frame(to, bytes, sizeof(bytes), NULL, 0);
		break;
	case 4:		/* what only horad may send */
		frame.type = IPC_STOP;
		send_frame(to, &frame, FRAME_HEAD + ipc_length(IPC_STOP),
		    NULL, 0);
		break;
	}
	(void)e;
}

static void flood(const struct engine *e)
{
	struct ipc_history_load load = { .address = { .family = IP_V4 } };
	struct ipc_log log = { .severity = SEV_INFO, .text = "hostile: flood" };

	for (unsigned i = 0; i < FLOOD; i++)
		SEND(e, LOG, &log);
	for (unsigned i = 0; i < FLOOD; i++)
		SEND(e, HISTORY_LOAD, &load);
}

static void attack(void *arg)
{
	struct engine *e = arg;
	struct ipc_engine_memory next = { .updates = e->life + 1 };

	say(e, "begins");
	SEND(e, ENGINE_MEMORY, &next);
	switch (e->life) {
	case 0:
		say_evil_lines(e);
		ask_for_files(e);
		extreme_values(e);
		leave_files(e);
		send_command(e);
		ask_for_keys(e);
		SEND(e, ENGINE_MEMORY, &next);
		loop_timer_set(role_link_loop(e->link), &e->begin,
		    mono_add(mono_now(), 3));
		e->life = 1000;
		return;
	case 1000:	/* what came of the first life */
		role_log(e->link, SEV_WARNING, "hostile: %u keys of %u bytes, "
		    "%u states with %u cookies, %u histories with %u bytes",
		    e->got.keys, e->got.key_bytes, e->got.states, e->got.cookies,
		    e->got.histories, e->got.texts);
		e->life = 0;
		SEND(e, ENGINE_MEMORY, &((struct ipc_engine_memory){
		    .updates = 1 }));
		break_table(e, e->horad, 0);
		return;
	case 1:
	case 2:
	case 3:
	case 4:
		break_table(e, e->horad, e->life);
		return;
	case 5:
		flood(e);
		return;
	case 6:
		extreme_orders(e);
		break_table(e, e->horad, 0);
		return;
	case 7:
		for (unsigned how = 0; how < 4; how++)
			break_table(e, e->ke_client, how);
		break_table(e, e->horad, 0);
		return;
	case 8:
		say(e, still_answers(e) ? "hora-ke-client answers" :
		    "hora-ke-client does not answer");
		return;
	}
}

/* --- the role -------------------------------------------------------------------------- */

static int start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	static struct engine engine;
	struct engine *e = &engine;

	(void)config;
	(void)options;
	e->link = link;
	e->horad = channel_copy;
	e->ke_client = e->clock = -1;
	loop_timer_init(&e->begin, attack, e);
	loop_timer_set(role_link_loop(link), &e->begin,
	    mono_add(loop_now(role_link_loop(link)), BEGIN_S));
	*ret_state = e;
	return 0;
}

static int reload(void *state, const struct config *config)
{
	(void)state;
	(void)config;
	return 0;
}

static void message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct engine *e = state;

	switch ((unsigned)type) {
	case IPC_PEER:
		if (payload->PEER.role == ROLE_KE_CLIENT)
			e->ke_client = fds[0];
		else
			e->clock = fds[0];
		return;
	case IPC_ENGINE_MEMORY:
		e->life = payload->ENGINE_MEMORY.updates;
		return;
	case IPC_MAC_KEY:
		e->got.keys += payload->MAC_KEY.length > 0;
		e->got.key_bytes += payload->MAC_KEY.length;
		return;
	case IPC_NTS_STATE:
		e->got.states++;
		e->got.cookies += payload->NTS_STATE.cookie_count;
		return;
	case IPC_HISTORY:
		e->got.histories++;
		e->got.texts += payload->HISTORY.length;
		return;
	}
}

static void stop(void *state)
{
	struct engine *e = state;

	loop_timer_cancel(&e->begin);
	role_link_stopped(e->link);
}

static void nothing(void *state)
{
	(void)state;
}

int main(int argc, char **argv)
{
	static const struct role_program program = {
		.role = ROLE_ENGINE, .start = start, .reload = reload,
		.message = message, .stop = stop, .free = nothing,
	};
	const char *channel = getenv("HORA_CHANNEL");

	if (channel)
		channel_copy = fcntl(atoi(channel), F_DUPFD_CLOEXEC, 0);
	return role_main(argc, argv, &program);
}
