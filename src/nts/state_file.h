/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a client keeps of a source between two runs, and the text of its file
 * ADDRESS.nts (reference: files-and-logs.md 4).
 */
#ifndef HORA_NTS_STATE_FILE_H
#define HORA_NTS_STATE_FILE_H

#include "base/addr.h"
#include "base/time.h"
#include "nts/client.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTS_STATE_NAME 256	/* name of the server with its NUL */
/* Room for the longest text: five lines, eight cookies in hex, NUL. */
#define NTS_STATE_TEXT_MAX \
	(1024 + NTS_COOKIES * (2 * NTS_COOKIE_MAX + 1))

struct nts_state {
	char name[NTS_STATE_NAME];	/* of the certificate check */
	struct wall_time ke_time;	/* of the last NTS-KE */
	struct net_addr ntp;		/* NTP server, from NTS-KE */
	uint32_t context;		/* number of the NTS-KE session */
	uint16_t aead, key_length;
	uint8_t c2s[NTS_KEY_MAX], s2c[NTS_KEY_MAX];
	int cookie_count;		/* unused ones, oldest first */
	struct nts_cookie cookies[NTS_COOKIES];
};

/*
 * Read the text of a file for the source `name` at time `now`: a time in the
 * future counts as now, cookies after the eighth are left out. True and *ret;
 * otherwise false, *ret wiped, and a one-line reason (a constant) in
 * *ret_reason.
 */
bool nts_state_parse(const char *text, const char *name, struct wall_time now,
    struct nts_state *ret, const char **ret_reason);

/*
 * Print the file; the length without NUL, or 0 when the state has no keys, no
 * name, no address, or a length out of range.
 */
size_t nts_state_print(const struct nts_state *s, char out[NTS_STATE_TEXT_MAX]);

/* Copy keys and unused cookies out of a client; the rest is left as it is. */
void nts_state_from_client(struct nts_state *s, const struct nts_client *n);

/* Give keys and cookies to a client, replacing everything it has. */
void nts_state_to_client(const struct nts_state *s, struct nts_client *n);

/* Wipe keys and cookies. */
void nts_state_wipe(struct nts_state *s);

#endif
