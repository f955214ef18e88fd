/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/editor.h"

#include "base/text.h"
#include "horac/commands.h"
#include "horac/stop.h"

#include <histedit.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_LINES 500

/* What completion has found so far. */
struct found {
	const char *prefix;
	size_t length;
	char *common;
	size_t size;
	FILE *list;
	int count;
};

static void consider(struct found *f, const char *word, size_t n)
{
	char rest[64];
	size_t k = 0;

	if (n < f->length || n - f->length >= sizeof(rest) ||
	    strncmp(word, f->prefix, f->length))
		return;
	memcpy(rest, word + f->length, n - f->length);
	rest[n - f->length] = '\0';
	if (f->list)
		fprintf(f->list, "%.*s\n", (int)n, word);
	if (f->count++ == 0) {
		text_copy(f->common, f->size, rest);
		return;
	}
	while (f->common[k] && f->common[k] == rest[k])
		k++;
	f->common[k] = '\0';
}

int editor_complete(const struct session *s, const char *before, char *common,
    size_t size, FILE *list)
{
	struct found f = { .common = common, .size = size, .list = list };
	const char *last;
	size_t first;

	before += strspn(before, " ");
	first = strcspn(before, " ");
	last = strrchr(before, ' ');
	f.prefix = last ? last + 1 : before;
	f.length = strlen(f.prefix);
	common[0] = '\0';
	for (size_t i = 0; i < s->command_count; i++) {
		const struct command *c = &s->commands[i];
		const char *p;

		if (!c->run || !c->text)
			continue;
		if (!last) {
			consider(&f, c->name, strlen(c->name));
			continue;
		}
		if (!c->completion || strlen(c->name) != first ||
		    strncmp(before, c->name, first))
			continue;
		for (p = c->completion; *p; p += *p == ' ') {
			size_t n = strcspn(p, " ");

			consider(&f, p, n);
			p += n;
		}
	}
	return f.count;
}

struct terminal {
	const struct session *session;
	const char *prompt;
};

static const char *prompt_of(EditLine *el)
{
	struct terminal *t = NULL;

	el_get(el, EL_CLIENTDATA, &t);
	return t ? t->prompt : "";
}

static unsigned char complete_key(EditLine *el, int ch)
{
	const LineInfo *line = el_line(el);
	struct terminal *t = NULL;
	char before[LINE_LENGTH_MAX + 1], common[80];
	size_t n = (size_t)(line->cursor - line->buffer);
	int count;

	(void)ch;
	el_get(el, EL_CLIENTDATA, &t);
	if (!t || n >= sizeof(before) - 1)
		return CC_ERROR;
	memcpy(before, line->buffer, n);
	before[n] = '\0';
	count = editor_complete(t->session, before, common, sizeof(common) - 1,
	    NULL);
	if (count == 0)
		return CC_ERROR;
	if (count == 1)
		strcat(common, " ");
	if (common[0])
		return el_insertstr(el, common) < 0 ? CC_ERROR : CC_REFRESH;
	putchar('\n');
	editor_complete(t->session, before, common, sizeof(common), stdout);
	fflush(stdout);
	return CC_REDISPLAY;
}

/* The next byte of the terminal; commands are ASCII. 0 at the end. */
static int read_key(EditLine *el, wchar_t *ret)
{
	unsigned char byte;

	(void)el;
	if (!stop_wait_readable(STDIN_FILENO) ||
	    read(STDIN_FILENO, &byte, 1) != 1)
		return 0;
	*ret = byte;
	return 1;
}

static EditLine *open_editor(struct terminal *t, const char *program,
    History *lines)
{
	EditLine *el = el_init(program, stdin, stdout, stderr);
	HistEvent event;

	if (!el)
		return NULL;
	history(lines, &event, H_SETSIZE, HISTORY_LINES);
	el_set(el, EL_CLIENTDATA, t);
	el_set(el, EL_PROMPT, prompt_of);
	el_set(el, EL_GETCFN, read_key);
	el_set(el, EL_EDITOR, "emacs");
	el_set(el, EL_HIST, history, lines);
	el_set(el, EL_ADDFN, "horac-complete", "complete a command",
	    complete_key);
	el_set(el, EL_BIND, "^I", "horac-complete", NULL);
	return el;
}

/* One line into `line`; false at the end. */
static bool read_line(EditLine *el, History *lines, char line[LINE_LENGTH_MAX + 1])
{
	HistEvent event;
	const char *text;
	int n = 0;

	/* libedit takes the terminal over after its prompt: an end of file that is typed between is lost. */
	el_set(el, EL_PREP_TERM, 1);
	text = el_gets(el, &n);
	if (!text || n <= 0 || stop_requested())
		return false;
	if (strspn(text, " \t\r\n") < strlen(text))
		history(lines, &event, H_ENTER, text);
	if (!text_copy(line, LINE_LENGTH_MAX + 1, text))
		line[0] = '\0';
	return true;
}

bool editor_run(struct session *s, const char *program)
{
	char text[80], line[LINE_LENGTH_MAX + 1];
	struct terminal t = { .session = s, .prompt = text };
	History *lines = history_init();
	EditLine *el = lines ? open_editor(&t, program, lines) : NULL;
	bool ok = true;

	snprintf(text, sizeof(text), "%.70s> ", program);
	while (el && !s->quit && !stop_requested()) {
		if (!read_line(el, lines, line)) {
			putchar('\n');
			break;
		}
		ok = commands_run(s, line);
	}
	if (el)
		el_end(el);
	if (lines)
		history_end(lines);
	return ok;
}
