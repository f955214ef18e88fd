/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/run.h"

#include "base/exit_status.h"
#include "build_config.h"
#include "conf/load.h"
#include "conf/print.h"
#include "horad/checkup.h"
#include "horad/daemon.h"
#include "horad/lacks.h"
#include "horad/pidfile.h"
#include "horad/setup.h"
#include "os/conffiles.h"
#include "os/now.h"
#include "os/sealed.h"
#include "os/shm.h"
#include "os/standard_fds.h"
#include "start/pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What this build has, in the words that scripts look for. */
#define FEATURES "+CMDMON +NTP -REFCLOCK -RTC +PRIVDROP +SCFILTER -SIGND " \
	"+ASYNCDNS +NTS +SECHASH +IPV6 -DEBUG"
#define STEPS_FILE HORA_RUN_DIR "/hora-clock.state"

/* --- the configuration ---------------------------------------------------- */

static int load_config(struct daemon *d, struct conf_error *error)
{
	static const struct conf_files files = { NULL, conffiles_read,
		conffiles_glob, conffiles_list };
	const struct options *o = d->options;
	char message[CONF_ERROR_SIZE];

	if (conf_load(&files, o->config_file, o->directives, o->directive_count,
	    daemon_warn, d, &d->config, &d->text, error))
		return 0;
	logsink_write(&d->log, SEV_FATAL,
	    conf_error_message(error, message, sizeof(message)));
	return -EINVAL;
}

static void print_line(void *arg, const char *line)
{
	(void)arg;
	puts(line);
}

/* -p: the lines, then whether a start would succeed. */
static int print_config(struct daemon *d)
{
	struct conf_error error;
	struct user user;
	int rc;

	if (d->log.least < SEV_WARNING && d->log.least != SEV_DEBUG)
		d->log.least = SEV_WARNING;
	rc = load_config(d, &error);
	conf_print(d->text.text, d->text.length, rc ? &error.place : NULL,
	    print_line, NULL);
	fflush(stdout);
	if (rc == 0)
		rc = setup_user(d->host, d->options, &d->config, &d->log,
		    &user);
	if (rc == 0)
		rc = certs_load(&d->certs, &d->config, wall_now(), &d->log);
	certs_free(&d->certs);
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- start ---------------------------------------------------------------- */

static int open_log(struct daemon *d)
{
	const struct options *o = d->options;
	enum log_target target = o->log_file ? LOG_TO_FILE :
	    o->log_to_stderr ? LOG_TO_STDERR : LOG_TO_SYSLOG;
	int rc = logsink_open(&d->log, target, o->log_file, o->program,
	    o->log_level);

	if (rc) {
		logsink_open(&d->log, LOG_TO_STDERR, NULL, NULL, o->log_level);
		logsink_printf(&d->log, SEV_FATAL, "Could not open the log "
		    "file %s: %s", o->log_file, strerror(-rc));
	}
	return rc;
}

static bool wants_pidfile(const struct daemon *d)
{
	return *d->config.pidfile && !(d->options->flags & IPC_ONCE_PRINT);
}

static int take_pidfile(struct daemon *d, const struct user *user)
{
	int rc;

	if (!wants_pidfile(d))
		return 0;
	user_files_begin(user, d->config.pidfile);
	rc = pidfile_write(d->config.pidfile);
	user_files_end();
	d->has_pidfile = rc == 0;
	if (rc == 0)
		return 0;
	logsink_printf(&d->log, SEV_FATAL, "Could not write the pid file %s: "
	    "%s", d->config.pidfile, strerror(-rc));
	return rc;
}

static int check_pidfile(struct daemon *d)
{
	pid_t other = wants_pidfile(d) ? pidfile_owner(d->config.pidfile) : 0;

	if (other == 0)
		return 0;
	logsink_printf(&d->log, SEV_FATAL, "Another %s may already be running "
	    "(pid=%ld), check %s", d->options->program, (long)other,
	    d->config.pidfile);
	return -EEXIST;
}

static int open_shared(struct daemon *d)
{
	int rc = sealed_create("config", d->text.text, d->text.length,
	    &d->config_fd);

	d->config_length = (uint32_t)d->text.length;
	for (int i = 0; i < PAGES && rc == 0; i++)
		rc = shm_create("page", page_size((enum ipc_page)i,
		    config_client_records(&d->config)),
		    &d->pages[i]);
	if (rc)
		logsink_printf(&d->log, SEV_FATAL,
		    "Could not make shared memory: %s", strerror(-rc));
	return rc;
}

/* What outlives the roles; the clock's memory only matters to a clock. */
static int open_state(struct daemon *d, unsigned roles)
{
	int rc = certs_load(&d->certs, &d->config, wall_now(), &d->log);

	if (rc)
		return rc;
	leaps_init(&d->leaps, &d->config);
	leaps_read(&d->leaps, wall_now(), &d->log);
	drift_load(&d->drift, &d->config, &d->log);
	if (d->options->use_file_time)
		drift_use_time(&d->drift, &d->log);
	if (roles & R(CLOCK))
		steps_load(&d->steps, d->host->keeps_steps ? STEPS_FILE : NULL,
		    &d->log);
	keys_open(&d->keys, &d->config, mono_now(), &d->log);
	symmetric_open(&d->symmetric, &d->config, &d->log);
	cookies_init(&d->cookies, &d->config, &d->log);
	dumps_open(&d->dumps, &d->config, d->options->flags, &d->log);
	logs_init(&d->logs, &d->config, &d->log);
	return 0;
}

/* Roles that start by themselves come with their own sockets. */
static void share_sockets(struct daemon *d, struct passed_sockets *passed,
    unsigned roles)
{
	static const struct net_addr no_address = { .ip.family = IP_NONE };
	int closed;

	if (d->host->is_supervised) {
		d->listener = passed_socket_find(passed, PASSED_HORAD,
		    SOCK_SEQPACKET, &no_address);
		roles = 0;
	}
	closed = setup_sockets(passed, &d->config, roles, d->sockets);
	if (closed > 0)
		logsink_printf(&d->log, SEV_WARNING, "closed %d passed "
		    "socket%s that the configuration does not ask for", closed,
		    closed == 1 ? "" : "s");
}

/* Does it start programs: the roles, or sendmail? */
static bool is_parent(const struct daemon *d)
{
	return d->host->is_confined && (!d->host->is_supervised ||
	    *d->config.mail_address);
}

/* In the order of configuration.md 3.4. 0, or what to exit with. */
static int prepare(struct daemon *d, struct options *options,
    struct passed_sockets *passed)
{
	struct conf_error error;
	struct user user;
	unsigned roles;
	int rc;

	logsink_printf(&d->log, SEV_INFO, "%s version %s starting (%s)",
	    d->options->program, HORA_VERSION, FEATURES);
	if (load_config(d, &error))
		return EXIT_CONFIG;
	if (check_pidfile(d))
		return EXIT_FAILURE;
	if (setup_user(d->host, d->options, &d->config, &d->log, &user))
		return EXIT_CONFIG;
	if (lacks_clock(d->host, options, &d->log))
		return EXIT_CONFIG;
	lacks_ciphers(&d->log);
	if (d->options->flags & IPC_NO_CLOCK)
		logsink_write(&d->log, SEV_INFO,
		    "Disabled control of system clock");
	roles = horad_roles(&d->config, d->options->flags, false);
	share_sockets(d, passed, roles);
	setup_directories(&d->config, &user, d->host->keeps_steps &&
	    (roles & R(CLOCK)), &d->log);
	if (take_pidfile(d, &user))
		return EXIT_FAILURE;
	rc = open_shared(d);	/* while root owns what it makes (os/shm.h) */
	if (rc == 0 && is_parent(d))
		rc = setup_filter(d->options, true, &d->log);
	if (rc == 0)
		rc = setup_rights(d->host, &d->config, &user, roles,
		    setup_limits(d->options, &d->config), &d->log);
	if (rc)
		return EXIT_FAILURE;
	if (open_state(d, roles))
		return EXIT_CONFIG;
	if (d->config.pair_count == 0 && !d->symmetric.needs_right)
		rc = setup_spare_right(d->host, &d->log);
	return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- run and end ---------------------------------------------------------- */

static void save_state(struct daemon *d)
{
	cookies_save(&d->cookies);
	keys_save(&d->keys, mono_now());
	drift_save(&d->drift, &d->log);
	logs_cycle(&d->logs);
}

static int run(struct daemon *d)
{
	int status, rc;

	d->loop = loop_new();
	if (!d->loop)
		return EXIT_FAILURE;
	mail_init(&d->mail, d->loop, &d->config, &d->log, HORA_SENDMAIL);
	d->mail.is_forbidden = d->host->is_confined && !is_parent(d);
	rc = daemon_start(d);
	if (rc)
		logsink_printf(&d->log, SEV_FATAL, "Could not start: %s",
		    strerror(-rc));
	else if (d->mail.is_forbidden)
		rc = setup_filter(d->options, false, &d->log);
	status = rc ? EXIT_FAILURE : loop_run(d->loop);
	daemon_close(d);
	mail_close(&d->mail);
	if (rc == 0)
		save_state(d);
	loop_free(d->loop);
	return status;
}

static void release(struct daemon *d)
{
	certs_free(&d->certs);
	keys_wipe(&d->keys);
	symmetric_wipe(&d->symmetric);
	named_keys_free(&d->named);
	cookies_free(&d->cookies);
	dumps_free(&d->dumps);
	for (int i = 0; i < PAGES; i++)
		if (d->pages[i] >= 0)
			close(d->pages[i]);
	if (d->config_fd >= 0)
		close(d->config_fd);
	for (int r = 0; r < ROLE_COUNT; r++)
		passed_sockets_close(&d->sockets[r]);
	conf_text_free(&d->text);
	config_free(&d->config);
	logsink_close(&d->log);
}

static int serve(struct daemon *d, struct options *options,
    struct passed_sockets *passed)
{
	int status = prepare(d, options, passed);

	if (status == EXIT_SUCCESS)
		status = run(d);
	daemonise_failed(&d->waiting, d->log.failures);
	/* Last, and only ours: a failed start leaves another's alone. */
	if (d->has_pidfile)
		unlink(d->config.pidfile);
	return status;
}

static void print_version(const struct options *o)
{
	printf("%s (hora) version %s (%s)\n", o->program, HORA_VERSION,
	    FEATURES);
}

int horad_main(int argc, char **argv, const struct host *host)
{
	struct passed_sockets passed;
	struct options options;
	struct daemon *d;
	char reason[OPTIONS_REASON_SIZE];
	int status = EXIT_FAILURE;

	if (standard_fds_fill() < 0)
		return EXIT_FAILURE;
	switch (options_parse(argc, argv, &options, reason)) {
	case OPTIONS_HELP:
		printf("Usage: %s [OPTION]... [DIRECTIVE]...\n\n%s",
		    options.program, options_help());
		return EXIT_SUCCESS;
	case OPTIONS_VERSION:
		print_version(&options);
		return EXIT_SUCCESS;
	case OPTIONS_BAD:
		fprintf(stderr, "%s: %s\n", options.program, reason);
		return EXIT_CONFIG;
	case OPTIONS_RUN:
		break;
	}
	if (!options.skip_root_check && geteuid() != 0) {
		fprintf(stderr, "%s: Not superuser\n", options.program);
		return EXIT_FAILURE;
	}
	if (options.check_config)
		return checkup(&options, host);
	d = calloc(1, sizeof(*d));
	if (!d)
		return EXIT_FAILURE;
	d->options = &options;
	d->host = host;
	d->waiting.report = d->config_fd = d->listener = -1;
	d->control.server.fd = -1;
	for (int i = 0; i < PAGES; i++)
		d->pages[i] = -1;
	passed_sockets_take(&passed);
	if (open_log(d) == 0) {
		if (options.print_config)
			status = print_config(d);
		else if (options.is_foreground || daemonise(&d->waiting) == 0)
			status = serve(d, &options, &passed);
		release(d);
	}
	free(d);
	return status;
}
