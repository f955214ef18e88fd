/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses of the host names in allow, deny, cmdallow and cmddeny: when
 * hora-ke-client is asked for them, and what is known. A name that is not known
 * is tried again after 1, 2, 4 ... 64 s, and from then on like one that is
 * known: every hour. An address is kept until an answer is without it. Pure.
 */
#ifndef HORA_HORAD_HOSTNAMES_H
#define HORA_HORAD_HOSTNAMES_H

#include "base/severity.h"
#include "base/time.h"
#include "conf/config.h"
#include "ipc/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOSTNAMES_AGAIN_S 3600.0	/* between two looks at a name */
#define HOSTNAMES_RETRIES 7		/* 2^0 ... 2^6 s apart */
#define HOSTNAMES_LIMIT_S 120.0		/* longer than any resolver tries */

/* What the course asks for; all are given `arg`. */
struct hostnames_effects {
	void *arg;
	/* Send this to hora-ke-client, which is there. */
	void (*lookup)(void *arg, const struct ipc_lookup *what);
	/* Addresses differ from those before: roles are to be told. */
	void (*changed)(void *arg);
	void (*log)(void *arg, enum severity severity, const char *text);
};

struct hostname {
	char name[CONFIG_NAME_SIZE];
	unsigned uses;			/* 1 << enum of hostnames.c */
	struct ip_addr ip;		/* IP_NONE: not known */
	unsigned failures;		/* since it was known or came */
	struct mono_time at;		/* of the next lookup */
	uint32_t id;			/* of the lookup under way, or 0 */
};

struct hostnames {
	struct hostnames_effects effects;
	uint8_t family;			/* enum ip_family; IP_NONE = both */
	bool can_ask;			/* hora-ke-client is there */
	uint32_t last_id;
	bool is_asking;			/* one lookup at a time */
	struct mono_time limit;		/* of it */
	size_t count;
	struct hostname names[CONFIG_RULE_NAMES];
};

/* `h` is zeroed; `family`: the only one that is used, IP_NONE = both. */
void hostnames_init(struct hostnames *h, const struct hostnames_effects *effects,
    enum ip_family family);

/*
 * The names of this configuration; all are looked up at once, and of those
 * there were before the address stays until then.
 */
void hostnames_renew(struct hostnames *h, const struct config *config,
    struct mono_time now);

/* The address of a name; NULL = not known. `arg` is the struct hostnames. */
const struct ip_addr *hostnames_address(void *arg, const char *name);

/* hora-ke-client is ready; is gone; has answered (values are not trusted). */
void hostnames_there(struct hostnames *h, struct mono_time now);
void hostnames_lost(struct hostnames *h, struct mono_time now);
void hostnames_answer(struct hostnames *h, const struct ipc_addresses *answer,
    struct mono_time now);

/* Ask what is due; and when the next is (MONO_NEVER: nothing). */
void hostnames_timer(struct hostnames *h, struct mono_time now);
struct mono_time hostnames_wake(const struct hostnames *h);

#endif
