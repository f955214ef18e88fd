/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a source as a file ADDRESS.dat of dumpdir, in the format of
 * chrony 4.1 and later (reference: files-and-logs.md 3). Signs are the file's:
 * positive when the local clock is fast.
 */
#ifndef HORA_SYNC_HISTORY_H
#define HORA_SYNC_HISTORY_H

#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTORY_SAMPLES 64
#define HISTORY_NAME_SIZE 256
#define HISTORY_TEXT_MAX 8192	/* of a file, with a NUL */

struct history_sample {
	struct wall_time at;	/* as if the clock had never been slewed since */
	double slewed_s;	/* offset then, as if it had not */
	double offset_s;	/* as measured */
	double delay_s, dispersion_s;
	double root_delay_s, root_dispersion_s;
};

struct history {
	char name[HISTORY_NAME_SIZE];	/* as configured */
	bool is_authenticated;
	uint8_t reach, reach_size;	/* register and its used bits, 0..8 */
	uint8_t stratum;		/* 0..15 */
	uint8_t leap;			/* 0..2 */
	int count;			/* 1..HISTORY_SAMPLES */
	struct history_sample samples[HISTORY_SAMPLES];	/* oldest first */
};

/* The text of the file; its length, 0 without samples or if it is too long. */
size_t history_print(const struct history *h, char text[HISTORY_TEXT_MAX]);

/*
 * Read such a text. NULL and *ret, or why it is refused, as words for a log. A
 * sample that is later than `now` is a reason.
 */
const char *history_parse(const char *text, struct wall_time now,
    struct history *ret);

#endif
