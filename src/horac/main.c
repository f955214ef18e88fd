/* SPDX-License-Identifier: Apache-2.0 */
/*
 * horac: the tool a person types to ask and steer the daemon. It takes
 * chronyc's command line, and behaves the same under that name.
 */
#include "build_config.h"
#include "horac/commands.h"
#include "horac/editor.h"
#include "horac/options.h"
#include "horac/stop.h"

#include "base/text.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Leave root for good. False when that is not possible. */
static bool become(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	return pw && setgroups(0, NULL) == 0 && setgid(pw->pw_gid) == 0 &&
	    setuid(pw->pw_uid) == 0;
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

	while (!s->quit && !stop_requested() &&
	    getline(&line, &size, stdin) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (!run_argument(s, line, &ok))
			ok = false;
	}
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
	struct options o;
	struct session s = { 0 };
	bool ok;

	switch (options_read(argc, argv, program, &o)) {
	case OPTIONS_DONE:
		return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
	case OPTIONS_BAD:
		return EXIT_FAILURE;
	case OPTIONS_RUN:
		break;
	}
	if (o.user && geteuid() == 0 && !become(o.user)) {
		fprintf(stderr, "Could not become user %s\n", o.user);
		return EXIT_FAILURE;
	}
	stop_catch();
	commands_init(&s);
	s.form = o.csv ? FORM_CSV : o.wide ? FORM_WIDE : FORM_TABLE;
	s.exchange = link_exchange;
	s.dot = o.dot;
	s.no_lookup = o.numeric || o.csv;
	s.original_names = o.names;
	s.family = o.family;
	link_init(&s.link, o.servers, o.port, o.family);
	if (!link_open(&s.link)) {
		fputs("Could not open connection to daemon\n", stderr);
		return EXIT_FAILURE;
	}
	if (o.first < argc) {
		ok = run_arguments(&s, argv + o.first, argc - o.first, o.many);
	} else if (isatty(0) && isatty(1) && isatty(2)) {
		print_banner(program);
		ok = editor_run(&s, program);
	} else {
		ok = run_input(&s);
	}
	link_close(&s.link);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
