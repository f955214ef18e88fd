/* SPDX-License-Identifier: Apache-2.0 */
#include "man/page.h"

#include "build_config.h"
#include "conf/directives.h"
#include "man/entry.h"
#include "man/lists.h"
#include "man/tool.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 200		/* rows of a table */

/* A table, and which of its rows had their entry. */
struct listing {
	const struct conf_words *words;
	const char *of;			/* directive of the options */
	bool is_done[WORDS_MAX];
};

struct page {
	FILE *out;
	struct page_fault *fault;
	struct listing directives, options;
	bool has_entries;
	struct tool_entries commands;
	bool wants_text;		/* of the command just before */
};

static bool fail(struct page *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fail(struct page *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->fault->text, sizeof(p->fault->text), format, args);
	va_end(args);
	return false;
}

/* --- entries -------------------------------------------------------------- */

static bool is_left_out(const struct conf_word *word)
{
	return !word->parse && word->instead;
}

/* Takes a row that has no entry yet; NULL after failing. */
static const struct conf_word *take(struct page *p, struct listing *l,
    const char *name)
{
	const struct conf_word *word =
	    l->words ? conf_word_find(l->words, name) : NULL;
	bool *is_done;

	if (!word) {
		fail(p, "there is no word '%.100s' here", name);
		return NULL;
	}
	is_done = &l->is_done[word - l->words->rows];
	if (*is_done || is_left_out(word)) {
		fail(p, *is_done ? "a second entry of '%.100s'" :
		    "an entry of '%.100s', which is left out", name);
		return NULL;
	}
	*is_done = true;
	return word;
}

/* All that have no entry: written, or (false) the first of them is a failure. */
static bool rest(struct page *p, struct listing *l, bool is_written)
{
	for (size_t i = 0; l->words && i < l->words->count; i++) {
		const struct conf_word *word = &l->words->rows[i];

		if (l->is_done[i] || is_left_out(word))
			continue;
		if (!is_written)
			return fail(p, "'%s%s%.100s' has no entry",
			    l->of ? l->of : "", l->of ? " " : "", word->name);
		entry_write(word, p->out);
		l->is_done[i] = true;
	}
	return true;
}

static bool start_options(struct page *p, const char *name)
{
	const struct conf_word *of = conf_directive(name);

	if (!of || !of->options || of->options->count > WORDS_MAX)
		return fail(p, "'%.100s' has no options", name);
	if (p->options.words)
		return fail(p, "options within options");
	p->options = (struct listing){ .words = of->options, .of = of->name };
	fputs(".RS\n", p->out);
	return true;
}

static bool end_options(struct page *p)
{
	if (!p->options.words)
		return fail(p, "no options have begun");
	if (!rest(p, &p->options, false))
		return false;
	p->options.words = NULL;
	fputs(".RE\n", p->out);
	return true;
}

static void left_out_options(const struct conf_word *of, FILE *out)
{
	char before[100];

	snprintf(before, sizeof(before), "%s ", of->name);
	for (size_t i = 0; of->options && i < of->options->count; i++)
		if (is_left_out(&of->options->rows[i]))
			entry_write_left_out(&of->options->rows[i], before,
			    out);
}

/* Options of one table under the name of the first directive that has it. */
static bool left_out(struct page *p)
{
	const struct conf_word *rows = conf_directives.rows;

	for (size_t i = 0; i < conf_directives.count; i++) {
		bool is_first = true;

		if (is_left_out(&rows[i]))
			entry_write_left_out(&rows[i], "", p->out);
		for (size_t k = 0; k < i; k++)
			is_first &= rows[k].options != rows[i].options;
		if (is_first)
			left_out_options(&rows[i], p->out);
	}
	return true;
}

/* --- lines ---------------------------------------------------------------- */

static bool put_setting(struct page *p, const char *name, size_t n)
{
	static const struct {
		const char *name, *value;
	} settings[] = {
		{ "CONFIG_FILE", HORA_CONFIG_FILE }, { "USER", HORA_USER },
		{ "RUN_DIR", HORA_RUN_DIR }, { "PID_FILE", HORA_PID_FILE },
		{ "COMMAND_SOCKET", HORA_COMMAND_SOCKET },
		{ "LIBEXECDIR", HORA_LIBEXECDIR }, { "VERSION", HORA_VERSION },
		{ "SENDMAIL", HORA_SENDMAIL },
	};
	static const struct {
		const char *name;
		void (*write)(FILE *out);
	} lists[] = {
		{ "DIRECTIVES", list_directives }, { "OPTIONS", list_options },
		{ "COMMANDS", tool_list_commands },
		{ "TOOL_OPTIONS", tool_list_options },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		if (strlen(settings[i].name) == n &&
		    strncmp(settings[i].name, name, n) == 0) {
			fputs(settings[i].value, p->out);
			return true;
		}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strlen(lists[i].name) == n &&
		    strncmp(lists[i].name, name, n) == 0) {
			lists[i].write(p->out);
			return true;
		}
	return fail(p, "no such setting: @%.*s@", (int)n, name);
}

/* Text with settings in it: @ and capitals up to the next @. */
static bool put_line(struct page *p, const char *text)
{
	while (*text) {
		size_t n = *text == '@' ? strspn(text + 1,
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") : 0;

		if (n == 0 || text[n + 1] != '@') {
			putc(*text++, p->out);
			continue;
		}
		if (!put_setting(p, text + 1, n))
			return false;
		text += n + 2;
	}
	putc('\n', p->out);
	return true;
}

static bool put_entry(struct page *p, struct listing *l, const char *name)
{
	const struct conf_word *word = take(p, l, name);

	if (word)
		entry_write(word, p->out);
	return word != NULL;
}

static bool fill_in(struct page *p, char *line)
{
	char *space = strchr(line, ' ');
	const char *rest_of = space ? space + 1 : "";

	if (space)
		*space = '\0';
	if (strcmp(line, "@directive") == 0) {
		p->has_entries = true;
		return put_entry(p, &p->directives, rest_of);
	}
	if (strcmp(line, "@options") == 0)
		return start_options(p, rest_of);
	if (strcmp(line, "@option") == 0)
		return put_entry(p, &p->options, rest_of);
	if (strcmp(line, "@rest") == 0)
		return rest(p, &p->options, true);
	if (strcmp(line, "@end") == 0)
		return end_options(p);
	if (strcmp(line, "@left-out") == 0)
		return left_out(p);
	if (strcmp(line, "@command") == 0) {
		p->wants_text = true;
		return tool_entry(&p->commands, rest_of, p->out,
		    p->fault->text, sizeof(p->fault->text));
	}
	if (list_write(line, rest_of, p->out) ||
	    tool_list_write(line, rest_of, p->out))
		return true;
	return fail(p, "no such line: %.100s", line);
}

static bool one_line(struct page *p, char *line)
{
	bool is_filled_in = line[0] == '@' && islower((unsigned char)line[1]);

	if (p->wants_text && (is_filled_in || strncmp(line, ".S", 2) == 0))
		return fail(p, "no text of the command above");
	p->wants_text = false;
	return is_filled_in ? fill_in(p, line) : put_line(p, line);
}

bool page_write(FILE *in, FILE *out, struct page_fault *fault)
{
	struct page p = { .out = out, .fault = fault,
		.directives = { .words = &conf_directives } };
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	bool ok;

	*fault = (struct page_fault){ .line = 0 };
	ok = conf_directives.count <= WORDS_MAX ||
	    fail(&p, "too many directives");
	while (ok && (n = getline(&line, &size, in)) >= 0) {
		fault->line++;
		if (n > 0 && line[n - 1] == '\n')
			line[n - 1] = '\0';
		ok = one_line(&p, line);
	}
	free(line);
	if (!ok)
		return false;
	fault->line = 0;
	if (p.options.words)
		return fail(&p, "@end is missing");
	if (p.wants_text)
		return fail(&p, "no text of the last command");
	if (p.commands.has_entries && tool_missing(&p.commands))
		return fail(&p, "the command '%.100s' has no entry",
		    tool_missing(&p.commands));
	return !p.has_entries || rest(&p, &p.directives, false);
}
