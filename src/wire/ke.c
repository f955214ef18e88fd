/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ke.h"

#define CRITICAL 0x8000u

bool ke_next(struct reader *r, struct ke_record *ret)
{
	uint16_t type;
	size_t length;
	const uint8_t *body;

	if (reader_left(r) == 0)
		return false;
	type = (uint16_t)take_be(r, 2);
	length = take_be(r, 2);
	body = take_bytes(r, length);
	if (r->bad)
		return false;
	*ret = (struct ke_record){
		.type = type & (CRITICAL - 1),
		.is_critical = type & CRITICAL,
		.body = body,
		.length = length,
	};
	return true;
}

void ke_put(struct writer *w, uint16_t type, bool critical, const void *body,
    size_t length)
{
	if (length > UINT16_MAX || type >= CRITICAL) {
		w->bad = true;
		return;
	}
	put_be(w, type | (critical ? CRITICAL : 0), 2);
	put_be(w, length, 2);
	put_bytes(w, body, length);
}

void ke_put_u16(struct writer *w, uint16_t type, bool critical, uint16_t value)
{
	uint8_t body[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	ke_put(w, type, critical, body, sizeof(body));
}

enum ke_state ke_message_state(const uint8_t *bytes, size_t length)
{
	struct reader r = reader_of(bytes, length);
	struct ke_record record;

	if (length > KE_MESSAGE_MAX)
		return KE_INVALID;
	while (ke_next(&r, &record)) {
		if (record.type != KE_END)
			continue;
		if (!record.is_critical || record.length != 0 ||
		    reader_left(&r) != 0)
			return KE_INVALID;
		return KE_COMPLETE;
	}
	/* A full buffer without an end will never have one. */
	return length == KE_MESSAGE_MAX ? KE_INVALID : KE_INCOMPLETE;
}
