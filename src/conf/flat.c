/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/flat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int append(struct conf_text *t, const char *text, size_t length)
{
	size_t need = t->length + length + 1;

	if (need > CONF_TEXT_MAX)
		return -EFBIG;
	if (need > t->size) {
		size_t size = need < 2048 ? 4096 : 2 * need;
		char *larger = realloc(t->text, size);

		if (!larger)
			return -ENOMEM;
		t->text = larger;
		t->size = size;
	}
	memcpy(t->text + t->length, text, length);
	t->length += length;
	t->text[t->length] = '\0';
	return 0;
}

int conf_text_init(struct conf_text *t)
{
	*t = (struct conf_text){ 0 };
	return append(t, "", 0);
}

void conf_text_free(struct conf_text *t)
{
	free(t->text);
	*t = (struct conf_text){ 0 };
}

int conf_text_add_line(struct conf_text *t, const struct conf_line *line)
{
	char mark[CONFIG_PATH_SIZE + 32];
	int rc;

	snprintf(mark, sizeof(mark), "%c%u %s\n", CONF_MARK, line->place.line,
	    line->place.file);
	rc = append(t, mark, strlen(mark));
	if (rc == 0)
		rc = append(t, line->raw, line->raw_length);
	return rc ? rc : append(t, "\n", 1);
}

bool conf_text_can_name(const char *path)
{
	return strlen(path) < CONFIG_PATH_SIZE && !strchr(path, '\n');
}
