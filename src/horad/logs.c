/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/logs.h"

#include "base/text.h"
#include "ctl/loglines.h"

#include <string.h>

void logs_init(struct logs *l, const struct config *config,
    struct logsink *log)
{
	*l = (struct logs){ .log = log, .directory = config->logdir,
		.banner_entries = (unsigned)config->logbanner };
}

void logs_renew(struct logs *l, const struct config *config, bool is_moved)
{
	if (is_moved)
		logs_cycle(l);
	l->directory = config->logdir;
	l->banner_entries = (unsigned)config->logbanner;
	l->has_complained = false;
}

static void complain(struct logs *l, const char *what, const char *why)
{
	if (!l->has_complained)
		logsink_printf(l->log, SEV_WARNING, "%s%s", what, why);
	l->has_complained = true;
}

void logs_entry(struct logs *l, const struct ipc_logline *line)
{
	const struct log_file_info *info = log_file_info(line->file);
	char banner[LOG_BANNER_SIZE], text[IPC_TEXT_SIZE];
	int rc;

	if (!info || line->file >= IPC_LOGFILES ||
	    !memchr(line->text, '\0', sizeof(line->text)))
		return;
	if (!*l->directory) {
		complain(l, "logdir not specified", "");
		return;
	}
	text_copy(text, sizeof(text), line->text);
	text_defuse(text);
	rc = logfile_entry(&l->files[line->file], l->directory, info->name,
	    log_banner(info, banner, sizeof(banner)), l->banner_entries,
	    text);
	if (rc)
		complain(l, "Could not write to a file in logdir: ",
		    strerror(-rc));
	else
		l->has_complained = false;
}

void logs_cycle(struct logs *l)
{
	for (int i = 0; i < IPC_LOGFILES; i++)
		logfile_close(&l->files[i]);
}
