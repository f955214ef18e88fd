/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration says of the clock reaches the discipline and holds. */
#include "unit/hora-engine/world.h"

static void test_values_arrive(void **state)
{
	struct world *w = world_of_one();
	const struct reference_config *r;

	(void)state;
	w->config.corrtimeratio = 7;
	w->config.maxslewrate_ppm = 600;
	w->config.maxdrift_ppm = 250;
	w->config.maxupdateskew_ppm = 33;
	w->config.maxclockerror_ppm = 4;
	w->config.makestep_threshold_s = 0.5;
	w->config.makestep_limit = 2;
	world_start(w);
	r = &w->e->reference.config;
	assert_true(r->corrtimeratio == 7 && r->maxslewrate_ppm == 600);
	assert_true(r->maxdrift_ppm == 250 && r->maxupdateskew_ppm == 33);
	assert_true(r->maxclockerror_ppm == 4);
	assert_true(r->makestep_threshold_s == 0.5 && r->makestep_limit == 2);
	world_end(w);
}

/* Without a line the discipline has its own; of corrtimeratio it alone. */
static void test_defaults_agree(void **state)
{
	struct world *w = world_of_one();
	struct reference_config d = reference_defaults();
	const struct reference_config *r;

	(void)state;
	assert_true(w->config.corrtimeratio == 0);
	world_start(w);
	r = &w->e->reference.config;
	assert_true(r->corrtimeratio == d.corrtimeratio);
	assert_true(r->corrtimeratio == 0);	/* hora's own rule */
	assert_true(r->maxslewrate_ppm == d.maxslewrate_ppm);
	assert_true(r->maxdrift_ppm == d.maxdrift_ppm);
	assert_true(r->maxclockerror_ppm == d.maxclockerror_ppm);
	assert_true(r->maxupdateskew_ppm == d.maxupdateskew_ppm);
	assert_int_equal(r->makestep_limit, d.makestep_limit);
	world_end(w);
}

/* 2 s are wrong: with 500 ppm that takes more than an hour. */
static void test_maxslewrate(void **state)
{
	static const double rates_ppm[] = { 500, 5000 };

	(void)state;
	for (size_t i = 0; i < sizeof(rates_ppm) / sizeof(rates_ppm[0]); i++) {
		struct world *w = world_of_one();

		w->config.maxslewrate_ppm = rates_ppm[i];
		w->wall_ns = -2e9;
		world_start(w);
		for (int k = 0; k < 300; k++) {
			world_run(w, 1);
			assert_true(w->adjust.slew_ppm <= rates_ppm[i]);
			assert_true(fabs(w->rate_ppm - w->base_ppm) <=
			    rates_ppm[i] * 1.000001);
		}
		assert_true(w->adjust.slew_ppm > 0.99 * rates_ppm[i]);
		assert_true(world_error(w) < -2 + 300e-6 * rates_ppm[i]);
		assert_true(world_error(w) > -2 + 250e-6 * rates_ppm[i]);
		world_end(w);
	}
}

/* Beyond maxdrift the frequency is cut, with one warning; slews do the rest. */
static void test_maxdrift(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.maxdrift_ppm = 100;
	w->freq_error = 150e-6;
	world_start(w);
	world_run(w, 3000);
	assert_true(w->base_ppm == -100);
	assert_int_equal(world_count_said(w, "is beyond maxdrift: only 100.000"
	    " ppm are corrected"), 1);
	assert_true(fabs(world_error(w)) < 0.1);
	world_end(w);

	w = world_of_one();
	w->config.maxdrift_ppm = 200;
	w->freq_error = 150e-6;
	world_start(w);
	world_run(w, 3000);
	assert_true(fabs(w->base_ppm + 150) < 2);
	assert_false(world_said(w, "beyond maxdrift"));
	world_end(w);
}

/* A driftfile beyond maxdrift is taken, cut, and said. */
static void test_maxdrift_of_memory(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.maxdrift_ppm = 50;
	w->memory = (struct ipc_engine_memory){ .have_frequency = 1,
		.freq_ppm = 80, .skew_ppm = 0.1 };
	world_start(w);
	world_run(w, 0.1);
	assert_true(w->base_ppm == -50);
	assert_true(world_said(w, "Frequency of 80.000 ppm is beyond maxdrift"));
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_arrive),
		cmocka_unit_test(test_defaults_agree),
		cmocka_unit_test(test_maxslewrate),
		cmocka_unit_test(test_maxdrift),
		cmocka_unit_test(test_maxdrift_of_memory),
	};

	return cmocka_run_group_tests_name("hora-engine/clockwork", tests, NULL,
	    NULL);
}
