/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/control.h"

#include <math.h>

/* Families of an address on the wire (3.1). */
enum { WIRE_NONE, WIRE_V4, WIRE_V6, WIRE_ID };

/* High word of the seconds from a sender with 32-bit time (3.2). */
#define TIME_NO_HIGH 0x7fffffffu

/* Largest magnitude of the coefficient and its width in bits (3.4). */
#define FLOAT_COEF_BITS 25
#define FLOAT_COEF_MAX ((INT32_C(1) << (FLOAT_COEF_BITS - 1)) - 1)
#define FLOAT_EXP_MIN (-64)
#define FLOAT_EXP_MAX 63

const char *control_status_text(unsigned status)
{
	switch (status) {
#define STATUS_CASE(value, name, text) case value: return text;
	CONTROL_STATUSES(STATUS_CASE)
#undef STATUS_CASE
	}
	return "520 Got unexpected error from daemon";
}

bool control_status_is_success(unsigned status)
{
	return status == CONTROL_OK || status == CONTROL_ALLOWED ||
	    status == CONTROL_DENIED;
}

const struct control_rule *control_rule(unsigned code)
{
	static const struct control_rule rules[] = {
#define RULE(code, name, least, full, reply) \
		{ code, least, full, reply, #name },
		CONTROL_REQUESTS(RULE)
#undef RULE
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].code == code)
			return &rules[i];
	return NULL;
}

size_t control_reply_length(unsigned code)
{
	switch (code) {
#define LENGTH_CASE(value, name, length) case value: return length;
	CONTROL_REPLIES(LENGTH_CASE)
#undef LENGTH_CASE
	}
	return 0;
}

/*
 * Two replies grew over the versions, newest first: the padding of a request
 * tells which one its sender knows.
 */
static const uint8_t grown[][3] = {
	{ CONTROL_REPLY_SERVER_4, CONTROL_REPLY_SERVER_3, CONTROL_REPLY_SERVER_2 },
	{ CONTROL_REPLY_NTP_2, CONTROL_REPLY_NTP, 0 },
};

/* The replies to a request, newest first and 0 at the end. */
static void versions(const struct control_rule *rule, uint8_t ret[4])
{
	memset(ret, 0, 4);
	ret[0] = rule->reply;
	for (size_t i = 0; i < sizeof(grown) / sizeof(grown[0]); i++)
		if (grown[i][0] == rule->reply)
			memcpy(ret, grown[i], sizeof(grown[i]));
}

unsigned control_reply_for(const struct control_rule *rule, size_t length)
{
	uint8_t codes[4];

	if (length < rule->least)
		return 0;
	versions(rule, codes);
	for (int i = 0; codes[i]; i++)
		if (length >= control_reply_length(codes[i]))
			return codes[i];
	return 0;
}

bool control_reply_fits(const struct control_rule *rule, unsigned code)
{
	uint8_t codes[4];

	versions(rule, codes);
	return code && memchr(codes, (int)code, sizeof(codes));
}

/* A big-endian number of n bytes, in whichever direction. */
static uint64_t number(const struct control_io *io, uint64_t v, size_t n)
{
	if (io->in)
		return take_be(io->in, n);
	put_be(io->out, v, n);
	return v;
}

void control_u8(const struct control_io *io, uint8_t *v)
{
	*v = (uint8_t)number(io, *v, 1);
}

void control_u16(const struct control_io *io, uint16_t *v)
{
	*v = (uint16_t)number(io, *v, 2);
}

void control_u32(const struct control_io *io, uint32_t *v)
{
	*v = (uint32_t)number(io, *v, 4);
}

void control_u64(const struct control_io *io, uint64_t *v)
{
	*v = number(io, *v, 8);
}

void control_i8(const struct control_io *io, int8_t *v)
{
	*v = (int8_t)number(io, (uint8_t)*v, 1);
}

void control_i16(const struct control_io *io, int16_t *v)
{
	*v = (int16_t)number(io, (uint16_t)*v, 2);
}

void control_i32(const struct control_io *io, int32_t *v)
{
	*v = (int32_t)number(io, (uint32_t)*v, 4);
}

void control_float(const struct control_io *io, double *v)
{
	uint32_t word = io->in ? 0 : control_float_encode(*v);

	control_u32(io, &word);
	if (io->in)
		*v = control_float_decode(word);
}

void control_time(const struct control_io *io, struct wall_time *v)
{
	int64_t s = v->ns / NS_PER_S, ns = v->ns % NS_PER_S;
	uint64_t high, low;

	if (ns < 0) {
		s--;
		ns += NS_PER_S;
	}
	high = number(io, (uint64_t)s >> 32, 4);
	low = number(io, (uint64_t)s, 4);
	ns = (int64_t)number(io, (uint64_t)ns, 4);
	if (!io->in)
		return;
	if (high == TIME_NO_HIGH)
		high = 0;
	if (ns >= NS_PER_S)
		ns = NS_PER_S - 1;
	s = (int64_t)(high << 32 | low);
	/* Beyond what an instant holds: its ends. */
	if (s > INT64_MAX / NS_PER_S - 1)
		v->ns = INT64_MAX;
	else if (s < INT64_MIN / NS_PER_S + 1)
		v->ns = INT64_MIN;
	else
		v->ns = s * NS_PER_S + ns;
}

static void read_address(struct reader *r, struct control_addr *v)
{
	const uint8_t *bytes = take_bytes(r, 16);
	uint64_t family = take_be(r, 2);

	take_be(r, 2);
	*v = (struct control_addr){ 0 };
	if (r->bad)
		return;
	switch (family) {
	case WIRE_V4:
		v->ip.family = IP_V4;
		memcpy(v->ip.bytes, bytes, 4);
		break;
	case WIRE_V6:
		v->ip.family = IP_V6;
		memcpy(v->ip.bytes, bytes, 16);
		break;
	case WIRE_ID: {
		struct reader id = reader_of(bytes, 4);

		v->is_id = true;
		v->id = (uint32_t)take_be(&id, 4);
		break;
	}
	}
}

static void write_address(struct writer *w, const struct control_addr *v)
{
	if (v->is_id) {
		put_be(w, v->id, 4);
		put_zero(w, 12);
		put_be(w, WIRE_ID, 2);
	} else if (v->ip.family == IP_V4) {
		put_bytes(w, v->ip.bytes, 4);
		put_zero(w, 12);
		put_be(w, WIRE_V4, 2);
	} else if (v->ip.family == IP_V6) {
		put_bytes(w, v->ip.bytes, 16);
		put_be(w, WIRE_V6, 2);
	} else {
		put_zero(w, 16);
		put_be(w, WIRE_NONE, 2);
	}
	put_zero(w, 2);
}

void control_address(const struct control_io *io, struct control_addr *v)
{
	if (io->in)
		read_address(io->in, v);
	else
		write_address(io->out, v);
}

static void text_field(const struct control_io *io, char *v, size_t size)
{
	const uint8_t *bytes;

	if (!io->in) {
		size_t n = strnlen(v, size - 1);

		put_bytes(io->out, v, n);
		put_zero(io->out, size - n);
		return;
	}
	bytes = take_bytes(io->in, size);
	v[0] = '\0';
	if (!bytes)
		return;
	if (!memchr(bytes, 0, size)) {
		io->in->bad = true;
		return;
	}
	memcpy(v, bytes, size);
}

void control_name(const struct control_io *io, char v[CONTROL_NAME_SIZE])
{
	text_field(io, v, CONTROL_NAME_SIZE);
}

void control_message(const struct control_io *io, char v[CONTROL_MESSAGE_SIZE])
{
	text_field(io, v, CONTROL_MESSAGE_SIZE);
}

void control_pad(const struct control_io *io, size_t n, uint8_t fill)
{
	if (io->in) {
		take_bytes(io->in, n);
		return;
	}
	while (n--)
		put_be(io->out, fill, 1);
}

void control_request_header(const struct control_io *io,
    struct control_request_header *h)
{
	control_u8(io, &h->version);
	control_u8(io, &h->type);
	control_u8(io, &h->reserved[0]);
	control_u8(io, &h->reserved[1]);
	control_u16(io, &h->command);
	control_u16(io, &h->attempt);
	control_u32(io, &h->sequence);
	control_pad(io, 8, 0);
}

void control_reply_header(const struct control_io *io,
    struct control_reply_header *h)
{
	control_u8(io, &h->version);
	control_u8(io, &h->type);
	control_u8(io, &h->reserved[0]);
	control_u8(io, &h->reserved[1]);
	control_u16(io, &h->command);
	control_u16(io, &h->reply);
	control_u16(io, &h->status);
	control_pad(io, 6, 0);
	control_u32(io, &h->sequence);
	control_pad(io, 8, 0);
}

uint32_t control_float_encode(double v)
{
	bool negative = v < 0;
	double x = fabs(v);
	int32_t c, most = FLOAT_COEF_MAX + negative;
	int e;

	if (isnan(v) || x < 1e-100)
		return 0;
	if (x > 1e100) {
		e = FLOAT_EXP_MAX;
		c = most;
	} else {
		/* The cast truncates toward zero, as the peer does. */
		e = (int)(log2(x) + 1);
		c = (int32_t)(ldexp(x, FLOAT_COEF_BITS - e) + 0.5);
		for (; c > most; c >>= 1)
			e++;
		if (e > FLOAT_EXP_MAX) {
			e = FLOAT_EXP_MAX;
			c = most;
		} else if (e < FLOAT_EXP_MIN) {
			if (e + FLOAT_COEF_BITS < FLOAT_EXP_MIN)
				return 0;
			c >>= FLOAT_EXP_MIN - e;
			e = FLOAT_EXP_MIN;
		}
	}
	if (negative)
		c = -c;
	return (uint32_t)e << FLOAT_COEF_BITS |
	    ((uint32_t)c & ((UINT32_C(1) << FLOAT_COEF_BITS) - 1));
}

double control_float_decode(uint32_t word)
{
	int e = (int)(word >> FLOAT_COEF_BITS);
	int32_t c = (int32_t)(word & ((UINT32_C(1) << FLOAT_COEF_BITS) - 1));

	if (e > FLOAT_EXP_MAX)
		e -= 128;
	if (c > FLOAT_COEF_MAX)
		c -= INT32_C(1) << FLOAT_COEF_BITS;
	return ldexp(c, e - FLOAT_COEF_BITS);
}

bool control_addr_equal(const struct control_addr *a,
    const struct control_addr *b)
{
	if (a->is_id || b->is_id)
		return a->is_id && b->is_id && a->id == b->id;
	return ip_equal(&a->ip, &b->ip);
}
