/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another program of the system that does one thing: it is given a text on its
 * standard input, and nothing else of this process.
 */
#ifndef HORA_OS_ERRAND_H
#define HORA_OS_ERRAND_H

#include "os/loop.h"

#include <stddef.h>

#define ERRAND_SAID_SIZE 256	/* what is kept of its output, with NUL */

/*
 * It has ended: `status` as of waitpid(2), `said` the beginning of what it wrote
 * to stdout and stderr, one line without control characters. The errand is gone
 * after this.
 */
typedef void errand_fn(void *arg, int status, const char *said);

struct errand_order {
	const char *const *argv;	/* argv[0] is the path; ends in NULL */
	const void *text;		/* for its standard input */
	size_t length;
	double limit_s;			/* then it is killed */
	/* Called in the child before exec; 0, or -errno. May be NULL. */
	int (*prepare)(void);
	errand_fn *done;
	void *arg;
};

struct errand;

/*
 * Start it. Its other descriptors are /dev/null and a pipe to here; every
 * descriptor of this process must be close-on-exec. 0 and the errand, which ends
 * with `done` or by errand_cancel; or -errno, and `done` is not called. That the
 * program can not be executed shows as status 127 and in `said`.
 */
int errand_start(struct loop *loop, const struct errand_order *order,
    struct errand **ret);

/* Kill and forget it without `done`; NULL is allowed. */
void errand_cancel(struct errand *e);

#endif
