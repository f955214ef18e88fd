/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/access.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int node_compare(const struct access_node *a, const struct access_node *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* Zero everything beyond the first n bits. */
static void mask_bits(uint8_t bytes[16], unsigned n)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned keep = n > 8 * i ? n - 8 * i : 0;

		if (keep < 8)
			bytes[i] &= (uint8_t)(0xff00u >> keep);
	}
}

/* First node that does not sort before `key`: where it is or would be. */
static size_t lower_bound(const struct access_table *t,
    const struct access_node *key)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (node_compare(&t->nodes[mid], key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct access_node *find(const struct access_table *t,
    const struct access_node *key)
{
	size_t at = lower_bound(t, key);

	return at < t->count && node_compare(&t->nodes[at], key) == 0 ?
	    &t->nodes[at] : NULL;
}

static uint64_t *levels_of(struct access_table *t, uint8_t family)
{
	return family == IP_V4 ? &t->levels4 : &t->levels6;
}

/* Room is there. */
static void set_node(struct access_table *t, const struct access_node *node)
{
	size_t at = lower_bound(t, node);

	if (at == t->count || node_compare(&t->nodes[at], node) != 0) {
		memmove(&t->nodes[at + 1], &t->nodes[at],
		    (t->count - at) * sizeof(t->nodes[0]));
		t->count++;
	}
	t->nodes[at] = *node;
	*levels_of(t, node->family) |= UINT64_C(1) << node->level;
}

/* Room for 8 more nodes, the most that one rule sets in a family. */
static int make_room(struct access_table *t)
{
	size_t room = t->room ? 2 * t->room : 16;
	struct access_node *nodes;

	if (t->count + 8 > ACCESS_NODES_MAX)
		return -E2BIG;
	if (t->count + 8 <= t->room)
		return 0;
	nodes = realloc(t->nodes, room * sizeof(nodes[0]));
	if (nodes == NULL)
		return -ENOMEM;
	t->nodes = nodes;
	t->room = room;
	return 0;
}

/* Forget the nodes deeper than `level` inside the prefix. */
static void clear_below(struct access_table *t, const struct ip_prefix *p,
    unsigned level)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct access_node *node = &t->nodes[i];
		struct ip_addr a = { .family = node->family };

		memcpy(a.bytes, node->bytes, sizeof(a.bytes));
		if (node->level > level && ip_in_prefix(&a, p))
			continue;
		t->nodes[kept++] = *node;
	}
	t->count = kept;
}

static int add_prefix(struct access_table *t, const struct ip_prefix *p,
    bool is_allow, bool is_all)
{
	unsigned level = (p->bits + 3u) / 4;
	unsigned siblings = 1u << (4 * level - p->bits);
	struct access_node node = {
		.family = p->ip.family, .level = (uint8_t)level,
		.is_allow = is_allow,
	};
	int r = make_room(t);

	if (r < 0)
		return r;
	if (is_all)
		clear_below(t, p, level);
	memcpy(node.bytes, p->ip.bytes, sizeof(node.bytes));
	mask_bits(node.bytes, p->bits);
	for (unsigned i = 0; i < siblings; i++) {
		struct access_node one = node;

		/* The siblings differ in the free bits of the last level. */
		if (i > 0)
			one.bytes[(level - 1) / 2] |=
			    (uint8_t)(level % 2 ? i << 4 : i);
		set_node(t, &one);
	}
	return 0;
}

static int add_addresses(struct access_table *t,
    const struct access_rule_config *rule)
{
	const struct ip_prefix *p = &rule->prefix;
	struct ip_prefix whole4 = { .ip = { .family = IP_V4 } };
	struct ip_prefix whole6 = { .ip = { .family = IP_V6 } };
	int r;

	switch (p->ip.family) {
	case IP_V4:
	case IP_V6:
		if (p->bits > (p->ip.family == IP_V4 ? 32 : 128))
			return -EINVAL;
		return add_prefix(t, p, rule->is_allow, rule->is_all);
	case IP_NONE:
		if (p->bits != 0)
			return -EINVAL;
		r = add_prefix(t, &whole4, rule->is_allow, rule->is_all);
		if (r == 0)
			r = add_prefix(t, &whole6, rule->is_allow,
			    rule->is_all);
		return r;
	default:
		return -EINVAL;
	}
}

int access_add(struct access_table *t, const struct access_rule_config *rule)
{
	if (rule->name) {
		t->is_waiting |= rule->is_allow;
		return 0;
	}
	return add_addresses(t, rule);
}

int access_from_config(const struct access_rule_config *rules, size_t n,
    struct access_table *ret)
{
	struct access_table t = { 0 };

	*ret = t;
	for (size_t i = 0; i < n; i++) {
		int r = access_add(&t, &rules[i]);

		if (r < 0) {
			access_free(&t);
			return r;
		}
	}
	*ret = t;
	return 0;
}

void access_free(struct access_table *t)
{
	free(t->nodes);
	*t = (struct access_table){ 0 };
}

bool access_allows(const struct access_table *t, const struct ip_addr *a)
{
	uint64_t levels = a->family == IP_V4 ? t->levels4 :
	    a->family == IP_V6 ? t->levels6 : 0;

	for (int level = 32; level >= 0; level--) {
		struct access_node key = {
			.family = a->family, .level = (uint8_t)level,
		};
		const struct access_node *node;

		if (!(levels >> level & 1))
			continue;
		memcpy(key.bytes, a->bytes, sizeof(key.bytes));
		mask_bits(key.bytes, 4u * (unsigned)level);
		node = find(t, &key);
		if (node != NULL)
			return node->is_allow;
	}
	return false;
}

bool access_allows_any(const struct access_table *t, enum ip_family family)
{
	if (t->is_waiting)
		return true;
	for (size_t i = 0; i < t->count; i++)
		if (t->nodes[i].family == family && t->nodes[i].is_allow)
			return true;
	return false;
}

bool access_gains(const struct access_table *old,
    const struct access_table *fresh, enum ip_family family)
{
	return access_allows_any(fresh, family) &&
	    !access_allows_any(old, family);
}
