/* SPDX-License-Identifier: Apache-2.0 */
/*
 * horac: the tool a person types to ask and steer the daemon. It takes
 * chronyc's command line, and behaves the same under that name.
 */
#include "build_config.h"
#include "horac/commands.h"
#include "horac/editor.h"
#include "horac/stop.h"

#include "base/text.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_SERVERS HORA_COMMAND_SOCKET ",127.0.0.1,::1"
#define CONTROL_PORT 323
#define FEATURES "(+READLINE +SECHASH +IPV6 -DEBUG)"
#define CHRONY_VERSION "4.8"	/* whose command line and output this is */

struct options {
	const char *servers;
	const char *user;		/* -u */
	uint16_t port;
	int family;
	bool numeric, names, csv, dot, many;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void print_usage(const char *program, FILE *out)
{
	fprintf(out, "Usage: %s [OPTION]... [COMMAND]...\n\n"
	    "Options:\n"
	    "  -4, -6\tUse only IPv4, only IPv6\n"
	    "  -n\t\tPrint addresses, look up no names\n"
	    "  -N\t\tPrint the names in the configuration\n"
	    "  -c\t\tPrint comma-separated values\n"
	    "  -e\t\tPrint a line with a dot after each response\n"
	    "  -m\t\tEvery argument is a command\n"
	    "  -h LIST\tDaemons to ask, with fall-back (%s)\n"
	    "  -p PORT\tUDP port (%d)\n"
	    "  -u USER\tGive up root and run as this user\n"
	    "  -v, --version\tPrint the version\n"
	    "      --help\tPrint this\n",
	    program, DEFAULT_SERVERS, CONTROL_PORT);
}

/* Under the peer's name the line begins as its scripts expect. */
static void print_version(const char *program)
{
	if (!strcmp(program, "chronyc"))
		printf("chronyc (chrony) version %s (hora %s) %s\n",
		    CHRONY_VERSION, HORA_VERSION, FEATURES);
	else
		printf("%s (hora) version %s %s\n", program, HORA_VERSION,
		    FEATURES);
}

/* Leave root for good. False when that is not possible. */
static bool become(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	return pw && setgroups(0, NULL) == 0 && setgid(pw->pw_gid) == 0 &&
	    setuid(pw->pw_uid) == 0;
}

enum parsed {
	RUN,
	LEAVE_OK,
	LEAVE_FAILED,
};

static enum parsed parse_options(int argc, char **argv, const char *program,
    struct options *o)
{
	long long port;
	int c;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help")) {
			print_usage(program, stdout);
			return LEAVE_OK;
		}
		if (!strcmp(argv[i], "--version")) {
			print_version(program);
			return LEAVE_OK;
		}
	}
	while ((c = getopt(argc, argv, "+46acdef:h:mnNp:u:v")) != -1) {
		switch (c) {
		case '4':
			o->family = AF_INET;
			break;
		case '6':
			o->family = AF_INET6;
			break;
		case 'a':	/* old options without a meaning today */
		case 'd':
		case 'f':
			break;
		case 'c':
			o->csv = true;
			break;
		case 'e':
			o->dot = true;
			break;
		case 'h':
			o->servers = optarg;
			break;
		case 'm':
			o->many = true;
			break;
		case 'n':
			o->numeric = true;
			break;
		case 'N':
			o->names = true;
			break;
		case 'p':
			if (!parse_long(optarg, 0, UINT16_MAX, &port))
				port = 0;
			o->port = (uint16_t)port;
			break;
		case 'u':
			o->user = optarg;
			break;
		case 'v':
			print_version(program);
			return LEAVE_OK;
		default:
			print_usage(program, stderr);
			return LEAVE_FAILED;
		}
	}
	return RUN;
}

static bool run_argument(struct session *s, const char *text, bool *ret_ok)
{
	char line[LINE_LENGTH_MAX + 1];

	if (!text_copy(line, sizeof(line), text)) {
		fputs("Command too long\n", stderr);
		return false;
	}
	*ret_ok = commands_run(s, line);
	return true;
}

/* With -m one command an argument until one fails, else all are one. */
static bool run_arguments(struct session *s, char **args, int n, bool many)
{
	char line[LINE_LENGTH_MAX + 2] = "";
	bool ok = true;

	if (many) {
		for (int i = 0; i < n && ok && !s->quit; i++)
			if (!run_argument(s, args[i], &ok))
				return false;
		return ok;
	}
	for (int i = 0; i < n; i++) {
		size_t used = strlen(line);

		snprintf(line + used, sizeof(line) - used, "%s%s",
		    i ? " " : "", args[i]);
	}
	return run_argument(s, line, &ok) && ok;
}

static bool run_input(struct session *s)
{
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	while (!s->quit && !stop_requested() && getline(&line, &size, stdin) > 0)
		if (!run_argument(s, line, &ok))
			ok = false;
	free(line);
	return ok;
}

static void print_banner(const char *program)
{
	printf("%s: hora %s, with the commands of chronyc %s\n"
	    "Copyright the hora authors\n"
	    "Licensed under the Apache License, Version 2.0. There is no\n"
	    "warranty of any kind, to the extent that the law permits.\n"
	    "`help` lists the commands.\n\n",
	    program, HORA_VERSION, CHRONY_VERSION);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const char *program = base_name(argc > 0 ? argv[0] : "horac");
	struct options o = {
		.servers = DEFAULT_SERVERS, .port = CONTROL_PORT,
		.family = AF_UNSPEC,
	};
	struct session s = { 0 };
	bool ok;

	switch (parse_options(argc, argv, program, &o)) {
	case LEAVE_OK:
		return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	case LEAVE_FAILED:
		return EXIT_FAILURE;
	case RUN:
		break;
	}
	if (o.user && geteuid() == 0 && !become(o.user)) {
		fprintf(stderr, "Could not become user %s\n", o.user);
		return EXIT_FAILURE;
	}
	stop_catch();
	commands_init(&s);
	s.csv = o.csv;
	s.dot = o.dot;
	s.no_lookup = o.numeric || o.csv;
	s.original_names = o.names;
	s.family = o.family;
	link_init(&s.link, o.servers, o.port, o.family);
	if (!link_open(&s.link)) {
		fputs("Could not open connection to daemon\n", stderr);
		return EXIT_FAILURE;
	}
	if (optind < argc) {
		ok = run_arguments(&s, argv + optind, argc - optind, o.many);
	} else if (isatty(0) && isatty(1) && isatty(2)) {
		print_banner(program);
		ok = editor_run(&s, program);
	} else {
		ok = run_input(&s);
	}
	link_close(&s.link);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
