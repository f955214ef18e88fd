/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How reports look (reference: control-protocol.md 14.1 to 14.3): a layout is a
 * table of columns, a report an array of values in the same order. The same
 * pair prints a table row, a block of labelled lines, or a line of CSV.
 */
#ifndef HORA_HORAC_LAYOUT_H
#define HORA_HORAC_LAYOUT_H

#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a value is; says which member of union value holds it. */
enum shape {
	SHAPE_END,		/* no value, only the text before; not in CSV */
	SHAPE_TEXT,		/* text: padded to width (< 0: left) */
	SHAPE_NAME,		/* text of a column that FORM_WIDE widens */
	SHAPE_CHAR,		/* u: one character */
	SHAPE_UINT,		/* u */
	SHAPE_INT,		/* i */
	SHAPE_OCTAL,		/* u */
	SHAPE_HEX,		/* u: eight upper-case digits */
	SHAPE_BITS,		/* u: `width` binary digits */
	SHAPE_YES_NO,		/* u */
	SHAPE_INTERVAL,		/* u: seconds, with a unit */
	SHAPE_OFFSET,		/* d: seconds, signed, with a unit */
	SHAPE_MAGNITUDE,	/* d: seconds, unsigned, with a unit */
	SHAPE_FREQ,		/* d: ppm, signed */
	SHAPE_FREQ_MAGNITUDE,	/* d: ppm */
	SHAPE_SLOW_FAST_S,	/* d: seconds, "slow" when positive */
	SHAPE_FAST_SLOW_PPM,	/* d: ppm, "fast" when positive */
	SHAPE_NUMBER,		/* d: width and digits */
	SHAPE_SIGNED,		/* d: the same, always with a sign */
	SHAPE_LEAP,		/* u: enum leap in words */
	SHAPE_LEAP_CHAR,	/* u: one character; words in CSV */
	SHAPE_DATE,		/* t: UTC; seconds in CSV */
	SHAPE_LOG_INTERVAL,	/* i: log2 s; "-" for CLIENT_NO_INTERVAL */
};

/* How a report is printed. */
enum form {
	FORM_TABLE,
	FORM_WIDE,		/* with more room for names */
	FORM_CSV,
};
#define WIDE_EXTRA 14		/* blanks that FORM_WIDE adds to a name */

struct column {
	const char *before;	/* text before the value, not in CSV */
	enum shape shape;
	int width, digits;
};

union value {
	const char *text;	/* borrowed */
	uint64_t u;
	int64_t i;
	double d;
	struct wall_time t;
};

/*
 * Print n columns; CSV ends with a newline, otherwise the layout has its own.
 */
void layout_print(FILE *out, enum form form, const struct column *columns,
    size_t n, const union value *values);

#define REFID_TEXT_SIZE 5
/* The printable bytes of a reference ID, first byte first. Returns buf. */
const char *refid_text(uint32_t refid, char buf[REFID_TEXT_SIZE]);

/*
 * Header line, which begins with the heading of the names and two blanks, and a
 * rule of '=' of the same length.
 */
void layout_header(FILE *out, enum form form, const char *heads);

/* Lines of explanation; a tab stands where FORM_WIDE puts its extra blanks. */
void layout_legend(FILE *out, enum form form, const char *text);

#endif
