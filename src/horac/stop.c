/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/stop.h"

#include "base/time.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

/* The one thing that a signal handler may write. */
static volatile sig_atomic_t stopped;

static void handler(int signo)
{
	(void)signo;
	stopped = 1;
}

static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };

void stop_catch(void)
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	/* A reader that went away is seen in the write. */
	signal(SIGPIPE, SIG_IGN);
}

bool stop_requested(void)
{
	return stopped;
}

bool stop_wait_readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t block, before;

	/* Blocked but in the wait, no signal can slip in between. */
	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&block, signals[i]);
	sigprocmask(SIG_BLOCK, &block, &before);
	while (!stopped && ppoll(&p, 1, NULL, &before) <= 0)
		;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !stopped;
}

void stop_sleep(double s)
{
	int64_t ns = interval_ns(s);
	struct timespec ts = { ns / NS_PER_S, ns % NS_PER_S };

	if (!stopped)
		ppoll(NULL, 0, &ts, NULL);
}
