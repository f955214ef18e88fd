/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of the control protocol as structs (reference: control-protocol.md
 * 6 and 7). horac encodes, the engine decodes, from one description of each
 * layout.
 */
#ifndef HORA_CTL_REQUEST_H
#define HORA_CTL_REQUEST_H

#include "wire/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which sources: address under mask; no address means all. */
struct source_mask {
	struct control_addr mask, address;
};

struct burst_request {
	struct source_mask sources;
	int32_t good, total;	/* good samples wanted, most to try */
};

enum manual_option { MANUAL_OFF, MANUAL_ON, MANUAL_RESET };
enum smoothtime_option { SMOOTHTIME_RESET, SMOOTHTIME_ACTIVATE };

/* A new value for one source; the code says what of it. */
struct value_request {
	struct control_addr address;
	int32_t value;
};

struct real_request {
	struct control_addr address;
	double value;		/* s, or a ratio */
};

struct makestep_request {
	int32_t updates;	/* that may step; negative: all */
	double threshold_s;
};

struct local_request {
	int32_t is_on;
	int32_t stratum;
	double distance_s;
	int32_t is_orphan;
	double activate_s;	/* 0 = at once; this and the next by LOCAL only */
	double wait_synced_s, wait_unsynced_s;
};

/* No address and 0 bits: all of IPv4 and IPv6. */
struct access_request {
	struct control_addr address;
	int32_t bits;
};

struct clients_request {
	uint32_t first;		/* index */
	uint32_t count;		/* wanted; at most CLIENT_LINES are sent */
	uint32_t least_hits;
	uint32_t is_reset;	/* set the counters to 0 */
};

/* A source by its address, or without one by its reference ID. */
struct selectopts_request {
	struct control_addr address;
	uint32_t refid;
	uint32_t mask;		/* what changes: enum select_option */
	uint32_t options;	/* to what: ADD_PREFER to ADD_REQUIRE */
};

struct offset_request {
	struct control_addr address;
	uint32_t refid;
	double offset_s;
};

enum add_type { ADD_TYPE_SERVER = 1, ADD_TYPE_PEER, ADD_TYPE_POOL };

/* Bits of add_request.flags. */
#define ADD_ONLINE		0x1u
#define ADD_AUTO_OFFLINE	0x2u
#define ADD_IBURST		0x4u
#define ADD_PREFER		0x8u
#define ADD_NOSELECT		0x10u
#define ADD_TRUST		0x20u
#define ADD_REQUIRE		0x40u
#define ADD_XLEAVE		0x80u
#define ADD_BURST		0x100u
#define ADD_NTS			0x200u
#define ADD_COPY		0x400u
#define ADD_MONO_ROOT		0x800u	/* extension field F323 */
#define ADD_NET_CORRECTION	0x1000u
#define ADD_IPV4		0x2000u
#define ADD_IPV6		0x4000u
#define ADD_UNKNOWN		0x80000000u	/* any other of ADD_SOURCE_2 */

/*
 * A line of sources; values as in the configuration file. What clients older
 * than a field send there is 0.
 */
struct add_request {
	uint32_t type;		/* enum add_type */
	char name[CONTROL_NAME_SIZE];	/* "" when it had no end */
	uint32_t port;
	int32_t minpoll, maxpoll, presend;
	uint32_t minstratum, polltarget, version, maxsources;
	int32_t minsamples, maxsamples;	/* -1: as all */
	uint32_t key, ntsport;
	double maxdelay_s, maxdelayratio, maxdelaydevratio, mindelay_s;
	double asymmetry, offset_s;
	uint32_t flags;
	int32_t filter;
	uint32_t certset;	/* since 4.1 */
	double maxdelayquant;	/* since 4.3 */
	int32_t maxunreach;	/* since 4.8 */
	int32_t maxntsretry;	/* log2 s; since 4.9, in ADD_SOURCE_2 only */
};

struct request {
	uint16_t code;		/* enum control_command */
	uint16_t attempt;
	uint32_t sequence;
	bool is_unpadded;	/* of version 5, which is only encoded */
	union {
		struct source_mask sources;	/* ONLINE, OFFLINE */
		struct burst_request burst;	/* BURST */
		uint32_t index;		/* SOURCE_DATA, SOURCESTATS, SELECTDATA */
		struct wall_time time;	/* SETTIME */
		int32_t option;		/* MANUAL: enum manual_option */
					/* SMOOTHTIME: enum smoothtime_option */
		int32_t sample;		/* MANUAL_DELETE */
		/* NTPDATA, SOURCENAME, AUTHDATA, ACCHECK, CMDACCHECK, DELETE */
		struct control_addr address;
		/* DFREQ, MAXUPDATESKEW: ppm; RESELECTDIST, DOFFSET,
		 * DOFFSET_OLD: s */
		double number;
		struct value_request value; /* MINPOLL, MAXPOLL, MINSTRATUM,
					     * POLLTARGET */
		struct real_request real; /* MAXDELAY, MAXDELAYRATIO,
					   * MAXDELAYDEVRATIO */
		struct makestep_request makestep; /* MAKESTEP_LIMIT */
		struct local_request local;	/* LOCAL, LOCAL_OLD */
		struct access_request access;	/* ALLOW to CMDDENY_ALL */
		struct clients_request clients;
		struct selectopts_request selectopts;
		struct offset_request offset;
		struct add_request add;		/* ADD_SOURCE, ADD_SOURCE_2 */
	};
};

/*
 * Bytes of a request, padded to the full length of its code but for version 5.
 * Returns the length; the code must be one of enum control_command.
 */
size_t request_encode(const struct request *rq,
    uint8_t out[CONTROL_REQUEST_MAX]);

/*
 * The body of a request whose header and length were checked (ctl/dispatch.h).
 * False when the code is none of enum control_command or the body does not fit.
 */
bool request_decode(const struct control_request_header *header,
    const uint8_t *packet, size_t length, struct request *ret);

#endif
