/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/cookies.h"

#include "base/text.h"
#include "nts/state_file.h"
#include "os/statefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE (CONFIG_PATH_SIZE + IP_TEXT_SIZE + 8)

struct cookie_entry {
	struct cookie_entry *next;
	bool is_saved;			/* the file holds these cookies */
	struct ipc_nts_state state;
};

void cookies_init(struct cookies *c, const struct config *config,
    struct logsink *log)
{
	*c = (struct cookies){ .log = log, .directory = config->ntsdumpdir };
}

static bool is_sane(const struct ipc_nts_state *s)
{
	if ((s->ke_address.family != IP_V4 && s->ke_address.family != IP_V6) ||
	    !memchr(s->name, '\0', sizeof(s->name)) ||
	    s->key_length > NTS_KEY_MAX || s->cookie_count > NTS_COOKIES)
		return false;
	for (int i = 0; i < s->cookie_count; i++)
		if (s->cookie_length[i] == 0 ||
		    s->cookie_length[i] > NTS_COOKIE_MAX)
			return false;
	return true;
}

static void path_of(const struct cookies *c, const struct ip_addr *address,
    char path[PATH_SIZE])
{
	char text[IP_TEXT_SIZE];

	snprintf(path, PATH_SIZE, "%s/%s.nts", c->directory,
	    ip_text(address, text));
}

/* --- between the message and the file ------------------------------------- */

static void to_file_state(const struct ipc_nts_state *from,
    struct nts_state *to)
{
	memset(to, 0, sizeof(*to));
	text_copy(to->name, sizeof(to->name), from->name);
	to->ke_time = from->ke_time;
	to->ntp = from->ntp_address;
	to->context = from->context;
	to->aead = from->aead;
	to->key_length = from->key_length;
	memcpy(to->c2s, from->c2s, sizeof(to->c2s));
	memcpy(to->s2c, from->s2c, sizeof(to->s2c));
	to->cookie_count = from->cookie_count;
	for (int i = 0; i < from->cookie_count; i++) {
		to->cookies[i].length = from->cookie_length[i];
		memcpy(to->cookies[i].bytes, from->cookie[i],
		    from->cookie_length[i]);
	}
}

static void from_file_state(const struct nts_state *from,
    const struct ip_addr *ke_address, struct ipc_nts_state *to)
{
	memset(to, 0, sizeof(*to));
	to->ke_address = *ke_address;
	text_copy(to->name, sizeof(to->name), from->name);
	to->ke_time = from->ke_time;
	to->ntp_address = from->ntp;
	to->context = from->context;
	to->aead = from->aead;
	to->key_length = from->key_length;
	memcpy(to->c2s, from->c2s, sizeof(to->c2s));
	memcpy(to->s2c, from->s2c, sizeof(to->s2c));
	to->cookie_count = (uint16_t)from->cookie_count;
	for (int i = 0; i < from->cookie_count; i++) {
		to->cookie_length[i] = from->cookies[i].length;
		memcpy(to->cookie[i], from->cookies[i].bytes,
		    from->cookies[i].length);
	}
}

/* --- memory --------------------------------------------------------------- */

static void drop_last(struct cookies *c)
{
	struct cookie_entry **last = &c->entries, *entry;

	while ((*last)->next)
		last = &(*last)->next;
	entry = *last;
	*last = NULL;
	wipe(entry, sizeof(*entry));
	free(entry);
	c->count--;
}

/* The entry of an address moved to the front, or a new one; NULL: no memory. */
static struct cookie_entry *entry_of(struct cookies *c,
    const struct ip_addr *address)
{
	struct cookie_entry **place = &c->entries, *entry;

	while (*place && !ip_equal(&(*place)->state.ke_address, address))
		place = &(*place)->next;
	entry = *place;
	if (entry) {
		*place = entry->next;
	} else {
		entry = calloc(1, sizeof(*entry));
		if (!entry)
			return NULL;
		if (c->count == COOKIES_SOURCES)
			drop_last(c);
		c->count++;
	}
	entry->next = c->entries;
	c->entries = entry;
	return entry;
}

void cookies_report(struct cookies *c, const struct ipc_nts_state *state)
{
	struct cookie_entry *entry;
	char path[PATH_SIZE];

	if (!is_sane(state))
		return;
	entry = entry_of(c, &state->ke_address);
	if (!entry)
		return;
	if (entry->is_saved) {
		path_of(c, &state->ke_address, path);
		unlink(path);
		entry->is_saved = false;
	}
	entry->state = *state;
}

/* --- files ---------------------------------------------------------------- */

static bool load_file(struct cookies *c, const struct ipc_nts_load *load,
    struct wall_time now, struct ipc_nts_state *ret)
{
	struct nts_state state;
	const char *reason;
	char path[PATH_SIZE], *text;
	bool good;
	size_t n;
	int rc;

	path_of(c, &load->ke_address, path);
	rc = statefile_read(path, NTS_STATE_TEXT_MAX, &text, &n);
	if (rc == -ENOENT)
		return false;
	/* Gone before it is looked into: cookies must not be used twice, and
	 * what can not be removed must not be used at all. */
	if (rc == 0 && unlink(path) < 0) {
		rc = -errno;
		wipe(text, n);
		free(text);
	}
	if (rc) {
		logsink_printf(c->log, SEV_WARNING, "Could not use NTS data "
		    "from %s: %s", path, strerror(-rc));
		return false;
	}
	/* Freed only with an errno, which is never 0. */
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
	good = nts_state_parse(text, load->name, now, &state, &reason);
	wipe(text, n);
	free(text);
	if (!good) {
		logsink_printf(c->log, SEV_WARNING, "Could not use NTS data "
		    "from %s: %s", path, reason);
		return false;
	}
	from_file_state(&state, &load->ke_address, ret);
	nts_state_wipe(&state);
	return true;
}

void cookies_load(struct cookies *c, const struct ipc_nts_load *load,
    struct wall_time now, struct ipc_nts_state *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->ke_address = load->ke_address;
	if ((load->ke_address.family != IP_V4 &&
	    load->ke_address.family != IP_V6) ||
	    !memchr(load->name, '\0', sizeof(load->name)))
		return;
	for (struct cookie_entry *e = c->entries; e; e = e->next)
		if (ip_equal(&e->state.ke_address, &load->ke_address)) {
			if (strcmp(e->state.name, load->name) == 0)
				*ret = e->state;
			return;
		}
	if (*c->directory && load_file(c, load, now, ret))
		cookies_report(c, ret);
}

void cookies_save(struct cookies *c)
{
	char text[NTS_STATE_TEXT_MAX], path[PATH_SIZE];
	struct nts_state state;

	if (!*c->directory)
		return;
	for (struct cookie_entry *e = c->entries; e; e = e->next) {
		size_t n;
		int rc;

		if (e->state.cookie_count == 0)
			continue;
		to_file_state(&e->state, &state);
		n = nts_state_print(&state, text);
		path_of(c, &e->state.ke_address, path);
		rc = n > 0 ? statefile_write(path, text, n, 0600) : -EINVAL;
		e->is_saved = rc == 0;
		if (rc)
			logsink_printf(c->log, SEV_WARNING,
			    "Could not save NTS data to %s: %s", path,
			    strerror(-rc));
	}
	wipe(&state, sizeof(state));
	wipe(text, sizeof(text));
}

void cookies_free(struct cookies *c)
{
	while (c->entries)
		drop_last(c);
}
