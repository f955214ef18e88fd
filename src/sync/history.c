/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/history.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 400
#define WORDS 7
#define RUN_MOST 1000		/* of the asymmetry, which is not used here */
#define DELAY_BELOW_S 1e6
#define OFFSET_BELOW_S 4294967296.0	/* 2^32: of any sane clock */
#define DIGITS_NS 9

/* --- writing --- */

size_t history_print(const struct history *h, char text[HISTORY_TEXT_MAX])
{
	size_t n = 0;

	if (h->count <= 0)
		return 0;
	n += (size_t)snprintf(text, HISTORY_TEXT_MAX,
	    "SRC0\n%s\n%d %o %d %d %d\n%d 0\n", h->name, h->is_authenticated,
	    h->reach, h->reach_size, h->stratum, h->leap, h->count);
	for (int i = 0; i < h->count && n < HISTORY_TEXT_MAX; i++) {
		const struct history_sample *s = &h->samples[i];

		n += (size_t)snprintf(text + n, HISTORY_TEXT_MAX - n,
		    "%" PRId64 ".%09" PRId64 " %.6e %.6e %.6e %.6e %.6e %.6e\n",
		    s->at.ns / NS_PER_S, s->at.ns % NS_PER_S, s->slewed_s,
		    s->offset_s, s->delay_s, s->dispersion_s, s->root_delay_s,
		    s->root_dispersion_s);
	}
	return n < HISTORY_TEXT_MAX ? n : 0;
}

/* --- reading --- */

/* The words of the next line; -1: no line, or more words than there may be. */
static int take_line(const char **at, char line[LINE_SIZE], char *word[WORDS])
{
	const char *end = strchr(*at, '\n');
	size_t n = end ? (size_t)(end - *at) : strlen(*at);
	char *rest = NULL;
	int count = 0;

	if (**at == '\0' || n >= LINE_SIZE)
		return -1;
	memcpy(line, *at, n);
	line[n] = '\0';
	*at += n + (end != NULL);
	for (char *w = strtok_r(line, " \t\r", &rest); w;
	    w = strtok_r(NULL, " \t\r", &rest)) {
		if (count == WORDS)
			return -1;
		word[count++] = w;
	}
	return count;
}

/* Octal digits of one byte. */
static bool read_octal(const char *word, uint8_t *ret)
{
	unsigned v = 0;

	for (const char *p = word; *p; p++) {
		if (*p < '0' || *p > '7' || v > 037)
			return false;
		v = v * 8 + (unsigned)(*p - '0');
	}
	*ret = (uint8_t)v;
	return *word != '\0';
}

static bool read_small(const char *word, long long most, uint8_t *ret)
{
	long long v;

	if (!parse_long(word, 0, most, &v))
		return false;
	*ret = (uint8_t)v;
	return true;
}

/* SECONDS.NNNNNNNNN, where a double would lose some of it. */
static bool read_time(char *word, struct wall_time *ret)
{
	char *dot = strchr(word, '.');
	long long s, ns = 0;

	if (dot)
		*dot++ = '\0';
	if (!parse_long(word, wall_first().ns / NS_PER_S,
	    wall_last().ns / NS_PER_S, &s))
		return false;
	if (dot && (strlen(dot) != DIGITS_NS ||
	    !parse_long(dot, 0, NS_PER_S - 1, &ns)))
		return false;
	ret->ns = s * NS_PER_S + ns;
	return true;
}

static const char *read_sample(char *word[WORDS], struct history_sample *s)
{
	double *const offsets[] = { &s->slewed_s, &s->offset_s };
	double *const delays[] = { &s->delay_s, &s->dispersion_s,
		&s->root_delay_s, &s->root_dispersion_s };

	if (!read_time(word[0], &s->at))
		return "the time of a sample is not sane";
	for (int i = 0; i < 2; i++)
		if (!parse_double(word[1 + i], offsets[i]) ||
		    fabs(*offsets[i]) >= OFFSET_BELOW_S)
			return "an offset is not sane";
	for (int i = 0; i < 4; i++)
		if (!parse_double(word[3 + i], delays[i]) || *delays[i] < 0 ||
		    *delays[i] >= DELAY_BELOW_S)
			return "a delay or dispersion is not sane";
	return NULL;
}

static const char *read_head(const char **at, struct history *h)
{
	char line[LINE_SIZE], *word[WORDS];
	uint8_t is_authenticated;
	long long v;

	if (take_line(at, line, word) != 1 || strcmp(word[0], "SRC0") != 0)
		return "the first line is not SRC0";
	if (take_line(at, line, word) != 1 ||
	    !text_copy(h->name, sizeof(h->name), word[0]))
		return "the second line is not a name";
	if (take_line(at, line, word) != 5 ||
	    !read_small(word[0], 1, &is_authenticated) ||
	    !read_octal(word[1], &h->reach) ||
	    !read_small(word[2], 8, &h->reach_size) ||
	    !read_small(word[3], 15, &h->stratum) ||
	    !read_small(word[4], 2, &h->leap))
		return "the third line is not authentication, reach, its size, "
		    "stratum and leap";
	h->is_authenticated = is_authenticated;
	if (take_line(at, line, word) != 2 ||
	    !parse_long(word[1], -RUN_MOST, RUN_MOST, &v) ||
	    !parse_long(word[0], 1, HISTORY_SAMPLES, &v))
		return "the fourth line is not 1 to 64 samples and a run";
	h->count = (int)v;
	return NULL;
}

const char *history_parse(const char *text, struct wall_time now,
    struct history *ret)
{
	char line[LINE_SIZE], *word[WORDS];
	const char *reason;

	*ret = (struct history){ .count = 0 };
	reason = read_head(&text, ret);
	for (int i = 0; i < ret->count && !reason; i++) {
		struct history_sample *s = &ret->samples[i];

		if (take_line(&text, line, word) != WORDS)
			return "there are fewer samples than it says";
		reason = read_sample(word, s);
		if (!reason && s->at.ns > now.ns)
			reason = "a sample is in the future";
		if (!reason && i > 0 && s->at.ns <= s[-1].at.ns)
			reason = "the samples are not in order";
	}
	return reason;
}
