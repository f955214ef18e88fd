/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One association (RFC 5905 section 9, RFC 9109, RFC 8915 section 5.7;
 * reference: behaviour.md 1): polling, bursts, the tests of a response,
 * reachability, poll adaptation, kiss codes. Pure: it is given the time, random
 * bytes and packets, and says what to send and what was measured. It knows one
 * server address; names, pools and replacement are the engine's.
 *
 * It is a client's, or a peer's: symmetric active, which sends from one socket as
 * long as it is active, hears packets without having asked, and has no bursts.
 */
#ifndef HORA_NTP_ASSOC_H
#define HORA_NTP_ASSOC_H

#include "base/addr.h"
#include "base/drop.h"
#include "base/time.h"
#include "conf/config.h"
#include "ntp/interleave.h"
#include "ntp/peer.h"
#include "ntp/stamp.h"
#include "nts/client.h"
#include "nts/mac.h"
#include "sync/sample.h"
#include "sync/time_ref.h"
#include "wire/ptp.h"

#include <stdbool.h>
#include <stdint.h>

#define ASSOC_PACKET_MAX 1100	/* longest request or response */
#define ASSOC_RANDOM 72		/* random bytes for one step */

/* What the tests and the poll adaptation need to know of the statistics. */
struct assoc_view {
	bool has_prediction;		/* false before there are statistics */
	double predicted_offset_s;	/* at in->stamp, free scale */
	double predicted_freq;		/* s/s: how it changes with time */
	double stddev_s;		/* of the samples */
	double min_delay_s;		/* least delay: configured, or kept */
	double min_delay_age_s;		/* since that sample */
	double most_delay_s;		/* of maxdelayquant; INFINITY: any */
	double skew;			/* s/s, plus maxclockerror */
	double known_freq, known_skew;	/* of the local clock, s/s, by others */
	double precision_s;		/* least step of reading the clock */
	int samples;			/* in use; 0: the delays mean nothing */
	bool is_selected;		/* the current reference */
	/* For the loop test (D), when we serve time, and to tell a peer. */
	bool is_serving;
	uint32_t own_refid;		/* of the local address of this source */
	struct time_ref own;
};

/* The last valid response, for `ntpdata`, `sources` and measurements.log. */
struct assoc_report {
	bool has_response;
	uint8_t leap, version, mode, stratum;
	int remote_poll, precision;
	uint32_t refid;
	struct wall_time ref_time;
	double root_delay_s, root_dispersion_s;
	double offset_s;	/* free scale; positive: local clock slow */
	double delay_s, dispersion_s, response_time_s;
	unsigned tests;		/* bit 9 = test 1 ... bit 0 = test D, 1 = passed */
	bool is_authenticated;
	bool is_interleaved;	/* of that mode; times are of the one before */
	enum stamp_source tx, rx;
	struct wall_time at;	/* middle of the exchange */
	struct free_time at_free;
};

struct assoc_counters {
	uint32_t sent, received, valid, good;
	uint32_t kernel_tx, kernel_rx;
	uint32_t dropped[DROP_COUNT];	/* received and refused, by reason */
};

/* Others may read every field; only assoc_*() write them. */
struct assoc {
	const struct source_config *config;	/* borrowed */
	struct nts_client *nts;			/* borrowed; NULL: no NTS */
	const struct mac_key *key;		/* borrowed; NULL: none (yet) */
	struct assoc_report report;
	struct assoc_counters count;
	bool online;
	bool after_burst_offline;	/* burst command on an offline source */
	uint8_t reach, reach_size;	/* register and shifts so far (at most 8) */
	int unreached;			/* shifts since reach is 0; 0 = it is not */
	int minpoll, maxpoll;		/* may be changed while running */
	int poll;			/* current, log2 s */
	double score;			/* part of the next poll, 0..1 */
	/* Of the last synchronised response; see assoc_stratum(). */
	uint8_t stratum, leap;
	uint32_t refid;
	int burst_good, burst_total;	/* left in a burst; 0 = none */
	unsigned unanswered;		/* requests since the last valid response */
	bool has_failed;		/* the last one of them did not leave */
	/* If it goes over PTP, which nobody here knows (choose_form in assoc.c): */
	enum ptp_form form;		/* of the last request */
	bool form_is_missed;		/* no valid response to that request */
	bool is_near;			/* so near that sub-second polls are fine */
	bool needs_keys;		/* waits for assoc_keys_came, assoc_key */
	/* Extra requests of this poll so far; is the open one of them? */
	int presends;
	bool is_presend;
	struct nts_cookie spent;	/* back when its send fails; empty: it left */
	/* the open request */
	bool is_open;
	bool is_burst;			/* it counts in a burst */
	uint64_t nonce;			/* its transmit timestamp, random */
	struct stamp t1;
	struct interleave interleave;	/* used with `xleave` only */
	struct peer peer;		/* used by peers only */
	uint8_t own_stratum;		/* at the last step, 0 = none */
	/* of the previous valid response (test 1) */
	uint64_t last_rx, last_tx;
	struct mono_time wake;		/* next timer: the earlier of these two */
	struct mono_time send_at;	/* next request */
	struct mono_time close_at;	/* the open socket has waited enough */
	struct mono_time last_sent;
	bool has_sent;
	uint32_t jitter;		/* random part of the next interval */
};

enum assoc_event {
	ASSOC_TIMER,		/* `wake` has come */
	/*
	 * The open request was handed to the kernel, or the kernel's transmit
	 * timestamp of it has come. From the first on its cookie is used up.
	 */
	ASSOC_SENT,
	ASSOC_REPLY,		/* bytes from the server's address and port */
	/*
	 * The call that should send the open request failed, so that nothing of
	 * it left. Not for an error that comes later, as by ICMP: a cookie that
	 * was seen on the path must not be used again (RFC 8915 section 5.7).
	 */
	ASSOC_SEND_FAILED,
};

struct assoc_in {
	enum assoc_event event;
	struct mono_time now;
	struct stamp stamp;		/* now (TIMER), T1 (SENT), T4 (REPLY) */
	const uint8_t *packet;		/* REPLY: borrowed */
	size_t length;
	/* REPLY and TIMER: borrowed; `random` is ASSOC_RANDOM bytes, used up. */
	const struct assoc_view *view;
	const uint8_t *random;
};

struct assoc_out {
	/* Send this packet from a fresh socket; earlier requests are closed. */
	bool send;
	uint8_t packet[ASSOC_PACKET_MAX];
	size_t length;
	/* Over PTP: its form, the only one that an answer may have. */
	enum ptp_form form;
	/* Close the socket: the open request is answered or given up. */
	bool close;
	/* No keys, so nothing was sent: with NTS start NTS-KE if it is time. */
	bool needs_keys;
	/* A valid response came (report is new); synchronised: tests 6, 7 too. */
	bool is_valid, is_synchronised;
	unsigned tests;			/* of any response, as in the report */
	/* The sample is good (all tests): feed the statistics. */
	bool is_good;
	struct sample sample;
	/* reach, online or poll changed in a way that selection must see. */
	bool reach_changed;
	bool went_offline;		/* auto_offline: its request did not leave */
	bool kod_rate;			/* log: Received KoD RATE */
};

/* Bits of the tests, as `ntpdata` and measurements.log show them. */
enum assoc_test {
	TEST_D = 1 << 0, TEST_C = 1 << 1, TEST_B = 1 << 2, TEST_A = 1 << 3,
	TEST_7 = 1 << 4, TEST_6 = 1 << 5, TEST_5 = 1 << 6,
	TEST_3 = 1 << 7, TEST_2 = 1 << 8, TEST_1 = 1 << 9,
	TESTS_VALID = TEST_1 | TEST_2 | TEST_3 | TEST_5,
	TESTS_SYNC = TESTS_VALID | TEST_6 | TEST_7,
	TESTS_GOOD = TESTS_SYNC | TEST_A | TEST_B | TEST_C | TEST_D,
};

/*
 * Start an association, online unless the configuration says offline. `seed` is
 * a random number for the first delay.
 */
void assoc_init(struct assoc *a, const struct source_config *config,
    struct nts_client *nts, struct mono_time now, uint32_t seed);

/*
 * Feed one event; `out` is always written. Returns DROP_OK, or why a response
 * was refused: the first failed test; then only counters, report (tests 6 and
 * later) and reachability may have changed. The next timer is a->wake.
 *
 * When out->send, T1 is in->stamp until ASSOC_SENT brings a better one; read
 * the clock for it just before the step. With NTS the cookie that is in the
 * packet has left a->nts.
 */
enum drop assoc_step(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out);

/* Is it symmetric? */
static inline bool assoc_is_peer(const struct assoc *a)
{
	return a->config->type == SOURCE_PEER;
}

/* Change to online or offline (reference: behaviour.md 1.1); may start iburst. */
void assoc_online(struct assoc *a, bool online, struct mono_time now);

/* The burst command: `good` good samples out of at most `total` requests. */
void assoc_burst(struct assoc *a, int good, int total, struct mono_time now);

/*
 * NTS keys have come (nts_client_set, nts_client_add_cookie): a source that
 * waited for them, or never asked, asks now instead of at its next poll.
 */
void assoc_keys_came(struct assoc *a, struct mono_time now);

/*
 * The symmetric key that the configuration names, borrowed until the next call;
 * NULL: it is not known, or not any more, and nothing is sent. A source that
 * waited for it asks now.
 */
void assoc_key(struct assoc *a, const struct mac_key *key,
    struct mono_time now);

/* Is it configured to authenticate by a symmetric key? (NTS comes first.) */
bool assoc_wants_key(const struct assoc *a);

/*
 * After a good sample: ask again interval_s after the last request, within the
 * poll range and the rules of bursts.
 */
void assoc_interval(struct assoc *a, double interval_s);

/*
 * What an earlier life knew of the server: reach register and the bits of it in
 * use, stratum and leap of its last synchronised response. Before any response.
 */
void assoc_restore(struct assoc *a, uint8_t reach, uint8_t reach_size,
    uint8_t stratum, uint8_t leap);

/*
 * Another poll range, log2 s; values out of range leave their end alone, and an end
 * moves along with the other. A shorter interval counts at once.
 */
void assoc_poll_range(struct assoc *a, int minpoll, int maxpoll);

/* Forget measurements and start over (address replaced, clock jumped). */
void assoc_reset(struct assoc *a, struct mono_time now);

/*
 * The clock was stepped by step_s (positive: forward): T1 of the open request,
 * and the exchange that an interleaved response will complete, move along, so
 * that they still give a right sample.
 */
void assoc_clock_stepped(struct assoc *a, double step_s);

/*
 * True time has jumped, as in a leap second, or may have: the exchange that an
 * interleaved response would complete is forgotten.
 */
void assoc_forget_exchange(struct assoc *a);

/*
 * Its stratum as the options `minstratum` and `copy` have it; 0 before the first
 * synchronised response. With `copy` one less than the server's, so that ours is
 * the same; that may be 0, too.
 */
uint8_t assoc_stratum(const struct assoc *a);

/* Is it to be polled: online, or offline with a burst by command? */
bool assoc_is_active(const struct assoc *a);

/* Seconds between requests of any two sources (behaviour.md 1.1). */
double assoc_separation_s(const struct assoc *a);

#endif
