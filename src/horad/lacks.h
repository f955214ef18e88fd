/* SPDX-License-Identifier: Apache-2.0 */
/* What this machine does not allow us: said once at the start, a line each. */
#ifndef HORA_HORAD_LACKS_H
#define HORA_HORAD_LACKS_H

#include "horad/host.h"
#include "horad/options.h"
#include "os/logsink.h"

/*
 * May the roles that horad starts set the clock? The kernel asks for
 * CAP_SYS_TIME in the first user namespace. In a container, which mostly may
 * not, go on as with -x; elsewhere it is a mistake: -EPERM. (A supervised
 * hora-clock has rights of its own, and tells by itself.)
 */
int lacks_clock(const struct host *host, struct options *options,
    struct logsink *log);

/* In FIPS mode: what the library refuses, and what that means. */
void lacks_ciphers(struct logsink *log);

#endif
