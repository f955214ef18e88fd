/* SPDX-License-Identifier: Apache-2.0 */
#include "start/link.h"

#include "os/sealed.h"
#include "unit/os/rounds.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A role that notes what happens to it, and horad's end of its channel. */
struct world {
	struct loop *loop;
	struct channel *horad;
	struct role_link *link;
	char seen[256];		/* "word ": to the role; "<WORD ": to horad */
	int start_rc, started_rc, reload_rc;
	uint32_t number;	/* of the configuration that it is told next */
	uint32_t applied;	/* as horad was told last */
	bool stops_later;
	int ended;		/* status, -1 = not */
	unsigned port;
	int horad_closed;
};

static struct world *the_world;	/* start of a role has no argument of ours */

static void note(const char *what)
{
	strcat(the_world->seen, what);
}

static int role_start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	note("start ");
	assert_int_equal(options->flags, IPC_NO_CLOCK);
	the_world->port = config->port;
	*ret_state = the_world;
	if (the_world->start_rc)
		role_log(link, SEV_ERROR, "reason %d", 5);
	return the_world->start_rc;
}

static int role_reload(void *state, const struct config *config)
{
	struct world *w = state;

	note("reload ");
	if (w->reload_rc == 0)
		w->port = config->port;
	return w->reload_rc;
}

static void role_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	assert_ptr_equal(state, the_world);
	(void)payload;
	(void)fds;
	note(ipc_name(type));
	note(" ");
}

static void role_stop(void *state)
{
	struct world *w = state;

	note("stop ");
	if (!w->stops_later)
		role_link_stopped(w->link);
}

static void role_free(void *state)
{
	if (state)
		note("free ");
}

static const struct role_program program = {
	ROLE_ENGINE, role_start, role_reload, role_message, role_stop,
	role_free,
};

static int on_started(void *arg, struct role_link *link,
    const struct config *config, const struct ipc_config *options)
{
	struct world *w = arg;

	assert_ptr_equal(link, w->link);
	assert_int_equal(config->port, w->port);
	assert_int_equal(options->flags, IPC_NO_CLOCK);
	note("started ");
	return w->started_rc;
}

static void on_ended(void *arg, int status)
{
	struct world *w = arg;

	w->ended = status;
	role_link_close(w->link);
	w->link = NULL;
}

static void horad_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	(void)arg;
	(void)fds;
	note("<");
	note(ipc_name(type));
	note(" ");
	if (type == IPC_HELLO)
		assert_int_equal(payload->HELLO.role, ROLE_ENGINE);
	if (type == IPC_LOG)
		note(payload->LOG.text);
	if (type == IPC_APPLIED)
		the_world->applied = payload->APPLIED.number;
}

static void horad_closed(void *arg)
{
	struct world *w = arg;

	w->horad_closed++;
}

/* All that was seen since the last call. */
static void expect(struct world *w, const char *seen)
{
	rounds_run(w->loop);
	assert_string_equal(w->seen, seen);
	w->seen[0] = '\0';
}

static void send_config(struct world *w, const char *text)
{
	struct ipc_config config = { .flags = IPC_NO_CLOCK,
		.number = ++w->number, .length = (uint32_t)strlen(text) };
	int fd;

	assert_int_equal(sealed_create("config", text, strlen(text), &fd), 0);
	assert_int_equal(channel_send(w->horad, IPC_CONFIG, &config, &fd), 0);
	close(fd);
}

static void send_none(struct world *w, enum ipc_type type)
{
	static const struct ipc_none none;

	assert_int_equal(channel_send(w->horad, type, &none, NULL), 0);
}

static int setup(void **state)
{
	static struct world w;
	int pair[2];

	memset(&w, 0, sizeof(w));
	w.ended = -1;
	w.loop = loop_new();
	the_world = &w;
	assert_int_equal(channel_pair(w.loop, pair), 0);
	assert_int_equal(channel_open(w.loop, pair[0], ROLE_HORAD, ROLE_ENGINE,
	    horad_message, horad_closed, &w, &w.horad), 0);
	assert_int_equal(role_link_open(w.loop, pair[1], &program, NULL,
	    on_started, on_ended, &w, &w.link), 0);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	role_link_close(w->link);
	channel_close(w->horad);
	loop_free(w->loop);
	return 0;
}

static void a_role_starts_and_ends_in_order(void **state)
{
	struct world *w = *state;
	struct ipc_engine_memory memory = { 0 };

	expect(w, "<HELLO ");
	send_config(w, "port 1234\n");
	channel_send(w->horad, IPC_ENGINE_MEMORY, &memory, NULL);
	rounds_run(w->loop);
	assert_int_equal(strncmp(w->seen, "start started ", 14), 0);
	assert_non_null(strstr(w->seen, "<READY "));
	assert_non_null(strstr(w->seen, " ENGINE_MEMORY "));
	assert_int_equal(w->port, 1234);
	w->seen[0] = '\0';
	send_none(w, IPC_STOP);
	rounds_run(w->loop);
	assert_non_null(strstr(w->seen, "stop "));
	assert_non_null(strstr(w->seen, "<STOPPED "));
	assert_non_null(strstr(w->seen, "free "));
	assert_int_equal(w->ended, 0);
	assert_int_equal(w->horad_closed, 1);
}

static void messages_before_the_configuration_are_dropped(void **state)
{
	struct world *w = *state;
	struct ipc_engine_memory memory = { 0 };

	channel_send(w->horad, IPC_ENGINE_MEMORY, &memory, NULL);
	expect(w, "<HELLO ");
}

static void a_failed_start_says_why(void **state)
{
	struct world *w = *state;

	w->start_rc = -EADDRINUSE;
	send_config(w, "");
	rounds_run(w->loop);
	assert_non_null(strstr(w->seen, "<LOG reason 5"));
	assert_null(strstr(w->seen, "READY"));
	assert_null(strstr(w->seen, "started"));
	assert_int_equal(w->ended, 1);
}

static void a_role_that_can_not_be_confined_does_not_run(void **state)
{
	struct world *w = *state;

	w->started_rc = -EPERM;
	send_config(w, "");
	rounds_run(w->loop);
	assert_non_null(strstr(w->seen, "started"));
	assert_null(strstr(w->seen, "READY"));
	assert_int_equal(w->ended, 1);
}

static void a_configuration_of_another_build_is_refused(void **state)
{
	struct world *w = *state;

	send_config(w, "nonsense 1\n");
	rounds_run(w->loop);
	assert_null(strstr(w->seen, "start"));
	assert_non_null(strstr(w->seen, "nonsense"));
	assert_int_equal(w->ended, 1);
}

static void a_role_without_horad_ends_in_order(void **state)
{
	struct world *w = *state;

	send_config(w, "");
	rounds_run(w->loop);
	w->seen[0] = '\0';
	channel_close(w->horad);
	w->horad = NULL;
	expect(w, "stop free ");
	assert_int_equal(w->ended, 1);
}

static void a_role_may_take_its_time_to_stop(void **state)
{
	struct world *w = *state;

	w->stops_later = true;
	send_config(w, "");
	rounds_run(w->loop);
	send_none(w, IPC_STOP);
	send_none(w, IPC_STOP);
	w->seen[0] = '\0';
	expect(w, "stop ");		/* once */
	assert_int_equal(w->ended, -1);
	role_link_stopped(w->link);
	rounds_run(w->loop);
	assert_int_equal(w->ended, 0);
}

static void a_stop_before_the_configuration_ends_at_once(void **state)
{
	struct world *w = *state;

	send_none(w, IPC_STOP);
	expect(w, "<HELLO <STOPPED ");
	assert_int_equal(w->ended, 0);
}

/* Up and running by its first configuration. */
static void bring_up(struct world *w)
{
	send_config(w, "port 1234\n");
	rounds_run(w->loop);
	assert_int_equal(w->port, 1234);
	w->seen[0] = '\0';
}

static void another_configuration_is_taken_over(void **state)
{
	struct world *w = *state;

	bring_up(w);
	send_config(w, "port 1235\n");
	expect(w, "reload <APPLIED ");
	assert_int_equal(w->port, 1235);
	assert_int_equal(w->applied, 2);
	send_config(w, "");
	expect(w, "reload <APPLIED ");
	assert_int_equal(w->port, 123);
	assert_int_equal(w->applied, 3);
	assert_int_equal(w->ended, -1);
}

static void a_role_that_can_not_take_it_ends_to_be_started_anew(void **state)
{
	static const struct { int rc; const char *words; } rows[] = {
		{ -EAGAIN, "starts anew to open what is new" },
		{ -ENOMEM, "could not take the new configuration" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (i > 0) {
			teardown(state);
			setup(state);
		}
		bring_up(w);
		w->reload_rc = rows[i].rc;
		send_config(w, "port 1235\n");
		rounds_run(w->loop);
		assert_non_null(strstr(w->seen, "reload "));
		assert_non_null(strstr(w->seen, rows[i].words));
		assert_non_null(strstr(w->seen, "stop "));
		assert_non_null(strstr(w->seen, "<STOPPED "));
		assert_null(strstr(w->seen, "<APPLIED"));
		assert_int_equal(w->port, 1234);
		assert_int_equal(w->ended, 1);
	}
}

static void one_of_another_build_ends_the_role(void **state)
{
	struct world *w = *state;

	bring_up(w);
	send_config(w, "nonsense\n");
	rounds_run(w->loop);
	assert_null(strstr(w->seen, "reload"));
	assert_non_null(strstr(w->seen, "nonsense"));
	assert_int_equal(w->ended, 1);
}

static void a_role_that_stops_takes_no_more(void **state)
{
	struct world *w = *state;

	w->stops_later = true;
	bring_up(w);
	send_none(w, IPC_STOP);
	send_config(w, "port 1235\n");
	expect(w, "stop ");
	assert_int_equal(w->port, 1234);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_role_starts_and_ends_in_order),
		T(messages_before_the_configuration_are_dropped),
		T(a_failed_start_says_why),
		T(a_role_that_can_not_be_confined_does_not_run),
		T(a_configuration_of_another_build_is_refused),
		T(a_role_without_horad_ends_in_order),
		T(a_role_may_take_its_time_to_stop),
		T(a_stop_before_the_configuration_ends_at_once),
		T(another_configuration_is_taken_over),
		T(a_role_that_can_not_take_it_ends_to_be_started_anew),
		T(one_of_another_build_ends_the_role),
		T(a_role_that_stops_takes_no_more),
	};

	return cmocka_run_group_tests_name("start/link", tests, NULL, NULL);
}
