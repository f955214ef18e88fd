/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of symmetric keys, `keyfile` (reference: files-and-logs.md 6): one
 * key a line, its number, a type (MD5 without one) and the key itself.
 */
#ifndef HORA_NTS_KEYFILE_H
#define HORA_NTS_KEYFILE_H

#include "nts/mac_keys.h"

#define KEYFILE_MAX (1u << 20)		/* bytes of the file */
#define KEYFILE_LINE_MAX 2047		/* of a line, white space normalised */
#define KEYFILE_COMPLAINTS 100		/* lines that are named in warnings */
#define KEYFILE_WARNING_SIZE 1152	/* a file name and what is wrong there */

struct keyfile {
	const char *path;		/* for warnings */
	/* Can the library do it (mac_supported, but for tests)? */
	bool (*is_supported)(enum mac_type type);
	/* A line for the log, without newline; never holds a part of a key. */
	void (*warn)(void *arg, const char *text);
	void *arg;
};

/*
 * Read the n bytes of a file into *ret. What is no key is warned about and
 * skipped; of keys with the same number the last one is used. False when memory
 * is short; *ret is empty then.
 */
bool keyfile_parse(const struct keyfile *f, const char *text, size_t n,
    struct mac_keys *ret);

#endif
