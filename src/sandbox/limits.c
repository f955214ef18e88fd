/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/limits.h"

#include <errno.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>

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
