/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/keyfile.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define KEY_WORDS 3		/* number, type, key */

struct key_line {
	unsigned number;			/* in the file, from 1 */
	char text[KEYFILE_LINE_MAX + 1];	/* its words end in a NUL each */
	size_t length;
	const char *words[KEY_WORDS + 1];	/* one too many is seen */
	unsigned count;
	bool is_bad;				/* too long, or a NUL in it */
};

struct parse {
	const struct keyfile *file;
	struct mac_keys *keys;
	unsigned complaints;
	struct key_line line;
	uint8_t bytes[MAC_KEY_MAX];
};

static void complain(struct parse *p, const char *format, ...)
{
	char text[KEYFILE_WARNING_SIZE];
	va_list ap;

	if (p->complaints++ > KEYFILE_COMPLAINTS)
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (p->complaints > KEYFILE_COMPLAINTS)
		snprintf(text, sizeof(text), "More than %d mistakes in file "
		    "%s, the others are not named", KEYFILE_COMPLAINTS,
		    p->file->path);
	p->file->warn(p->file->arg, text);
}

/* --- lines ---------------------------------------------------------------- */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void put_char(struct key_line *l, char c)
{
	if (l->length < sizeof(l->text))
		l->text[l->length++] = c;
	else
		l->is_bad = true;
}

/* One word from `at`, not beyond `end`; returns what follows it. */
static const char *take_word(struct key_line *l, const char *at,
    const char *end)
{
	bool is_counted = l->count <= KEY_WORDS;

	if (is_counted)
		l->words[l->count++] = l->text + l->length;
	for (; at < end && !is_space(*at); at++) {
		l->is_bad |= *at == '\0';
		if (is_counted)
			put_char(l, *at);
	}
	if (is_counted)
		put_char(l, '\0');
	return at;
}

/* The next line, split; returns where the one after it begins. */
static const char *take_line(struct key_line *l, const char *at,
    const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	const char *stop = newline ? newline : end;

	l->number++;
	l->length = 0;
	l->count = 0;
	l->is_bad = false;
	while (at < stop && is_space(*at))
		at++;
	if (at < stop && strchr("!;#%", *at) && *at)
		at = stop;
	while (at < stop) {
		at = take_word(l, at, stop);
		while (at < stop && is_space(*at))
			at++;
	}
	l->text[KEYFILE_LINE_MAX] = '\0';
	return newline ? newline + 1 : end;
}

/* --- keys ----------------------------------------------------------------- */

static bool take_id(const char *word, uint32_t *ret)
{
	long long id;

	if (strspn(word, "0123456789") != strlen(word) ||
	    !parse_long(word, 1, UINT32_MAX, &id))
		return false;
	*ret = (uint32_t)id;
	return true;
}

/* The bytes of a key; 0 when there are none. */
static size_t decode(const char *word, uint8_t *ret, size_t size)
{
	size_t n;
	int got;

	if (strncmp(word, "HEX:", 4) == 0) {
		got = hex_decode(word + 4, ret, size);
		return got > 0 ? (size_t)got : 0;
	}
	if (strncmp(word, "ASCII:", 6) == 0)
		word += 6;
	n = strlen(word);
	if (n > size)
		return 0;
	memcpy(ret, word, n);
	return n;
}

/* What is wrong with a key whose bytes are known, said in the log. */
static bool is_usable(struct parse *p, const struct mac_key *key)
{
	size_t want = mac_key_length(key->type);

	if (key->type == MAC_NONE)
		complain(p, "Invalid type in key %u", key->id);
	else if (!p->file->is_supported((enum mac_type)key->type))
		complain(p, "Unsupported %s in key %u (%s)", want > 0 ?
		    "cipher" : "hash function", key->id, mac_name(key->type));
	else if (want > 0 && want != key->length)
		complain(p, "Invalid length of %s key %u (expected %zu bits)",
		    mac_name(key->type), key->id, want * 8);
	else
		return true;
	return false;
}

static void take_key(struct parse *p)
{
	const struct key_line *l = &p->line;
	struct mac_key key = { .bytes = p->bytes };

	if (l->is_bad || l->count < 2 || l->count > KEY_WORDS ||
	    !take_id(l->words[0], &key.id)) {
		complain(p, "Could not parse key at line %u in file %s",
		    l->number, p->file->path);
		return;
	}
	key.type = (uint8_t)(l->count == 2 ? MAC_MD5 :
	    mac_type_of(l->words[1]));
	key.length = (uint16_t)decode(l->words[l->count - 1], p->bytes,
	    sizeof(p->bytes));
	if (key.length == 0)
		complain(p, "Could not decode key %u", key.id);
	else if (is_usable(p, &key) && !mac_keys_add(p->keys, &key))
		complain(p, "More than %d keys in file %s, key %u is not used",
		    MAC_KEYS_MAX, p->file->path, key.id);
}

static void duplicate(void *arg, uint32_t id)
{
	complain(arg, "Detected duplicate key %u", id);
}

bool keyfile_parse(const struct keyfile *f, const char *text, size_t n,
    struct mac_keys *ret)
{
	const char *end = text + n;
	struct parse p = { .file = f, .keys = ret };
	bool ok;

	/* A line of k + 3 bytes packs to MAC_KEY_HEAD + k, where k > 0. */
	if (!mac_keys_make(ret, 2 * n + MAC_KEY_HEAD))
		return false;
	while (text < end) {
		text = take_line(&p.line, text, end);
		if (p.line.count > 0)
			take_key(&p);
	}
	ok = mac_keys_sort(ret, duplicate, &p);
	wipe(&p, sizeof(p));
	return ok;
}
