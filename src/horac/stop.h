/* SPDX-License-Identifier: Apache-2.0 */
/* SIGINT, SIGTERM, SIGQUIT and SIGHUP end the tool after the current wait. */
#ifndef HORA_HORAC_STOP_H
#define HORA_HORAC_STOP_H

#include <stdbool.h>

/* Catch the signals, without restarting interrupted calls. */
void stop_catch(void);

/* Has one of them come? */
bool stop_requested(void);

/*
 * Wait until fd can be read. False when a signal has come, also one that came
 * just before.
 */
bool stop_wait_readable(int fd);

/* Sleep, or until a signal comes. */
void stop_sleep(double s);

#endif
