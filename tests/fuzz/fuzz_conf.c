/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: any bytes as a file, as a flat text and as .sources. What
 * was accepted once must be accepted again after it was expanded.
 */
#include "conf/check.h"
#include "conf/expand.h"
#include "conf/parse.h"
#include "conf/print.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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
	if (in->reads++ > 20)
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

static void count_line(void *arg, const char *line)
{
	*(size_t *)arg += strlen(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct input in = { bytes, length, 0 };
	struct conf_files files = { &in, read_input, one_name, list_one };
	const char *raw = (const char *)bytes;
	struct conf_error error = { .text = "" };
	struct conf_text text;
	struct config config;
	struct source_config *sources;
	bool accepted;
	char message[CONF_ERROR_SIZE];
	size_t count = 0;

	accepted = conf_parse_text(raw, length, &config, &error);
	conf_error_message(&error, message, sizeof(message));
	config_free(&config);
	if (conf_parse_sources(raw, length, NULL, NULL, &sources, &count) == 0)
		free(sources);
	if (conf_expand_file(&files, "/conf", &text, &error) &&
	    conf_parse_text(text.text, text.length, &config, &error)) {
		conf_check(&config, text.text, text.length, NULL, NULL, &error);
		conf_print(text.text, text.length, NULL, count_line, &count);
		config_free(&config);
	} else if (accepted && (length == 0 || !memchr(raw, CONF_MARK, length))) {
		abort();	/* only a mark may make the difference */
	}
	conf_text_free(&text);
	return 0;
}
