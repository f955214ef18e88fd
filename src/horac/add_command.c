/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "conf/source.h"
#include "ctl/add_source.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/words.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * What chrony takes where nothing is said, and what daemons expect of its tool;
 * hora has no such limit, and 0 is said by who wants none.
 */
#define USUAL_MAXDELAYDEVRATIO 10

/* One line on stderr; always false. */
static bool refuse(const char *why)
{
	fprintf(stderr, "%s\n", why);
	return false;
}

static bool read_type(const char *word, enum source_type *ret)
{
	static const struct {
		const char *name;
		enum source_type type;
	} types[] = {
		{ "server", SOURCE_SERVER }, { "pool", SOURCE_POOL },
		{ "peer", SOURCE_PEER },
	};

	for (size_t i = 0; i < COUNT(types); i++)
		if (text_equal_nocase(word, types[i].name)) {
			*ret = types[i].type;
			return true;
		}
	return false;
}

/* The options by the rows of the configuration. */
static bool read_options(char *args, struct source_config *ret)
{
	struct conf_error error = { 0 };
	struct conf_line line;

	words_as_line(args, &error, &line);
	while (!conf_line_done(&line)) {
		const struct conf_word *word = conf_word_find(
		    &conf_source_options, line.words[line.next++]);

		if (!word || !word->parse)
			return refuse("Invalid option in add command");
		if (!word->parse(&line, word, ret))
			return refuse("Invalid value in add command");
	}
	return true;
}

bool do_add(struct session *s, const struct command *c, char *args)
{
	struct request rq = { .code = (uint16_t)c->code }, newer;
	struct source_config source;
	enum source_type type;
	struct ip_addr ip;
	struct reply reply;

	if (!read_type(next_word(&args), &type) || !*args)
		return refuse("Invalid syntax for add command");
	source_config_init(&source, type);
	source.maxdelaydevratio = USUAL_MAXDELAYDEVRATIO;
	if (!text_copy(source.name, sizeof(source.name), next_word(&args)))
		return refuse("Invalid host/IP address");
	if (!read_options(args, &source))
		return false;
	/* Where no name resolves the daemon could only go on trying. */
	if (!read_host(s, source.name, &ip))
		return refuse("Invalid host/IP address");
	add_source_write(&source, &rq.add);
	rq.add.maxdelaydevratio = source.maxdelaydevratio;
	/* chronyd 4.9 knows only the form that no other daemon knows. */
	newer = rq;
	newer.code = CONTROL_ADD_SOURCE_2;
	/* Which alone can say this. */
	if (source.maxntsretry != MAXNTSRETRY_USUAL)
		return ask(s, &newer, ASK_STATUS, &reply);
	return ask_either(s, &rq, &newer, ASK_STATUS, &reply);
}
