/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and keys as horad sends them, one message a pair, until the set
 * is complete.
 */
#ifndef HORA_KE_SERVER_IO_PAIRS_H
#define HORA_KE_SERVER_IO_PAIRS_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/tls_server.h"

/* Zeroed: empty. The texts are owned. */
struct ke_pairs {
	char *certs[CONFIG_PAIRS], *keys[CONFIG_PAIRS];
	size_t cert_lengths[CONFIG_PAIRS], key_lengths[CONFIG_PAIRS];
	unsigned count;			/* that have come */
};

/*
 * Take one pair; the descriptors stay the caller's. Index 0 begins a new set.
 * 1 when this one completed the set and *ret holds one reference to it; 0 when
 * more are to come; -errno, then `reason` says why and the set is forgotten.
 */
int ke_pairs_take(struct ke_pairs *p, const struct ipc_credential *message,
    int cert_fd, int key_fd, char *reason, size_t reason_size,
    struct tls_credentials **ret);

/* Wipe and forget what has come. */
void ke_pairs_clear(struct ke_pairs *p);

#endif
