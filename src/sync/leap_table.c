/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/leap_table.h"

#include "base/bytes.h"
#include "base/text.h"
#include "sync/leap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NTP_TO_UNIX_S INT64_C(2208988800)	/* 1900 to 1970 */
#define NTP_MAX_S (INT64_C(1) << 36)	/* some eras */
#define DAY_S 86400
#define TAI_FIRST_S 10		/* TAI - UTC in 1972 */
#define TAI_MAX_S 1000
#define LINE_MAX_BYTES 256

static bool refuse(char reason[LEAP_REASON_SIZE], const char *why)
{
	text_copy(reason, LEAP_REASON_SIZE, why);
	return false;
}

static bool add(struct leap_table *t, int64_t from_s, int64_t tai_s)
{
	if (t->count >= LEAP_TABLE_MAX || tai_s < 0 || tai_s > TAI_MAX_S)
		return false;
	t->rows[t->count].from_s = from_s;
	t->rows[t->count].tai_s = (int32_t)tai_s;
	t->count++;
	return true;
}

/* --- leap-seconds.list ---------------------------------------------------- */

struct list {
	struct leap_table *table;
	struct leap_hashed *hashed;
};

static bool hash_word(struct leap_hashed *h, const char *word)
{
	size_t n = strlen(word);

	if (n > sizeof(h->text) - h->length)
		return false;
	memcpy(h->text + h->length, word, n);
	h->length += n;
	return true;
}

static bool take_number(const char *word, int64_t *ret)
{
	long long v;

	if (!word || !parse_long(word, 0, NTP_MAX_S, &v))
		return false;
	*ret = v;
	return true;
}

/* "#$ NTP" and "#@ NTP": last change, expiry. */
static bool take_mark(struct list *l, char kind, char *rest)
{
	char *save = NULL, *word = strtok_r(rest, " \t\r", &save);
	int64_t ntp_s;

	if (!take_number(word, &ntp_s) || !hash_word(l->hashed, word))
		return false;
	if (kind == '@')
		l->table->expires_s = ntp_s - NTP_TO_UNIX_S;
	return true;
}

/* "#h" and five words of at most 8 hexadecimal digits: zeros may be missing. */
static bool take_digest(struct leap_hashed *h, char *rest)
{
	char *save = NULL, *word = strtok_r(rest, " \t\r", &save);

	for (size_t i = 0; i < LEAP_HASH_BYTES; i += 4) {
		unsigned long v;

		if (!word || strlen(word) > 8 ||
		    word[strspn(word, "0123456789abcdefABCDEF")] != '\0')
			return false;
		v = strtoul(word, NULL, 16);
		for (size_t k = 0; k < 4; k++)
			h->digest[i + k] = (uint8_t)(v >> (24 - 8 * k));
		word = strtok_r(NULL, " \t\r", &save);
	}
	h->has_digest = true;
	return true;
}

/* "NTP TAI # comment". */
static bool take_row(struct list *l, char *line)
{
	char *save = NULL, *when, *tai;
	int64_t ntp_s, tai_s;

	line[strcspn(line, "#")] = '\0';
	when = strtok_r(line, " \t\r", &save);
	if (!when)
		return true;		/* an empty line */
	tai = strtok_r(NULL, " \t\r", &save);
	return take_number(when, &ntp_s) && take_number(tai, &tai_s) &&
	    hash_word(l->hashed, when) && hash_word(l->hashed, tai) &&
	    add(l->table, ntp_s - NTP_TO_UNIX_S, tai_s);
}

static bool take_line(struct list *l, char *line)
{
	if (line[0] != '#')
		return take_row(l, line);
	if (line[1] == '$' || line[1] == '@')
		return take_mark(l, line[1], line + 2);
	if (line[1] == 'h')
		return take_digest(l->hashed, line + 2);
	return true;
}

bool leap_table_parse_list(const char *text, size_t length,
    struct leap_table *ret, struct leap_hashed *ret_hashed,
    char reason[LEAP_REASON_SIZE])
{
	struct list l = { ret, ret_hashed };
	unsigned number = 0;

	memset(ret, 0, sizeof(*ret));
	memset(ret_hashed, 0, sizeof(*ret_hashed));
	for (size_t at = 0; at < length;) {
		const char *end = memchr(text + at, '\n', length - at);
		size_t n = end ? (size_t)(end - text) - at : length - at;
		char line[LINE_MAX_BYTES];

		number++;
		/* Comments may be of any length, and are cut. */
		if (n >= sizeof(line) && text[at] != '#')
			break;
		memcpy(line, text + at, n < sizeof(line) ? n : sizeof(line) - 1);
		line[n < sizeof(line) ? n : sizeof(line) - 1] = '\0';
		if (!take_line(&l, line)) {
			snprintf(reason, LEAP_REASON_SIZE,
			    "line %u is no line of a list of leap seconds",
			    number);
			return false;
		}
		at += n + (end != NULL);
	}
	return ret->count > 0 || refuse(reason, "no leap second in it");
}

/* --- TZif ----------------------------------------------------------------- */

struct zone {
	uint8_t version;
	uint64_t isut, isstd, leap, time, type, chars;	/* counts */
};

static bool take_header(struct reader *r, struct zone *z)
{
	if (take_be(r, 4) != 0x545a6966)	/* "TZif" */
		return false;
	z->version = (uint8_t)take_be(r, 1);
	take_bytes(r, 15);
	z->isut = take_be(r, 4);
	z->isstd = take_be(r, 4);
	z->leap = take_be(r, 4);
	z->time = take_be(r, 4);
	z->type = take_be(r, 4);
	z->chars = take_be(r, 4);
	return !r->bad;
}

/* RFC 9636 3.2: everything before the leap seconds. */
static void skip_to_leaps(struct reader *r, const struct zone *z, size_t size)
{
	take_bytes(r, z->time * (size + 1) + z->type * 6 + z->chars);
}

/*
 * Leap seconds: instant, counting those before it, and their sum with it. The
 * last one may only say when the table expires.
 */
static bool take_leaps(struct reader *r, const struct zone *z, size_t size,
    struct leap_table *t)
{
	int64_t before = 0;

	for (uint64_t i = 0; i < z->leap; i++) {
		uint64_t raw = take_be(r, size);
		int64_t at_s = size == 8 ? (int64_t)raw : (int32_t)raw;
		int64_t sum = (int32_t)take_be(r, 4);

		if (r->bad || at_s > NTP_MAX_S || at_s < -NTP_MAX_S)
			return false;
		/* A table may begin late (version 4). */
		if (i == 0)
			before = sum > 0 ? sum - 1 : sum + 1;
		if (i > 0 && sum == before) {
			t->expires_s = at_s - before;
			continue;
		}
		/* A second left out would have begun then (RFC 9636 3.2). */
		if (!add(t, at_s - before + (sum < before), TAI_FIRST_S + sum))
			return false;
		before = sum;
	}
	return true;
}

bool leap_table_parse_zone(const void *bytes, size_t length,
    struct leap_table *ret, char reason[LEAP_REASON_SIZE])
{
	struct reader r = reader_of(bytes, length);
	struct zone z;
	size_t size = 4;

	memset(ret, 0, sizeof(*ret));
	if (!take_header(&r, &z))
		return refuse(reason, "it is no time zone (TZif)");
	if (z.version >= '2') {
		skip_to_leaps(&r, &z, size);
		take_bytes(&r, z.leap * (size + 4) + z.isstd + z.isut);
		size = 8;
		if (!take_header(&r, &z))
			return refuse(reason, "it is cut off");
	}
	skip_to_leaps(&r, &z, size);
	if (r.bad || !take_leaps(&r, &z, size, ret))
		return refuse(reason, "it is cut off, or makes no sense");
	return ret->count > 0 || refuse(reason, "it has no leap seconds");
}

/* --- answers -------------------------------------------------------------- */

/* Index of the row in force at a Unix time, -1 = none. */
static int row_at(const struct leap_table *t, int64_t at_s)
{
	int i = (int)t->count - 1;

	while (i >= 0 && t->rows[i].from_s > at_s)
		i--;
	return i;
}

static int64_t unix_s(struct wall_time t)
{
	return t.ns / NS_PER_S - (t.ns % NS_PER_S < 0);
}

int leap_table_tai_s(const struct leap_table *t, struct wall_time at)
{
	int i = row_at(t, unix_s(at));

	return i < 0 ? 0 : t->rows[i].tai_s;
}

enum leap leap_table_at(const struct leap_table *t, struct wall_time at)
{
	int64_t midnight_s = leap_midnight(at).ns / NS_PER_S;
	int i = row_at(t, midnight_s), change_s;

	if (i < 1 || t->rows[i].from_s != midnight_s)
		return LEAP_NORMAL;
	change_s = t->rows[i].tai_s - t->rows[i - 1].tai_s;
	return change_s == 1 ? LEAP_INSERT : change_s == -1 ? LEAP_DELETE :
	    LEAP_NORMAL;
}

bool leap_table_is_plausible(const struct leap_table *t)
{
	struct wall_time june = { INT64_C(1341057600) * NS_PER_S };
	struct wall_time december = { INT64_C(1356955200) * NS_PER_S };

	for (uint32_t i = 0; i < t->count; i++)
		if (t->rows[i].from_s % DAY_S != 0 ||
		    (i > 0 && t->rows[i].from_s <= t->rows[i - 1].from_s))
			return false;
	return leap_table_at(t, june) == LEAP_INSERT &&
	    leap_table_tai_s(t, june) == 34 &&
	    leap_table_at(t, december) == LEAP_NORMAL &&
	    leap_table_tai_s(t, december) == 35;
}
