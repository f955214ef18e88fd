/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/dumps.h"

#include "base/text.h"
#include "os/statefile.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".dat"
#define REFID "refid:"
#define PATH_SIZE (CONFIG_PATH_SIZE + 256 + 2)

struct dump {
	struct dump *next;
	struct ipc_history history;
};

/* Is it a file of ours: of an address (then *ret), or a reference clock's? */
static bool is_dump(const char *file, struct ip_addr *ret)
{
	size_t n = strlen(file), suffix = strlen(SUFFIX);
	char base[IP_TEXT_SIZE];

	*ret = (struct ip_addr){ 0 };
	if (n <= suffix || strcmp(file + n - suffix, SUFFIX) != 0)
		return false;
	if (strncmp(file, REFID, strlen(REFID)) == 0)
		return true;
	if (n - suffix >= sizeof(base))
		return false;
	memcpy(base, file, n - suffix);
	base[n - suffix] = '\0';
	return ip_parse(base, ret);
}

static void keep(struct dumps *d, const char *path,
    const struct ip_addr *address)
{
	struct dump *entry;
	char *text;
	size_t n;
	int rc;

	if (d->count == DUMPS_MAX)
		return;
	rc = statefile_read(path, IPC_HISTORY_TEXT - 1, &text, &n);
	if (rc) {
		logsink_printf(d->log, SEV_WARNING, "Could not load dump file "
		    "%s: %s", path, strerror(-rc));
		return;
	}
	entry = calloc(1, sizeof(*entry));
	if (entry) {
		entry->history.address = *address;
		entry->history.length = (uint32_t)n;
		memcpy(entry->history.text, text, n);
		entry->next = d->entries;
		d->entries = entry;
		d->count++;
	}
	/* Freed only with an errno, which is never 0. */
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	free(text);
}

void dumps_open(struct dumps *d, const struct config *config, uint32_t flags,
    struct logsink *log)
{
	struct dirent *item;
	DIR *folder;

	*d = (struct dumps){ .log = log, .directory = config->dumpdir };
	/* Who only prints an offset leaves no trace. */
	if (flags & IPC_ONCE_PRINT)
		d->directory = "";
	folder = *d->directory ? opendir(d->directory) : NULL;
	if (!folder)
		return;
	while ((item = readdir(folder)) != NULL) {
		struct ip_addr address;
		char path[PATH_SIZE];

		if (!is_dump(item->d_name, &address))
			continue;
		snprintf(path, sizeof(path), "%s/%s", d->directory,
		    item->d_name);
		if (flags & IPC_RELOAD && address.family != IP_NONE)
			keep(d, path, &address);
		unlink(path);
	}
	closedir(folder);
}

void dumps_load(struct dumps *d, const struct ipc_history_load *load,
    struct ipc_history *ret)
{
	struct dump **place = &d->entries, *entry;

	memset(ret, 0, sizeof(*ret));
	ret->address = load->address;
	while (*place && !ip_equal(&(*place)->history.address, &load->address))
		place = &(*place)->next;
	entry = *place;
	if (!entry)
		return;
	*ret = entry->history;
	*place = entry->next;
	free(entry);
	d->count--;
}

void dumps_write(struct dumps *d, const struct ipc_history *history)
{
	char path[PATH_SIZE], text[IP_TEXT_SIZE];
	int rc;

	if (!*d->directory || history->length == 0 ||
	    history->length >= sizeof(history->text) ||
	    (history->address.family != IP_V4 &&
	    history->address.family != IP_V6))
		return;
	snprintf(path, sizeof(path), "%s/%s" SUFFIX, d->directory,
	    ip_text(&history->address, text));
	if (access(path, F_OK) < 0 && d->made++ >= DUMPS_MAX) {
		if (!d->has_complained)
			logsink_printf(d->log, SEV_WARNING, "Dump files for "
			    "more than %d sources are not written", DUMPS_MAX);
		d->has_complained = true;
		return;
	}
	rc = statefile_write(path, history->text, history->length, 0644);
	if (rc)
		logsink_printf(d->log, SEV_WARNING, "Could not write dump file"
		    " %s: %s", path, strerror(-rc));
}

void dumps_free(struct dumps *d)
{
	while (d->entries) {
		struct dump *next = d->entries->next;

		free(d->entries);
		d->entries = next;
	}
	d->count = 0;
}
