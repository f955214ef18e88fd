/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/access_rules.h"

#include "base/text.h"

#include <string.h>

/* Host bits are ignored: cleared, so that equal subnets are equal bytes. */
static void clear_host_bits(struct ip_prefix *p)
{
	size_t whole = p->bits / 8;

	if (p->bits % 8)
		p->ip.bytes[whole++] &= (uint8_t)(0xff00 >> p->bits % 8);
	memset(p->ip.bytes + whole, 0, sizeof(p->ip.bytes) - whole);
}

/* "10", "1.2" or "3.4.5": the first bytes of an IPv4 address. */
static bool parse_short_ip4(const char *text, struct ip_prefix *ret)
{
	struct ip_prefix p = { .ip.family = IP_V4 };
	unsigned n = 0;

	for (;;) {
		unsigned v = 0;
		size_t digits = strspn(text, "0123456789");

		if (digits < 1 || digits > 3 || n == 3)
			return false;
		for (; digits > 0; digits--)
			v = v * 10 + (unsigned)(*text++ - '0');
		if (v > 255)
			return false;
		p.ip.bytes[n++] = (uint8_t)v;
		if (!*text)
			break;
		if (*text++ != '.')
			return false;
	}
	p.bits = (uint8_t)(8 * n);
	*ret = p;
	return true;
}

const char *subnet_parse(const char *word, struct ip_prefix *ret)
{
	char address[IP_TEXT_SIZE];
	const char *slash = strchr(word, '/');
	size_t n = slash ? (size_t)(slash - word) : strlen(word);
	struct ip_prefix p = { 0 };
	long long bits;

	if (n >= sizeof(address))
		return "is not an address (host names are not looked up)";
	memcpy(address, word, n);
	address[n] = '\0';
	if (ip_parse(address, &p.ip))
		p.bits = p.ip.family == IP_V4 ? 32 : 128;
	else if (!parse_short_ip4(address, &p))
		return "is not an address (host names are not looked up)";
	if (slash) {
		int most = p.ip.family == IP_V4 ? 32 : 128;

		if (!parse_long(slash + 1, 0, 1000, &bits))
			return "has no number of bits after the /";
		if (bits > most)
			return most == 32 ? "has more than 32 bits" :
			    "has more than 128 bits";
		p.bits = (uint8_t)bits;
	}
	clear_host_bits(&p);
	*ret = p;
	return NULL;
}

const char *access_rule_parse(const char *const *words, size_t count,
    struct access_rule_config *ret, const char **ret_word)
{
	struct access_rule_config rule = { .families = IP_NONE };
	size_t i = 0;

	if (i < count && strcmp(words[i], "all") == 0) {
		rule.is_all = true;
		i++;
	}
	if (i < count) {
		const char *why = subnet_parse(words[i], &rule.prefix);

		if (why) {
			*ret_word = words[i];
			return why;
		}
		rule.families = rule.prefix.ip.family;
		i++;
	}
	if (i < count) {
		*ret_word = words[i];
		return "is one word too many";
	}
	*ret = rule;
	return NULL;
}
