/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/checkup.h"

#include "os/conffiles.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void print(const struct conf_problems *problems,
    const struct conf_keep *files)
{
	size_t all = problems->errors + problems->warnings;
	char text[CONF_SHOW_SIZE];

	for (size_t i = 0; i < problems->count; i++)
		fputs(conf_problem_show(&problems->list[i], files, text),
		    stdout);
	if (all > problems->count)
		printf("%zu more are not shown\n", all - problems->count);
	if (all == 0)
		puts("no problems found");
	else
		printf("%zu error%s, %zu warning%s\n", problems->errors,
		    plural(problems->errors), problems->warnings,
		    plural(problems->warnings));
}

static int status_of(const struct options *o, const struct conf_problems *p)
{
	if (p->errors > 0)
		return EXIT_FAILURE;
	return o->check_strict && p->warnings > 0 ? 2 : EXIT_SUCCESS;
}

int checkup(const struct options *options, const struct host *host)
{
	static const struct conf_files real = { NULL, conffiles_read,
		conffiles_glob, conffiles_list };
	struct conf_keep keep = { .real = &real,
		.arguments = options->directives,
		.argument_count = options->directive_count };
	struct conf_files files = conf_keep_files(&keep);
	struct conf_facts facts = checkup_facts(options);
	struct conf_problems problems = { 0 };
	struct conf_examined examined;
	int rc = 0, status;

	conf_examine(&files, options->config_file, options->directives,
	    options->directive_count, &facts, conf_problems_add, &problems,
	    &examined);
	checkup_host(options, host, &examined, conf_problems_add, &problems);
	conf_problems_sort(&problems, &keep);
	if (options->check_json)
		rc = checkup_json(facts.file, &problems, &keep);
	else
		print(&problems, &keep);
	status = status_of(options, &problems);
	if (rc == 0 && fflush(stdout) != 0)
		rc = -EIO;
	if (rc)
		fprintf(stderr, "%s: could not write: %s\n", options->program,
		    strerror(-rc));
	conf_problems_free(&problems);
	conf_examined_free(&examined);
	conf_keep_free(&keep);
	return rc ? EXIT_FAILURE : status;
}
