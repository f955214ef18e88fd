/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions of horad with effects that are written down. */
#ifndef HORA_TESTS_HORAD_LAB_H
#define HORA_TESTS_HORAD_LAB_H

#include "horad/horad.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALL (R(CLOCK) | R(ENGINE) | R(SERVE) | R(KE_SERVER) | R(KE_CLIENT))

/* Effects as a line of text: "+C" start, "!E" kill, ".S" stop, "<E" handed... */
struct world {
	struct horad h;
	char seen[1024];
	int start_rc;
	int stopping;
	int finished;		/* exit status, -1 = not finished */
	int handed_config, handed_restart;
	double now_s;
};

static const char letters[ROLE_COUNT] = { 'H', 'C', 'E', 'S', 'K', 'L' };

static inline void note(struct world *w, const char *what, enum role role)
{
	size_t n = strlen(w->seen);

	snprintf(w->seen + n, sizeof(w->seen) - n, "%s%c", what,
	    letters[role]);
}

static inline int do_start(void *arg, enum role role)
{
	struct world *w = arg;

	note(w, "+", role);
	return w->start_rc;
}

static inline void do_hand_out(void *arg, enum role role,
    const struct handout *what, bool is_restart)
{
	struct world *w = arg;

	if (what->kind == HAND_CONFIG) {
		w->handed_config++;
		w->handed_restart += is_restart;
	}
	if (what->kind == HAND_PEER) {
		note(w, "=", role);
		note(w, "", (enum role)what->what);
	}
}

static inline void do_stop(void *arg, enum role role)
{
	note(arg, ".", role);
}

static inline void do_kill(void *arg, enum role role)
{
	note(arg, "!", role);
}

static inline void do_ready(void *arg)
{
	struct world *w = arg;

	strcat(w->seen, "READY");
}

static inline void do_stopping(void *arg)
{
	struct world *w = arg;

	w->stopping++;
}

static inline void do_finished(void *arg, int status)
{
	struct world *w = arg;

	w->finished = status;
}

static inline void do_log(void *arg, enum severity severity, const char *text)
{
	(void)arg;
	(void)severity;
	(void)text;
}

static inline struct mono_time at(struct world *w, double now_s)
{
	w->now_s = now_s;
	return (struct mono_time){ interval_ns(now_s) };
}

static inline void begin(struct world *w, unsigned roles, bool is_supervised)
{
	struct horad_effects effects = { w, do_start, do_hand_out, do_stop,
		do_kill, do_ready, do_stopping, do_finished, do_log };

	memset(w, 0, sizeof(*w));
	w->finished = -1;
	horad_init(&w->h, &effects, roles, is_supervised);
	horad_start(&w->h, at(w, 0));
}

/* Everything is up, and what was seen until then forgotten. */
static inline void bring_up(struct world *w, unsigned roles)
{
	begin(w, roles, false);
	for (int r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			horad_hello(&w->h, (enum role)r, at(w, 0));
	for (int r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			horad_ready(&w->h, (enum role)r, at(w, 0));
	w->seen[0] = '\0';
	w->handed_config = 0;
}

static inline void expect(struct world *w, const char *seen)
{
	assert_string_equal(w->seen, seen);
	w->seen[0] = '\0';
}

#endif
