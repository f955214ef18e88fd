/* SPDX-License-Identifier: Apache-2.0 */
/* Samples over a restart of everything: what one engine reports, the next takes. */
#include "unit/hora-engine/world.h"

static struct world *with_dumpdir(uint32_t flags)
{
	struct world *w = world_new();

	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1")->maxpoll = 6;
	text_copy(w->config.dumpdir, sizeof(w->config.dumpdir), "/d");
	w->options.flags = flags;
	return w;
}

/* The engine ends, and another one starts in the same world. */
static void restart(struct world *w)
{
	struct engine_now now = world_now(w);

	engine_stop(w->e, &now);
	engine_free(w->e);
	memset(w->events, 0, sizeof(w->events));
	world_start(w);
}

static void next_engine_knows(void **state)
{
	static const struct {
		uint32_t flags;
		double freq_error;
		int loads;
	} rows[] = {
		{ 0, 2e-5, 0 }, { IPC_RELOAD, 2e-5, 1 }, { IPC_RELOAD, -3e-4, 1 },
		{ IPC_RELOAD | IPC_NO_CLOCK, 2e-5, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = with_dumpdir(rows[i].flags);
		const struct source_stats *s;

		w->freq_error = rows[i].freq_error;
		w->wall_ns = 3e8;
		world_start(w);
		world_run(w, 2000);
		assert_int_equal(w->histories, 0);
		restart(w);
		assert_int_equal(w->histories, 1);
		world_run(w, 1);
		/* by both lives, once */
		assert_int_equal(w->history_loads, 2 * rows[i].loads);
		s = &w->e->sources[0]->stats;
		assert_int_equal(world_said(w, "Loaded dump file for 192.0.2.1"),
		    rows[i].loads);
		if (rows[i].loads == 0) {
			assert_in_range(s->count, 1, 5);
			world_end(w);
			continue;
		}
		assert_true(s->count > 20);
		assert_int_equal(w->e->sources[0]->assoc.stratum, 1);
		/* Each old sample still says what it said of the clock. */
		for (int k = 1; k < s->count; k++)
			if (fabs(s->residual_s[k]) > (k < 20 ? 1e-3 : 5e-5))
				fail_msg("row %zu: residual %g of %d", i,
				    s->residual_s[k], k);
		assert_true(fabs(s->estimate.freq + rows[i].freq_error) < 1e-6);
		assert_true(fabs(world_served_error(w)) < 1e-4);
		world_end(w);
	}
}

/* A file of another name, or without authentication, is not taken. */
static void refused(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world *w = with_dumpdir(IPC_RELOAD);

		world_start(w);
		world_run(w, 100);
		if (i == 1)
			w->lines[0].nts = true;
		if (i == 2)
			text_copy(w->lines[0].name, sizeof(w->lines[0].name),
			    "ntp.example");
		w->addresses[0] = world_ip(1);
		w->address_count = 1;
		restart(w);
		world_run(w, 5);
		assert_int_equal(w->history_loads, 2);
		assert_int_equal(world_said(w, "Loaded dump file"), i == 0);
		assert_int_equal(world_said(w, "Could not load dump file for "
		    "192.0.2.1: it was not authenticated"), i == 1);
		assert_int_equal(world_said(w, "Could not load dump file for "
		    "192.0.2.1 (ntp.example): it is of another name"), i == 2);
		world_end(w);
	}
}

/* Written at the command, too; never by -Q, and not without a directory. */
static void when_written(void **state)
{
	static const struct {
		const char *dumpdir;
		uint32_t flags;
		int written;
	} rows[] = { { "/d", 0, 1 }, { "", 0, 0 }, { "/d", IPC_ONCE_PRINT, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = with_dumpdir(rows[i].flags);
		struct engine_now now;

		text_copy(w->config.dumpdir, sizeof(w->config.dumpdir),
		    rows[i].dumpdir);
		world_start(w);
		world_run(w, 0.1);
		now = world_now(w);
		engine_dump(w->e, &now);
		assert_int_equal(w->histories, rows[i].written);
		world_end(w);
	}
}

/* Garbage instead of a file harms nobody. */
static void not_trusted(void **state)
{
	struct world *w = with_dumpdir(IPC_RELOAD);
	struct ipc_history m = { .address = world_ip(1),
		.length = sizeof(m.text) };
	struct engine_now now;

	(void)state;
	world_start(w);
	world_run(w, 10);
	now = world_now(w);
	memset(m.text, 'x', sizeof(m.text));
	engine_history(w->e, &now, &m);
	m.length = UINT32_MAX;
	engine_history(w->e, &now, &m);
	m.length = 100;			/* no NUL there */
	engine_history(w->e, &now, &m);
	assert_false(world_said(w, "dump file"));
	m.text[100] = '\0';
	engine_history(w->e, &now, &m);
	assert_true(world_said(w, "the first line is not SRC0"));
	assert_true(w->e->sources[0]->stats.count > 0);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_engine_knows),
		cmocka_unit_test(refused),
		cmocka_unit_test(when_written),
		cmocka_unit_test(not_trusted),
	};

	return cmocka_run_group_tests_name("hora-engine/dumps", tests, NULL,
	    NULL);
}
