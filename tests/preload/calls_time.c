/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the C library that tell, set or pass the time (world.h). */
#include "preload/real.h"
#include "preload/world.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){ ns / NS_PER_S, ns % NS_PER_S };
}

static int64_t ns_of(const struct timespec *ts)
{
	if (ts->tv_sec > INT64_MAX / NS_PER_S - 1)
		return INT64_MAX;
	return ts->tv_sec * NS_PER_S + ts->tv_nsec;
}

/* --- reading --- */

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (clock == CLOCK_REALTIME)
		*ts = timespec_of(world_wall_ns(world()));
	else if (clock == CLOCK_MONOTONIC)
		*ts = timespec_of(world_mono_ns(world()));
	else
		return errno = EINVAL, -1;
	return 0;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	int64_t ns = world_wall_ns(world());

	(void)zone;
	*tv = (struct timeval){ ns / NS_PER_S, ns % NS_PER_S / 1000 };
	return 0;
}

time_t time(time_t *ret)
{
	time_t t = world_wall_ns(world()) / NS_PER_S;

	if (ret)
		*ret = t;
	return t;
}

/* --- setting --- */

int adjtimex(struct timex *t)
{
	struct world *w = world();
	struct timex *k = &w->kernel.timex;
	struct timespec now = timespec_of(world_wall_ns(w));
	int error = w->is_strict && t->modes & ADJ_OFFSET ? EINVAL :
	    kernel_adjtimex(&w->kernel, t);

	if (error)
		return errno = error, -1;
	w->adjustments += t->modes != 0;
	t->tick = k->tick;
	t->freq = k->freq;
	t->status = w->is_strict ? 0 : k->status;
	t->maxerror = k->maxerror;
	t->esterror = k->esterror;
	t->tolerance = 500 << 16;
	t->precision = 1;
	t->constant = 2;
	t->offset = 0;
	t->time = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return k->status & STA_UNSYNC ? TIME_ERROR : TIME_OK;
}

int ntp_adjtime(struct timex *t)
{
	return adjtimex(t);
}

int clock_adjtime(clockid_t clock, struct timex *t)
{
	return clock == CLOCK_REALTIME ? adjtimex(t) : (errno = EINVAL, -1);
}

int clock_settime(clockid_t clock, const struct timespec *ts)
{
	if (clock != CLOCK_REALTIME)
		return errno = EINVAL, -1;
	world_set(world(), ns_of(ts));
	return 0;
}

int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
	(void)zone;
	world_set(world(), tv->tv_sec * NS_PER_S + tv->tv_usec * 1000);
	return 0;
}

/* --- waiting --- */

/* Real descriptors that are ready, or our sockets that have packets. */
static int ready(struct world *w, struct pollfd *fds, nfds_t count,
    const sigset_t *mask)
{
	struct pollfd real[WORLD_FDS];
	struct timespec at_once = { 0 };
	int found = 0;

	if (count > WORLD_FDS)
		return errno = EINVAL, -1;
	for (nfds_t i = 0; i < count; i++) {
		bool is_ours = fds[i].fd >= 0 && fds[i].fd < WORLD_FDS &&
		    w->sockets[fds[i].fd].is_open;

		real[i] = fds[i];
		real[i].revents = 0;
		if (is_ours)
			real[i].fd = -1;
		else if (w->is_strict && fds[i].fd >= 0)
			world_abort("waits for a descriptor not of the world");
	}
	if (real_ppoll(real, count, &at_once, mask) < 0)
		return -1;
	for (nfds_t i = 0; i < count; i++) {
		fds[i].revents = real[i].revents;
		if (fds[i].fd >= 0 && world_arrived(w, fds[i].fd))
			fds[i].revents |= fds[i].events & POLLIN;
		found += fds[i].revents != 0;
	}
	return found;
}

static int wait_for(struct pollfd *fds, nfds_t count, int64_t timeout_ns,
    const sigset_t *mask)
{
	struct world *w = world();
	int found = ready(w, fds, count, mask);

	/* Time stands still while the program is busy with itself. */
	if (found != 0)
		return found;
	world_wait(w, timeout_ns, true);
	return ready(w, fds, count, mask);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
    const sigset_t *mask)
{
	if (world()->is_strict)
		world_abort("calls ppoll");
	return wait_for(fds, count, timeout ? ns_of(timeout) : -1, mask);
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	return wait_for(fds, count, timeout_ms < 0 ? -1 :
	    timeout_ms * INT64_C(1000000), NULL);
}

static bool take(fd_set *set, int fd, bool is_ready)
{
	if (!set || !FD_ISSET(fd, set))
		return false;
	if (!is_ready)
		FD_CLR(fd, set);
	return is_ready;
}

int pselect(int count, fd_set *restrict in, fd_set *restrict out,
    fd_set *restrict except, const struct timespec *restrict timeout,
    const sigset_t *restrict mask)
{
	struct pollfd fds[FD_SETSIZE];
	int found = 0;

	if (count > FD_SETSIZE)
		return errno = EINVAL, -1;
	for (int i = 0; i < count; i++) {
		short events = (in && FD_ISSET(i, in) ? POLLIN : 0) |
		    (out && FD_ISSET(i, out) ? POLLOUT : 0) |
		    (except && FD_ISSET(i, except) ? POLLPRI : 0);

		fds[i] = (struct pollfd){ events ? i : -1, events, 0 };
	}
	if (wait_for(fds, (nfds_t)count, timeout ? ns_of(timeout) : -1, mask) < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		short seen = fds[i].revents;

		found += take(in, i, seen & (POLLIN | POLLHUP | POLLERR));
		found += take(out, i, seen & (POLLOUT | POLLERR));
		found += take(except, i, seen & POLLPRI);
	}
	return found;
}

int select(int count, fd_set *restrict in, fd_set *restrict out,
    fd_set *restrict except, struct timeval *restrict timeout)
{
	struct timespec ts;

	if (!timeout)
		return pselect(count, in, out, except, NULL, NULL);
	ts = (struct timespec){ timeout->tv_sec, timeout->tv_usec * 1000 };
	return pselect(count, in, out, except, &ts, NULL);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wait,
    struct timespec *left)
{
	struct world *w = world();
	int64_t ns = ns_of(wait);

	(void)left;
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	if (flags & TIMER_ABSTIME)
		ns -= clock == CLOCK_REALTIME ? world_wall_ns(w) :
		    world_mono_ns(w);
	if (ns > 0)
		world_wait(w, ns, false);
	return 0;
}

int nanosleep(const struct timespec *wait, struct timespec *left)
{
	int error = clock_nanosleep(CLOCK_MONOTONIC, 0, wait, left);

	return error ? errno = error, -1 : 0;
}
