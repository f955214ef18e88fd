/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/when_words.h"

#include "base/text.h"
#include "base/time.h"

#include <string.h>

#define DIGITS_MAX 10		/* of a number: seconds since 1970 have as many */
#define HOURS * 60

struct word {
	const char *name;
	char kind;
	bool is_summer;
	uint8_t unit;
	int value;
};

/* Units are also known with an s, months and days by three letters. */
static const struct word words[] = {
	{ "january", 'm', .value = 1 }, { "february", 'm', .value = 2 },
	{ "march", 'm', .value = 3 }, { "april", 'm', .value = 4 },
	{ "may", 'm', .value = 5 }, { "june", 'm', .value = 6 },
	{ "july", 'm', .value = 7 }, { "august", 'm', .value = 8 },
	{ "september", 'm', .value = 9 }, { "sept", 'm', .value = 9 },
	{ "october", 'm', .value = 10 }, { "november", 'm', .value = 11 },
	{ "december", 'm', .value = 12 },
	{ "sunday", 'd', .value = 0 }, { "monday", 'd', .value = 1 },
	{ "tuesday", 'd', .value = 2 }, { "tues", 'd', .value = 2 },
	{ "wednesday", 'd', .value = 3 }, { "wednes", 'd', .value = 3 },
	{ "thursday", 'd', .value = 4 }, { "thur", 'd', .value = 4 },
	{ "thurs", 'd', .value = 4 }, { "friday", 'd', .value = 5 },
	{ "saturday", 'd', .value = 6 },
	{ "last", 'o', .value = -1 }, { "this", 'o', .value = 0 },
	{ "next", 'o', .value = 1 }, { "first", 'o', .value = 1 },
	{ "third", 'o', .value = 3 }, { "fourth", 'o', .value = 4 },
	{ "fifth", 'o', .value = 5 }, { "sixth", 'o', .value = 6 },
	{ "seventh", 'o', .value = 7 }, { "eighth", 'o', .value = 8 },
	{ "ninth", 'o', .value = 9 }, { "tenth", 'o', .value = 10 },
	{ "eleventh", 'o', .value = 11 }, { "twelfth", 'o', .value = 12 },
	{ "year", 'u', .unit = UNIT_YEAR, .value = 1 },
	{ "month", 'u', .unit = UNIT_MONTH, .value = 1 },
	{ "fortnight", 'u', .unit = UNIT_DAY, .value = 14 },
	{ "week", 'u', .unit = UNIT_DAY, .value = 7 },
	{ "day", 'u', .unit = UNIT_DAY, .value = 1 },
	{ "hour", 'u', .unit = UNIT_SECOND, .value = 3600 },
	{ "minute", 'u', .unit = UNIT_SECOND, .value = 60 },
	{ "min", 'u', .unit = UNIT_SECOND, .value = 60 },
	{ "second", 'u', .unit = UNIT_SECOND, .value = 1 },
	{ "sec", 'u', .unit = UNIT_SECOND, .value = 1 },
	{ "tomorrow", 'w', .value = 1 }, { "yesterday", 'w', .value = -1 },
	{ "today", 'w', .value = 0 }, { "now", 'w', .value = 0 },
	{ "ago", 'g', .value = 0 }, { "t", 'T', .value = 0 },
	{ "am", 'p', .value = 0 }, { "pm", 'p', .value = 12 },
	{ "midnight", 'c', .value = 0 }, { "noon", 'c', .value = 12 },
	{ "dst", 'D', .value = 1 HOURS },
};

/*
 * Names of zones that mean one thing only. Letters of the military zones, and
 * AT, BT, CAT, CCT, EAST, GST, IST, NT, SST, WADT, WAST and WAT are left out:
 * they mean different times to different people.
 */
static const struct word zones[] = {
	{ "utc", 'z', .value = 0 }, { "ut", 'z', .value = 0 },
	{ "gmt", 'z', .value = 0 }, { "z", 'z', .value = 0 },
	{ "wet", 'z', .value = 0 }, { "west", 'z', true, .value = 1 HOURS },
	{ "bst", 'z', true, .value = 1 HOURS },
	{ "cet", 'z', .value = 1 HOURS },
	{ "cest", 'z', true, .value = 2 HOURS },
	{ "met", 'z', .value = 1 HOURS }, { "mewt", 'z', .value = 1 HOURS },
	{ "mez", 'z', .value = 1 HOURS },
	{ "mest", 'z', true, .value = 2 HOURS },
	{ "mesz", 'z', true, .value = 2 HOURS },
	{ "swt", 'z', .value = 1 HOURS }, { "fwt", 'z', .value = 1 HOURS },
	{ "fst", 'z', true, .value = 2 HOURS },
	{ "eet", 'z', .value = 2 HOURS },
	{ "eest", 'z', true, .value = 3 HOURS },
	{ "msk", 'z', .value = 3 HOURS }, { "jst", 'z', .value = 9 HOURS },
	{ "kst", 'z', .value = 9 HOURS },
	{ "eadt", 'z', true, .value = 11 HOURS },
	{ "nzt", 'z', .value = 12 HOURS }, { "nzst", 'z', .value = 12 HOURS },
	{ "nzdt", 'z', true, .value = 13 HOURS },
	{ "idle", 'z', .value = 12 HOURS }, { "idlw", 'z', .value = -12 HOURS },
	{ "ast", 'z', .value = -4 HOURS },
	{ "adt", 'z', true, .value = -3 HOURS },
	{ "est", 'z', .value = -5 HOURS },
	{ "edt", 'z', true, .value = -4 HOURS },
	{ "cst", 'z', .value = -6 HOURS },
	{ "cdt", 'z', true, .value = -5 HOURS },
	{ "mst", 'z', .value = -7 HOURS },
	{ "mdt", 'z', true, .value = -6 HOURS },
	{ "pst", 'z', .value = -8 HOURS },
	{ "pdt", 'z', true, .value = -7 HOURS },
	{ "yst", 'z', .value = -9 HOURS },
	{ "ydt", 'z', true, .value = -8 HOURS },
	{ "akst", 'z', .value = -9 HOURS },
	{ "akdt", 'z', true, .value = -8 HOURS },
	{ "hst", 'z', .value = -10 HOURS }, { "ahst", 'z', .value = -10 HOURS },
	{ "hdt", 'z', true, .value = -9 HOURS },
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* --- words ---------------------------------------------------------------- */

static bool fits(const struct word *w, const char *text)
{
	size_t n = strlen(w->name);

	if (strcmp(text, w->name) == 0)
		return true;
	if (w->kind == TOKEN_UNIT)
		return strncmp(text, w->name, n) == 0 &&
		    strcmp(text + n, "s") == 0;
	return (w->kind == TOKEN_MONTH || w->kind == TOKEN_WEEKDAY) &&
	    strlen(text) == 3 && strncmp(text, w->name, 3) == 0;
}

static const struct word *find(const struct word *rows, size_t n,
    const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (fits(&rows[i], text))
			return &rows[i];
	return NULL;
}

static bool is_local(const struct when_zone *local, const char *word,
    struct token *ret)
{
	for (size_t i = 0; i < WHEN_LOCAL_ZONES; i++)
		if (*word && text_equal_nocase(word, local[i].name)) {
			ret->kind = TOKEN_ZONE;
			ret->value = local[i].east_min;
			ret->is_summer = local[i].is_summer;
			return true;
		}
	return false;
}

/* Letters and the dots of abbreviations. Returns the end. */
static const char *read_word(const char *at, const struct when_zone *local,
    struct token *ret)
{
	char word[WHEN_WORD_SIZE];
	const struct word *w;
	size_t n = 0;

	for (; is_letter(*at) || *at == '.'; at++)
		if (*at != '.' && n < sizeof(word) - 1)
			word[n++] = *at | 0x20;
	word[n] = '\0';
	w = find(words, sizeof(words) / sizeof(*words), word);
	if (!w && is_local(local, word, ret))
		return at;
	if (!w)
		w = find(zones, sizeof(zones) / sizeof(*zones), word);
	ret->kind = w ? w->kind : TOKEN_UNKNOWN;
	if (w) {
		ret->value = w->value;
		ret->unit = w->unit;
		ret->is_summer = w->is_summer;
	}
	return at;
}

/* --- numbers -------------------------------------------------------------- */

static const char *read_fraction(const char *at, struct token *ret)
{
	int32_t digit = (int32_t)NS_PER_S / 10;

	ret->fraction_ns = 0;
	for (at++; is_digit(*at); at++) {
		ret->fraction_ns += digit * (*at - '0');
		digit /= 10;
	}
	return at;
}

/* Can the number after these tokens have a fraction? After 16:30: and @ only. */
static bool takes_fraction(const struct token *before, size_t n)
{
	return (n >= 1 && before[n - 1].kind == TOKEN_AT) ||
	    (n >= 4 && before[n - 1].kind == TOKEN_COLON &&
	    before[n - 3].kind == TOKEN_COLON);
}

static const char *read_number(const char *at, bool has_fraction,
    struct token *ret)
{
	ret->kind = TOKEN_NUMBER;
	ret->fraction_ns = -1;
	for (; is_digit(*at); at++) {
		if (ret->digits == DIGITS_MAX) {
			ret->kind = TOKEN_UNKNOWN;
			return at;
		}
		ret->digits++;
		ret->value = 10 * ret->value + (*at - '0');
	}
	if (has_fraction && (*at == '.' || *at == ',') && is_digit(at[1]))
		at = read_fraction(at, ret);
	return at;
}

/* --- texts ---------------------------------------------------------------- */

/* Behind a comment; NULL when it does not end. */
static const char *skip_comment(const char *at)
{
	unsigned depth = 0;

	do {
		if (*at == '\0')
			return NULL;
		depth += *at == '(';
		depth -= *at == ')';
		at++;
	} while (depth > 0);
	return at;
}

/* What means nothing: blanks, commas, comments, hyphens but a minus sign. */
static const char *skip(const char *at, struct token *next)
{
	for (;; at++) {
		if (*at == '(') {
			const char *end = skip_comment(at);

			if (!end)
				return at;
			at = end - 1;
		} else if (*at == ',') {
			next->has_comma = true;
		} else if (*at == '-') {
			const char *behind = at + 1 + strspn(at + 1, " \t");

			if (is_digit(*behind))
				return at;
		} else if (*at != ' ' && *at != '\t') {
			return at;
		}
	}
}

bool when_tokens(const char *text,
    const struct when_zone local[WHEN_LOCAL_ZONES],
    struct token ret[WHEN_TOKENS_MAX])
{
	for (size_t n = 0; n < WHEN_TOKENS_MAX; n++) {
		struct token *t = &ret[n];

		*t = (struct token){ 0 };
		t->text = text = skip(text, t);
		if (*text == '\0')
			return true;
		if ((*text == '+' || *text == '-') &&
		    is_digit(text[1 + strspn(text + 1, " \t")])) {
			t->sign = *text;
			text += 1 + strspn(text + 1, " \t");
		}
		if (is_digit(*text))
			text = read_number(text, takes_fraction(ret, n), t);
		else if (is_letter(*text))
			text = read_word(text, local, t);
		else if (strchr(":/@", *text))
			t->kind = *text++;
		else
			t->kind = TOKEN_UNKNOWN;
		if (t->kind == TOKEN_UNKNOWN && n + 1 < WHEN_TOKENS_MAX) {
			ret[n + 1] = (struct token){ .text = text };
			return true;
		}
	}
	return false;
}
