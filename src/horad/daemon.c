/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemon.h"

void daemon_set_wake(struct daemon *d)
{
	struct mono_time wake = horad_wake(&d->horad);
	struct mono_time limit = reload_wake(&d->reload);

	loop_timer_set(d->loop, &d->wake, limit.ns < wake.ns ? limit : wake);
}

void daemon_send(struct daemon *d, enum role role, enum ipc_type type,
    const void *payload, const int *fds)
{
	if (d->ends[role].channel)
		channel_send(d->ends[role].channel, type, payload, fds);
}
