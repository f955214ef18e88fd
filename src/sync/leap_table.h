/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The leap seconds of UTC, past and announced: from leap-seconds.list as IERS
 * and NIST publish it, or from a time zone of the "right" kind (TZif, RFC 9636).
 */
#ifndef HORA_SYNC_LEAP_TABLE_H
#define HORA_SYNC_LEAP_TABLE_H

#include "base/time.h"
#include "sync/time_ref.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAP_TABLE_MAX 128	/* 28 in 54 years so far */
#define LEAP_HASH_BYTES 20	/* SHA-1 */
#define LEAP_HASHED_MAX (32 * (LEAP_TABLE_MAX + 2))
#define LEAP_REASON_SIZE 128

/* Zero: nothing is known. */
struct leap_table {
	uint32_t count;
	int64_t expires_s;		/* Unix time; 0 = not said */
	struct {
		int64_t from_s;		/* Unix time, 00:00:00 UTC */
		int32_t tai_s;		/* TAI - UTC from then on */
	} rows[LEAP_TABLE_MAX];		/* oldest first */
};

/* What the check line of a list (#h) is the SHA-1 digest of. */
struct leap_hashed {
	bool has_digest;		/* the list has such a line */
	uint8_t digest[LEAP_HASH_BYTES];
	size_t length;
	char text[LEAP_HASHED_MAX];
};

/*
 * Read leap-seconds.list. False with the reason when it is none; the digest is
 * the caller's to compare.
 */
bool leap_table_parse_list(const char *text, size_t length,
    struct leap_table *ret, struct leap_hashed *ret_hashed,
    char reason[LEAP_REASON_SIZE]);

/* Read a TZif file; false with the reason when it has no leap seconds. */
bool leap_table_parse_zone(const void *bytes, size_t length,
    struct leap_table *ret, char reason[LEAP_REASON_SIZE]);

/*
 * The self-test of the peers: 2012-06-30 ends with an insertion at TAI - UTC =
 * 34 s, 2012-12-31 without one at 35 s. Rows in order are part of it.
 */
bool leap_table_is_plausible(const struct leap_table *t);

/* The leap second at the end of the UTC day of `at`; else LEAP_NORMAL. */
enum leap leap_table_at(const struct leap_table *t, struct wall_time at);

/* TAI - UTC at `at`, seconds; 0 = unknown. */
int leap_table_tai_s(const struct leap_table *t, struct wall_time at);

#endif
