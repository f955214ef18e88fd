/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last words of a process that made a call which its filter forbids. The
 * filter turns the call into SIGSYS; the handler is there for the first one
 * only, sends one packet, and the process ends by SIGSYS as it would have
 * without. The handler's address is kept by the kernel, and a role can not
 * change it: rt_sigaction is forbidden, too.
 */
#ifndef HORA_SANDBOX_VIOLATION_H
#define HORA_SANDBOX_VIOLATION_H

#include <stdint.h>

/* Where the packet goes: `head`, then the call (struct violation). */
struct violation_report {
	int fd;			/* a socket; -1: a line on stderr instead */
	uint64_t head;
};

struct violation {
	int32_t number;		/* of the system call */
	uint32_t arch;		/* AUDIT_ARCH_* */
};

/* Catch the signal in this process. 0, or -errno. */
int violation_catch(const struct violation_report *report);

#endif
