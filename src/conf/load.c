/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/load.h"

#include "conf/check.h"
#include "conf/parse.h"

bool conf_load(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, conf_report_fn *warning,
    void *arg, struct config *config, struct conf_text *text,
    struct conf_error *error)
{
	struct conf_error expand_error;
	bool expanded = count > 0 ?
	    conf_expand_arguments(files, arguments, count, text, &expand_error) :
	    conf_expand_file(files, path, text, &expand_error);

	/* A bad line before the one that could not be expanded comes first. */
	if (!conf_parse_text(text->text, text->length, config, error))
		return false;
	if (!expanded)
		*error = expand_error;
	else if (conf_check(config, text->text, text->length, warning, arg,
		error))
		return true;
	config_free(config);
	return false;
}
