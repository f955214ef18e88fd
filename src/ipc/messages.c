/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/messages.h"

#include <errno.h>

struct ipc_rule {
	const char *name;
	unsigned from, to;	/* bits of roles */
	size_t length;
	unsigned fds;
};

static const struct ipc_rule rules[IPC_TYPES] = {
#define IPC_RULE(name, from, to, payload, fds) \
	{ #name, from, to, sizeof(payload), fds },
	IPC_MESSAGES(IPC_RULE)
#undef IPC_RULE
};

const char *ipc_name(unsigned type)
{
	return type < IPC_TYPES ? rules[type].name : "unknown";
}

size_t ipc_length(enum ipc_type type)
{
	return rules[type].length;
}

unsigned ipc_fds(enum ipc_type type)
{
	return rules[type].fds;
}

int ipc_check(enum role from, enum role to, unsigned type, size_t length,
    unsigned fds)
{
	const struct ipc_rule *rule;

	if (type >= IPC_TYPES || (unsigned)from >= ROLE_COUNT ||
	    (unsigned)to >= ROLE_COUNT || from == to)
		return -EPROTO;
	rule = &rules[type];
	if (!(rule->from & 1u << from) || !(rule->to & 1u << to) ||
	    rule->length != length || rule->fds != fds)
		return -EPROTO;
	return 0;
}
