/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages that the two servers share with the engine: counters for
 * serverstats and one record for each client. hora-serve writes IPC_PAGE_SERVE,
 * hora-ke-server IPC_PAGE_KE; both have this layout, and each fills the
 * counters that are its own. A page is born all zero and outlives its writer:
 * what was counted stays when the server is started again.
 *
 * The reader maps the page read-only and trusts nothing in it: sizes are fixed
 * here, not there. Counters are whole at any time; a record may be seen half
 * written, which only spoils one line of a report.
 */
#ifndef HORA_NTP_SERVER_PAGE_H
#define HORA_NTP_SERVER_PAGE_H

#include "base/drop.h"
#include "ntp/ratelimit.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The rows of serverstats that the servers count (the command packets are the
 * engine's), with chronyc's meaning: received are valid requests of allowed
 * clients, dropped are those over the rate limit. Timestamps are counted by
 * where they were taken.
 */
#define SERVER_COUNTERS(X) \
	X(NTP_RECEIVED,		"NTP packets received") \
	X(NTP_DROPPED,		"NTP packets dropped") \
	X(NTP_AUTHENTICATED,	"Authenticated NTP packets") \
	X(NTP_INTERLEAVED,	"Interleaved NTP packets") \
	X(NTP_DAEMON_RX,	"NTP daemon RX timestamps") \
	X(NTP_DAEMON_TX,	"NTP daemon TX timestamps") \
	X(NTP_KERNEL_RX,	"NTP kernel RX timestamps") \
	X(NTP_KERNEL_TX,	"NTP kernel TX timestamps") \
	X(NTP_HARDWARE_RX,	"NTP hardware RX timestamps") \
	X(NTP_HARDWARE_TX,	"NTP hardware TX timestamps") \
	X(KE_ACCEPTED,		"NTS-KE connections accepted") \
	X(KE_DROPPED,		"NTS-KE connections dropped")

enum server_counter {
#define SERVER_COUNTER_ENUM(name, text) SERVER_##name,
	SERVER_COUNTERS(SERVER_COUNTER_ENUM)
#undef SERVER_COUNTER_ENUM
	SERVER_COUNTER_COUNT
};

/* How NTS-KE connections end: counted, and the reason in the debug log. */
#define KE_ENDS(X) \
	X(SERVED,	"served") \
	X(ACCESS,	"client is not allowed") \
	X(RATE,		"client exceeds the rate limit") \
	X(FULL,		"too many connections") \
	X(SILENT,	"silent, and another client needed the place") \
	X(RESOURCES,	"out of memory or descriptors") \
	X(TIME,		"time limit of the connection") \
	X(TLS,		"TLS handshake failed") \
	X(ALPN,		"client does not speak NTS-KE (ALPN)") \
	X(STOP,		"the server stops") \
	X(PEER,		"closed by the client") \
	X(RECORD,	"TLS record failed") \
	X(MESSAGE,	"no valid NTS-KE message") \
	X(REFUSED,	"request answered with an error") \
	X(INTERNAL,	"keys could not be exported or sealed")

enum ke_end {
#define KE_END_ENUM(name, text) KE_END_##name,
	KE_ENDS(KE_END_ENUM)
#undef KE_END_ENUM
	KE_END_COUNT
};

/* Followed by the records of clients, as many as the configuration says. */
struct server_page {
	uint64_t counters[SERVER_COUNTER_COUNT];
	uint64_t drops[DROP_COUNT];	/* requests without an answer, by reason */
	uint64_t ke_ends[KE_END_COUNT];	/* NTS-KE connections, by their end */
	/* Pairs kept for interleaved mode, and from the oldest to the newest. */
	uint64_t stamps_held, stamps_span_s;
	struct client_head clients;
	struct client_record records[];
};

/* Size of a page with that many records (config_client_records). */
static inline size_t server_page_size(uint32_t records)
{
	return sizeof(struct server_page) +
	    records * sizeof(struct client_record);
}

/* The table of clients in a page that has that many records. */
static inline struct client_table server_clients(struct server_page *p,
    uint32_t records)
{
	return (struct client_table){ &p->clients, p->records, records };
}

/* Count one; workers of one process may do so at the same time. */
static inline void server_count(struct server_page *p, enum server_counter c)
{
	__atomic_fetch_add(&p->counters[c], 1, __ATOMIC_RELAXED);
}

/* Count a request that gets no answer. */
static inline void server_count_drop(struct server_page *p, enum drop d)
{
	__atomic_fetch_add(&p->drops[d], 1, __ATOMIC_RELAXED);
}

/* Count the end of an NTS-KE connection. */
static inline void server_count_end(struct server_page *p, enum ke_end e)
{
	__atomic_fetch_add(&p->ke_ends[e], 1, __ATOMIC_RELAXED);
}

/* Timestamps held for interleaved mode. */
static inline void server_stamps(struct server_page *p, uint64_t held,
    double span_s)
{
	__atomic_store_n(&p->stamps_held, held, __ATOMIC_RELAXED);
	__atomic_store_n(&p->stamps_span_s,
	    span_s > 0 ? (uint64_t)(span_s + 0.5) : 0, __ATOMIC_RELAXED);
}

/* The reader's side; safe against a writer at any moment. */
static inline uint64_t server_counter(const struct server_page *p,
    enum server_counter c)
{
	return __atomic_load_n(&p->counters[c], __ATOMIC_RELAXED);
}

static inline void server_stamps_read(const struct server_page *p,
    uint64_t *ret_held, uint64_t *ret_span_s)
{
	*ret_held = __atomic_load_n(&p->stamps_held, __ATOMIC_RELAXED);
	*ret_span_s = __atomic_load_n(&p->stamps_span_s, __ATOMIC_RELAXED);
}

#endif
