/* SPDX-License-Identifier: Apache-2.0 */
/* What conf/advise.h says of server, pool and peer lines. */
#ifndef HORA_CONF_ADVISE_SOURCES_H
#define HORA_CONF_ADVISE_SOURCES_H

#include "conf/config.h"
#include "conf/error.h"
#include "conf/line.h"
#include "conf/word.h"

/* Zero before the first round. */
struct source_advice {
	conf_report_fn *report;	/* is told of the warnings */
	void *arg;
	const struct config *config;
	struct conf_place auth_mode;	/* of authselectmode */
	bool has_auth_mode;		/* it is given */

	/* The source lines of the first round. */
	size_t lines;
	int selectable;			/* sources; of a pool as many */
	int authenticated, unauthenticated;	/* lines; selectable ones */
	struct conf_place first, first_plain;	/* plain: unauthenticated */
	struct source_name {
		char *name;
		uint16_t port;
		size_t line;		/* number of the source line */
		bool is_twin;		/* equal to one before it */
	} *names;			/* in the order of lines, then sorted */
};

/*
 * First round: take a source line in; `place` is that of its name. Nothing more
 * is said of equal names when there is no memory.
 */
void source_advice_add(struct source_advice *a, const struct source_config *s,
    const struct conf_place *place);

/* Between the rounds. */
void source_advice_sort(struct source_advice *a);

/*
 * Second round: warnings of source line number n, from 0. `s` is what its words
 * say.
 */
void source_advice_line(const struct source_advice *a, size_t n,
    const struct source_config *s, const struct conf_line *line);

/* Warnings of all sources together. */
void source_advice_whole(const struct source_advice *a);

/*
 * Warn of each number after an option of `table` that another one was taken
 * for; `taken` is the struct that the table belongs to.
 */
void advise_taken(const struct conf_line *line, const struct conf_words *table,
    const void *taken, conf_report_fn *report, void *arg);

/* Release the names that were kept. */
void source_advice_free(struct source_advice *a);

#endif
