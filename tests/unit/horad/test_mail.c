/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/mail.h"
#include "os/now.h"
#include "unit/horad/place.h"

static const struct ipc_wrong wrong = {
	.at = { INT64_C(1795370565) * NS_PER_S + 250000000 },
	.offset_s = -0.75,
};

static void configure(struct place *p)
{
	strcpy(p->config.mail_address, "root@example.com");
	p->config.mail_threshold_s = 0.5;
}

static void the_message(void **state)
{
	struct place *p = *state;
	struct ipc_wrong behind = { wrong.at, 3600 };
	char text[MAIL_SIZE];

	configure(p);
	mail_text(text, &p->config, "box", &wrong);
	assert_string_equal(text,
	    "To: root@example.com\n"
	    "Subject: clock of box was wrong by -0.750000 seconds\n"
	    "Auto-Submitted: auto-generated\n"
	    "\n"
	    "At 2026-11-22 18:02:45 UTC the system clock of box was found\n"
	    "0.750000 seconds ahead. hora is correcting it.\n"
	    "\n"
	    "The directive \"mailonchange root@example.com 0.5\" asks for this"
	    " message.\n");
	mail_text(text, &p->config, "box", &behind);
	assert_non_null(strstr(text, "\n3600.000000 seconds behind. "));
}

/* A sendmail that keeps what it was given, with its arguments. */
static const char *sendmail(struct place *p, const char *more)
{
	char script[512];

	snprintf(script, sizeof(script), "#!/bin/sh\n(echo \"$@\"; cat) >>%s\n"
	    "%s\n", p->file, more);
	snprintf(p->config.driftfile, sizeof(p->config.driftfile),
	    "%s/sendmail", p->directory);
	put(p->config.driftfile, script);
	chmod(p->config.driftfile, 0700);
	return p->config.driftfile;
}

static void on_late(void *arg)
{
	loop_stop(arg, 1);
}

static void stop_when_done(void *arg)
{
	struct mail *m = arg;

	loop_stop(m->loop, 0);
}

/* Run until the mail is gone, at most 20 s. */
static void run(struct mail *m)
{
	struct loop_timer late, look;
	int turns = 0;

	loop_timer_init(&late, on_late, m->loop);
	loop_timer_init(&look, stop_when_done, m);
	loop_timer_set(m->loop, &late, mono_add(mono_now(), 20));
	do {
		loop_timer_set(m->loop, &look, mono_add(mono_now(), 0.01));
		assert_int_equal(loop_run(m->loop), 0);
	} while (m->running && turns++ < 2000);
	loop_timer_cancel(&late);
	assert_null(m->running);
}

static void one_is_sent_and_the_next_must_wait(void **state)
{
	struct place *p = *state;
	struct ipc_wrong small = { wrong.at, 0.5 }, none = { wrong.at, NAN };
	struct loop *loop = loop_new();
	struct mail m;
	char *text;

	configure(p);
	mail_init(&m, loop, &p->config, &p->log, sendmail(p, ""));
	mail_report(&m, &small);
	mail_report(&m, &none);
	assert_null(m.running);
	mail_report(&m, &wrong);
	assert_non_null(m.running);
	mail_report(&m, &wrong);	/* while it runs */
	run(&m);
	mail_report(&m, &wrong);	/* within a minute */
	assert_null(m.running);
	text = get(p->file);
	assert_memory_equal(text, "-t\nTo: root@example.com\n", 24);
	assert_null(strstr(text + 1, "\n-t\n"));
	free(text);
	m.next = loop_now(loop);
	mail_report(&m, &wrong);
	run(&m);
	text = get(p->file);
	assert_non_null(strstr(text + 1, "\n-t\nTo:"));
	free(text);
	mail_close(&m);
	loop_free(loop);
}

/* What the log says about it. */
static void failures_are_said(void **state)
{
	static const struct {
		const char *more, *said;
	} cases[] = {
		{ "echo no such box; exit 67",
		  "ended with status 67: no such box" },
		{ "kill -9 $$", "was ended by signal 9" },
		{ NULL, "ended with status 127: No such file or directory" },
	};
	struct place *p = *state;
	struct loop *loop = loop_new();
	char path[160], want[300];
	struct mail m;

	configure(p);
	snprintf(path, sizeof(path), "%s/log", p->directory);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *program = cases[i].more ?
		    sendmail(p, cases[i].more) : "/nonexistent/sendmail";
		struct logsink log;
		char *text;

		unlink(path);
		assert_int_equal(logsink_open(&log, LOG_TO_FILE, path, "test",
		    SEV_INFO), 0);
		mail_init(&m, loop, &p->config, &log, program);
		mail_report(&m, &wrong);
		run(&m);
		logsink_close(&log);
		text = get(path);
		snprintf(want, sizeof(want), "Could not send mail to "
		    "root@example.com: %s %s\n", program, cases[i].said);
		assert_non_null(strstr(text, want));
		free(text);
	}
	loop_free(loop);
}

static void without_the_directive_nothing_is_sent(void **state)
{
	struct place *p = *state;
	struct mail m;

	mail_init(&m, NULL, &p->config, &p->log, "/bin/false");
	m.loop = loop_new();
	mail_report(&m, &wrong);
	assert_null(m.running);
	loop_free(m.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_message, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    one_is_sent_and_the_next_must_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(failures_are_said, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    without_the_directive_nothing_is_sent, setup, teardown),
	};

	return cmocka_run_group_tests_name("horad/mail", tests, NULL, NULL);
}
