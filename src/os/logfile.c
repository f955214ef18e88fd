/* SPDX-License-Identifier: Apache-2.0 */
#include "os/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

static int open_log(struct logfile *log, const char *directory,
    const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s.log", directory, name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	/* O_NONBLOCK: a FIFO in place of the file must not hang us. */
	log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW |
	    O_NOCTTY | O_CLOEXEC | O_NONBLOCK, 0644);
	if (log->fd < 0)
		return -errno;
	log->is_open = true;
	log->entries = 0;
	return 0;
}

int logfile_entry(struct logfile *log, const char *directory, const char *name,
    const char *banner, unsigned banner_entries, const char *line)
{
	int rc = log->is_open ? 0 : open_log(log, directory, name);
	bool is_due;

	if (rc)
		return rc;
	is_due = banner_entries > 0 && log->entries % banner_entries == 0;
	log->entries++;
	return dprintf(log->fd, "%s%s\n", is_due ? banner : "", line) < 0 ?
	    -errno : 0;
}

void logfile_close(struct logfile *log)
{
	if (log->is_open)
		close(log->fd);
	log->is_open = false;
}
