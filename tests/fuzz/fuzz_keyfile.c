/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the file of symmetric keys, and keys as they travel. What is
 * taken must travel, and be found with the same bytes. */
#include "nts/keyfile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_warning(void *arg, const char *text)
{
	(void)arg;
	if (strlen(text) >= KEYFILE_WARNING_SIZE)
		__builtin_trap();
}

static void travel(const struct mac_keys *keys)
{
	struct mac_keys other;

	if (!mac_keys_unpack(&other, keys->packed, keys->length) ||
	    other.count != keys->count)
		__builtin_trap();
	for (size_t i = 0; i < keys->count; i++) {
		const struct mac_key *a = &keys->index[i];
		const struct mac_key *b = mac_keys_find(&other, a->id);

		if (!b || a->type != b->type || a->length != b->length ||
		    memcmp(a->bytes, b->bytes, a->length) != 0)
			__builtin_trap();
	}
	mac_keys_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keyfile f = { "/etc/chrony.keys", mac_supported, on_warning,
		NULL };
	struct mac_keys keys;

	if (size > KEYFILE_MAX)
		return 0;
	if (keyfile_parse(&f, (const char *)data, size, &keys))
		travel(&keys);
	mac_keys_free(&keys);
	if (mac_keys_unpack(&keys, data, size))
		travel(&keys);
	mac_keys_free(&keys);
	return 0;
}
