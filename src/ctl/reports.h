/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports of the control protocol as plain structs (reference:
 * control-protocol.md 9). The engine fills them, ctl/reply.h carries them,
 * horac lays them out. Signs are the protocol's and are said at each member.
 */
#ifndef HORA_CTL_REPORTS_H
#define HORA_CTL_REPORTS_H

#include "base/time.h"
#include "wire/control.h"

#include <stdbool.h>
#include <stdint.h>

/* Reference ID that is shown while the local reference is active. */
#define REFID_LOCAL 0x7f7f0101u

struct count_report {
	uint32_t count;		/* all sources, unresolved ones included */
};

/* The clock as a whole. Not synchronised: refid 0, no address, stratum 0,
 * leap 3, ref_time 0, root delay and dispersion 1. */
struct tracking_report {
	uint32_t refid;
	struct control_addr address;	/* none for a reference clock */
	uint16_t stratum;
	uint16_t leap;			/* enum leap */
	struct wall_time ref_time;
	double correction_s;	/* still to be made; positive: clock is slow */
	double last_offset_s;	/* positive: the clock was fast */
	double rms_offset_s;
	double freq_ppm;	/* positive: the clock gains */
	double residual_freq_ppm, skew_ppm;
	double root_delay_s, root_dispersion_s;
	double update_interval_s;
};

enum source_state {
	SOURCE_STATE_SELECTED,		/* '*' */
	SOURCE_STATE_UNUSABLE,		/* '?' */
	SOURCE_STATE_FALSETICKER,	/* 'x' */
	SOURCE_STATE_JITTERY,		/* '~' */
	SOURCE_STATE_COMBINED,		/* '+' */
	SOURCE_STATE_UNUSED,		/* '-': selectable, not combined */
};

enum source_mode {
	SOURCE_MODE_CLIENT,		/* '^' */
	SOURCE_MODE_PEER,		/* '=' */
	SOURCE_MODE_REFCLOCK,		/* '#'; the address is its reference ID */
};

struct source_report {
	struct control_addr address;
	int16_t poll;			/* log2 s */
	uint16_t stratum;		/* 0 without a sample */
	uint16_t state;			/* enum source_state */
	uint16_t mode;			/* enum source_mode */
	uint16_t flags;			/* 0 */
	uint16_t reach;			/* 8 bits */
	uint32_t age_s;			/* of the last sample; CONTROL_NO_AGE */
	double measured_s;		/* last sample; positive: clock is fast */
	double adjusted_s;		/* the same less the slews since */
	double error_s;			/* root delay / 2 + root dispersion */
};

struct stats_report {
	uint32_t refid;
	struct control_addr address;	/* none for a reference clock */
	uint32_t samples, runs;
	uint32_t span_s;
	double stddev_s;		/* 4 before there is an estimate */
	double residual_freq_ppm;
	double skew_ppm;		/* 2000 before there is an estimate */
	double offset_s;		/* positive: clock is fast */
	double offset_error_s;
};

struct activity_report {
	int32_t online, offline;
	int32_t burst_online, burst_offline;	/* where they return to */
	int32_t unresolved;
};

enum auth_mode {
	AUTH_MODE_NONE,
	AUTH_MODE_SYMMETRIC,
	AUTH_MODE_NTS,
};

struct auth_report {
	uint16_t mode;			/* enum auth_mode */
	uint16_t key_type;		/* NTS: number of the AEAD */
	uint32_t key_id;		/* NTS: number of the NTS-KE session */
	uint16_t key_length;		/* bits */
	uint16_t ke_attempts;		/* since the last success */
	uint32_t ke_age_s;		/* of the keys; CONTROL_NO_AGE */
	uint16_t cookies;
	uint16_t cookie_length;		/* bytes of the next one */
	uint16_t nak;			/* 1: NAK since the last NTS-KE */
};

/* Bits of ntp_report.flags above the tests. */
#define NTP_REPORT_TESTS 0x3ff		/* bit 9 = test 1 ... bit 0 = test D */
#define NTP_REPORT_INTERLEAVED 0x4000
#define NTP_REPORT_AUTHENTICATED 0x8000

/* All but the addresses, port and counters are 0 before a valid response. */
struct ntp_report {
	struct control_addr remote, local;
	uint16_t port;
	uint8_t leap, version, mode, stratum;
	int8_t poll, precision;		/* log2 s */
	double root_delay_s, root_dispersion_s;
	uint32_t refid;
	struct wall_time ref_time;
	double offset_s;		/* positive: clock is slow */
	double delay_s, dispersion_s, response_time_s;
	double asymmetry;		/* -0.5 to 0.5 */
	uint16_t flags;
	uint8_t tx, rx;			/* 'D', 'K' or 'H'; 0 = none */
	uint32_t sent, received, valid;
	uint32_t good;
	uint32_t kernel_tx, kernel_rx, hardware_tx, hardware_rx;
	/* Which of these an older daemon sent; ignored in encoding. */
	bool has_good, has_stamp_counts;
};

/* Counters in the order of the wire. */
enum serverstat {
	SERVERSTAT_NTP_HITS, SERVERSTAT_KE_HITS, SERVERSTAT_COMMAND_HITS,
	SERVERSTAT_NTP_DROPS, SERVERSTAT_KE_DROPS, SERVERSTAT_COMMAND_DROPS,
	SERVERSTAT_LOG_DROPS, SERVERSTAT_NTP_AUTHENTICATED,
	SERVERSTAT_NTP_INTERLEAVED, SERVERSTAT_STAMPS, SERVERSTAT_STAMP_SPAN_S,
	SERVERSTAT_DAEMON_RX, SERVERSTAT_DAEMON_TX,
	SERVERSTAT_KERNEL_RX, SERVERSTAT_KERNEL_TX,
	SERVERSTAT_HARDWARE_RX, SERVERSTAT_HARDWARE_TX,
	SERVERSTATS
};
#define SERVERSTATS_2 8		/* of reply 22 */
#define SERVERSTATS_3 11		/* of reply 24 */

struct server_report {
	uint64_t counter[SERVERSTATS];
	int known;			/* counters that came; only decoding */
};

/* Bits of select_report options: enum select_option of conf/config.h. */
struct select_report {
	uint32_t refid;
	struct control_addr address;	/* none for a reference clock */
	uint8_t state;			/* character, enum select_state */
	uint8_t authentication;		/* 1: switched on */
	uint8_t leap;			/* enum leap; 3 without a sample */
	uint16_t configured, effective;	/* 1 noselect 2 prefer 4 trust 8 require */
	uint32_t age_s;			/* 0 without a sample */
	double score;
	double low_s, high_s;		/* ends of the interval */
};

struct name_report {
	char name[CONTROL_NAME_SIZE];	/* as configured */
};

struct message_report {
	char text[CONTROL_MESSAGE_SIZE];	/* one line, or "" */
};

/* Bits of state_report.flags. */
#define STATE_CLOCK_ALONE 1u		/* -x: the clock is not touched */
#define STATE_FIPS 2u			/* the library is in FIPS mode */
struct state_report {
	uint32_t flags;
	uint32_t refused;		/* bits of nts/module.h */
	char programs[CONTROL_NAME_SIZE];	/* names and versions */
};

/* What a settime did; positive: the clock was fast, or gains. */
struct manual_time_report {
	double offset_s;
	double freq_change_ppm, freq_ppm;
};

/* Times that were typed in, oldest first; positive: the clock was fast. */
#define MANUAL_RECORDS 16
struct manual_samples_report {
	uint32_t count;
	struct manual_record {
		struct wall_time at;
		double slewed_s, original_s, residual_s;
	} samples[MANUAL_RECORDS];
};

struct rtc_report {
	struct wall_time ref_time;
	uint16_t samples, runs;
	uint32_t span_s;
	double offset_s;		/* positive: it is fast */
	double freq_ppm;		/* positive: it gains */
};

/* Bits of smoothing_report.flags. */
#define SMOOTHING_ACTIVE 1u
#define SMOOTHING_LEAP_ONLY 2u
struct smoothing_report {
	uint32_t flags;
	double offset_s, freq_ppm, wander_ppm_s;
	double age_s, remaining_s;	/* since the last update, to the end */
};

/* What clients ask for, in the order of the wire. */
enum client_service { CLIENT_NTP, CLIENT_KE, CLIENT_COMMAND, CLIENT_SERVICES };
#define CLIENT_NO_INTERVAL 127
#define CLIENT_LINES 8

struct clients_report {
	uint32_t size;			/* of the table, in indices */
	uint32_t next;			/* index to ask for next */
	uint32_t count;			/* lines that are here */
	struct client_line {
		struct control_addr address;
		uint32_t hits[CLIENT_SERVICES], drops[CLIENT_SERVICES];
		/* log2 s of the mean interval; CLIENT_NO_INTERVAL. The other
		 * one: of NTP since responses were limited. */
		int8_t interval[CLIENT_SERVICES], limited_interval;
		uint32_t age_s[CLIENT_SERVICES];	/* CONTROL_NO_AGE */
	} lines[CLIENT_LINES];
};

/* The reply code says which. */
union report {
	struct count_report count;
	struct tracking_report tracking;
	struct source_report source;
	struct stats_report stats;
	struct activity_report activity;
	struct auth_report auth;
	struct ntp_report ntp;
	struct server_report server;
	struct select_report select;
	struct name_report name;
	struct message_report message;
	struct state_report state;
	struct manual_time_report manual_time;
	struct manual_samples_report manual_samples;
	struct rtc_report rtc;
	struct smoothing_report smoothing;
	struct clients_report clients;
};

#endif
