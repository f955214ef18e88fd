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

struct conf_place conf_line_place(const struct conf_line *line, size_t index)
{
	struct conf_place place = line->place;
	unsigned quote;

	if (index >= line->count)
		return place;
	quote = line->is_quoted[index];
	place.column = (unsigned)(line->words[index] - line->text) + 1 - quote;
	place.width = (unsigned)strlen(line->words[index]) + 2 * quote;
	return place;
}

bool conf_fail(struct conf_line *line, const char *format, ...)
{
	va_list args;

	line->error->place = conf_line_place(line,
	    line->next > 0 ? line->next - 1 : 0);
	line->error->is_warning = false;
	line->error->hint[0] = '\0';
	va_start(args, format);
	vsnprintf(line->error->text, sizeof(line->error->text), format, args);
	va_end(args);
	return false;
}

bool conf_hint(struct conf_line *line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(line->error->hint, sizeof(line->error->hint), format, args);
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

/* Fail at one byte of the text, before there are words. */
static bool fail_at(struct conf_line *line, const char *at, const char *what)
{
	line->count = 0;
	conf_fail(line, "%s", what);
	line->error->place.column = (unsigned)(at - line->text) + 1;
	line->error->place.width = 1;
	return false;
}

/*
 * The end of the word that begins at `c` (in quotes: behind the first one), or
 * NULL after failing.
 */
static char *word_end(struct conf_line *line, char *c, const char *end,
    bool is_quoted)
{
	char *start = c, what[60];

	for (; c < end && (is_quoted ? *c != '"' : !is_space(*c)); c++) {
		if (!is_control(*c))
			continue;
		snprintf(what, sizeof(what),
		    "control character 0x%02x in the line", *c);
		fail_at(line, c, what);
		return NULL;
	}
	if (!is_quoted)
		return c;
	if (c >= end) {
		fail_at(line, start - 1, "a quotation without its end");
		conf_hint(line, "write \" behind the last word of the name, too");
		return NULL;
	}
	if (c + 1 < end && !is_space(c[1])) {
		fail_at(line, c + 1, "the word goes on behind its quotation");
		conf_hint(line, "quote all of it");
		return NULL;
	}
	return c;
}

/* Cut `length` bytes into words in place; false after failing. */
static bool split(struct conf_line *line, size_t length)
{
	char *c = line->text, *end = c + length;
	bool is_quoted;

	line->count = 0;
	for (;;) {
		while (c < end && is_space(*c))
			c++;
		if (c >= end || *c == '#')
			return true;
		if (line->count == 0 && (*c == '!' || *c == ';' || *c == '%'))
			return true;
		is_quoted = *c == '"';
		c += is_quoted;
		line->is_quoted[line->count] = is_quoted;
		line->words[line->count++] = c;
		c = word_end(line, c, end, is_quoted);
		if (!c)
			return false;
		*c++ = '\0';
	}
}

/* One raw line of `length` bytes without its newline. */
static enum conf_next take_line(struct conf_line *line, const char *raw,
    size_t length)
{
	line->count = 0;
	line->raw = raw;
	line->raw_length = length;
	if (length >= CONF_LINE_MAX) {
		conf_fail(line, "the line is longer than %d bytes",
		    CONF_LINE_MAX);
		return CONF_NEXT_LONG;
	}
	memcpy(line->text, raw, length);
	return split(line, length) ? CONF_NEXT_LINE : CONF_NEXT_BAD;
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

static char *put(char *at, const char *bytes, size_t n)
{
	memcpy(at, bytes, n);
	return at + n;
}

void conf_line_join(const struct conf_line *line, char buf[CONF_LINE_MAX + 1])
{
	char *at = buf;

	for (size_t i = 0; i < line->count; i++) {
		size_t quote = line->is_quoted[i];

		at = put(at, " ", i > 0);
		at = put(at, "\"", quote);
		at = put(at, line->words[i], strlen(line->words[i]));
		at = put(at, "\"", quote);
	}
	*at = '\0';
}
