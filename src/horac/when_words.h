/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a date or time (horac/when.h), and a text cut into them. */
#ifndef HORA_HORAC_WHEN_WORDS_H
#define HORA_HORAC_WHEN_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEN_TOKENS_MAX 64	/* longer texts are refused */
#define WHEN_WORD_SIZE 16	/* longer words are none */
#define WHEN_LOCAL_ZONES 2

/* What a token is: a letter, so that a pattern of tokens is a string. */
enum token_kind {
	TOKEN_END = 0,
	TOKEN_NUMBER = 'n',
	TOKEN_COLON = ':', TOKEN_SLASH = '/', TOKEN_AT = '@',
	TOKEN_MONTH = 'm',	/* value 1 to 12 */
	TOKEN_WEEKDAY = 'd',	/* 0 = Sunday */
	TOKEN_ORDINAL = 'o',	/* last -1, this 0, next and first 1, third 3 */
	TOKEN_UNIT = 'u',	/* so many of `unit` */
	TOKEN_SHIFT = 'w',	/* tomorrow: so many days */
	TOKEN_AGO = 'g',
	TOKEN_HALF = 'p',	/* am 0, pm 12 hours */
	TOKEN_HOUR = 'c',	/* midnight 0, noon 12 */
	TOKEN_ZONE = 'z',	/* minutes east of Greenwich */
	TOKEN_DST = 'D',	/* the word DST after a zone */
	TOKEN_T = 'T',		/* between a date and a time */
	TOKEN_UNKNOWN = '?',
};

enum when_unit {
	UNIT_YEAR, UNIT_MONTH, UNIT_DAY, UNIT_SECOND, UNIT_COUNT
};

struct token {
	char kind;		/* enum token_kind */
	char sign;		/* of a number: '+', '-' or 0 */
	bool has_comma;		/* stands after a comma */
	bool is_summer;		/* a zone's name of summer time */
	uint8_t digits;		/* of a number, without its fraction */
	uint8_t unit;		/* enum when_unit */
	int32_t fraction_ns;	/* of a number; -1 = none */
	int64_t value;		/* of a number, without its sign */
	const char *text;	/* borrowed from what is read */
};

/* What the local time zone calls itself, in winter and in summer. */
struct when_zone {
	char name[WHEN_WORD_SIZE];	/* "" = no name */
	int east_min;			/* minutes east of Greenwich */
	bool is_summer;
};

/*
 * Cut `text` into tokens, the last one TOKEN_END. What is no word is
 * TOKEN_UNKNOWN, and the last one before the end. Names of zones that are local
 * mean the local ones. False: too many.
 */
bool when_tokens(const char *text,
    const struct when_zone local[WHEN_LOCAL_ZONES],
    struct token ret[WHEN_TOKENS_MAX]);

#endif
