/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every reason to refuse a received packet: one table for the counter, the log
 * and the command line. Judging functions return enum drop.
 */
#ifndef HORA_BASE_DROP_H
#define HORA_BASE_DROP_H

#define DROPS(X) \
	X(OK,		"accepted") \
	X(SHORT,	"packet ends inside a field") \
	X(LENGTH,	"length is not a multiple of 4") \
	X(VERSION,	"unsupported NTP version") \
	X(MODE,		"unexpected NTP mode") \
	X(EF_LENGTH,	"extension field length not a multiple of 4, or below 16") \
	X(TRAILER,	"bytes after the extension fields that are no MAC") \
	X(ACCESS,	"client is not allowed") \
	X(RATE,		"client exceeds the rate limit") \
	X(SOURCE,	"not from the address and port that was asked") \
	X(NO_REQUEST,	"no request is open") \
	X(DUPLICATE,	"timestamps of the previous response (test 1)") \
	X(ORIGIN,	"origin timestamp is not the one we sent (test 2)") \
	X(ZERO_TIME,	"a timestamp is zero (test 3)") \
	X(AUTH_MISSING,	"response is not authenticated (test 5)") \
	X(AUTH_UNWANTED,"authentication that was not asked for (test 5)") \
	X(AUTH_BAD,	"message authentication code is wrong (test 5)") \
	X(KEY_UNKNOWN,	"symmetric key is not known (test 5)") \
	X(NTS_UID,	"NTS unique identifier is not the one we sent (test 5)") \
	X(NTS_FIELDS,	"NTS fields are missing, repeated or out of place (test 5)") \
	X(NTS_AEAD,	"NTS authenticator does not verify (test 5)") \
	X(NTS_NO_COOKIE,"NTS response brings no cookie (test 5)") \
	X(NTS_COOKIE,	"NTS cookie can not be opened") \
	X(NTS_NAK,	"server does not know our NTS cookie (NAK)") \
	X(UNSYNC,	"server is not synchronised (test 6)") \
	X(ROOT_DISTANCE,"root distance is 16 s or more (test 7)") \
	X(KOD_RATE,	"server asks to slow down (kiss code RATE)") \
	X(MAX_DELAY,	"delay or processing time is too long (test A)") \
	X(SPENT,	"exchange was measured in basic mode already (test A)") \
	X(PRESEND,	"answer to an extra request before the measurement (test A)") \
	X(DELAY_RATIO,	"delay exceeds maxdelayratio (test B)") \
	X(DELAY_DEV,	"delay exceeds the expected variation (test C)") \
	X(LOOP,		"synchronisation loop (test D)") \
	X(LONG,		"packet is longer than any valid one") \
	X(REPLY_LONG,	"reply would be longer than the request")

enum drop {
#define DROP_ENUM(name, text) DROP_##name,
	DROPS(DROP_ENUM)
#undef DROP_ENUM
	DROP_COUNT
};

/* The sentence of the table; "unknown" outside it. */
const char *drop_text(enum drop d);

#endif
