/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/limits.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define AS_IT_IS RLIM_INFINITY
#define LAST_WORDS (1 << 20)	/* bytes: stderr may be a file */

/* One row for each role. A limit of threads counts all of the user, so that it
 * says only whether there are any. Whose sockets the configuration counts keeps
 * its limit of files, and can not raise it. */
static const struct {
	rlim_t threads, files;
} rules[ROLE_COUNT] = {
	[ROLE_CLOCK]	= { 0,		16 },
	[ROLE_ENGINE]	= { 0,		AS_IT_IS },
	[ROLE_SERVE]	= { 0,		32 },
	[ROLE_KE_SERVER] = { AS_IT_IS,	AS_IT_IS },
	[ROLE_KE_CLIENT] = { AS_IT_IS,	256 },
};

static int most_priority(int priority)
{
	int most = sched_get_priority_max(SCHED_FIFO);

	return priority > most ? most : priority;
}

void limits_raise(bool lock_all, int priority)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct rlimit rt = { 0 };

	/* Who may not gets its warning when it needs them. */
	if (lock_all)
		setrlimit(RLIMIT_MEMLOCK, &unlimited);
	rt.rlim_cur = rt.rlim_max = (rlim_t)most_priority(priority);
	if (priority > 0)
		setrlimit(RLIMIT_RTPRIO, &rt);
}

int limits_lock_memory(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return -errno;
	if (limit.rlim_cur != RLIM_INFINITY)
		return -EPERM;
	return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 ? -errno : 0;
}

int limits_run_realtime(int priority)
{
	const struct sched_param param = {
		.sched_priority = most_priority(priority),
	};

	return sched_setscheduler(0, SCHED_FIFO, &param) < 0 ? -errno : 0;
}

static int lower(int resource, rlim_t to)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return -errno;
	if (to != AS_IT_IS && to < limit.rlim_cur)
		limit.rlim_cur = to;
	limit.rlim_max = limit.rlim_cur;
	return setrlimit(resource, &limit) < 0 ? -errno : 0;
}

int limits_settle(enum role role)
{
	int rc;

	/* An error message to a file is cut then; it must not end us. */
	signal(SIGXFSZ, SIG_IGN);
	rc = lower(RLIMIT_CORE, 0);
	if (rc == 0)
		rc = lower(RLIMIT_FSIZE, LAST_WORDS);
	if (rc == 0)
		rc = lower(RLIMIT_NPROC, rules[role].threads);
	if (rc == 0)
		rc = lower(RLIMIT_NOFILE, rules[role].files);
	return rc;
}
