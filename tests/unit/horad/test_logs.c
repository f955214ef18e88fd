/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/logs.h"
#include "unit/horad/place.h"

static char *measurements(struct place *p)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/measurements.log", p->directory);
	return get(path);
}

static void start(struct place *p, struct logs *l)
{
	strcpy(p->config.logdir, p->directory);
	p->config.logbanner = 0;
	logs_init(l, &p->config, &p->log);
}

static void an_entry_is_one_line_whatever_is_in_it(void **state)
{
	struct place *p = *state;
	struct ipc_logline line = { .file = IPC_LOG_MEASUREMENTS };
	struct logs l;
	char *text;

	start(p, &l);
	strcpy(line.text, "one\ntwo\r\x1b[2J\x7f \xc3\xa9");
	logs_entry(&l, &line);
	logs_cycle(&l);
	text = measurements(p);
	assert_non_null(text);
	assert_string_equal(text, "one?two??[2J? \xc3\xa9\n");
	free(text);
}

static void what_is_no_entry_is_dropped(void **state)
{
	struct place *p = *state;
	struct ipc_logline line = { .file = IPC_LOGFILES, .text = "x" };
	struct logs l;

	start(p, &l);
	logs_entry(&l, &line);
	line.file = UINT32_MAX;
	logs_entry(&l, &line);
	line.file = IPC_LOG_MEASUREMENTS;
	memset(line.text, 'x', sizeof(line.text));	/* no end */
	logs_entry(&l, &line);
	logs_cycle(&l);
	assert_null(measurements(p));
}

/* The folder is the daemon user's: whoever is taken over may put one there. */
static void a_fifo_does_not_stop_us(void **state)
{
	struct place *p = *state;
	struct ipc_logline line = { .file = IPC_LOG_TRACKING, .text = "x" };
	char path[160];
	struct logs l;

	start(p, &l);
	snprintf(path, sizeof(path), "%s/tracking.log", p->directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(5);
	logs_entry(&l, &line);
	alarm(0);
	assert_true(l.has_complained);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(an_entry_is_one_line_whatever_is_in_it),
		T(what_is_no_entry_is_dropped),
		T(a_fifo_does_not_stop_us),
	};

	return cmocka_run_group_tests_name("horad/logs", tests, NULL, NULL);
}
