/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session whose daemon is the test: commands are run as lines, what they ask
 * is kept, and they are answered as told.
 */
#ifndef TESTS_UNIT_HORAC_FAKE_DAEMON_H
#define TESTS_UNIT_HORAC_FAKE_DAEMON_H

#include "base/text.h"
#include "horac/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define FAKE_MOST 24

struct fake {
	struct session session;
	char asked[FAKE_MOST][2 * CONTROL_REQUEST_MAX + 16];
	struct request requests[FAKE_MOST];	/* the same */
	size_t asked_count;
	struct reply replies[FAKE_MOST];	/* in turn; then "200 OK" */
	size_t reply_count;
	bool is_dead;			/* nobody answers */
	char *out, *err;		/* of the last line */
};

/* "CODE HEX" of the request, the bytes from the body on up to its last one that
 * is not 0. */
static bool fake_exchange(struct link *l, struct request *rq, struct reply *ret)
{
	struct fake *f = (struct fake *)(void *)((char *)l -
	    offsetof(struct fake, session.link));
	uint8_t bytes[CONTROL_REQUEST_MAX];
	size_t i = f->asked_count++, length;
	char *to = f->asked[i];

	if (i >= FAKE_MOST)
		abort();
	rq->sequence = 0x01020304;
	f->requests[i] = *rq;
	length = request_encode(rq, bytes);
	while (length > CONTROL_REQUEST_HEADER && bytes[length - 1] == 0)
		length--;
	to += sprintf(to, "%u ", rq->code);
	hex_encode(bytes + CONTROL_REQUEST_HEADER,
	    length - CONTROL_REQUEST_HEADER, to);
	*ret = i < f->reply_count ? f->replies[i] :
	    (struct reply){ .code = CONTROL_REPLY_NULL_REPLY };
	return !f->is_dead;
}

static inline void fake_init(struct fake *f)
{
	*f = (struct fake){
		.session = { .no_lookup = true, .family = AF_UNSPEC,
		    .exchange = fake_exchange },
	};
	commands_init(&f->session);
}

/* Forget what was asked, and what is to be answered. */
static inline void fake_again(struct fake *f)
{
	f->asked_count = f->reply_count = 0;
}

static inline void fake_free(struct fake *f)
{
	free(f->out);
	free(f->err);
	f->out = f->err = NULL;
}

/* Run one line; what it prints is in out and err until the next one. */
static inline bool fake_run(struct fake *f, const char *text)
{
	FILE *before_out = stdout, *before_err = stderr;
	char line[LINE_LENGTH_MAX + 1];
	size_t n;
	bool ok;

	fake_free(f);
	text_copy(line, sizeof(line), text);
	stdout = open_memstream(&f->out, &n);
	stderr = open_memstream(&f->err, &n);
	ok = commands_run(&f->session, line);
	fclose(stdout);
	fclose(stderr);
	stdout = before_out;
	stderr = before_err;
	return ok;
}

/* What a line has to do. */
struct fake_row {
	const char *line;
	const char *asks;	/* as fake_exchange() writes; NULL: nothing */
	const char *err;	/* one line of stderr; NULL: none */
};

/* Check rows of commands that print their status. */
static inline void fake_rows(const struct fake_row *rows, size_t n)
{
	static struct fake f;

	for (size_t i = 0; i < n; i++) {
		const struct fake_row *r = &rows[i];
		char err[200] = "";
		bool ok;

		fake_init(&f);
		if (r->err)
			snprintf(err, sizeof(err), "%s\n", r->err);
		ok = fake_run(&f, r->line);
		if (ok != (r->asks != NULL) || strcmp(f.err, err) ||
		    strcmp(f.out, r->asks ? "200 OK\n" : "") ||
		    f.asked_count != (r->asks != NULL) ||
		    (r->asks && strcmp(f.asked[0], r->asks)))
			fail_msg("'%s': %d, '%s' '%s', %zu '%s'", r->line, ok,
			    f.out, f.err, f.asked_count, f.asked[0]);
		fake_free(&f);
	}
}

#endif
