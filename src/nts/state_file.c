/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/state_file.h"

#include "base/text.h"
#include "nts/aead.h"
#include "nts/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIME_MAX_S 9e9		/* what fits into a wall_time */

/* Each reads one line; NULL, or why the file is refused. */

static const char *read_name(const struct words *w, const char *name,
    struct nts_state *s)
{
	if (w->count != 1 || strcmp(w->word[0], name) != 0)
		return "it is of another server";
	if (!text_copy(s->name, sizeof(s->name), name))
		return "name is too long";
	return NULL;
}

static const char *read_time(const struct words *w, struct wall_time now,
    struct nts_state *s)
{
	double t;

	if (w->count != 1 || !parse_double(w->word[0], &t) || t < 0 ||
	    t > TIME_MAX_S)
		return "time of the exchange is not a number of seconds";
	s->ke_time.ns = (int64_t)(t * 1e9);
	if (s->ke_time.ns > now.ns)
		s->ke_time = now;
	return NULL;
}

static const char *read_address(const struct words *w, struct nts_state *s)
{
	long long port;

	if (w->count != 2 || !ip_parse(w->word[0], &s->ntp.ip) ||
	    !parse_long(w->word[1], 1, UINT16_MAX, &port))
		return "address and port of the NTP server are not valid";
	s->ntp.port = (uint16_t)port;
	return NULL;
}

/* The file has the key of the server's direction first. */
static const char *read_keys(const struct words *w, struct nts_state *s)
{
	long long context, aead;
	int s2c, c2s;

	if (w->count != 4 || !parse_long(w->word[0], 0, UINT32_MAX, &context) ||
	    !parse_long(w->word[1], 1, UINT16_MAX, &aead))
		return "line of the keys is not valid";
	s->context = (uint32_t)context;
	s->aead = (uint16_t)aead;
	if (!aead_supported(s->aead))
		return "AEAD is not supported by the crypto library";
	s2c = hex_decode(w->word[2], s->s2c, sizeof(s->s2c));
	c2s = hex_decode(w->word[3], s->c2s, sizeof(s->c2s));
	if (s2c < 0 || s2c != c2s || (size_t)s2c != aead_key_length(s->aead))
		return "keys are not hexadecimal of the length of the AEAD";
	s->key_length = (uint16_t)s2c;
	return NULL;
}

static const char *read_cookie(const struct words *w, struct nts_state *s)
{
	struct nts_cookie *c = &s->cookies[s->cookie_count];
	int n;

	if (w->count != 1)
		return "a cookie is not one word";
	n = hex_decode(w->word[0], c->bytes, sizeof(c->bytes));
	if (n <= 0 || n % 4 != 0)
		return "a cookie is not hexadecimal or of a wrong length";
	c->length = (uint16_t)n;
	s->cookie_count++;
	return NULL;
}

static const char *read_line(const struct words *w, int line, const char *name,
    struct wall_time now, struct nts_state *s)
{
	switch (line) {
	case 1:
		if (w->count != 1 || strcmp(w->word[0], "NNC0") != 0)
			return "first line is not NNC0";
		return NULL;
	case 2:
		return read_name(w, name, s);
	case 3:
		return read_time(w, now, s);
	case 4:
		return read_address(w, s);
	case 5:
		return read_keys(w, s);
	}
	return s->cookie_count < NTS_COOKIES ? read_cookie(w, s) : NULL;
}

bool nts_state_parse(const char *text, const char *name, struct wall_time now,
    struct nts_state *ret, const char **ret_reason)
{
	const char *reason = NULL;
	struct words w;
	int line = 0;

	nts_state_wipe(ret);
	while (!reason && *text != '\0') {
		if (words_next(&text, &w) < 0)
			reason = "a line is too long or has too many words";
		else
			reason = read_line(&w, ++line, name, now, ret);
	}
	if (!reason && line < 5)
		reason = "lines are missing";
	wipe(&w, sizeof(w));
	if (!reason)
		return true;
	nts_state_wipe(ret);
	*ret_reason = reason;
	return false;
}

/* Line 3 with one decimal, as chrony writes it, rounded like %.1f. */
static int64_t tenths(struct wall_time t)
{
	return t.ns < 0 ? 0 : (t.ns + NS_PER_S / 20) / (NS_PER_S / 10);
}

static bool is_printable(const struct nts_state *s)
{
	if (s->name[0] == '\0' || strpbrk(s->name, " \t\r\n") ||
	    s->ntp.ip.family == IP_NONE || s->ntp.port == 0 ||
	    s->aead == 0 || s->key_length != aead_key_length(s->aead) ||
	    s->cookie_count < 0 || s->cookie_count > NTS_COOKIES)
		return false;
	for (int i = 0; i < s->cookie_count; i++)
		if (s->cookies[i].length == 0 ||
		    s->cookies[i].length > NTS_COOKIE_MAX)
			return false;
	return true;
}

size_t nts_state_print(const struct nts_state *s, char out[NTS_STATE_TEXT_MAX])
{
	char ip[IP_TEXT_SIZE], c2s[2 * NTS_KEY_MAX + 1], s2c[2 * NTS_KEY_MAX + 1];
	int64_t t = tenths(s->ke_time);
	size_t at;

	if (!is_printable(s))
		return 0;
	hex_encode(s->c2s, s->key_length, c2s);
	hex_encode(s->s2c, s->key_length, s2c);
	at = (size_t)snprintf(out, NTS_STATE_TEXT_MAX,
	    "NNC0\n%s\n%" PRId64 ".%d\n%s %u\n%" PRIu32 " %u %s %s\n",
	    s->name, t / 10, (int)(t % 10), ip_text(&s->ntp.ip, ip),
	    s->ntp.port, s->context, s->aead, s2c, c2s);
	wipe(c2s, sizeof(c2s));
	wipe(s2c, sizeof(s2c));
	/* The five lines are below 600 bytes, each cookie 2 n + 1. */
	for (int i = 0; i < s->cookie_count; i++) {
		const struct nts_cookie *c = &s->cookies[i];

		hex_encode(c->bytes, c->length, out + at);
		at += 2 * (size_t)c->length;
		out[at++] = '\n';
	}
	out[at] = '\0';
	return at;
}

void nts_state_from_client(struct nts_state *s, const struct nts_client *n)
{
	s->aead = n->aead;
	s->key_length = n->key_length;
	memcpy(s->c2s, n->c2s, sizeof(s->c2s));
	memcpy(s->s2c, n->s2c, sizeof(s->s2c));
	memcpy(s->cookies, n->cookies, sizeof(s->cookies));
	s->cookie_count = nts_client_ready(n) ? n->cookie_count : 0;
}

void nts_state_to_client(const struct nts_state *s, struct nts_client *n)
{
	nts_client_set(n, s->aead, s->key_length, s->c2s, s->s2c);
	for (int i = 0; i < s->cookie_count && i < NTS_COOKIES; i++)
		nts_client_add_cookie(n, s->cookies[i].bytes,
		    s->cookies[i].length);
}

void nts_state_wipe(struct nts_state *s)
{
	wipe(s, sizeof(*s));
}
