/* SPDX-License-Identifier: Apache-2.0 */
#include "os/logsink.h"

#include "base/event.h"
#include "base/text.h"
#include "os/journal.h"
#include "os/now.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE 2048	/* longer lines are cut */

static int open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW |
	    O_NOCTTY | O_CLOEXEC, 0640);

	return fd < 0 ? -errno : fd;
}

int logsink_open(struct logsink *ret, enum log_target target, const char *path,
    const char *ident, enum severity least)
{
	*ret = (struct logsink){ .target = target, .least = least,
		.fd = STDERR_FILENO, .path = path, .ident = ident,
		.journal = -1 };
	if (target == LOG_TO_SYSLOG) {
		openlog(ident, LOG_PID, LOG_DAEMON);
		ret->journal = journal_open();
	} else if (target == LOG_TO_FILE) {
		ret->fd = open_file(path);
		if (ret->fd < 0)
			return ret->fd;
	}
	return 0;
}

void logsink_close(struct logsink *sink)
{
	if (sink->target == LOG_TO_SYSLOG) {
		closelog();
		if (sink->journal >= 0)
			close(sink->journal);
		sink->journal = -1;
	}
	if (sink->target == LOG_TO_FILE)
		close(sink->fd);
	sink->target = LOG_TO_STDERR;
	sink->fd = STDERR_FILENO;
	sink->path = NULL;
}

const char *log_time(struct wall_time t, char buf[LOG_TIME_SIZE])
{
	time_t s = t.ns / NS_PER_S - (t.ns % NS_PER_S < 0);
	struct tm tm;

	if (!gmtime_r(&s, &tm) ||
	    strftime(buf, LOG_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		text_copy(buf, LOG_TIME_SIZE, "INVALID");
	return buf;
}

static int syslog_priority(enum severity severity)
{
	switch (severity) {
	case SEV_DEBUG:
		return LOG_DEBUG;
	case SEV_INFO:
		return LOG_INFO;
	case SEV_WARNING:
		return LOG_WARNING;
	case SEV_ERROR:
		return LOG_ERR;
	case SEV_FATAL:
		return LOG_CRIT;
	}
	return LOG_ERR;
}

/* What does not fit is left out: the first failures explain the others. */
static void remember(struct logsink *sink, const char *line)
{
	size_t have = strlen(sink->failures), n = strlen(line);

	if (have + n + 2 > sizeof(sink->failures))
		return;
	if (have > 0)
		sink->failures[have++] = '\n';
	memcpy(sink->failures + have, line, n + 1);
}

static void to_syslog(const struct logsink *sink, const char *role,
    int priority, const char *line)
{
	if (sink->journal < 0 || journal_send(sink->journal, JOURNAL_SOCKET,
	    priority, sink->ident, event_id(line), role, line) < 0)
		syslog(priority, "%s", line);
}

void logsink_write(struct logsink *sink, enum severity severity,
    const char *text)
{
	logsink_write_of(sink, NULL, severity, text);
}

void logsink_write_of(struct logsink *sink, const char *role,
    enum severity severity, const char *text)
{
	char line[LINE_SIZE], when[LOG_TIME_SIZE];
	const char *prefix = severity == SEV_FATAL ? "Fatal error : " : "";

	if (severity < sink->least)
		return;
	snprintf(line, sizeof(line), "%s%s", prefix, text);
	text_defuse(line);
	if (severity >= SEV_ERROR)
		remember(sink, line);
	if (sink->target == LOG_TO_SYSLOG)
		to_syslog(sink, role, syslog_priority(severity), line);
	else
		/* One write for each line; a full disk ends nothing. */
		(void)dprintf(sink->fd, "%s %s\n", log_time(wall_now(), when),
		    line);
}

void logsink_printf(struct logsink *sink, enum severity severity,
    const char *format, ...)
{
	char text[LINE_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	logsink_write(sink, severity, text);
}

int logsink_reopen(struct logsink *sink)
{
	int fd;

	if (sink->target != LOG_TO_FILE || access(sink->path, F_OK) == 0)
		return 0;
	fd = open_file(sink->path);
	if (fd < 0)
		return fd;
	close(sink->fd);
	sink->fd = fd;
	return 0;
}
