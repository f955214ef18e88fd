/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Into the background. The process that was started waits until the daemon is
 * ready, and tells its result (reference: configuration.md 3.1).
 */
#ifndef HORA_HORAD_DAEMONISE_H
#define HORA_HORAD_DAEMONISE_H

struct daemonised {
	int report;	/* to the waiting process; -1 = none waits */
};

/*
 * Leave the terminal: two forks, a session of its own, "/" as directory,
 * standard descriptors on /dev/null. Returns in the daemon only, with 0 or
 * -errno; the first process exits with the daemon's result.
 */
int daemonise(struct daemonised *ret);

/* The daemon is ready: the waiting process exits with 0. */
void daemonise_ready(struct daemonised *d);

/*
 * The daemon ends before it was ready: the waiting process prints `message`
 * and exits with 1. Nothing once it was ready.
 */
void daemonise_failed(struct daemonised *d, const char *message);

#endif
