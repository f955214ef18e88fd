/* SPDX-License-Identifier: Apache-2.0 */
/* What a line says of its source arrives; a line that says else is another. */
#include "unit/hora-engine/world.h"

static void test_options_arrive(void **state)
{
	struct world *w = world_new();
	struct source_config *c = world_line(w, SOURCE_SERVER, "192.0.2.1");
	const struct source *s;

	(void)state;
	w->config.maxsamples = 20;
	c->minpoll = 5;
	c->maxpoll = 9;
	c->polltarget = 30;
	c->maxdelay_s = 0.5;
	c->maxdelayratio = 2;
	c->maxdelaydevratio = 7;
	c->maxunreach = 12;
	c->port = 1123;
	c->offline = true;
	c->select_options = SELECT_PREFER;
	c = world_line(w, SOURCE_SERVER, "192.0.2.2");
	c->maxsamples = 10;
	world_start(w);
	world_run(w, 0.1);
	s = w->e->sources[0];
	assert_int_equal(s->assoc.minpoll, 5);
	assert_int_equal(s->assoc.maxpoll, 9);
	assert_int_equal(s->assoc.config->polltarget, 30);
	assert_true(s->assoc.config->maxdelay_s == 0.5);
	assert_true(s->assoc.config->maxdelayratio == 2);
	assert_true(s->assoc.config->maxdelaydevratio == 7);
	assert_int_equal(s->address.port, 1123);
	assert_false(s->online);
	assert_int_equal(s->stats.max_samples, 20);	/* of all sources */
	assert_int_equal(w->e->sources[1]->stats.max_samples, 10);
	/* selection is told at its first turn */
	world_server(w, 2);
	world_run(w, 20);
	assert_int_equal(w->e->candidates[0].maxunreach, 12);
	assert_int_equal(w->e->candidates[0].options, SELECT_PREFER);
	world_end(w);
}

/* Each of these makes a line of a .sources file another one. */
static void change(struct source_config *c, int which)
{
	switch (which) {
	case 0: c->minpoll = 5; break;
	case 1: c->maxpoll = 9; break;
	case 2: c->polltarget = 9; break;
	case 3: c->maxunreach = 9; break;
	case 4: c->maxdelay_s = 1; break;
	case 5: c->maxdelayratio = 2; break;
	case 6: c->maxdelaydevratio = 7; break;
	case 7: c->minsamples = 7; break;
	case 8: c->maxsamples = 7; break;
	case 9: c->select_options = SELECT_TRUST; break;
	case 10: c->port = 1123; break;
	case 11: c->nts_port = 4461; break;
	case 12: c->certset = 1; break;
	case 13: c->iburst = true; break;
	case 14: c->offline = true; break;
	case 15: c->nts = true; break;
	case 16: c->key = 1; break;
	}
}

static void test_changed_line(void **state)
{
	(void)state;
	for (int which = -1; which <= 16; which++) {
		struct world *w = world_new();
		struct source_config c;
		struct engine_now now;
		uint32_t id;

		world_start(w);
		now = world_now(w);
		source_config_init(&c, SOURCE_SERVER);
		text_copy(c.name, sizeof(c.name), "192.0.2.1");
		engine_sources(w->e, &now, &c, 1);
		assert_int_equal(w->e->count, 1);
		id = w->e->sources[0]->id;
		change(&c, which);
		engine_sources(w->e, &now, &c, 1);
		assert_int_equal(w->e->count, 1);
		if ((w->e->sources[0]->id == id) != (which == -1))
			fail_msg("change %d", which);
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_arrive),
		cmocka_unit_test(test_changed_line),
	};

	return cmocka_run_group_tests_name("hora-engine/sources", tests, NULL,
	    NULL);
}
