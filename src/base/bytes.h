/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded reading and writing of bytes. Every length is compared with what is
 * left, never added to a pointer first; a fault sticks in `bad` and is checked
 * once, at the end. Wire numbers are big-endian.
 */
#ifndef HORA_BASE_BYTES_H
#define HORA_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes still to be read; borrowed, must outlive the reader. */
struct reader {
	const uint8_t *at, *end;
	bool bad;
};

/* Room still to be written; borrowed. `start` gives the length written. */
struct writer {
	uint8_t *start, *at, *end;
	bool bad;
};

/* A reader over n bytes at p; p may be NULL when n is 0. */
static inline struct reader reader_of(const void *p, size_t n)
{
	const uint8_t *b = p;

	return (struct reader){ b, n ? b + n : b, false };
}

/* Bytes left to read; 0 after a fault. */
static inline size_t reader_left(const struct reader *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->at);
}

/* Next n (at most 8) bytes as a big-endian number; 0 and bad when short. */
static inline uint64_t take_be(struct reader *r, size_t n)
{
	uint64_t v = 0;

	if (r->bad || (size_t)(r->end - r->at) < n) {
		r->bad = true;
		return 0;
	}
	while (n--)
		v = v << 8 | *r->at++;
	return v;
}

/* Next n bytes, borrowed; NULL and bad when short. */
static inline const uint8_t *take_bytes(struct reader *r, size_t n)
{
	const uint8_t *p = r->at;

	if (r->bad || (size_t)(r->end - r->at) < n) {
		r->bad = true;
		return NULL;
	}
	r->at += n;
	return p;
}

/* A writer over n bytes at p. */
static inline struct writer writer_of(void *p, size_t n)
{
	uint8_t *b = p;

	return (struct writer){ b, b, b + n, false };
}

/* Bytes written so far. */
static inline size_t writer_length(const struct writer *w)
{
	return (size_t)(w->at - w->start);
}

/* Bytes that still fit; 0 after a fault. */
static inline size_t writer_left(const struct writer *w)
{
	return w->bad ? 0 : (size_t)(w->end - w->at);
}

/* Append the low n (at most 8) bytes of v, big-endian; bad when full. */
static inline void put_be(struct writer *w, uint64_t v, size_t n)
{
	if (w->bad || (size_t)(w->end - w->at) < n) {
		w->bad = true;
		return;
	}
	while (n--)
		*w->at++ = (uint8_t)(v >> (8 * n));
}

/* Append n bytes from p; bad when full. */
static inline void put_bytes(struct writer *w, const void *p, size_t n)
{
	if (w->bad || (size_t)(w->end - w->at) < n) {
		w->bad = true;
		return;
	}
	if (n)
		memcpy(w->at, p, n);
	w->at += n;
}

/* Append n zero bytes; bad when full. */
static inline void put_zero(struct writer *w, size_t n)
{
	if (w->bad || (size_t)(w->end - w->at) < n) {
		w->bad = true;
		return;
	}
	memset(w->at, 0, n);
	w->at += n;
}

#endif
