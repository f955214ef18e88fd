/* SPDX-License-Identifier: Apache-2.0 */
/* The control protocol over an engine at rest: who may ask what of it. */
#include "unit/hora-engine/rest.h"

static void test_online(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_OFFLINE };
	union report r;

	rq.sources.address.ip = tell_ip("192.0.2.0");
	rq.sources.mask.ip = tell_ip("255.255.255.0");
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_false(w->e->sources[0]->online);
	assert_true(w->e->sources[2]->online);
	rq.sources.mask.ip = tell_ip("255.255.255.255");
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_ONLINE }, &r),
	    CONTROL_OK);
	for (int i = 0; i < 3; i++)
		assert_true(w->e->sources[i]->online);
	/* One without an address, by its number; 0 is no number. */
	rq = (struct request){ .code = CONTROL_OFFLINE };
	rq.sources.address = (struct control_addr){ .is_id = true };
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.sources.address.id = w->e->sources[0]->id;
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.sources.address.id = w->e->sources[2]->id;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(w->e->sources[0]->online);
	assert_false(w->e->sources[2]->online);
	rq = (struct request){ .code = CONTROL_BURST,
		.burst = { .good = 2, .total = 4 } };
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(w->e->sources[0]->assoc.burst_good, 2);
	rq.burst.sources.address.ip = tell_ip("192.0.2.9");
	rq.burst.sources.mask.ip = tell_ip("255.255.255.255");
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
}

static void test_tasks(void **state)
{
	static const struct { uint16_t code; enum ipc_task task; } rows[] = {
		{ CONTROL_CYCLELOGS, IPC_TASK_CYCLELOGS },
		{ CONTROL_REKEY, IPC_TASK_REKEY },
		{ CONTROL_DUMP, IPC_TASK_DUMP },
		{ CONTROL_RELOAD_SOURCES, IPC_TASK_RELOAD_SOURCES },
	};
	struct world *w = *state;
	union report r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request rq = { .code = rows[i].code };

		assert_int_equal(tell_from(w, false, &rq, &r),
		    CONTROL_UNAUTHORISED);
		assert_int_equal(w->tasks[rows[i].task], 0);
		/* horad says when it is done, and how it went */
		w->is_done = true;
		assert_int_equal(tell(w, rq, &r), CONTROL_OK);
		assert_int_equal(w->tasks[rows[i].task], 1);
		w->is_done = false;
		assert_int_equal(tell(w, rq, &r), CONTROL_FAILED);
	}
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_SHUTDOWN },
	    &r), CONTROL_OK);
	assert_int_equal(w->tasks[IPC_TASK_SHUTDOWN], 1);
	/* Without a clock there is nothing to step. */
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_MAKESTEP },
	    &r), CONTROL_FAILED);
}

static void test_manual(void **state)
{
	struct world *w = *state;
	struct request set = { .code = CONTROL_SETTIME };
	struct request rq = { .code = CONTROL_MANUAL, .option = MANUAL_ON };
	struct request drop = { .code = CONTROL_MANUAL_DELETE, .sample = 1 };
	struct request list = { .code = CONTROL_MANUAL_LIST };
	union report r;

	w->e->phase = ENGINE_RUNNING;
	set.time = wall_add(w->now.wall, 2.5);
	assert_int_equal(tell_from(w, false, &set, &r), CONTROL_UNAUTHORISED);
	assert_int_equal(tell(w, set, &r), CONTROL_NOT_ENABLED);
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(tell(w, set, &r), CONTROL_OK);
	tell_near(r.manual_time.offset_s, -2.5);
	tell_near(r.manual_time.freq_change_ppm, 0);
	assert_int_equal(tell(w, set, &r), CONTROL_FAILED);
	assert_int_equal(tell_from(w, false, &list, &r), CONTROL_OK);
	assert_int_equal(r.manual_samples.count, 1);
	tell_near(r.manual_samples.samples[0].original_s, -2.5);
	tell_near(r.manual_samples.samples[0].slewed_s, 0);
	assert_int_equal(tell(w, drop, &r), CONTROL_BAD_SAMPLE);
	drop.sample = 0;
	assert_int_equal(tell(w, drop, &r), CONTROL_OK);
	assert_int_equal(tell(w, list, &r), CONTROL_OK);
	assert_int_equal(r.manual_samples.count, 0);
	rq.option = 3;
	assert_int_equal(tell(w, rq, &r), CONTROL_INVALID);
	rq.option = MANUAL_OFF;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(tell(w, set, &r), CONTROL_NOT_ENABLED);
}

static void test_refresh(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_REFRESH };
	union report r;

	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	assert_false(w->e->lines[2]->is_refresh);
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(w->e->lines[2]->is_refresh);
	assert_false(w->e->lines[0]->is_refresh);
}

/* Replies to n requests for tracking from an address. */
static int replies(struct world *w, const char *from, int n)
{
	struct request rq = { .code = CONTROL_TRACKING };
	const struct control_peer peer = { .address = tell_ip(from) };
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	size_t length = request_encode(&rq, request);
	struct control_later later;
	int got = 0;

	for (int i = 0; i < n; i++)
		got += engine_control(w->e, &w->now, &peer, request, length,
		    reply, sizeof(reply), &later) > 0;
	return got;
}

static void test_cmdratelimit(void **state)
{
	struct world *w = *state;
	struct config *c = &w->config;

	/* off by default, and counted */
	assert_int_equal(replies(w, "10.0.0.1", 100), 100);
	assert_int_equal(client_get(&w->e->askers, &(struct ip_addr){ IP_V4,
	    { 10, 0, 0, 1 } })->hits, 100);
	c->cmdratelimit.enabled = true;
	assert_int_equal(replies(w, "127.0.0.1", 100), 100);
	assert_int_equal(replies(w, "::1", 100), 100);
	/* 127/8 is not loopback to the control protocol */
	assert_in_range(replies(w, "127.0.0.2", 100), 8, 70);
	assert_in_range(replies(w, "10.0.0.2", 100), 8, 70);
	assert_int_equal(w->e->command_hits, 500);
	assert_in_range(w->e->command_drops, 60, 184);
	/* the Unix socket never */
	for (int i = 0; i < 100; i++) {
		union report r;

		assert_int_equal(tell(w, (struct request){
		    .code = CONTROL_TRACKING }, &r), CONTROL_OK);
	}
}

static void test_no_records(void **state)
{
	struct world *w = *state;

	w->config.noclientlog = true;
	assert_int_equal(replies(w, "10.0.0.1", 100), 100);
	assert_int_equal(w->e->askers.size, 0);
}

static void test_opencommands(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_SERVERSTATS };
	union report r;

	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	w->config.opencommands = OPEN_BIT(SERVERSTATS);
	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_OK);
	rq.code = CONTROL_TRACKING;
	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	assert_int_equal(tell_from(w, true, &rq, &r), CONTROL_OK);
}

static void test_small_buffer(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_TRACKING };
	const struct control_peer peer = { .is_unix = true };
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	struct control_later later;
	size_t n = request_encode(&rq, request);

	assert_int_equal(engine_control(w->e, &w->now, &peer, request, n, reply,
	    sizeof(reply) - 1, &later), 0);
	assert_int_equal(engine_control(w->e, &w->now, &peer, request, n, reply,
	    sizeof(reply), &later), 104);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_online),
		TEST(test_tasks),
		TEST(test_manual),
		TEST(test_refresh),
		TEST(test_cmdratelimit),
		TEST(test_no_records),
		TEST(test_opencommands),
		TEST(test_small_buffer),
	};

	return cmocka_run_group_tests_name("hora-engine/control", tests, NULL,
	    NULL);
}
