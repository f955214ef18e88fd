/* SPDX-License-Identifier: Apache-2.0 */
/* Records of NTS-KE (RFC 8915 section 4) in a row, to build a message of. */
#ifndef TESTS_NTS_PIECES_H
#define TESTS_NTS_PIECES_H

#include "wire/ke.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define PIECE_MAX 600		/* bytes of a body */

struct piece {
	uint16_t type;		/* with 0x8000: critical */
	uint16_t length;
	const char *text;	/* body; NULL = all 'x' */
};

#define PROTOCOL { 0x8001, 2, "\0\0" }
#define AEAD_15 { 0x8004, 2, "\0\x0f" }
#define LAST { 0x8000, 0, NULL }

/* All up to the first end of message. Returns the length. */
static inline size_t pieces_build(const struct piece *p, uint8_t out[4096])
{
	struct writer w = writer_of(out, 4096);
	uint8_t body[PIECE_MAX];

	for (;; p++) {
		memset(body, 'x', sizeof(body));
		assert_true(p->length <= sizeof(body));
		if (p->text)
			memcpy(body, p->text, p->length);
		ke_put(&w, p->type & 0x7fff, p->type & 0x8000, body, p->length);
		if ((p->type & 0x7fff) == KE_END)
			break;
	}
	assert_false(w.bad);
	return writer_length(&w);
}

#endif
