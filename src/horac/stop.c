/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/stop.h"

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

void stop_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
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

void stop_sleep(double s)
{
	struct timespec ts = {
		.tv_sec = (time_t)s,
		.tv_nsec = (long)((s - (double)(time_t)s) * 1e9),
	};

	if (!stopped)
		ppoll(NULL, 0, &ts, NULL);
}
