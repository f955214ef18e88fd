/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which symmetric keys the engine may have: those that a source of the configuration,
 * of a .sources file, or of an operator's `add` names. (hora-serve has all of them.)
 */
#ifndef HORA_HORAD_NAMED_KEYS_H
#define HORA_HORAD_NAMED_KEYS_H

#include "conf/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMED_KEYS_ADDED 1024	/* by commands; the oldest goes */

/* All zero: none by files or commands. */
struct named_keys {
	uint32_t *by_files;
	size_t by_files_count;
	uint32_t added[NAMED_KEYS_ADDED];
	size_t added_count;	/* ever */
	bool has_refused;	/* said */
};

/* The sources of all .sources files, instead of those before. */
void named_keys_files(struct named_keys *n, const struct source_config *sources,
    size_t count);

/* A source by command. */
void named_keys_add(struct named_keys *n, uint32_t id);

/* Does any source, or one of `config`, name it? */
bool named_keys_have(const struct named_keys *n, const struct config *config,
    uint32_t id);

/* Free what it holds, and forget all that files have named. */
void named_keys_free(struct named_keys *n);

#endif
