/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/keys.h"

#include "base/text.h"
#include "os/random.h"
#include "os/statefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True when a valid file was there. */
static bool load(struct keys *k, struct mono_time now)
{
	const char *reason = NULL;
	double age_s;
	char *text;
	size_t n;
	bool good;
	int rc;

	if (!*k->path)
		return false;
	rc = statefile_read(k->path, KEYRING_TEXT_MAX, &text, &n);
	if (rc == -ENOENT)
		return false;
	if (rc) {
		logsink_printf(k->log, SEV_ERROR, "Could not read server keys "
		    "from %s: %s", k->path, strerror(-rc));
		return false;
	}
	good = keyring_parse(text, &k->ring, &age_s, &reason);
	wipe(text, n);
	free(text);
	if (!good) {
		logsink_printf(k->log, SEV_ERROR, "Could not read server keys "
		    "from %s: %s", k->path, reason);
		return false;
	}
	/* A clock that was wrong may have left any age: at most due now. */
	if (!(age_s >= 0))
		age_s = 0;
	if (k->rotate_s > 0 && age_s > k->rotate_s)
		age_s = k->rotate_s;
	k->newest = mono_add(now, -age_s);
	return true;
}

static void make(struct keys *k, struct mono_time now)
{
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];

	random_bytes(random, sizeof(random));
	if (!keyring_make(&k->ring, keyring_aead(), random))
		logsink_write(k->log, SEV_ERROR, "Could not make server keys");
	wipe(random, sizeof(random));
	k->newest = now;
}

void keys_open(struct keys *k, const struct config *config,
    struct mono_time now, struct logsink *log)
{
	*k = (struct keys){ .log = log, .rotate_s = config->ntsrotate_s,
		.is_used = config->pair_count > 0 };
	if (!k->is_used)
		return;
	if (*config->ntsdumpdir)
		snprintf(k->path, sizeof(k->path), "%s/ntskeys",
		    config->ntsdumpdir);
	else
		logsink_write(log, SEV_WARNING,
		    "No ntsdumpdir to save server keys");
	if (load(k, now))
		return;
	make(k, now);
	if (k->rotate_s > 0)
		keys_save(k, now);
	else
		logsink_printf(log, SEV_WARNING, "ntsrotate is 0 and there are "
		    "no server keys to read: new ones are in use until rekey");
}

void keys_renew(struct keys *k, const struct config *config,
    struct mono_time now)
{
	if (!k->is_used) {
		keys_open(k, config, now, k->log);
		return;
	}
	k->is_used = config->pair_count > 0;
	k->rotate_s = config->ntsrotate_s;
	keys_rekey(k, now);
}

struct mono_time keys_due(const struct keys *k)
{
	return k->is_used && k->rotate_s > 0 ?
	    mono_add(k->newest, k->rotate_s) : MONO_NEVER;
}

void keys_rotate(struct keys *k, struct mono_time now)
{
	uint8_t random[KEYRING_KEY_RANDOM];

	random_bytes(random, sizeof(random));
	if (!keyring_rotate(&k->ring, keyring_aead(), random))
		logsink_write(k->log, SEV_ERROR, "Could not make a server key");
	wipe(random, sizeof(random));
	k->newest = now;
	keys_save(k, now);
}

bool keys_rekey(struct keys *k, struct mono_time now)
{
	return k->is_used && k->rotate_s <= 0 && load(k, now);
}

void keys_save(struct keys *k, struct mono_time now)
{
	char text[KEYRING_TEXT_MAX];
	size_t n;
	int rc;

	if (!k->is_used || !*k->path || k->rotate_s <= 0)
		return;
	n = keyring_print(&k->ring, mono_sub(now, k->newest), text);
	rc = statefile_write(k->path, text, n, 0600);
	wipe(text, sizeof(text));
	if (rc)
		logsink_printf(k->log, SEV_ERROR, "Could not save server keys "
		    "to %s: %s", k->path, strerror(-rc));
}

void keys_message(const struct keys *k, struct ipc_keyring *ret)
{
	*ret = (struct ipc_keyring){ 0 };
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		const struct nts_key *key = &k->ring.keys[i];

		ret->keys[i].id = key->id;
		ret->keys[i].aead = key->aead;
		ret->keys[i].length = key->length;
		memcpy(ret->keys[i].key, key->key, sizeof(key->key));
	}
}

void keys_wipe(struct keys *k)
{
	keyring_wipe(&k->ring);
}
