/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask: the table behind allow, deny, cmdallow and cmddeny (reference:
 * configuration.md 5).
 *
 * Addresses are seen as levels of 4 bits, level 0 being the whole family. A
 * rule sets the state of the nodes it covers on the first level that is deep
 * enough: one node when its prefix is a multiple of 4 bits, else 2, 4 or 8 of
 * the next level. A client gets the state of the deepest node on its way that
 * was set; without any it is denied. So a deeper rule wins whatever the order,
 * rules of one level override each other in order, and `all` first forgets
 * what was set below.
 *
 * The nodes are kept as one sorted array instead of a tree: the result is the
 * same, memory grows with the rules only, and a lookup is a binary search for
 * each level that has a node.
 */
#ifndef HORA_NTP_ACCESS_H
#define HORA_NTP_ACCESS_H

#include "base/addr.h"
#include "conf/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCESS_NODES_MAX CONFIG_ACCESS_NODES	/* 8192 rules at the worst */

struct access_node {
	uint8_t family;			/* enum ip_family */
	uint8_t level;			/* 4-bit levels, 0..8 or 0..32 */
	uint8_t bytes[16];		/* bits beyond 4 * level are zero */
	bool is_allow;
};

/* All zero: an empty table, which denies everybody. */
struct access_table {
	struct access_node *nodes;	/* owned; sorted */
	size_t count, room;
	bool is_waiting;		/* for the address of an allowed name */
	uint64_t levels4, levels6;	/* bit n: there is a node on level n */
};

/*
 * Add one rule; one with a host name is left out, because its address is not
 * known yet (conf/resolve.h). 0; -EINVAL for a prefix longer than the address,
 * an unknown family, or no family with a prefix that is not 0; -ENOMEM; -E2BIG
 * above ACCESS_NODES_MAX. On an error the table is as before, except that
 * -ENOMEM and -E2BIG of a rule for both families may leave it set for IPv4
 * alone.
 */
int access_add(struct access_table *t, const struct access_rule_config *rule);

/* A table of n rules in order. 0 or as access_add; then *ret is empty. */
int access_from_config(const struct access_rule_config *rules, size_t n,
    struct access_table *ret);

/* Release the rules; the table is empty then. */
void access_free(struct access_table *t);

/* May this address ask? False for IP_NONE. */
bool access_allows(const struct access_table *t, const struct ip_addr *a);

/*
 * Is anything allowed in the family? Decides whether a socket is opened; so that
 * it is there when the address of a name comes, such a name counts in both.
 */
bool access_allows_any(const struct access_table *t, enum ip_family family);

/* Is anything allowed in the family with `fresh`, and was nothing with `old`? */
bool access_gains(const struct access_table *old,
    const struct access_table *fresh, enum ip_family family);

#endif
