/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/address.h"

#include "base/text.h"
#include "horac/words.h"
#include "os/sockaddr.h"

#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

bool read_ip(const struct session *s, const char *word,
    struct ip_addr *ret)
{
	return ip_parse(word, ret) && (s->family == AF_UNSPEC ||
	    s->family == sockaddr_family(ret->family));
}

static bool look_up(const struct session *s, const char *name,
    struct ip_addr *ret)
{
	struct addrinfo hints = {
		.ai_family = s->family, .ai_socktype = SOCK_DGRAM,
	};
	struct addrinfo *list;
	struct net_addr found;
	bool ok = false;

	if (getaddrinfo(name, NULL, &hints, &list))
		return false;
	for (struct addrinfo *a = list; a && !ok; a = a->ai_next)
		ok = sockaddr_to(a->ai_addr, a->ai_addrlen, &found);
	freeaddrinfo(list);
	if (ok)
		*ret = found.ip;
	return ok;
}

bool read_host(const struct session *s, const char *word, struct ip_addr *ret)
{
	return *word && (read_ip(s, word, ret) || look_up(s, word, ret));
}

bool read_id(const char *word, uint32_t *ret)
{
	long long id;

	if (strncmp(word, "ID#", 3) || word[3] < '0' || word[3] > '9' ||
	    !parse_long(word + 3, 0, UINT32_MAX, &id))
		return false;
	*ret = (uint32_t)id;
	return true;
}

bool read_address(const struct session *s, const char *word,
    struct control_addr *ret)
{
	*ret = (struct control_addr){ 0 };
	if (read_id(word, &ret->id)) {
		ret->is_id = true;
		return true;
	}
	return read_host(s, word, &ret->ip);
}

/* The mask of the first `bits` bits; all of them when out of range. */
static struct ip_addr prefix_mask(uint8_t family, int bits)
{
	struct ip_addr mask = { .family = family };
	int width = family == IP_V4 ? 32 : 128;

	if (bits < 0 || bits > width)
		bits = width;
	for (int i = 0; i < bits; i++)
		mask.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return mask;
}

static bool read_mask(const struct session *s, char *left, const char *right,
    struct source_mask *ret)
{
	struct ip_addr a, b;
	const char *end;
	int bits;

	if (!read_ip(s, left, &a))
		return false;
	if (read_ip(s, right, &b)) {
		ret->mask.ip = a;
		ret->address.ip = b;
		return a.family == b.family;
	}
	bits = leading_int(right, &end);
	if (end == right)
		return false;
	ret->address.ip = a;
	ret->mask.ip = prefix_mask(a.family, bits);
	return true;
}

bool read_sources(const struct session *s, const char *word,
    struct source_mask *ret)
{
	char text[LINE_LENGTH_MAX + 1];
	char *slash;

	*ret = (struct source_mask){ 0 };
	if (!*word)
		return true;
	text_copy(text, sizeof(text), word);
	slash = strchr(text, '/');
	if (slash) {
		*slash = '\0';
		if (read_mask(s, text, slash + 1, ret))
			return true;
		fputs("Invalid syntax for mask/address\n", stderr);
		return false;
	}
	if (!read_address(s, word, &ret->address)) {
		fputs("Could not get address for hostname\n", stderr);
		return false;
	}
	if (!ret->address.is_id)
		ret->mask.ip = prefix_mask(ret->address.ip.family, -1);
	return true;
}

const char *address_text(const struct control_addr *a,
    char buf[ADDRESS_TEXT_SIZE])
{
	char ip[IP_TEXT_SIZE];

	if (a->is_id)
		snprintf(buf, ADDRESS_TEXT_SIZE, "ID#%010" PRIu32, a->id);
	else
		text_copy(buf, ADDRESS_TEXT_SIZE, ip_text(&a->ip, ip));
	return buf;
}
