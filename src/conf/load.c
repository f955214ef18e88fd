/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/load.h"

#include "conf/check.h"
#include "conf/parse.h"

#include <stddef.h>

/* Of errors the first is kept; warnings go on, up to it. */
struct checking {
	conf_report_fn *warning;
	void *arg;
	struct conf_error *error;
	bool has_error;
};

static void on_problem(void *arg, const struct conf_error *what)
{
	struct checking *c = arg;

	if (!what->is_warning && !c->has_error)
		*c->error = *what;
	c->has_error |= !what->is_warning;
	if (!c->has_error && c->warning)
		c->warning(c->arg, what);
}

bool conf_load(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, conf_report_fn *warning,
    void *arg, struct config *config, struct conf_text *text,
    struct conf_error *error)
{
	struct checking c = { warning, arg, error, false };
	struct conf_error expand_error;
	bool expanded = count > 0 ?
	    conf_expand_arguments(files, arguments, count, text, &expand_error) :
	    conf_expand_file(files, path, text, &expand_error);

	/* A bad line before the one that could not be expanded comes first. */
	if (!conf_parse_text(text->text, text->length, config, error))
		return false;
	if (!expanded)
		*error = expand_error;
	else if (conf_check(config, text->text, text->length, on_problem, &c))
		return true;
	config_free(config);
	return false;
}
