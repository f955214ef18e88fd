/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemon.h"

#include "base/text.h"
#include "conf/collect.h"
#include "conf/parse.h"
#include "os/conffiles.h"
#include "os/scoped.h"
#include "os/sealed.h"
#include "os/shm.h"
#include "start/pages.h"

#include <stdlib.h>
#include <string.h>

static void complain(struct daemon *d, enum role role, const char *what, int rc)
{
	logsink_printf(&d->log, SEV_ERROR, "Could not give %s to %s: %s", what,
	    role_name(role), strerror(-rc));
}

static void give_config(struct daemon *d, enum role role, bool is_restart)
{
	struct ipc_config config = {
		.number = d->reload.number,
		.flags = d->options->flags | (is_restart ? IPC_RESTARTED : 0),
		.log_level = d->log.least,
		.length = d->config_length,
		.timeout_s = d->options->timeout_s,
		.sched_priority = d->options->sched_priority,
		.filter_level = d->options->filter_level,
	};

	daemon_send(d, role, IPC_CONFIG, &config, &d->config_fd);
}

static void give_page(struct daemon *d, enum role role, enum ipc_page page,
    bool is_writable)
{
	struct ipc_shm shm = { .page = page,
		.size = (uint32_t)page_size(page,
		config_client_records(&d->config)) };
	scoped_fd reader = -1;
	int rc;

	if (is_writable) {
		daemon_send(d, role, IPC_SHM, &shm, &d->pages[page]);
		return;
	}
	rc = shm_open_readonly(d->pages[page], &reader);
	if (rc)
		complain(d, role, "shared memory", rc);
	else
		daemon_send(d, role, IPC_SHM, &shm, &reader);
}

static void give_peer(struct daemon *d, enum role role, enum role other)
{
	struct ipc_peer to_role = { .role = other }, to_other = { .role = role };
	int pair[2], rc = channel_pair(d->loop, pair);

	if (rc) {
		complain(d, role, "a channel", rc);
		return;
	}
	daemon_send(d, role, IPC_PEER, &to_role, &pair[0]);
	daemon_send(d, other, IPC_PEER, &to_other, &pair[1]);
	close(pair[0]);
	close(pair[1]);
}

static void give_keyring(struct daemon *d, enum role role)
{
	struct ipc_keyring ring;

	if (!d->keys.is_used)
		return;
	keys_message(&d->keys, &ring);
	daemon_send(d, role, IPC_KEYRING, &ring, NULL);
	wipe(&ring, sizeof(ring));
}

static void give_mac_keys(struct daemon *d, enum role role)
{
	const struct mac_keys *keys = &d->symmetric.keys;
	struct ipc_mac_keys message = { .length = (uint32_t)keys->length };
	scoped_fd fd = -1;
	int rc;

	if (!d->symmetric.is_used)
		return;
	rc = sealed_create("keys", keys->packed, keys->length, &fd);
	if (rc)
		complain(d, role, "the symmetric keys", rc);
	else
		daemon_send(d, role, IPC_MAC_KEYS, &message, &fd);
}

static void give_credentials(struct daemon *d, enum role role)
{
	for (size_t i = 0; i < d->certs.count; i++) {
		const struct cert_pair *p = &d->certs.pairs[i];
		struct ipc_credential credential = { .index = (uint32_t)i,
			.total = (uint32_t)d->certs.count };
		scoped_fd cert = -1;
		scoped_fd key = -1;
		int rc = sealed_create("certificate", p->cert, p->cert_length,
		    &cert);

		if (rc == 0)
			rc = sealed_create("key", p->key, p->key_length, &key);
		if (rc) {
			complain(d, role, "a certificate", rc);
			return;
		}
		daemon_send(d, role, IPC_CREDENTIAL, &credential,
		    (int[]){ cert, key });
	}
}

/* Keys that the lines name are the engine's to ask for. */
static void note_keys(struct daemon *d, const struct conf_text *text)
{
	struct source_config *sources;
	size_t count;

	if (conf_parse_sources(text->text, text->length, NULL, NULL, &sources,
	    &count) < 0)
		return;
	named_keys_files(&d->named, sources, count);
	free(sources);
}

static void give_sources(struct daemon *d, enum role role)
{
	static const struct conf_files files = { NULL, conffiles_read,
		conffiles_glob, conffiles_list };
	struct ipc_sources sources;
	struct conf_text text;
	scoped_fd fd = -1;
	int rc;

	/* An empty list takes back what was told before. */
	if (d->config.sourcedir_count == 0 && !d->has_told_sources)
		return;
	d->has_told_sources = d->config.sourcedir_count > 0;
	rc = conf_collect_sources(&files, &d->config, daemon_warn, d, &text);
	if (rc == 0) {
		note_keys(d, &text);
		sources.length = (uint32_t)text.length;
		rc = sealed_create("sources", text.text ? text.text : "",
		    text.length, &fd);
		conf_text_free(&text);
	}
	if (rc)
		complain(d, role, "the sources", rc);
	else
		daemon_send(d, role, IPC_SOURCES, &sources, &fd);
}

/* What the engine asks for by the command line, and what lasts of commands. */
static void give_orders(struct daemon *d, enum role role, bool is_restart)
{
	struct ipc_clock_order forward = { .kind = IPC_ORDER_FORWARD,
		.time = d->drift.memory.not_before }, again;

	if (!is_restart && forward.time.ns != 0)
		daemon_send(d, role, IPC_CLOCK_ORDER, &forward, NULL);
	if (orders_again(&d->control.orders, d->steps.memory.steps, &again))
		daemon_send(d, role, IPC_CLOCK_ORDER, &again, NULL);
}

void daemon_hand_out(void *arg, enum role role, const struct handout *what,
    bool is_restart)
{
	struct daemon *d = arg;

	switch (what->kind) {
	case HAND_CONFIG:
		give_config(d, role, is_restart);
		break;
	case HAND_CLOCK_MEMORY:
		if (d->steps.is_known)
			daemon_send(d, role, IPC_CLOCK_MEMORY, &d->steps.memory,
			    NULL);
		break;
	case HAND_CLOCK_ORDERS:
		give_orders(d, role, is_restart);
		break;
	case HAND_ENGINE_MEMORY:
		daemon_send(d, role, IPC_ENGINE_MEMORY, &d->drift.memory, NULL);
		break;
	case HAND_PAGE:
		give_page(d, role, (enum ipc_page)what->what,
		    what->is_writable);
		break;
	case HAND_PEER:
		give_peer(d, role, (enum role)what->what);
		break;
	case HAND_KEYRING:
		give_keyring(d, role);
		break;
	case HAND_MAC_KEYS:
		give_mac_keys(d, role);
		break;
	case HAND_CREDENTIALS:
		give_credentials(d, role);
		break;
	case HAND_LEAPS:
		if (d->leaps.is_used || d->leaps.is_told)
			daemon_send(d, role, IPC_LEAPS, &d->leaps.message,
			    NULL);
		d->leaps.is_told = d->leaps.is_used;
		break;
	case HAND_SOURCES:
		give_sources(d, role);
		break;
	}
}

void daemon_hand_again(struct daemon *d, enum handout_kind kind)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		const struct handout *items;
		size_t count = horad_handouts((enum role)r, &items);

		if (!horad_has(&d->horad, (enum role)r))
			continue;
		for (size_t i = 0; i < count; i++)
			if (items[i].kind == kind)
				daemon_hand_out(d, (enum role)r, &items[i],
				    false);
	}
}
