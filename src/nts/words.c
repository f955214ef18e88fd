/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/words.h"

#include <string.h>

int words_next(const char **at, struct words *ret)
{
	size_t length = strcspn(*at, "\n");
	char *p = ret->text;

	ret->count = 0;
	if (**at == '\0' || length >= sizeof(ret->text))
		return -1;
	memcpy(ret->text, *at, length);
	ret->text[length] = '\0';
	for (;;) {
		p += strspn(p, " \t\r");
		if (*p == '\0')
			break;
		if (ret->count == WORDS_MAX)
			return -1;
		ret->word[ret->count++] = p;
		p += strcspn(p, " \t\r");
		if (*p != '\0')
			*p++ = '\0';
	}
	*at += length + ((*at)[length] == '\n');
	return ret->count;
}
