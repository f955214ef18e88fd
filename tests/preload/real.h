/* SPDX-License-Identifier: Apache-2.0 */
/* The C library's own functions, for descriptors that are not of the world. */
#ifndef HORA_PRELOAD_REAL_H
#define HORA_PRELOAD_REAL_H

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

/* Call the function of this name that would be called without us. */
#define REAL(name, ...) \
	(((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__))

static inline int real_ppoll(struct pollfd *fds, nfds_t count,
    const struct timespec *timeout, const sigset_t *mask)
{
	return REAL(ppoll, fds, count, timeout, mask);
}

#endif
