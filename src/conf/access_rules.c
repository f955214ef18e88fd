/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/access_rules.h"

#include "base/text.h"

#include <string.h>

#define LABEL_MOST 63		/* bytes between the dots (RFC 1035 2.3.4) */

static const char no_address[] = "is neither an address nor a host name";

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

/* A last label that resolvers read as a number: 300, 0x7f. */
static bool is_number(const char *label, size_t n)
{
	if (strspn(label, "0123456789") >= n)
		return true;
	return n > 2 && label[0] == '0' && (label[1] | 0x20) == 'x' &&
	    2 + strspn(label + 2, "0123456789abcdefABCDEF") >= n;
}

/* Letters, digits, - and _ in labels (RFC 1123 2.1); an address is no name. */
static bool is_host_name(const char *text)
{
	static const char inside[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t n;

	if (strlen(text) >= CONFIG_NAME_SIZE || text_equal_nocase(text, "all"))
		return false;
	for (;;) {
		n = strspn(text, inside);
		if (n == 0 || n > LABEL_MOST || *text == '-' ||
		    text[n - 1] == '-')
			return false;
		if (!text[n] || strcmp(text + n, ".") == 0)
			return !is_number(text, n);
		if (text[n] != '.')
			return false;
		text += n + 1;
	}
}

const char *subnet_parse(const char *word, struct ip_prefix *ret)
{
	char address[IP_TEXT_SIZE];
	const char *slash = strchr(word, '/');
	size_t n = slash ? (size_t)(slash - word) : strlen(word);
	struct ip_prefix p = { 0 };
	long long bits;

	if (n >= sizeof(address))
		return no_address;
	memcpy(address, word, n);
	address[n] = '\0';
	if (ip_parse(address, &p.ip))
		p.bits = p.ip.family == IP_V4 ? 32 : 128;
	else if (!parse_short_ip4(address, &p))
		return no_address;
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
    struct access_rule_config *ret, const char **ret_name,
    const char **ret_word)
{
	struct access_rule_config rule = { .families = IP_NONE };
	const char *name = NULL;
	size_t i = 0;

	if (i < count && strcmp(words[i], "all") == 0) {
		rule.is_all = true;
		i++;
	}
	if (i < count) {
		const char *why = subnet_parse(words[i], &rule.prefix);

		if (why && is_host_name(words[i])) {
			name = words[i];
		} else if (why) {
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
	*ret_name = name;
	return NULL;
}

unsigned access_rule_nodes(const struct access_rule_config *rule)
{
	if (rule->name)
		return 0;
	if (rule->prefix.ip.family == IP_NONE)
		return 2;	/* one a family */
	return 1u << (4 - rule->prefix.bits % 4u) % 4;
}
