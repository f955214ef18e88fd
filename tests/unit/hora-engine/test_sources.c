/* SPDX-License-Identifier: Apache-2.0 */
/* What a line says of its source arrives, and what its association says leaves. */
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

/* The form that the association has chosen is that of the request. */
static void test_form_leaves(void **state)
{
	(void)state;
	for (int form = PTP_STANDARD; form <= PTP_EXPERIMENTAL; form++) {
		struct world *w = world_new();
		struct fake_server *server = world_server(w, 1);

		server->is_ptp = true;
		server->form = (enum ptp_form)form;
		world_line(w, SOURCE_SERVER, "192.0.2.1")->iburst = true;
		world_start(w);
		world_run(w, 20);
		assert_int_equal(w->e->sources[0]->assoc.form, form);
		assert_true(w->e->sources[0]->assoc.reach != 0);
		assert_true(engine_is_synchronised(w->e));
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_arrive),
		cmocka_unit_test(test_form_leaves),
	};

	return cmocka_run_group_tests_name("hora-engine/sources", tests, NULL,
	    NULL);
}
