/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the workers of hora-ke-server share: certificates and cookie keys that
 * are replaced while connections run, the gate, and the counters. Everything
 * that changes is behind one lock, held for moments only.
 */
#ifndef HORA_KE_SERVER_IO_SHARED_H
#define HORA_KE_SERVER_IO_SHARED_H

#include "hora-ke-server/ke_server.h"
#include "os/tls_server.h"

#include <pthread.h>

/* What exchanges go by; a copy points into itself. */
struct ke_settings {
	struct ke_server_config config;
	uint16_t aeads[CONFIG_AEADS];	/* enabled and supported */
	char ntp_server[CONFIG_NAME_SIZE];
};

struct ke_shared {
	/* fixed once the workers run */
	int max_connections;		/* of one worker */
	int listeners[2];		/* IPv4, IPv6; -1 = none */

	pthread_mutex_t lock;		/* for what follows */
	struct ke_gate gate;
	struct ke_settings settings;
	struct tls_credentials *credentials;	/* NULL until they come */
	struct nts_keyring ring;
	unsigned ring_number;		/* of the ring; 0 = none has come */
	struct server_page *page;	/* borrowed, never NULL */
};

/* 0, or -errno. `page` is borrowed. */
int ke_shared_init(struct ke_shared *s, const struct config *config,
    struct server_page *page);
void ke_shared_free(struct ke_shared *s);

/*
 * Go by another configuration. 0; -EAGAIN when somebody is allowed in a family
 * in which nobody was, so that a socket is missing; or -errno. Then nothing has
 * changed.
 */
int ke_shared_renew(struct ke_shared *s, const struct config *config);

/* Use these from now on; the reference is taken over. Running handshakes keep
 * the ones they began with. */
void ke_shared_set_credentials(struct ke_shared *s, struct tls_credentials *c);
void ke_shared_set_ring(struct ke_shared *s, const struct nts_keyring *ring);
void ke_shared_set_page(struct ke_shared *s, struct server_page *page);
/* As client_reset, of the page. */
void ke_shared_reset_clients(struct ke_shared *s, uint32_t first, uint32_t end);

/* Has everything come that a worker needs? */
bool ke_shared_ready(struct ke_shared *s);

/* --- the workers' side ---------------------------------------------------- */

/* A reference to the present certificates. */
struct tls_credentials *ke_shared_credentials(struct ke_shared *s);

/* The present settings, copied to `ret`. */
void ke_shared_settings(struct ke_shared *s, struct ke_settings *ret);

/* Bring a worker's own ring up to date; *number is the one it holds. */
void ke_shared_refresh_ring(struct ke_shared *s, struct cookie_ring *ring,
    unsigned *number);

/* Judge a new connection, as ke_gate_judge. */
enum ke_end ke_shared_judge(struct ke_shared *s, const struct ip_addr *ip,
    struct mono_time now, uint32_t random);

/* Count how a connection ended, in the shared counters. */
void ke_shared_count_end(struct ke_shared *s, enum ke_end end);

#endif
