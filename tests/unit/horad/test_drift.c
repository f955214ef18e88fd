/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/drift.h"
#include "unit/horad/place.h"

#include <fcntl.h>

static void drift_text_is_judged(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} cases[] = {
		{ "            0.000114             0.005995\n", true },
		{ "-12.5 0", true }, { "1\n2\n", true }, { "1 2 3", true },
		{ "500000 1", true }, { "500001 1", false },
		{ "-500001 1", false }, { "1 -1", false }, { "1", false },
		{ "", false }, { "nan 1", false }, { "1 inf", false },
		{ "1 1e9", true }, { "1 1.1e9", false }, { "1 1e300", false },
		{ "x 1", false }, { "1 1x", false },
	};
	double freq, skew;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (drift_parse(cases[i].text, &freq, &skew) != cases[i].good)
			fail_msg("\"%s\"", cases[i].text);
	assert_true(drift_parse("-12.5 0", &freq, &skew));
	assert_true(freq == -12.5 && skew == 1e-6);
}

static void drift_is_written_at_most_once_an_interval(void **state)
{
	struct place *p = *state;
	struct ipc_engine_memory m = { .have_frequency = 1, .freq_ppm = 1.5,
		.skew_ppm = 0.25, .interval_s = 60 };
	static const char text[] =
	    "            1.500000             0.250000\n";
	struct drift d;

	strcpy(p->config.driftfile, p->file);
	p->config.drift_interval_s = 120;
	drift_load(&d, &p->config, &p->log);
	assert_false(d.memory.have_frequency);
	drift_report(&d, &m, &p->log);
	assert_null(get(p->file));
	drift_report(&d, &m, &p->log);
	expect(p->file, text);
	unlink(p->file);
	m.freq_ppm = NAN;
	drift_report(&d, &m, &p->log);		/* dropped */
	assert_true(d.memory.freq_ppm == 1.5);
	m.freq_ppm = 1.5;
	m.skew_ppm = 1e300;			/* fits into no line */
	drift_report(&d, &m, &p->log);
	assert_true(d.memory.skew_ppm == 0.25);
	m.skew_ppm = 0.25;
	drift_report(&d, &m, &p->log);
	assert_null(get(p->file));
	drift_save(&d, &p->log);
	expect(p->file, text);
	drift_load(&d, &p->config, &p->log);
	assert_true(d.memory.have_frequency && d.memory.freq_ppm == 1.5);
}

static void nothing_known_is_nothing_written(void **state)
{
	struct place *p = *state;
	struct ipc_engine_memory m = { .interval_s = 1e6 };
	struct drift d;

	strcpy(p->config.driftfile, p->file);
	drift_load(&d, &p->config, &p->log);
	drift_report(&d, &m, &p->log);
	drift_save(&d, &p->log);
	assert_null(get(p->file));
}

/* Option -s: the time of the file, if there is one. */
static void time_of_the_file_is_told(void **state)
{
	struct place *p = *state;
	const struct timespec times[2] = { { 5, 0 }, { 1700000000, 250000000 } };
	struct ipc_engine_memory m = { .interval_s = 1 };
	struct drift d;

	drift_load(&d, &p->config, &p->log);
	drift_use_time(&d, &p->log);		/* none is configured */
	assert_int_equal(d.memory.not_before.ns, 0);
	strcpy(p->config.driftfile, p->file);
	drift_load(&d, &p->config, &p->log);
	drift_use_time(&d, &p->log);		/* there is none */
	assert_int_equal(d.memory.not_before.ns, 0);
	put(p->file, "1 1\n");
	assert_int_equal(utimensat(AT_FDCWD, p->file, times, 0), 0);
	drift_load(&d, &p->config, &p->log);
	assert_int_equal(d.memory.not_before.ns, 0);
	drift_use_time(&d, &p->log);
	assert_int_equal(d.memory.not_before.ns, INT64_C(1700000000250000000));
	drift_report(&d, &m, &p->log);		/* only once */
	assert_int_equal(d.memory.not_before.ns, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(drift_text_is_judged),
		T(time_of_the_file_is_told),
		T(drift_is_written_at_most_once_an_interval),
		T(nothing_known_is_nothing_written),
	};

	return cmocka_run_group_tests_name("horad/drift", tests, NULL, NULL);
}
