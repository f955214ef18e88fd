/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of the control protocol ("cmdmon", version 6; reference:
 * control-protocol.md 2 to 8): headers, primitive types, and the tables of
 * requests, replies and statuses. One datagram is one request or one reply.
 */
#ifndef HORA_WIRE_CONTROL_H
#define HORA_WIRE_CONTROL_H

#include "base/addr.h"
#include "base/bytes.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_VERSION 6
#define CONTROL_VERSION_UNPADDED 5	/* of daemons before 1.29.1 (4.1) */
#define CONTROL_REQUEST_HEADER 20
#define CONTROL_REPLY_HEADER 28
#define CONTROL_REQUEST_MAX 860	/* longest request that is looked at */
#define CONTROL_REPLY_MAX 524	/* room for the longest reply */
#define CONTROL_NAME_SIZE 256	/* a name in a body, NUL included */
#define CONTROL_MESSAGE_SIZE 480	/* a message, the same */
#define CONTROL_NO_AGE UINT32_MAX	/* "seconds since": never */

enum control_type {
	CONTROL_REQUEST = 1,
	CONTROL_REPLY = 2,
};

/* --- statuses (5): wire value, name, line of the client ------------------- */

#define CONTROL_STATUSES(X) \
	X(0,  OK,		"200 OK") \
	X(1,  FAILED,		"500 Failure") \
	X(2,  UNAUTHORISED,	"501 Not authorised") \
	X(3,  INVALID,		"502 Invalid command") \
	X(4,  NO_SOURCE,	"503 No such source") \
	X(5,  BAD_TIMESTAMP,	"504 Duplicate or stale logon detected") \
	X(6,  NOT_ENABLED,	"505 Facility not enabled in daemon") \
	X(7,  BAD_SUBNET,	"507 Bad subnet") \
	X(8,  ALLOWED,		"208 Access allowed") \
	X(9,  DENIED,		"209 Access denied") \
	X(10, NO_HOST_ACCESS,	"510 No command access from this host") \
	X(11, SOURCE_PRESENT,	"511 Source already present") \
	X(12, TOO_MANY_SOURCES,	"512 Too many sources present") \
	X(13, NO_RTC,		"513 RTC driver not running") \
	X(14, BAD_RTC_FILE,	"514 Can't write RTC parameters") \
	X(15, NO_CLIENT_LOG,	"519 Client logging is not active in the daemon") \
	X(16, BAD_SAMPLE,	"516 Sample index out of range") \
	X(17, BAD_FAMILY,	"515 Invalid address family") \
	X(18, BAD_VERSION,	"517 Protocol version mismatch") \
	X(19, BAD_LENGTH,	"518 Packet length mismatch") \
	X(21, BAD_NAME,		"521 Invalid name")

enum control_status {
#define CONTROL_STATUS_ENUM(value, name, text) CONTROL_##name = value,
	CONTROL_STATUSES(CONTROL_STATUS_ENUM)
#undef CONTROL_STATUS_ENUM
};

/* Line of the table; "520 Got unexpected error from daemon" outside it. */
const char *control_status_text(unsigned status);

/* OK, ALLOWED and DENIED are successes. */
bool control_status_is_success(unsigned status);

/* --- requests (6) --------------------------------------------------------- */

/*
 * code, name, least length of any client from 4.0 on, length that the newest
 * sends, reply code to the newest. Codes not listed are obsolete; those from
 * 16384 on, and replies from 200 on, are hora's own.
 */
#define CONTROL_REQUESTS(X) \
	X(0,  NOTHING,		28,  28, 1) \
	X(1,  ONLINE,		60,  60, 1) \
	X(2,  OFFLINE,		60,  60, 1) \
	X(3,  BURST,		68,  68, 1) \
	X(4,  MINPOLL,		44,  44, 1) \
	X(5,  MAXPOLL,		44,  44, 1) \
	X(6,  DUMP,		28,  28, 1) \
	X(7,  MAXDELAY,		44,  44, 1) \
	X(8,  MAXDELAYRATIO,	44,  44, 1) \
	X(9,  MAXUPDATESKEW,	28,  28, 1) \
	X(11, SETTIME,		40,  40, 17) \
	X(13, MANUAL,		28,  28, 1) \
	X(14, SOURCE_COUNT,	32,  32, 2) \
	X(15, SOURCE_DATA,	76,  76, 3) \
	X(16, REKEY,		28,  28, 1) \
	X(17, ALLOW,		44,  44, 1) \
	X(18, ALLOW_ALL,	44,  44, 1) \
	X(19, DENY,		44,  44, 1) \
	X(20, DENY_ALL,		44,  44, 1) \
	X(21, CMDALLOW,		44,  44, 1) \
	X(22, CMDALLOW_ALL,	44,  44, 1) \
	X(23, CMDDENY,		44,  44, 1) \
	X(24, CMDDENY_ALL,	44,  44, 1) \
	X(25, ACCHECK,		40,  40, 1) \
	X(26, CMDACCHECK,	40,  40, 1) \
	X(29, DELETE,		40,  40, 1) \
	X(30, WRITERTC,		28,  28, 1) \
	X(31, DFREQ,		28,  28, 1) \
	X(32, DOFFSET_OLD,	28,  28, 1) \
	X(33, TRACKING,		104, 104, 5) \
	X(34, SOURCESTATS,	84,  84, 6) \
	X(35, RTCDATA,		56,  56, 7) \
	X(36, TRIMRTC,		28,  28, 1) \
	X(37, CYCLELOGS,	28,  28, 1) \
	X(41, MANUAL_LIST,	416, 416, 18) \
	X(42, MANUAL_DELETE,	28,  28, 1) \
	X(43, MAKESTEP,		28,  28, 1) \
	X(44, ACTIVITY,		48,  48, 12) \
	X(45, MINSTRATUM,	44,  44, 1) \
	X(46, POLLTARGET,	44,  44, 1) \
	X(47, MAXDELAYDEVRATIO,	44,  44, 1) \
	X(48, RESELECT,		28,  28, 1) \
	X(49, RESELECTDIST,	28,  28, 1) \
	X(50, MAKESTEP_LIMIT,	28,  28, 1) \
	X(51, SMOOTHING,	52,  52, 13) \
	X(52, SMOOTHTIME,	28,  28, 1) \
	X(53, REFRESH,		28,  28, 1) \
	X(54, SERVERSTATS,	60,  196, 25) \
	X(56, LOCAL_OLD,	36,  36, 1) \
	X(57, NTPDATA,		152, 172, 26) \
	X(62, SHUTDOWN,		28,  28, 1) \
	X(63, ONOFFLINE,	28,  28, 1) \
	X(64, ADD_SOURCE,	372, 372, 1) \
	X(65, SOURCENAME,	284, 284, 19) \
	X(66, RESET_SOURCES,	28,  28, 1) \
	X(67, AUTHDATA,		52,  52, 20) \
	X(68, CLIENTS,		520, 520, 21) \
	X(69, SELECTDATA,	76,  76, 23) \
	X(70, RELOAD_SOURCES,	28,  28, 1) \
	X(71, DOFFSET,		28,  28, 1) \
	X(72, SELECTOPTS,	52,  52, 1) \
	X(73, OFFSET,		48,  48, 1) \
	X(74, LOCAL,		48,  48, 1) \
	X(75, ADD_SOURCE_2,	408, 408, 1) \
	X(16384, RELOAD_CONFIG,	508, 508, 200) \
	X(16385, STATUS,	292, 292, 201)

enum control_command {
#define CONTROL_REQUEST_ENUM(code, name, least, full, reply) \
	CONTROL_##name = code,
	CONTROL_REQUESTS(CONTROL_REQUEST_ENUM)
#undef CONTROL_REQUEST_ENUM
};

/* One row of the table. */
struct control_rule {
	uint16_t code;
	uint16_t least, full;	/* bytes */
	uint8_t reply;		/* enum control_reply, for the full length */
	const char *name;
};

/* Row of a request code; NULL when it is unknown or obsolete. */
const struct control_rule *control_rule(unsigned code);

/* --- replies (8): code, name, length -------------------------------------- */

#define CONTROL_REPLIES(X) \
	X(1,  NULL_REPLY,	28) \
	X(2,  COUNT,		32) \
	X(3,  SOURCE,		76) \
	X(5,  TRACK,		104) \
	X(6,  STATS,		84) \
	X(7,  RTC,		56) \
	X(12, ACTIVE,		48) \
	X(13, SMOOTH,		52) \
	X(16, NTP,		152) \
	X(17, MANUAL_TIME,	40) \
	X(18, MANUAL_SAMPLES,	416) \
	X(19, NAME,		284) \
	X(20, AUTH,		52) \
	X(21, CLIENT_LIST,	520) \
	X(22, SERVER_2,		60) \
	X(23, SELECT,		76) \
	X(24, SERVER_3,		72) \
	X(25, SERVER_4,		196) \
	X(26, NTP_2,		172) \
	X(200, MESSAGE,		508) \
	X(201, STATE,		292)

enum control_reply {
#define CONTROL_REPLY_ENUM(code, name, length) CONTROL_REPLY_##name = code,
	CONTROL_REPLIES(CONTROL_REPLY_ENUM)
#undef CONTROL_REPLY_ENUM
};

/* Length in bytes of a reply code; 0 when it is unknown. */
size_t control_reply_length(unsigned code);

/*
 * The reply code that the client of a request of this length understands
 * (reference: 11), or 0 when the length is below the least.
 */
unsigned control_reply_for(const struct control_rule *rule, size_t length);

/* Is this the reply code to such a request, of any version? */
bool control_reply_fits(const struct control_rule *rule, unsigned code);

/* --- headers (2) ---------------------------------------------------------- */

struct control_request_header {
	uint8_t version, type, reserved[2];
	uint16_t command, attempt;
	uint32_t sequence;
};

struct control_reply_header {
	uint8_t version, type, reserved[2];
	uint16_t command, reply, status;
	uint32_t sequence;
};

/* --- primitive types (3), one call for both directions -------------------- */

/*
 * A layout is written once, as a list of control_* calls in wire order; `io`
 * says whether they read from `in` or write to `out`. Faults stick in the
 * reader or writer. What is read is checked and clamped as the reference says.
 */
struct control_io {
	struct reader *in;	/* reading when not NULL */
	struct writer *out;
};

/* An address in a body: none, an IP address, or the number of a source whose
 * name is not resolved. */
struct control_addr {
	bool is_id;
	uint32_t id;		/* is_id only */
	struct ip_addr ip;	/* IP_NONE when is_id */
};

/* Integers are big endian; the bits of a signed one are those of its kind. */
void control_u8(const struct control_io *io, uint8_t *v);
void control_u16(const struct control_io *io, uint16_t *v);
void control_u32(const struct control_io *io, uint32_t *v);
void control_u64(const struct control_io *io, uint64_t *v);
void control_i8(const struct control_io *io, int8_t *v);
void control_i16(const struct control_io *io, int16_t *v);
void control_i32(const struct control_io *io, int32_t *v);
/* The custom Float (3.4). */
void control_float(const struct control_io *io, double *v);
/* 12 bytes: high and low seconds, nanoseconds. */
void control_time(const struct control_io *io, struct wall_time *v);
/* 20 bytes: address, family, padding. */
void control_address(const struct control_io *io, struct control_addr *v);
/* 256 bytes; reading sets bad when there is no NUL among them. */
void control_name(const struct control_io *io, char v[CONTROL_NAME_SIZE]);
/* 480 bytes, the same. */
void control_message(const struct control_io *io, char v[CONTROL_MESSAGE_SIZE]);
/* n bytes: written as `fill`, skipped in reading. */
void control_pad(const struct control_io *io, size_t n, uint8_t fill);

/* The fields before the body; judging them is for the caller. */
void control_request_header(const struct control_io *io,
    struct control_request_header *h);
void control_reply_header(const struct control_io *io,
    struct control_reply_header *h);

/* The custom Float (3.4), bit-exact with the peer; NaN is sent as 0. */
uint32_t control_float_encode(double v);
double control_float_decode(uint32_t word);

/* Same kind and value. */
bool control_addr_equal(const struct control_addr *a,
    const struct control_addr *b);

#endif
