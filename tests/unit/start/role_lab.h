/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A role from its first message to its end: the test is horad at the other end
 * of the link, on the same loop.
 */
#ifndef TESTS_START_ROLE_LAB_H
#define TESTS_START_ROLE_LAB_H

#include "os/now.h"
#include "start/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct role_lab {
	struct loop *loop;
	struct channel *channel;	/* horad's end */
	struct role_link *link;		/* the role's */
	struct loop_timer limit;
	bool is_stopped;		/* the role said that it has */
	bool is_over;			/* and it ended */
	bool is_late;			/* the limit came first */
};

static inline void role_lab_limit(void *arg)
{
	struct role_lab *lab = arg;

	lab->is_late = true;
	loop_stop(lab->loop, 1);
}

static inline void role_lab_closed(void *arg)
{
	(void)arg;
}

static inline void role_lab_ended(void *arg, int status)
{
	struct role_lab *lab = arg;

	assert_int_equal(status, 0);
	lab->is_over = true;
	if (lab->is_stopped)
		loop_stop(lab->loop, 0);
}

/* For STOPPED among the messages of the role. */
static inline void role_lab_stopped(struct role_lab *lab)
{
	lab->is_stopped = true;
	if (lab->is_over)
		loop_stop(lab->loop, 0);
}

/* A lab of zeros gets its loop. */
static inline void role_lab_init(struct role_lab *lab)
{
	lab->loop = loop_new();
	assert_non_null(lab->loop);
	loop_timer_init(&lab->limit, role_lab_limit, lab);
}

/* Start the role; `arg` is that of on_message. */
static inline void role_lab_open(struct role_lab *lab,
    const struct role_program *program, channel_fn *on_message, void *arg)
{
	int fds[2];

	assert_int_equal(channel_pair(lab->loop, fds), 0);
	assert_int_equal(channel_open(lab->loop, fds[0], ROLE_HORAD,
	    program->role, on_message, role_lab_closed, arg, &lab->channel), 0);
	assert_int_equal(role_link_open(lab->loop, fds[1], program, NULL, NULL,
	    role_lab_ended, lab, &lab->link), 0);
}

/* Let the loop run, at most for so long; false when the time was over. */
static inline bool role_lab_run(struct role_lab *lab, double limit_s)
{
	lab->is_late = false;
	loop_timer_set(lab->loop, &lab->limit, mono_add(mono_now(), limit_s));
	loop_run(lab->loop);
	loop_timer_cancel(&lab->limit);
	return !lab->is_late;
}

/* Whatever else is on the loop must be gone. */
static inline void role_lab_close(struct role_lab *lab)
{
	role_link_close(lab->link);
	channel_close(lab->channel);
	loop_free(lab->loop);
}

#endif
