/* SPDX-License-Identifier: Apache-2.0 */
/* Another configuration while the engine runs. */
#include "unit/hora-engine/world.h"

#include "ctl/reply.h"
#include "ctl/request.h"
#include "hora-engine/control.h"

/* Two sources of three seconds apart in nothing, synchronised. */
static struct world *begin(void)
{
	struct world *w = world_new();

	for (int n = 1; n <= 3; n++)
		world_server(w, n);
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_line(w, SOURCE_SERVER, "192.0.2.2");
	w->config.makestep_threshold_s = 1;
	w->config.makestep_limit = 3;
	world_start(w);
	world_run(w, 100);
	assert_true(engine_is_synchronised(w->e));
	return w;
}

/* The configuration of the world, to be changed and given. */
struct next {
	struct config config;
	struct source_config lines[4];
};

static struct next *next_of(struct world *w)
{
	struct next *n = calloc(1, sizeof(*n));

	assert_non_null(n);
	n->config = *w->e->config;
	memcpy(n->lines, w->e->config->sources, sizeof(w->lines[0]) *
	    n->config.source_count);
	n->config.sources = n->lines;
	return n;
}

static void give(struct world *w, const struct next *n)
{
	struct engine_now now = world_now(w);

	engine_reload(w->e, &now, &n->config);
}

static void test_same_changes_nothing(void **state)
{
	struct world *w = begin();
	struct next *n = next_of(w);
	struct source before = *w->e->sources[0];
	uint32_t selected = w->e->selected_id;
	int requests = w->servers[0].requests, log = w->log_count;

	(void)state;
	give(w, n);
	/* the old one is nobody's any more */
	memset(&w->config, 0xff, sizeof(w->config));
	memset(w->lines, 0xff, sizeof(w->lines));
	assert_int_equal(w->e->count, 2);
	assert_int_equal(w->e->sources[0]->id, before.id);
	assert_int_equal(w->e->sources[0]->stats.count, before.stats.count);
	assert_int_equal(w->e->sources[0]->assoc.reach, before.assoc.reach);
	assert_int_equal(w->e->sources[0]->assoc.send_at.ns,
	    before.assoc.send_at.ns);
	assert_int_equal(w->e->selected_id, selected);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(w->servers[0].requests, requests);
	assert_int_equal(w->log_count, log);
	world_run(w, 1000);
	assert_true(engine_is_synchronised(w->e));
	assert_true(w->servers[0].requests > requests);
	world_end(w);
	free(n);
}

static void test_sources(void **state)
{
	struct world *w = begin();
	struct next *n = next_of(w);
	uint32_t kept = w->e->sources[1]->id;
	int samples = w->e->sources[1]->stats.count;

	(void)state;
	text_copy(n->lines[0].name, sizeof(n->lines[0].name), "192.0.2.3");
	give(w, n);
	assert_true(world_said(w, "Removed source 192.0.2.1"));
	assert_int_equal(w->e->count, 2);
	assert_int_equal(w->e->sources[0]->id, kept);
	assert_int_equal(w->e->sources[0]->stats.count, samples);
	world_run(w, 100);
	assert_true(w->e->sources[1]->stats.count > 0);
	assert_true(engine_is_synchronised(w->e));
	/* other origins are not its business */
	n->config.source_count = 0;
	{
		struct engine_now now = world_now(w);
		struct source_config extra;

		source_config_init(&extra, SOURCE_SERVER);
		text_copy(extra.name, sizeof(extra.name), "192.0.2.1");
		engine_sources(w->e, &now, &extra, 1);
	}
	give(w, n);
	assert_int_equal(w->e->count, 1);
	assert_int_equal(w->e->lines[0]->origin, LINE_SOURCEDIR);
	world_end(w);
	free(n);
}

/* Values of commands stay, until the configuration says otherwise. */
static void test_selection(void **state)
{
	struct world *w = begin();
	struct next *n = next_of(w), *m;

	(void)state;
	w->e->select.reselectdist_s = 0.5;
	n->config.maxdistance_s = 7;
	n->config.minsources = 2;
	n->config.combinelimit = 1;
	give(w, n);
	assert_true(w->e->select.maxdistance_s == 7);
	assert_true(w->e->select.combinelimit == 1);
	assert_int_equal(w->e->select.minsources, 2);
	assert_true(w->e->select.reselectdist_s == 0.5);
	m = next_of(w);
	m->config.reselectdist_s = 0.25;
	m->config.minsources = 3;
	give(w, m);
	assert_true(w->e->select.reselectdist_s == 0.25);
	/* two are not enough any more */
	assert_int_equal(w->e->selected_id, 0);
	world_end(w);
	free(n);
	free(m);
}

static void test_clock(void **state)
{
	struct world *w = begin();
	struct next *n = next_of(w);
	struct reference_config *r = &w->e->reference.config;
	int updates = w->e->reference.updates;

	(void)state;
	r->maxupdateskew_ppm = 77;		/* by a command */
	n->config.makestep_limit = -1;
	n->config.makestep_threshold_s = 0.5;
	n->config.maxslewrate_ppm = 100;
	n->config.maxdrift_ppm = 200;
	n->config.corrtimeratio = 5;
	n->config.maxclockerror_ppm = 3;
	n->config.clockprecision_s = 0x1p-10;
	n->config.fallback_min_log2_s = 10;
	n->config.fallback_max_log2_s = 12;
	n->config.manual = true;
	n->config.refresh_s = 60;
	n->config.local = (struct local_config){ .enabled = true, .stratum = 5 };
	give(w, n);
	assert_int_equal(r->makestep_limit, -1);
	assert_true(r->makestep_threshold_s == 0.5);
	assert_true(r->maxslewrate_ppm == 100 && r->maxdrift_ppm == 200);
	assert_true(r->corrtimeratio == 5 && r->maxclockerror_ppm == 3);
	assert_true(r->maxupdateskew_ppm == 77);
	assert_true(w->e->select.maxclockerror_ppm == 3);
	assert_int_equal(w->e->precision_log2_s, -10);
	assert_int_equal(w->e->fallback.min_log2_s, 10);
	assert_true(w->e->is_manual);
	assert_true(fabs(mono_sub(w->e->next_refresh, world_now(w).mono) - 60) <
	    1e-6);
	assert_true(w->e->local.enabled);
	assert_int_equal(w->e->local.stratum, 5);
	assert_int_equal(w->e->reference.updates, updates);
	world_run(w, 200);
	assert_true(w->adjust.slew_ppm <= 100);
	n->config.clockprecision_s = 0;
	give(w, n);
	assert_int_equal(w->e->precision_log2_s, -24);
	world_end(w);
	free(n);
}

/* -R holds whatever the file says. */
static void test_command_line(void **state)
{
	struct world *w = world_new();
	struct next *n;

	(void)state;
	w->options.flags = IPC_OPT_RESTART;
	world_start(w);
	n = next_of(w);
	n->config.makestep_limit = 5;
	give(w, n);
	assert_int_equal(w->e->reference.config.makestep_limit, 0);
	world_end(w);
	free(n);
}

/* A running correction goes by the new limit at once. */
static void test_slew(void **state)
{
	struct world *w = begin();
	struct next *n = next_of(w);
	int adjusts;

	(void)state;
	for (int i = 0; i < 3; i++)
		w->servers[i].offset_s += 0.3;	/* below makestep: a slew */
	for (int i = 0; i < 2000 && w->slew_end_ns == 0; i++)
		world_run(w, 1);
	assert_true(w->slew_end_ns != 0);
	adjusts = w->adjusts;
	n->config.maxslewrate_ppm = 50;
	give(w, n);
	assert_true(w->adjusts > adjusts);
	assert_true(w->adjust.slew_ppm <= 50);
	world_end(w);
	free(n);
}

/* Before it begins, and after it has ended, it only has to be taken. */
static void test_any_time(void **state)
{
	struct world *w = world_new();
	struct engine_now now;
	struct next *n;

	(void)state;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_server(w, 1);
	world_start(w);
	n = next_of(w);
	give(w, n);
	memset(&w->config, 0xff, sizeof(w->config));
	world_run(w, 50);
	assert_true(engine_is_synchronised(w->e));
	now = world_now(w);
	engine_stop(w->e, &now);
	give(w, n);
	assert_ptr_equal(w->e->config, &n->config);
	world_end(w);
	free(n);
}

/* The answer to the command comes when horad says how it went. */
static void test_command(void **state)
{
	struct request rq = { .code = CONTROL_RELOAD_CONFIG, .sequence = 99 };
	const struct control_peer unix_peer = { .is_unix = true };
	const struct control_peer udp_peer = { .address = world_ip(9) };
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	struct world *w = begin();
	struct engine_now now = world_now(w);
	size_t length = request_encode(&rq, request), n;
	struct control_later later;
	struct reply read;
	char text[600];

	(void)state;
	assert_int_equal(engine_control(w->e, &now, &unix_peer, request, length,
	    reply, sizeof(reply), &later), 0);
	assert_true(later.is_set);
	assert_int_equal(later.request.task, IPC_TASK_RELOAD_CONFIG);
	assert_int_equal(w->requests, 0);
	for (int is_done = 0; is_done < 2; is_done++) {
		memset(text, 'x', sizeof(text));
		text[is_done ? 0 : 599] = '\0';
		n = engine_control_later(&later, is_done, text, reply,
		    sizeof(reply));
		assert_true(n <= length);
		assert_true(reply_decode(reply, n, rq.code, 99, &read));
		assert_int_equal(read.status, is_done ? CONTROL_OK :
		    CONTROL_FAILED);
		assert_int_equal(read.code, CONTROL_REPLY_MESSAGE);
		assert_int_equal(strlen(read.report.message.text),
		    is_done ? 0 : CONTROL_MESSAGE_SIZE - 1);
	}
	/* by UDP nobody may */
	n = engine_control(w->e, &now, &udp_peer, request, length, reply,
	    sizeof(reply), &later);
	assert_false(later.is_set);
	assert_true(reply_decode(reply, n, rq.code, 99, &read));
	assert_int_equal(read.status, CONTROL_UNAUTHORISED);
	/* nor with a request that a reply would be longer than */
	n = engine_control(w->e, &now, &unix_peer, request, length - 1, reply,
	    sizeof(reply), &later);
	assert_false(later.is_set);
	assert_true(reply_decode(reply, n, rq.code, 99, &read));
	assert_int_equal(read.status, CONTROL_BAD_LENGTH);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_changes_nothing),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_slew),
		cmocka_unit_test(test_any_time),
		cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests_name("hora-engine/reload", tests, NULL,
	    NULL);
}
