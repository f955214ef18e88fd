/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IP addresses as values, without sockets. os/sockaddr.h converts.
 */
#ifndef HORA_BASE_ADDR_H
#define HORA_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ip_family {
	IP_NONE = 0,	/* no address */
	IP_V4 = 4,
	IP_V6 = 6,
};

/* Unused trailing bytes are always zero, so that equality is bytewise. */
struct ip_addr {
	uint8_t family;		/* enum ip_family */
	uint8_t bytes[16];	/* network order; the first 4 for IP_V4 */
};

/* An address with a port (host order) and, for link-local IPv6, its scope. */
struct net_addr {
	struct ip_addr ip;
	uint16_t port;
	uint32_t scope_id;	/* interface index, 0 = none */
};

/* An address prefix. */
struct ip_prefix {
	struct ip_addr ip;	/* host bits are ignored */
	uint8_t bits;		/* 0..32 or 0..128 */
};

#define IP_TEXT_SIZE 46		/* longest text of an address with its NUL */

/* Parse a numeric address (no prefix, no scope, no port). False if it is not. */
bool ip_parse(const char *text, struct ip_addr *ret);

/* Text of an address; IP_NONE gives "[UNSPEC]". Returns buf. */
const char *ip_text(const struct ip_addr *a, char buf[IP_TEXT_SIZE]);

/* Same family and bytes. */
bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);

/* Same address, port and scope. */
bool net_addr_equal(const struct net_addr *a, const struct net_addr *b);

/* Is `a` inside the prefix? False for another family. */
bool ip_in_prefix(const struct ip_addr *a, const struct ip_prefix *p);

/* 127.0.0.1 or ::1, exactly (reference: the control protocol's "localhost"). */
bool ip_is_localhost(const struct ip_addr *a);

/* An address of one link only: fe80::/10. */
bool ip_is_link_local(const struct ip_addr *a);

#endif
