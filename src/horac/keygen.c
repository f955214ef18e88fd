/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "base/text.h"
#include "horac/words.h"
#include "nts/mac.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#define DEFAULT_TYPE "SHA1"
#define DEFAULT_BITS 160
#define LENGTH_MOST 512		/* bytes */

/* A line of the file of keys, but for the key. */
struct wanted {
	uint32_t id;
	enum mac_type type;
	size_t length;			/* bytes of the key */
};

static size_t key_length(enum mac_type type, long long bits)
{
	size_t length = mac_key_length(type);

	if (length)
		return length;		/* a cipher takes no other */
	if (bits < MAC_KEY_SHORT * 8)
		return MAC_KEY_SHORT;
	if (bits > LENGTH_MOST * 8)
		return LENGTH_MOST;
	return (size_t)(bits + 7) / 8;
}

/* [ID [TYPE [BITS]]]; says what is wrong with them. */
static bool read_wanted(char *args, struct wanted *ret)
{
	const char *id = next_word(&args), *type = next_word(&args);
	const char *length = next_word(&args);
	long long number = 1, bits = DEFAULT_BITS;

	if (*args || (*id && !parse_long(id, 1, UINT32_MAX, &number)) ||
	    (*length && !parse_long(length, INT_MIN, INT_MAX, &bits))) {
		fputs("Invalid syntax for keygen command\n", stderr);
		return false;
	}
	ret->type = mac_type_of(*type ? type : DEFAULT_TYPE);
	if (ret->type == MAC_NONE || !mac_supported(ret->type)) {
		fprintf(stderr, "Unknown hash function or cipher %s\n",
		    *type ? type : DEFAULT_TYPE);
		return false;
	}
	ret->id = (uint32_t)number;
	ret->length = key_length(ret->type, bits);
	return true;
}

bool print_new_key(struct session *s, const struct command *c, char *args)
{
	uint8_t key[LENGTH_MOST];
	char hex[2 * LENGTH_MOST + 1];
	struct wanted wanted;

	(void)s;
	(void)c;
	if (!read_wanted(args, &wanted))
		return false;
	if (gnutls_rnd(GNUTLS_RND_KEY, key, wanted.length) < 0) {
		fputs("No random numbers for a key\n", stderr);
		return false;
	}
	hex_encode(key, wanted.length, hex);
	wipe(key, sizeof(key));
	printf("%" PRIu32 " %s HEX:%s\n", wanted.id, mac_name(wanted.type),
	    hex);
	wipe(hex, sizeof(hex));
	return true;
}
