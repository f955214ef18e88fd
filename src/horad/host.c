/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/host.h"

void host_processes_add(struct host_processes *p, pid_t pid)
{
	p->late[p->next++ % HOST_LATE] = pid;
}

bool host_processes_have(const struct host_processes *p,
    const pid_t pids[ROLE_COUNT], pid_t pid)
{
	if (pid <= 0)
		return false;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (pids[r] == pid)
			return true;
	for (int i = 0; i < HOST_LATE; i++)
		if (p->late[i] == pid)
			return true;
	return false;
}
