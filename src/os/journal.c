/* SPDX-License-Identifier: Apache-2.0 */
#include "os/journal.h"

#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#define ENTRY_SIZE 4096

int journal_open(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int journal_send(int fd, const char *path, int priority, const char *ident,
    const char *id, const char *role, const char *line)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char entry[ENTRY_SIZE];
	int n = snprintf(entry, sizeof(entry), "PRIORITY=%d\n"
	    "SYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%ld\n"
	    "%s%s%s%s%s%sMESSAGE=%s\n", priority, LOG_DAEMON >> 3, ident,
	    (long)getpid(), id ? "MESSAGE_ID=" : "", id ? id : "",
	    id ? "\n" : "", role ? "HORA_ROLE=" : "", role ? role : "",
	    role ? "\n" : "", line);

	if (n < 0 || (size_t)n >= sizeof(entry))
		return -EMSGSIZE;
	if (!text_copy(sun.sun_path, sizeof(sun.sun_path), path))
		return -ENAMETOOLONG;
	if (sendto(fd, entry, (size_t)n, MSG_NOSIGNAL,
	    (const struct sockaddr *)&sun, sizeof(sun)) < 0)
		return -errno;
	return 0;
}
