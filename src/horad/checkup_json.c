/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/checkup.h"

#include "base/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

/* A string, null for "". Bytes that are no UTF-8 become '?'. */
static json_t *text_value(const char *text)
{
	char clean[CONF_ERROR_SIZE];
	json_t *value = *text ? json_string(text) : json_null();

	if (value)
		return value;
	text_copy(clean, sizeof(clean), text);
	for (char *c = clean; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	return json_string(clean);
}

static json_t *number(unsigned n)
{
	return n > 0 ? json_integer(n) : json_null();
}

/* json_pack takes the values over, and is NULL where one of them is. */
static json_t *problem(const struct conf_error *e,
    const struct conf_keep *files)
{
	char word[CONFIG_PATH_SIZE];

	conf_problem_word(e, files, word, sizeof(word));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "severity", e->is_warning ? "warning" : "error",
	    "file", text_value(e->place.file),
	    "line", number(e->place.line),
	    "column", number(e->place.column),
	    "word", text_value(word),
	    "message", text_value(e->text),
	    "hint", text_value(e->hint));
}

int checkup_json(const char *file, const struct conf_problems *problems,
    const struct conf_keep *files)
{
	json_t *list = json_array(), *all;
	int rc = list ? 0 : -ENOMEM;

	for (size_t i = 0; rc == 0 && i < problems->count; i++)
		if (json_array_append_new(list, problem(&problems->list[i],
			files)) != 0)
			rc = -ENOMEM;
	if (rc) {
		json_decref(list);
		return rc;
	}
	all = json_pack("{s:o, s:I, s:I, s:o}", "file", text_value(file),
	    "errors", (json_int_t)problems->errors,
	    "warnings", (json_int_t)problems->warnings,
	    "problems", list);
	if (!all)
		return -ENOMEM;
	if (json_dumpf(all, stdout, JSON_INDENT(2)) != 0 || puts("") < 0)
		rc = -EIO;
	json_decref(all);
	return rc;
}
