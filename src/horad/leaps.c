/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/leaps.h"

#include "base/text.h"
#include "nts/digest.h"
#include "os/statefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONES "/usr/share/zoneinfo"	/* of the C library (tzset(3)) */

_Static_assert(LEAP_TABLE_MAX == IPC_LEAPS_MAX, "one size of table");

void leaps_init(struct leaps *l, const struct config *config)
{
	*l = (struct leaps){ .list = config->leapseclist,
		.zone = config->leapsectz,
		.is_used = *config->leapseclist || *config->leapsectz };
}

void leaps_renew(struct leaps *l, const struct config *config)
{
	bool was_told = l->is_told;
	struct ipc_leaps before = l->message;

	leaps_init(l, config);
	l->is_told = was_told;
	l->message = before;
}

/*
 * The digest of the check line, where there is one; true with a remark where
 * the library can not give it.
 */
static bool digest_fits(const struct leap_hashed *h,
    char remark[LEAP_REASON_SIZE])
{
	uint8_t digest[LEAP_HASH_BYTES];

	if (!h->has_digest)
		return true;
	if (!digest_sha1(h->text, h->length, digest)) {
		text_copy(remark, LEAP_REASON_SIZE, "can not be checked against "
		    "their check line: SHA-1 is not allowed here");
		return true;
	}
	return memcmp(digest, h->digest, sizeof(digest)) == 0;
}

static bool parse_list(const char *text, size_t n, struct leap_table *t,
    char reason[LEAP_REASON_SIZE])
{
	struct leap_hashed hashed;

	if (!leap_table_parse_list(text, n, t, &hashed, reason))
		return false;
	*reason = '\0';
	if (digest_fits(&hashed, reason))
		return true;
	text_copy(reason, LEAP_REASON_SIZE,
	    "its check line (#h) does not fit what it says");
	return false;
}

bool leaps_judge(const char *text, size_t n, bool is_list,
    struct wall_time now, struct leap_table *ret, char reason[LEAP_REASON_SIZE])
{
	*reason = '\0';
	if (is_list ? !parse_list(text, n, ret, reason) :
	    !leap_table_parse_zone(text, n, ret, reason))
		return false;
	if (!leap_table_is_plausible(ret)) {
		text_copy(reason, LEAP_REASON_SIZE,
		    "it does not know the leap second of 2012-06-30");
		return false;
	}
	if (ret->expires_s != 0 && ret->expires_s < now.ns / NS_PER_S)
		text_copy(reason, LEAP_REASON_SIZE, "have expired");
	return true;
}

static bool load(const char *path, bool is_list, struct wall_time now,
    struct logsink *log, struct leap_table *t)
{
	char reason[LEAP_REASON_SIZE];
	char *text;
	size_t n;
	int rc = statefile_read(path, LEAPS_FILE_MAX, &text, &n);
	bool is_good;

	if (rc) {
		logsink_printf(log, SEV_WARNING, "Could not read leap seconds "
		    "from %s: %s", path, strerror(-rc));
		return false;
	}
	is_good = leaps_judge(text, n, is_list, now, t, reason);
	free(text);
	if (!is_good)
		logsink_printf(log, SEV_WARNING, "Leap seconds of %s are not "
		    "used: %s", path, reason);
	else if (*reason)
		logsink_printf(log, SEV_WARNING, "The leap seconds of %s %s; "
		    "used all the same", path, reason);
	return is_good;
}

void leaps_zone_path(const char *zone, char path[LEAPS_PATH_SIZE])
{
	snprintf(path, LEAPS_PATH_SIZE, "%s%s%s", *zone == '/' ? "" : ZONES,
	    *zone == '/' ? "" : "/", zone);
}

static bool load_zone(const char *zone, struct wall_time now,
    struct logsink *log, struct leap_table *t)
{
	char path[LEAPS_PATH_SIZE];

	leaps_zone_path(zone, path);
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
