/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/examine.h"

#include "conf/check.h"
#include "conf/collect.h"
#include "conf/expand.h"
#include "conf/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors are counted on their way. */
struct counting {
	conf_report_fn *report;
	void *arg;
	size_t errors;
};

static void count(void *arg, const struct conf_error *what)
{
	struct counting *c = arg;

	c->errors += !what->is_warning;
	c->report(c->arg, what);
}

static void examine_sources(const struct conf_files *files,
    struct conf_examined *e, struct counting *c)
{
	struct conf_error failed = { .hint = "" };
	struct source_config *sources = NULL;
	size_t n;
	int rc = conf_collect_sources(files, &e->config, count, c, &e->sources);

	if (rc == 0)
		rc = conf_parse_sources(e->sources.text, e->sources.length,
		    count, c, &sources, &n);
	free(sources);
	if (rc == 0)
		return;
	snprintf(failed.text, sizeof(failed.text),
	    "cannot read the .sources files: %s", strerror(-rc));
	count(c, &failed);
}

void conf_examine(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t n, const struct conf_facts *facts,
    conf_report_fn *report, void *arg, struct conf_examined *ret)
{
	struct counting c = { report, arg, 0 };
	struct conf_facts known = *facts;

	memset(ret, 0, sizeof(*ret));
	conf_expand_all(files, path, arguments, n, count, &c, &ret->text);
	conf_parse_all(ret->text.text, ret->text.length, &ret->config, count,
	    &c);
	conf_check(&ret->config, ret->text.text, ret->text.length, count, &c);
	examine_sources(files, ret, &c);
	known.has_errors = c.errors > 0;
	conf_advise(&ret->config, &known, &ret->text, &ret->sources, count, &c);
}

void conf_examined_free(struct conf_examined *e)
{
	config_free(&e->config);
	conf_text_free(&e->text);
	conf_text_free(&e->sources);
}
