/* SPDX-License-Identifier: Apache-2.0 */
#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool ip_parse(const char *text, struct ip_addr *ret)
{
	struct ip_addr a = { 0 };

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.family = IP_V4;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.family = IP_V6;
	else
		return false;
	*ret = a;
	return true;
}

const char *ip_text(const struct ip_addr *a, char buf[IP_TEXT_SIZE])
{
	int af = a->family == IP_V6 ? AF_INET6 : AF_INET;

	if (a->family != IP_V4 && a->family != IP_V6)
		snprintf(buf, IP_TEXT_SIZE, "[UNSPEC]");
	else
		inet_ntop(af, a->bytes, buf, IP_TEXT_SIZE);
	return buf;
}

bool ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family &&
	    memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool net_addr_equal(const struct net_addr *a, const struct net_addr *b)
{
	return ip_equal(&a->ip, &b->ip) && a->port == b->port &&
	    a->scope_id == b->scope_id;
}

bool ip_in_prefix(const struct ip_addr *a, const struct ip_prefix *p)
{
	unsigned whole = p->bits / 8, rest = p->bits % 8;
	unsigned most = p->ip.family == IP_V4 ? 32 : 128;

	if (a->family != p->ip.family || p->bits > most)
		return false;
	if (memcmp(a->bytes, p->ip.bytes, whole) != 0)
		return false;
	return rest == 0 ||
	    (a->bytes[whole] ^ p->ip.bytes[whole]) >> (8 - rest) == 0;
}

bool ip_is_localhost(const struct ip_addr *a)
{
	static const struct ip_addr v4 = { IP_V4, { 127, 0, 0, 1 } };
	static const struct ip_addr v6 = { IP_V6, { [15] = 1 } };

	return ip_equal(a, &v4) || ip_equal(a, &v6);
}

bool ip_is_link_local(const struct ip_addr *a)
{
	return a->family == IP_V6 && a->bytes[0] == 0xfe &&
	    (a->bytes[1] & 0xc0) == 0x80;
}
