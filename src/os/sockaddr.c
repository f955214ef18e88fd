/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sockaddr.h"

#include <netinet/in.h>
#include <string.h>

socklen_t sockaddr_from(const struct net_addr *a, struct sockaddr_storage *ret)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

	memset(ret, 0, sizeof(*ret));
	switch (a->ip.family) {
	case IP_V4:
		in4.sin_port = htons(a->port);
		memcpy(&in4.sin_addr, a->ip.bytes, sizeof(in4.sin_addr));
		memcpy(ret, &in4, sizeof(in4));
		return sizeof(in4);
	case IP_V6:
		in6.sin6_port = htons(a->port);
		in6.sin6_scope_id = a->scope_id;
		memcpy(&in6.sin6_addr, a->ip.bytes, sizeof(in6.sin6_addr));
		memcpy(ret, &in6, sizeof(in6));
		return sizeof(in6);
	default:
		return 0;
	}
}

bool sockaddr_to(const struct sockaddr *sa, socklen_t length,
    struct net_addr *ret)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	if (length >= (socklen_t)sizeof(in4) && sa->sa_family == AF_INET) {
		memcpy(&in4, sa, sizeof(in4));
		*ret = (struct net_addr){ .ip.family = IP_V4,
			.port = ntohs(in4.sin_port) };
		memcpy(ret->ip.bytes, &in4.sin_addr, sizeof(in4.sin_addr));
		return true;
	}
	if (length >= (socklen_t)sizeof(in6) && sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		*ret = (struct net_addr){ .ip.family = IP_V6,
			.port = ntohs(in6.sin6_port),
			.scope_id = in6.sin6_scope_id };
		memcpy(ret->ip.bytes, &in6.sin6_addr, sizeof(in6.sin6_addr));
		return true;
	}
	return false;
}

int sockaddr_family(enum ip_family family)
{
	return family == IP_V4 ? AF_INET :
	    family == IP_V6 ? AF_INET6 : AF_UNSPEC;
}
