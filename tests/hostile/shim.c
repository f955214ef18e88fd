/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of hora-clock that read and change the clock, on struct machine. */
#include "hostile/machine.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000
#define TICK 10000

typedef int gettime_fn(clockid_t, struct timespec *);

static struct machine *machine;
static gettime_fn *real_gettime;

__attribute__((constructor)) static void begin(void)
{
	const char *fd = getenv(MACHINE_FD);
	void *found = dlsym(RTLD_NEXT, "clock_gettime");
	void *memory = fd ? mmap(NULL, sizeof(*machine), PROT_READ | PROT_WRITE,
	    MAP_SHARED, atoi(fd), 0) : MAP_FAILED;

	/* Nothing of this machine's own clock is to be touched. */
	if (!found || memory == MAP_FAILED)
		_exit(99);
	real_gettime = (gettime_fn *)found;
	machine = memory;
}

/* Bring the state up to now. */
static void advance(void)
{
	struct timespec ts = { 0 };
	int64_t now, passed;

	real_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
	passed = now - machine->real_ns;
	passed += (int64_t)llrint((double)passed * machine->rate);
	machine->wall_ns += passed;
	machine->mono_ns += passed;
	machine->real_ns = now;
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int64_t ns;

	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return real_gettime(clock, ts);
	advance();
	ns = clock == CLOCK_REALTIME ? machine->wall_ns : machine->mono_ns;
	ts->tv_sec = ns / NS;
	ts->tv_nsec = ns % NS;
	return 0;
}

static int refuse(void)
{
	machine->refused++;
	errno = EINVAL;
	return -1;
}

static void step(const struct timex *t)
{
	int64_t by_ns = t->time.tv_sec * INT64_C(1000000000) + t->time.tv_usec;

	machine->wall_ns += by_ns;
	machine->last_step_s = (double)by_ns * 1e-9;
	machine->stepped_s += fabs(machine->last_step_s);
	machine->steps++;
}

int adjtimex(struct timex *t)
{
	advance();
	machine->calls++;
	if ((t->modes & ADJ_OFFSET_SINGLESHOT) == ADJ_OFFSET_SINGLESHOT)
		return 0;
	/* As the kernel has it. */
	if (t->modes & ADJ_TICK && (t->tick < TICK * 9 / 10 ||
	    t->tick > TICK * 11 / 10))
		return refuse();
	if (t->modes & ADJ_SETOFFSET && (t->time.tv_usec < 0 ||
	    t->time.tv_usec >= NS))
		return refuse();
	if (t->modes & ADJ_SETOFFSET)
		step(t);
	if (t->modes & ADJ_FREQUENCY)
		machine->freq = fmax(fmin((double)t->freq, 500 * 65536.0),
		    -500 * 65536.0);
	if (t->modes & ADJ_TICK)
		machine->tick = t->tick;
	if (t->modes & ADJ_STATUS)
		machine->status = t->status;
	machine->rate = (double)machine->freq / 65536e6 +
	    (double)(machine->tick - TICK) / TICK;
	machine->fastest = fmax(machine->fastest, fabs(machine->rate));
	t->freq = machine->freq;
	t->tick = machine->tick;
	t->status = machine->status;
	return machine->status & STA_UNSYNC ? TIME_ERROR : TIME_OK;
}

int clock_adjtime(clockid_t clock, struct timex *t)
{
	return clock == CLOCK_REALTIME ? adjtimex(t) : refuse();
}
