/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/words.h"

#include "base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void normalise_line(char *line)
{
	char *to = line;
	bool gap = false;

	for (const char *from = line; *from; from++) {
		if (is_blank(*from)) {
			gap = to != line;
			continue;
		}
		if (gap)
			*to++ = ' ';
		gap = false;
		*to++ = *from;
	}
	*to = '\0';
	if (line[0] && strchr("!;#%", line[0]))
		line[0] = '\0';
}

char *next_word(char **line)
{
	char *word = *line;
	size_t n = strcspn(word, " ");

	*line = word + n + (word[n] == ' ');
	word[n] = '\0';
	return word;
}

bool has_option(const char *args, const char *option)
{
	size_t n = strlen(option);

	for (const char *p = args; *p; p += strcspn(p, " "), p += *p == ' ')
		if (!strncmp(p, option, n) && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

int leading_int(const char *word, const char **ret_end)
{
	char *end;
	long v = strtol(word, &end, 10);	/* ends at those of long */

	if (ret_end)
		*ret_end = end;
	return v > INT_MAX ? INT_MAX : v < INT_MIN ? INT_MIN : (int)v;
}

bool next_int(char **line, int32_t *ret)
{
	long long v;

	if (!parse_long(next_word(line), INT32_MIN, INT32_MAX, &v))
		return false;
	*ret = (int32_t)v;
	return true;
}

bool next_double(char **line, double *ret)
{
	return parse_double(next_word(line), ret);
}

void words_as_line(char *args, struct conf_error *error, struct conf_line *ret)
{
	*ret = (struct conf_line){ .error = error };
	while (*args && ret->count < CONF_WORDS_MAX)
		ret->words[ret->count++] = next_word(&args);
}
