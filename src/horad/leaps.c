/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/leaps.h"

#include "base/text.h"
#include "nts/digest.h"
#include "os/statefile.h"
#include "sync/leap_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1u << 20)
#define ZONES "/usr/share/zoneinfo"	/* of the C library (tzset(3)) */

_Static_assert(LEAP_TABLE_MAX == IPC_LEAPS_MAX, "one size of table");

void leaps_init(struct leaps *l, const struct config *config)
{
	*l = (struct leaps){ .list = config->leapseclist,
		.zone = config->leapsectz,
		.is_used = *config->leapseclist || *config->leapsectz };
}

/* The digest of the check line, where there is one and the library gives it. */
static bool digest_fits(const struct leap_hashed *h, const char *path,
    struct logsink *log)
{
	uint8_t digest[LEAP_HASH_BYTES];

	if (!h->has_digest)
		return true;
	if (!digest_sha1(h->text, h->length, digest)) {
		logsink_printf(log, SEV_WARNING, "The check line of %s can not "
		    "be checked: SHA-1 is not allowed here", path);
		return true;
	}
	return memcmp(digest, h->digest, sizeof(digest)) == 0;
}

static bool parse_list(const char *text, size_t n, const char *path,
    struct logsink *log, struct leap_table *t, char reason[LEAP_REASON_SIZE])
{
	struct leap_hashed hashed;

	if (!leap_table_parse_list(text, n, t, &hashed, reason))
		return false;
	if (digest_fits(&hashed, path, log))
		return true;
	text_copy(reason, LEAP_REASON_SIZE,
	    "its check line (#h) does not fit what it says");
	return false;
}

static bool parse(const char *text, size_t n, bool is_list, const char *path,
    struct logsink *log, struct leap_table *t, char reason[LEAP_REASON_SIZE])
{
	bool is_read = is_list ? parse_list(text, n, path, log, t, reason) :
	    leap_table_parse_zone(text, n, t, reason);

	if (!is_read || leap_table_is_plausible(t))
		return is_read;
	text_copy(reason, LEAP_REASON_SIZE,
	    "it does not know the leap second of 2012-06-30");
	return false;
}

static void warn_expired(const struct leap_table *t, const char *path,
    struct wall_time now, struct logsink *log)
{
	if (t->expires_s != 0 && t->expires_s < now.ns / NS_PER_S)
		logsink_printf(log, SEV_WARNING, "The leap seconds of %s have "
		    "expired; used all the same", path);
}

static bool load(const char *path, bool is_list, struct wall_time now,
    struct logsink *log, struct leap_table *t)
{
	char reason[LEAP_REASON_SIZE];
	char *text;
	size_t n;
	int rc = statefile_read(path, FILE_MAX, &text, &n);
	bool is_good;

	if (rc) {
		logsink_printf(log, SEV_WARNING, "Could not read leap seconds "
		    "from %s: %s", path, strerror(-rc));
		return false;
	}
	is_good = parse(text, n, is_list, path, log, t, reason);
	free(text);
	if (is_good)
		warn_expired(t, path, now, log);
	else
		logsink_printf(log, SEV_WARNING, "Leap seconds of %s are not "
		    "used: %s", path, reason);
	return is_good;
}

static bool load_zone(const char *zone, struct wall_time now,
    struct logsink *log, struct leap_table *t)
{
	char path[sizeof(ZONES) + CONFIG_PATH_SIZE + 1];

	snprintf(path, sizeof(path), "%s%s%s", *zone == '/' ? "" : ZONES,
	    *zone == '/' ? "" : "/", zone);
	return load(path, false, now, log, t);
}

static bool is_other(const struct ipc_leaps *a, const struct ipc_leaps *b)
{
	if (a->count != b->count)
		return true;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->rows[i].from_s != b->rows[i].from_s ||
		    a->rows[i].tai_s != b->rows[i].tai_s)
			return true;
	return false;
}

bool leaps_read(struct leaps *l, struct wall_time now, struct logsink *log)
{
	struct ipc_leaps before = l->message;
	struct leap_table t = { 0 };
	bool is_good = *l->list && load(l->list, true, now, log, &t);

	if (!is_good && *l->zone)
		is_good = load_zone(l->zone, now, log, &t);
	memset(&l->message, 0, sizeof(l->message));
	l->message.count = is_good ? t.count : 0;
	for (uint32_t i = 0; i < l->message.count; i++) {
		l->message.rows[i].from_s = t.rows[i].from_s;
		l->message.rows[i].tai_s = t.rows[i].tai_s;
	}
	return is_other(&before, &l->message);
}
