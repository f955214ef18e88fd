/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/io_shared.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>

/* Of the enabled AEADs those that this system's library has. */
static size_t choose_aeads(const struct config *config, uint16_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < config->aead_count && i < CONFIG_AEADS; i++)
		if (aead_supported(config->aeads[i]))
			out[n++] = config->aeads[i];
	return n;
}

/* Make a copy point at its own lists. */
static void settle(struct ke_settings *t)
{
	t->config.aeads = t->aeads;
	t->config.ntp_server = t->ntp_server;
}

static void settings_from(struct ke_settings *t, const struct config *config)
{
	memset(t, 0, sizeof(*t));
	t->config.aead_count = choose_aeads(config, t->aeads);
	t->config.ntp_port = config->port;
	text_copy(t->ntp_server, sizeof(t->ntp_server), config->ntsntpserver);
	settle(t);
}

int ke_shared_init(struct ke_shared *s, const struct config *config,
    struct server_page *page)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->listeners[0] = s->listeners[1] = -1;
	s->max_connections = config->maxntsconnections;
	s->page = page;
	settings_from(&s->settings, config);
	rc = pthread_mutex_init(&s->lock, NULL);
	return rc != 0 ? -rc : ke_gate_init(&s->gate, config);
}

int ke_shared_renew(struct ke_shared *s, const struct config *config)
{
	struct ke_gate old, fresh;
	int rc = ke_gate_init(&fresh, config);

	if (rc == 0 &&
	    (access_gains(&s->gate.access, &fresh.access, IP_V4) ||
	    access_gains(&s->gate.access, &fresh.access, IP_V6)))
		rc = -EAGAIN;
	if (rc) {
		ke_gate_free(&fresh);
		return rc;
	}
	pthread_mutex_lock(&s->lock);
	old = s->gate;
	s->gate = fresh;
	settings_from(&s->settings, config);
	pthread_mutex_unlock(&s->lock);
	ke_gate_free(&old);
	return 0;
}

void ke_shared_settings(struct ke_shared *s, struct ke_settings *ret)
{
	pthread_mutex_lock(&s->lock);
	*ret = s->settings;
	pthread_mutex_unlock(&s->lock);
	settle(ret);
}

void ke_shared_free(struct ke_shared *s)
{
	tls_credentials_unref(s->credentials);
	keyring_wipe(&s->ring);
	ke_gate_free(&s->gate);
	pthread_mutex_destroy(&s->lock);
}

void ke_shared_set_credentials(struct ke_shared *s, struct tls_credentials *c)
{
	struct tls_credentials *old;

	pthread_mutex_lock(&s->lock);
	old = s->credentials;
	s->credentials = c;
	pthread_mutex_unlock(&s->lock);
	tls_credentials_unref(old);
}

void ke_shared_set_ring(struct ke_shared *s, const struct nts_keyring *ring)
{
	pthread_mutex_lock(&s->lock);
	s->ring = *ring;
	s->ring_number++;
	pthread_mutex_unlock(&s->lock);
}

void ke_shared_set_page(struct ke_shared *s, struct server_page *page)
{
	pthread_mutex_lock(&s->lock);
	s->page = page;
	pthread_mutex_unlock(&s->lock);
}

void ke_shared_reset_clients(struct ke_shared *s, uint32_t first, uint32_t end)
{
	struct client_table clients;

	pthread_mutex_lock(&s->lock);
	clients = server_clients(s->page, s->gate.records);
	client_reset(&clients, first, end);
	pthread_mutex_unlock(&s->lock);
}

bool ke_shared_ready(struct ke_shared *s)
{
	bool ready;

	pthread_mutex_lock(&s->lock);
	ready = s->credentials != NULL && s->ring_number > 0;
	pthread_mutex_unlock(&s->lock);
	return ready;
}

struct tls_credentials *ke_shared_credentials(struct ke_shared *s)
{
	struct tls_credentials *c;

	pthread_mutex_lock(&s->lock);
	c = tls_credentials_ref(s->credentials);
	pthread_mutex_unlock(&s->lock);
	return c;
}

void ke_shared_refresh_ring(struct ke_shared *s, struct cookie_ring *ring,
    unsigned *number)
{
	struct nts_keyring keys;
	unsigned newest;

	pthread_mutex_lock(&s->lock);
	newest = s->ring_number;
	if (newest != *number)
		keys = s->ring;
	pthread_mutex_unlock(&s->lock);
	if (newest == *number)
		return;
	/* A ring that can not be used stays empty: no cookies, and counted. */
	cookie_ring_set(ring, &keys);
	*number = newest;
	keyring_wipe(&keys);
}

enum ke_end ke_shared_judge(struct ke_shared *s, const struct ip_addr *ip,
    struct mono_time now, uint32_t random)
{
	enum ke_end end;

	pthread_mutex_lock(&s->lock);
	end = ke_gate_judge(&s->gate, s->page, ip, now, random);
	pthread_mutex_unlock(&s->lock);
	return end;
}

void ke_shared_count_end(struct ke_shared *s, enum ke_end end)
{
	pthread_mutex_lock(&s->lock);
	server_count_end(s->page, end);
	pthread_mutex_unlock(&s->lock);
}
