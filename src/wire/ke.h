/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records of NTS Key Establishment (RFC 8915 section 4). A message is a row of
 * records up to an End of Message record. Only bytes: what records mean is
 * judged in nts/ke_client.h and nts/ke_server.h.
 */
#ifndef HORA_WIRE_KE_H
#define HORA_WIRE_KE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KE_MESSAGE_MAX 16384	/* longest message (reference: behaviour.md 3.1) */
#define KE_RECORD_HEADER 4
#define KE_ALPN "ntske/1"
#define KE_PORT_DEFAULT 4460

/* Record types (RFC 8915 section 7.6, and 1024 from reference 3.2). */
enum ke_type {
	KE_END = 0,
	KE_NEXT_PROTOCOL = 1,
	KE_ERROR = 2,
	KE_WARNING = 3,
	KE_AEAD = 4,
	KE_COOKIE = 5,
	KE_SERVER = 6,
	KE_PORT = 7,
	KE_COMPLIANT_EXPORT = 1024,	/* AES-128-GCM-SIV keys as in the RFC */
};

#define KE_PROTOCOL_NTPV4 0

/* Values of an error record. */
enum ke_error {
	KE_ERROR_UNKNOWN_CRITICAL = 0,
	KE_ERROR_BAD_REQUEST = 1,
	KE_ERROR_INTERNAL = 2,
};

struct ke_record {
	uint16_t type;			/* 15 bits: enum ke_type or unknown */
	bool is_critical;
	const uint8_t *body;		/* borrowed */
	size_t length;
};

/* Next record; false (r->bad when bytes are left) if there is no whole one. */
bool ke_next(struct reader *r, struct ke_record *ret);

/* Append a record with a body of `length` bytes; w bad when it does not fit. */
void ke_put(struct writer *w, uint16_t type, bool critical, const void *body,
    size_t length);

/* Append a record whose body is one 16-bit number. */
void ke_put_u16(struct writer *w, uint16_t type, bool critical, uint16_t value);

enum ke_state {
	KE_INCOMPLETE,	/* nothing wrong so far; more bytes are needed */
	KE_COMPLETE,	/* whole records, and the last is a right End of Message */
	KE_INVALID,	/* above 16384 bytes, or End of Message not critical, not
			 * empty, or not last */
};

/*
 * State of a message of which `length` bytes have come. To be called after each
 * read; at the end of the stream anything but KE_COMPLETE is a failure.
 */
enum ke_state ke_message_state(const uint8_t *bytes, size_t length);

#endif
