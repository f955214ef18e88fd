/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/named_keys.h"

#include <stdlib.h>

void named_keys_files(struct named_keys *n, const struct source_config *sources,
    size_t count)
{
	free(n->by_files);
	n->by_files_count = 0;
	n->by_files = count > 0 ? calloc(count, sizeof(*n->by_files)) : NULL;
	for (size_t i = 0; n->by_files && i < count; i++)
		n->by_files[n->by_files_count++] = sources[i].key;
}

void named_keys_add(struct named_keys *n, uint32_t id)
{
	n->added[n->added_count++ % NAMED_KEYS_ADDED] = id;
}

bool named_keys_have(const struct named_keys *n, const struct config *config,
    uint32_t id)
{
	if (id == 0)
		return false;
	for (size_t i = 0; i < config->source_count; i++)
		if (config->sources[i].key == id)
			return true;
	for (size_t i = 0; i < n->by_files_count; i++)
		if (n->by_files[i] == id)
			return true;
	for (size_t i = 0; i < n->added_count && i < NAMED_KEYS_ADDED; i++)
		if (n->added[i] == id)
			return true;
	return false;
}

void named_keys_free(struct named_keys *n)
{
	free(n->by_files);
	n->by_files = NULL;
	n->by_files_count = 0;
}
