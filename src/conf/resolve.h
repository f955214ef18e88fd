/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host names of access rules as addresses: roles are given a text without the
 * names whose addresses are known, so that none of them has to look one up.
 */
#ifndef HORA_CONF_RESOLVE_H
#define HORA_CONF_RESOLVE_H

#include "base/addr.h"
#include "conf/flat.h"

/* The address of a name (case does not matter); NULL = not known. Borrowed. */
typedef const struct ip_addr *conf_address_fn(void *arg, const char *name);

/*
 * The flat text `from`, which has been parsed before, with the address in place
 * of each name of allow, deny, cmdallow and cmddeny that is known. 0, then *ret
 * is the caller's; or -ENOMEM or -EFBIG.
 */
int conf_resolve(const struct conf_text *from, conf_address_fn *address,
    void *arg, struct conf_text *ret);

#endif
