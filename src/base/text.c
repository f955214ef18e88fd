/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void hex_encode(const void *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789ABCDEF";
	const uint8_t *b = bytes;

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = '\0';
}

int hex_decode(const char *text, void *out, size_t size)
{
	size_t n = strlen(text);
	uint8_t *b = out;

	if (n % 2 || n / 2 > size)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		int hi = hex_digit(text[2 * i]), lo = hex_digit(text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -1;
		b[i] = (uint8_t)(hi << 4 | lo);
	}
	return (int)(n / 2);
}

bool parse_long(const char *word, long long min, long long max, long long *ret)
{
	char *end;
	const char *digits = word + (*word == '-' || *word == '+');
	long long v;

	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	v = strtoll(word, &end, 10);
	if (errno || *end || v < min || v > max)
		return false;
	*ret = v;
	return true;
}

bool parse_double(const char *word, double *ret)
{
	char *end;
	double v;

	/* strtod also takes hex, inf and nan: here a number is decimal and
	 * finite. */
	if (strspn(word, "0123456789+-.eE") != strlen(word) || !*word)
		return false;
	v = strtod(word, &end);
	if (*end || !isfinite(v))
		return false;
	*ret = v;
	return true;
}

unsigned text_distance(const char *a, const char *b)
{
	enum { MAX = 40 };
	unsigned d[MAX + 1][MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	if (n > MAX || m > MAX)
		return MAX + 1;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			char x = lower(a[i - 1]), y = lower(b[j - 1]);
			unsigned best = d[i - 1][j - 1] + (x != y);

			if (d[i - 1][j] + 1 < best)
				best = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < best)
				best = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    y == lower(a[i - 2]) && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[n][m];
}

bool text_equal_nocase(const char *a, const char *b)
{
	for (; *a && lower(*a) == lower(*b); a++, b++)
		;
	return lower(*a) == lower(*b);
}

bool text_copy(char *dst, size_t size, const char *src)
{
	size_t n = strlen(src), k = n < size ? n : size - 1;

	memcpy(dst, src, k);
	dst[k] = '\0';
	return n < size;
}

/* Bytes of the character that begins here, 0: none of UTF-8 (RFC 3629). */
static size_t utf8_read(const unsigned char *p, uint32_t *ret)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 :
	    p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;
	uint32_t c = n <= 1 ? p[0] : p[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)	/* the NUL, too */
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	*ret = c;
	return (n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) ||
	    (n == 4 && (c < 0x10000 || c > 0x10ffff)) ? 0 : n;
}

static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	    (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

void text_defuse(char *text)
{
	uint32_t c;

	while (*text) {
		size_t n = utf8_read((const unsigned char *)text, &c);

		if (n == 0 || is_harmful(c)) {
			n = n == 0 ? 1 : n;
			memset(text, '?', n);
		}
		text += n;
	}
}

void wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}
