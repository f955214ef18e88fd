/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded before the C library by a daemon that does not start where it may not
 * set the clock (test_others.py): what it would change is answered as if it
 * were done, and never reaches the kernel.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

int clock_adjtime(clockid_t clock, struct timex *t)
{
	t->modes = 0;
	return (int)syscall(SYS_clock_adjtime, clock, t);
}

int ntp_adjtime(struct timex *t)
{
	return clock_adjtime(CLOCK_REALTIME, t);
}
