/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a date or time is made of (horac/when.h): the parts, and the items that
 * say them.
 */
#ifndef HORA_HORAC_WHEN_ITEMS_H
#define HORA_HORAC_WHEN_ITEMS_H

#include "horac/when_words.h"

enum has {
	HAS_DATE = 1, HAS_TIME = 2, HAS_ZONE = 4, HAS_WEEKDAY = 8,
	HAS_RELATIVE = 16, HAS_YEAR = 32, HAS_EPOCH = 64,
};

/* What was read so far. */
struct when {
	unsigned has;			/* enum has */
	unsigned last;			/* the item before, of the same bits */
	int year, month, day;
	int hour, minute, second;
	int32_t fraction_ns;
	int zone_min;
	int weekday, weeks;		/* 0 = the next one, today included */
	int64_t epoch_s;
	int64_t amount[UNIT_COUNT];	/* of the units, up to the last "ago" */
	int64_t open[UNIT_COUNT];	/* what an "ago" would turn round */
	bool is_open;
};

/*
 * Take the item that begins at t: the number of its tokens; or 0, and *why is the
 * end of a sentence about the word.
 */
size_t when_item(struct when *w, const struct token *t, const char **why);

/* Add what is open to the amounts, or take it away (sign -1). */
void when_settle(struct when *w, int sign);

#endif
