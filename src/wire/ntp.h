/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layout of an NTP packet: the header (RFC 5905 section 7.3), extension fields
 * (RFC 7822), and what may follow them. Only bytes and fields: nothing here
 * judges what a field means.
 */
#ifndef HORA_WIRE_NTP_H
#define HORA_WIRE_NTP_H

#include "base/bytes.h"
#include "base/drop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTP_HEADER_SIZE 48
#define NTP_EF_MAX 1024		/* extension fields of one packet, all together */
#define NTP_EF_HEADER 4		/* type and length */
#define NTP_EF_MIN 16		/* shortest extension field */
#define NTP_EF_LAST_MIN 28	/* shortest last one when no MAC follows */
#define NTP_MAC_MAX 24		/* of version 4: key number, 20 bytes of digest */
#define NTP_PACKET_MAX (NTP_HEADER_SIZE + NTP_EF_MAX + NTP_MAC_MAX)

enum ntp_mode {
	NTP_MODE_RESERVED = 0,
	NTP_MODE_ACTIVE = 1,
	NTP_MODE_PASSIVE = 2,
	NTP_MODE_CLIENT = 3,
	NTP_MODE_SERVER = 4,
	NTP_MODE_BROADCAST = 5,
	NTP_MODE_CONTROL = 6,
	NTP_MODE_PRIVATE = 7,
};

#define NTP_LEAP_UNSYNC 3	/* leap indicator: clock is not synchronised */

/* Kiss codes: the refid of a packet of stratum 0, four ASCII letters. */
#define NTP_KOD_RATE UINT32_C(0x52415445)	/* RFC 5905 section 7.4 */
#define NTP_KOD_NTSN UINT32_C(0x4e54534e)	/* RFC 8915 section 5.7 */

/* Extension field types (RFC 8915 section 7.6). */
#define NTP_EF_UNIQUE_ID 0x0104
#define NTP_EF_COOKIE 0x0204
#define NTP_EF_PLACEHOLDER 0x0304
#define NTP_EF_AUTHENTICATOR 0x0404

/* The 48 bytes of the header, in host order. */
struct ntp_header {
	uint8_t leap;			/* 0..3 */
	uint8_t version;		/* 1..4 */
	uint8_t mode;			/* enum ntp_mode */
	uint8_t stratum;
	int8_t poll;			/* log2 s */
	int8_t precision;		/* log2 s */
	uint32_t root_delay;		/* NTP short format (base/time.h) */
	uint32_t root_dispersion;	/* NTP short format */
	uint32_t refid;
	/* 64-bit NTP timestamps; 0 = unknown */
	uint64_t reference, origin, receive, transmit;
};

/*
 * Read the header of a packet of `length` bytes. DROP_OK; DROP_SHORT below 48
 * bytes, DROP_LENGTH when not a multiple of 4, DROP_VERSION outside 1..4; then
 * *ret is not written.
 */
enum drop ntp_header_read(const uint8_t *packet, size_t length,
    struct ntp_header *ret);

/* Write the 48 bytes; leap, version and mode are cut to their bits. */
void ntp_header_write(const struct ntp_header *h, uint8_t out[NTP_HEADER_SIZE]);

/* An extension field; body is borrowed, valid as long as the packet. */
struct ef {
	uint16_t type;
	const uint8_t *body;
	size_t length;			/* of the body, padding included */
};

/*
 * Next extension field (RFC 7822). DROP_OK; DROP_EF_LENGTH when the length is
 * below 16 or no multiple of 4; DROP_SHORT when the bytes end inside it.
 */
enum drop ef_next(struct reader *r, struct ef *ret);

/* Append a field; the body is padded with zeros to a field of at least `min`
 * bytes, `min` and the field rounded up to 4 (and 16). */
void ef_put(struct writer *w, uint16_t type, const void *body, size_t length,
    size_t min);

enum ntp_trailer {
	NTP_TRAILER_NONE,
	NTP_TRAILER_MAC,
	NTP_TRAILER_CRYPTO_NAK,	/* a MAC of 4 zero bytes (RFC 5905 section 7.3) */
};

/* What follows the header. */
struct ntp_tail {
	size_t ef_length;		/* bytes of extension fields, from byte 48 */
	enum ntp_trailer trailer;
	uint32_t key_id;		/* NTP_TRAILER_MAC */
	const uint8_t *digest;		/* borrowed */
	size_t digest_length;
	bool has_nts;			/* at least one of the four NTS fields */
};

/*
 * Split what follows the header (reference: behaviour.md 1.4). Version 4:
 * extension fields until nothing or 20..24 bytes are left, which are a MAC;
 * 4 zero bytes are a crypto-NAK. Version 3 and below: everything is a MAC, of 4
 * bytes of key number and 8..64 of digest. The header must have been read with
 * DROP_OK. DROP_TRAILER, DROP_EF_LENGTH or DROP_SHORT for other bytes, DROP_LONG
 * for more than 1024 bytes of extension fields; then *ret is not written.
 */
enum drop ntp_tail_read(const uint8_t *packet, size_t length,
    struct ntp_tail *ret);

/* A reader over the extension fields that ntp_tail_read found. */
static inline struct reader ntp_tail_fields(const uint8_t *packet,
    const struct ntp_tail *tail)
{
	return reader_of(packet + NTP_HEADER_SIZE, tail->ef_length);
}

#endif
