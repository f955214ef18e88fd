/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/values.h"

#include "base/text.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *at(const struct conf_word *word, void *into)
{
	return (char *)into + word->at;
}

/* However many digits. */
static bool is_whole(const char *text)
{
	text += *text == '-' || *text == '+';
	return *text && !text[strspn(text, "0123456789")];
}

/* A whole number in the range of the row, or else of the type. */
static bool take_whole(struct conf_line *line, const struct conf_word *word,
    long long least, long long most, long long *ret)
{
	const char *text = conf_take(line, word);
	bool has_range = word->min < word->max;

	if (!text)
		return false;
	if (has_range && word->min > least)
		least = (long long)word->min;
	if (has_range && word->max < most)
		most = (long long)word->max;
	if (parse_long(text, least, most, ret))
		return true;
	return conf_refuse(line, word, text, is_whole(text) ?
	    "is out of range" : "is not a whole number");
}

bool conf_take_int(struct conf_line *line, const struct conf_word *word,
    int *ret)
{
	long long v;

	if (!take_whole(line, word, INT_MIN, INT_MAX, &v))
		return false;
	*ret = (int)v;
	return true;
}

/* Any number; of a limit "inf" or "infinity" too, as strtod(3) spells it. */
static bool take_number(struct conf_line *line, const struct conf_word *word,
    double *ret)
{
	const char *text = conf_take(line, word);

	if (!text)
		return false;
	if (word->is_limit && (text_equal_nocase(text, "inf") ||
	    text_equal_nocase(text, "infinity"))) {
		*ret = word->no_limit;
		return true;
	}
	return parse_double(text, ret) ||
	    conf_refuse(line, word, text, "is not a number");
}

bool conf_take_double(struct conf_line *line, const struct conf_word *word,
    double *ret)
{
	double v;

	if (!take_number(line, word, &v))
		return false;
	if (word->min < word->max && (v < word->min || v > word->max))
		return conf_refuse(line, word, line->words[line->next - 1],
		    "is out of range");
	*ret = v;
	return true;
}

static bool copy(struct conf_line *line, const struct conf_word *word,
    const char *text, char *ret, size_t size)
{
	if (text && strlen(text) >= size)
		return conf_refuse(line, word, text, "is too long");
	return text && text_copy(ret, size, text);
}

bool conf_take_text(struct conf_line *line, const struct conf_word *word,
    char *ret, size_t size)
{
	return copy(line, word, conf_take(line, word), ret, size);
}

bool conf_take_path(struct conf_line *line, const struct conf_word *word,
    char ret[CONFIG_PATH_SIZE])
{
	return copy(line, word, conf_take_file(line, word), ret,
	    CONFIG_PATH_SIZE);
}

void *conf_grow(struct conf_line *line, void **array, size_t count,
    size_t element_size)
{
	char *element;

	/* Sizes are powers of two: a new one when the old one is full. */
	if ((count & (count - 1)) == 0) {
		void *larger = reallocarray(*array, count ? 2 * count : 1,
		    element_size);

		if (!larger) {
			conf_fail(line, "out of memory");
			return NULL;
		}
		*array = larger;
	}
	element = (char *)*array + count * element_size;
	return memset(element, 0, element_size);
}

bool conf_flag(struct conf_line *line, const struct conf_word *word, void *into)
{
	(void)line;
	*(bool *)at(word, into) = true;
	return true;
}

bool conf_int(struct conf_line *line, const struct conf_word *word, void *into)
{
	return conf_take_int(line, word, at(word, into));
}

bool conf_u16(struct conf_line *line, const struct conf_word *word, void *into)
{
	long long v;

	if (!take_whole(line, word, 0, UINT16_MAX, &v))
		return false;
	*(uint16_t *)at(word, into) = (uint16_t)v;
	return true;
}

bool conf_u32(struct conf_line *line, const struct conf_word *word, void *into)
{
	long long v;

	if (!take_whole(line, word, 0, UINT32_MAX, &v))
		return false;
	*(uint32_t *)at(word, into) = (uint32_t)v;
	return true;
}

bool conf_double(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	return conf_take_double(line, word, at(word, into));
}

bool conf_clamped(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	double v;

	if (!take_number(line, word, &v))
		return false;
	v = v < word->min ? word->min : v > word->max ? word->max : v;
	*(double *)at(word, into) = v;
	return true;
}

bool conf_path(struct conf_line *line, const struct conf_word *word, void *into)
{
	return conf_take_path(line, word, at(word, into));
}

bool conf_device(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	return conf_take_text(line, word, at(word, into), CONFIG_DEVICE_SIZE);
}

bool conf_name(struct conf_line *line, const struct conf_word *word, void *into)
{
	return conf_take_text(line, word, at(word, into), CONFIG_NAME_SIZE);
}

bool conf_address(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	struct ip_addr ip;
	const char *text = conf_take(line, word);

	if (!text)
		return false;
	if (!ip_parse(text, &ip))
		return conf_refuse(line, word, text, "is not an address");
	if (ip.family == IP_V4)
		*(struct ip_addr *)at(word, into) = ip;
	else
		*(struct ip_addr *)((char *)into + word->value) = ip;
	return true;
}

bool conf_ignored(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	(void)word;
	(void)into;
	line->next = line->count;
	return true;
}

bool conf_obsolete(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	return conf_ignored(line, word, into);
}
