/* SPDX-License-Identifier: Apache-2.0 */
/* The one place where the system clock is changed: clock_adjtime(2). */
#ifndef HORA_OS_CLOCKADJ_H
#define HORA_OS_CLOCKADJ_H

#include <sys/timex.h>

/*
 * Do what `t` says; the kernel's state is in *t afterwards. 0, or -errno
 * (-EPERM without CAP_SYS_TIME). The returned clock state (TIME_OK, ...) is
 * dropped: hora keeps its own.
 */
int clockadj(struct timex *t);

#endif
