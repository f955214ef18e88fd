/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/io_pairs.h"

#include "base/text.h"
#include "os/sealed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PEM_MAX (1 << 20)	/* bytes of one file */

void ke_pairs_clear(struct ke_pairs *p)
{
	for (unsigned i = 0; i < p->count; i++) {
		wipe(p->keys[i], p->key_lengths[i]);
		free(p->keys[i]);
		free(p->certs[i]);
	}
	*p = (struct ke_pairs){ 0 };
}

static int read_pair(struct ke_pairs *p, int cert_fd, int key_fd)
{
	unsigned i = p->count;
	int rc = sealed_read(cert_fd, PEM_MAX, &p->certs[i],
	    &p->cert_lengths[i]);

	if (rc < 0)
		return rc;
	rc = sealed_read(key_fd, PEM_MAX, &p->keys[i], &p->key_lengths[i]);
	if (rc < 0) {
		free(p->certs[i]);
		return rc;
	}
	p->count++;
	return 0;
}

static int make_set(const struct ke_pairs *p, char *reason, size_t reason_size,
    struct tls_credentials **ret)
{
	struct tls_pem_pair pairs[CONFIG_PAIRS];

	for (unsigned i = 0; i < p->count; i++)
		pairs[i] = (struct tls_pem_pair){
			p->certs[i], p->keys[i],
			p->cert_lengths[i], p->key_lengths[i]
		};
	return tls_credentials_new(pairs, p->count, reason, reason_size, ret);
}

int ke_pairs_take(struct ke_pairs *p, const struct ipc_credential *message,
    int cert_fd, int key_fd, char *reason, size_t reason_size,
    struct tls_credentials **ret)
{
	int rc;

	if (message->index == 0)
		ke_pairs_clear(p);
	if (message->total > CONFIG_PAIRS || message->index >= message->total ||
	    message->index != p->count) {
		snprintf(reason, reason_size, "pairs out of order");
		ke_pairs_clear(p);
		return -EPROTO;
	}
	rc = read_pair(p, cert_fd, key_fd);
	if (rc < 0)
		snprintf(reason, reason_size, "could not read a pair: %s",
		    strerror(-rc));
	else if (p->count < message->total)
		return 0;
	else
		rc = make_set(p, reason, reason_size, ret);
	ke_pairs_clear(p);
	return rc < 0 ? rc : 1;
}
