/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clockadj.h"

#include <errno.h>
#include <time.h>

int clockadj(struct timex *t)
{
	/* adjtimex(3) was a system call of its own before glibc 2.33. */
	return clock_adjtime(CLOCK_REALTIME, t) < 0 ? -errno : 0;
}
