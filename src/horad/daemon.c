/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemon.h"

void daemon_set_wake(struct daemon *d)
{
	struct mono_time wake = horad_wake(&d->horad);
	struct mono_time others[] = { reload_wake(&d->reload),
		hostnames_wake(&d->names) };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].ns < wake.ns)
			wake = others[i];
	loop_timer_set(d->loop, &d->wake, wake);
}

void daemon_send(struct daemon *d, enum role role, enum ipc_type type,
    const void *payload, const int *fds)
{
	if (d->ends[role].channel)
		channel_send(d->ends[role].channel, type, payload, fds);
}

void daemon_warn(void *arg, const struct conf_error *what)
{
	struct daemon *d = arg;
	char message[CONF_ERROR_SIZE];

	logsink_write(&d->log, SEV_WARNING,
	    conf_error_message(what, message, sizeof(message)));
}
