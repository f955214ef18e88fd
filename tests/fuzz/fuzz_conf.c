/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: any bytes as a file, as a flat text, as .sources, and all
 * that horad and horad --check do with them. What was accepted once must be
 * accepted again after it was expanded, and after it was printed; what is found
 * at once must be found when everything is looked for, too.
 */
#include "conf/check.h"
#include "conf/examine.h"
#include "conf/load.h"
#include "conf/parse.h"
#include "conf/print.h"
#include "conf/problems.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define READS_MOST 3

struct input {
	const uint8_t *bytes;
	size_t length;
	unsigned reads;
};

/* Every file is the input, but only a few of them: loops are short. */
static int read_input(void *arg, const char *path, char **ret_text,
    size_t *ret_length)
{
	struct input *in = arg;

	(void)path;
	if (in->reads++ > READS_MOST)
		return -ENOENT;
	*ret_text = malloc(in->length + 1);
	if (!*ret_text)
		return -ENOMEM;
	if (in->length > 0)
		memcpy(*ret_text, in->bytes, in->length);
	*ret_length = in->length;
	return 0;
}

static int one_name(void *arg, const char *pattern, char ***ret_paths,
    size_t *ret_count)
{
	(void)arg;
	*ret_count = 1;
	*ret_paths = malloc(sizeof(**ret_paths));
	if (!*ret_paths)
		return -ENOMEM;
	(*ret_paths)[0] = strdup(pattern);
	return 0;
}

static int list_one(void *arg, const char *directory, const char *suffix,
    char ***ret_names, size_t *ret_count)
{
	(void)suffix;
	return one_name(arg, directory, ret_names, ret_count);
}

/* --- what must hold ------------------------------------------------------------- */

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* One line, whatever it quotes. */
static void check_message(const struct conf_error *e)
{
	char message[CONF_ERROR_SIZE];

	conf_error_message(e, message, sizeof(message));
	must(*message != '\0');
	for (const char *c = message; *c; c++)
		must((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void told(void *arg, const struct conf_error *what)
{
	check_message(what);
	conf_problems_add(arg, what);
}

static void add_line(void *arg, const char *line)
{
	struct conf_text *printed = arg;
	size_t n = strlen(line);

	must(n < CONF_LINE_MAX && !strpbrk(line, "\n\r"));
	printed->text = realloc(printed->text, printed->length + n + 2);
	memcpy(printed->text + printed->length, line, n);
	printed->length += n;
	printed->text[printed->length++] = '\n';
	printed->text[printed->length] = '\0';
}

/* As any text: by lines that may be marks. Is it accepted, also as a whole? */
static bool as_text(const char *raw, size_t length)
{
	struct conf_problems problems = { .count = 0 };
	struct conf_error error;
	struct config config;
	struct source_config *sources;
	size_t count;
	bool is_good = conf_parse_text(raw, length, &config, &error);
	bool is_whole = is_good &&
	    conf_check(&config, raw, length, told, &problems);

	if (!is_good)
		check_message(&error);
	config_free(&config);
	must(is_whole == (is_good && problems.errors == 0));
	conf_problems_free(&problems);
	problems = (struct conf_problems){ .count = 0 };
	count = conf_parse_all(raw, length, &config, told, &problems);
	config_free(&config);
	must((count == 0) == is_good);
	must((problems.errors == 0) == is_good);
	if (conf_parse_sources(raw, length, told, &problems, &sources,
		&count) == 0)
		free(sources);
	conf_problems_free(&problems);
	return is_whole;
}

/* As horad reads files. Is it accepted? What -p prints must be, then. */
static bool as_file(const struct conf_files *files)
{
	struct conf_problems warnings = { .count = 0 };
	struct conf_text text, printed = { .text = NULL };
	struct conf_error error;
	struct config config;
	bool is_good = conf_load(files, "/conf", NULL, 0, told, &warnings,
	    &config, &text, &error);

	must(warnings.errors == 0);
	conf_print(text.text, text.length, is_good ? NULL : &error.place,
	    add_line, &printed);
	if (is_good) {
		config_free(&config);
		must(conf_parse_text(printed.text, printed.length, &config,
		    &error));
		config_free(&config);
	} else {
		check_message(&error);
	}
	free(printed.text);
	conf_text_free(&text);
	conf_problems_free(&warnings);
	return is_good;
}

/* As --check does. Are there errors? */
static bool examined(const struct conf_files *files)
{
	const struct conf_facts facts = { .file = "/conf" };
	struct conf_problems problems = { .count = 0 };
	struct conf_keep keep = { .real = files };
	struct conf_files kept = conf_keep_files(&keep);
	struct conf_examined all;
	char shown[CONF_SHOW_SIZE], word[100];
	bool has_errors;

	conf_examine(&kept, "/conf", NULL, 0, &facts, told, &problems, &all);
	conf_problems_sort(&problems, &keep);
	for (size_t i = 0; i < problems.count; i++) {
		conf_problem_show(&problems.list[i], &keep, shown);
		conf_problem_word(&problems.list[i], &keep, word, sizeof(word));
	}
	has_errors = problems.errors > 0;
	conf_examined_free(&all);
	conf_problems_free(&problems);
	conf_keep_free(&keep);
	return has_errors;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct input in = { bytes, length, 0 };
	struct conf_files files = { &in, read_input, one_name, list_one };
	const char *raw = (const char *)bytes;
	bool has_mark = length > 0 && memchr(raw, CONF_MARK, length);
	bool is_good = as_text(raw, length);
	bool is_loaded = as_file(&files), has_errors;

	in.reads = 0;
	has_errors = examined(&files);
	/* Errors of .sources files are no reason not to start. */
	must(is_loaded || has_errors);
	must(is_loaded || !is_good || has_mark);
	return 0;
}
