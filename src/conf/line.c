/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/line.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void conf_lines_init(struct conf_lines *from, const char *text, size_t length,
    const char *file, bool has_marks)
{
	*from = (struct conf_lines){
		.at = text,
		.end = length ? text + length : text,
		.has_marks = has_marks,
	};
	text_copy(from->place.file, sizeof(from->place.file), file);
}

bool conf_fail(struct conf_line *line, const char *format, ...)
{
	va_list args;

	line->error->place = line->place;
	va_start(args, format);
	vsnprintf(line->error->text, sizeof(line->error->text), format, args);
	va_end(args);
	return false;
}

/* C-locale isspace, whatever the locale is. */
static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* "\001LINE FILE": the line after it stood there. */
static void take_mark(struct conf_place *place, const char *mark, size_t length)
{
	unsigned line = 0;
	size_t i = 1, n;

	for (; i < length && mark[i] >= '0' && mark[i] <= '9'; i++)
		line = line * 10 + (unsigned)(mark[i] - '0');
	i += i < length;			/* the space */
	n = length - i;
	if (n >= sizeof(place->file))
		n = sizeof(place->file) - 1;
	memcpy(place->file, mark + i, n);
	place->file[n] = '\0';
	place->line = line - 1;			/* the next line counts up */
}

/* Cut `length` bytes into words in place. The first control character or -1. */
static int split(struct conf_line *line, size_t length)
{
	char *c = line->text, *end = c + length;

	line->count = 0;
	for (;;) {
		while (c < end && is_space(*c))
			c++;
		if (c >= end || *c == '#')
			return -1;
		if (line->count == 0 && (*c == '!' || *c == ';' || *c == '%'))
			return -1;
		line->words[line->count++] = c;
		for (; c < end && !is_space(*c); c++)
			if (is_control(*c))
				return *c;
		*c++ = '\0';
	}
}

/* One raw line of `length` bytes without its newline. */
static enum conf_next take_line(struct conf_line *line, const char *raw,
    size_t length)
{
	int bad;

	if (length >= CONF_LINE_MAX) {
		conf_fail(line, "the line is longer than %d bytes",
		    CONF_LINE_MAX);
		return CONF_NEXT_LONG;
	}
	memcpy(line->text, raw, length);
	bad = split(line, length);
	if (bad >= 0) {
		conf_fail(line, "control character 0x%02x in the line", bad);
		return CONF_NEXT_BAD;
	}
	return CONF_NEXT_LINE;
}

enum conf_next conf_lines_next(struct conf_lines *from, struct conf_line *line)
{
	line->next = 0;
	while (from->at < from->end) {
		const char *raw = from->at;
		size_t left = (size_t)(from->end - raw);
		const char *newline = memchr(raw, '\n', left);
		size_t length = newline ? (size_t)(newline - raw) : left;
		enum conf_next next;

		from->at += newline ? length + 1 : length;
		if (from->has_marks && length > 0 && *raw == CONF_MARK) {
			take_mark(&from->place, raw, length);
			continue;
		}
		from->place.line++;
		line->place = from->place;
		line->has_newline = newline != NULL;
		next = take_line(line, raw, length);
		if (next != CONF_NEXT_LINE || line->count > 0)
			return next;
	}
	return CONF_NEXT_END;
}

void conf_line_join(const struct conf_line *line, char buf[CONF_LINE_MAX + 1])
{
	char *at = buf;

	for (size_t i = 0; i < line->count; i++) {
		size_t n = strlen(line->words[i]);

		if (i > 0)
			*at++ = ' ';
		memcpy(at, line->words[i], n);
		at += n;
	}
	*at = '\0';
}
