/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/problems.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 160		/* bytes of a line */
#define BEFORE 60		/* of them before the word, in a long line */

static bool same(const struct conf_error *a, const struct conf_error *b)
{
	return a->place.line == b->place.line &&
	    a->place.column == b->place.column &&
	    strcmp(a->place.file, b->place.file) == 0 &&
	    strcmp(a->text, b->text) == 0;
}

void conf_problems_add(void *problems, const struct conf_error *what)
{
	struct conf_problems *p = problems;

	for (size_t i = 0; i < p->count; i++)
		if (same(&p->list[i], what))
			return;
	if (what->is_warning)
		p->warnings++;
	else
		p->errors++;
	if (p->count == PROBLEMS_MAX)
		return;
	/* Sizes are powers of two: a new one when the old one is full. */
	if ((p->count & (p->count - 1)) == 0) {
		struct conf_error *larger = reallocarray(p->list,
		    p->count ? 2 * p->count : 1, sizeof(*larger));

		if (!larger)
			return;
		p->list = larger;
	}
	p->list[p->count++] = *what;
}

/* --- order ---------------------------------------------------------------- */

/* A problem with its rank, so that equal places keep their order. */
struct ranked {
	size_t file, rank;
	const struct conf_error *error;
};

static int compare(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int by_place(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;
	const struct conf_place *p = &a->error->place, *q = &b->error->place;
	int order = compare(a->file, b->file);

	if (order == 0)
		order = compare(p->line, q->line);
	if (order == 0)
		order = compare(p->column, q->column);
	return order ? order : compare(a->rank, b->rank);
}

void conf_problems_sort(struct conf_problems *p, const struct conf_keep *files)
{
	struct ranked *order = reallocarray(NULL, p->count + 1, sizeof(*order));
	struct conf_error *list = reallocarray(NULL, p->count + 1,
	    sizeof(*list));

	if (!order || !list) {
		free(order);
		free(list);
		return;
	}
	for (size_t i = 0; i < p->count; i++)
		order[i] = (struct ranked){ conf_keep_order(files,
			&p->list[i].place), i, &p->list[i] };
	qsort(order, p->count, sizeof(*order), by_place);
	for (size_t i = 0; i < p->count; i++)
		list[i] = *order[i].error;
	free(order);
	free(p->list);
	p->list = list;
}

void conf_problems_free(struct conf_problems *p)
{
	free(p->list);
	*p = (struct conf_problems){ 0 };
}

/* --- showing one ---------------------------------------------------------- */

/* The line of a problem and where its word is in it; false when not known. */
static bool find_word(const struct conf_error *e, const struct conf_keep *files,
    const char **ret_line, size_t *ret_length, size_t *ret_start, size_t *ret_n)
{
	const struct conf_place *place = &e->place;

	*ret_line = conf_keep_line(files, place, ret_length);
	if (!*ret_line || place->column == 0 || place->column > *ret_length)
		return false;
	*ret_start = place->column - 1;
	*ret_n = place->width;
	if (*ret_n > *ret_length - *ret_start)
		*ret_n = *ret_length - *ret_start;
	return true;
}

const char *conf_problem_word(const struct conf_error *e,
    const struct conf_keep *files, char *buf, size_t size)
{
	const char *line;
	size_t length, start, n;

	*buf = '\0';
	if (!find_word(e, files, &line, &length, &start, &n))
		return buf;
	if (n >= 2 && line[start] == '"' && line[start + n - 1] == '"') {
		start++;
		n -= 2;
	}
	snprintf(buf, size, "%.*s", (int)n, line + start);
	return buf;
}

/* Bytes of a UTF-8 character behind its first take no place of their own. */
static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* What is printed for a byte. */
static char visible(char c)
{
	if (c == '\t')
		return ' ';
	return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

/* The line and the marks, as many as there is room for. */
static void show_line(const struct conf_error *e, const struct conf_keep *files,
    char *out, size_t size)
{
	const char *line;
	size_t length, start = 0, n = 0, from = 0, k = 0;
	bool has_word = find_word(e, files, &line, &length, &start, &n);
	char text[SHOWN + 1], marks[SHOWN + 1];
	size_t m = 0;

	*out = '\0';
	if (!line)
		return;
	if (length > SHOWN && start > BEFORE)
		from = start - BEFORE;
	while (from < length && is_continuation(line[from]))
		from++;
	for (size_t i = from; i < length && k < SHOWN; i++) {
		text[k++] = visible(line[i]);
		if (i < start + n && !is_continuation(line[i]))
			marks[m++] = i < start ? ' ' : i == start ? '^' : '~';
	}
	while (k > 0 && text[k - 1] == ' ')
		k--;
	text[k] = marks[m] = '\0';
	snprintf(out, size, "%5u | %s\n%s%s%s", e->place.line, text,
	    has_word ? "      | " : "", has_word ? marks : "",
	    has_word ? "\n" : "");
}

static void show_place(const struct conf_place *p, char *out, size_t size)
{
	char column[20] = "";

	*out = '\0';
	if (p->column > 0)
		snprintf(column, sizeof(column), ":%u", p->column);
	if (*p->file && p->line > 0)
		snprintf(out, size, "%s:%u%s: ", p->file, p->line, column);
	else if (*p->file)
		snprintf(out, size, "%s: ", p->file);
	else if (p->line > 0)
		snprintf(out, size, "argument %u%s: ", p->line, column);
}

const char *conf_problem_show(const struct conf_error *e,
    const struct conf_keep *files, char buf[CONF_SHOW_SIZE])
{
	char place[CONFIG_PATH_SIZE + 40], line[3 * SHOWN];

	show_place(&e->place, place, sizeof(place));
	show_line(e, files, line, sizeof(line));
	snprintf(buf, CONF_SHOW_SIZE, "%s%s: %s%s%s", place,
	    e->is_warning ? "warning" : "error", e->text,
	    *e->hint ? "; " : "", e->hint);
	text_defuse(buf);
	snprintf(buf + strlen(buf), CONF_SHOW_SIZE - strlen(buf), "\n%s", line);
	return buf;
}
