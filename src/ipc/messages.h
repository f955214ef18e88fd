/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message between the roles: one table of what it is, who may send it to
 * whom, and what it carries. Payloads are plain structs of one build; the
 * receiver checks type, sender and size by the table (ipc_check), then the
 * values before it acts. Text fields always end in a NUL inside their array.
 *
 * Descriptors travel with the messages marked "fd".
 */
#ifndef HORA_IPC_MESSAGES_H
#define HORA_IPC_MESSAGES_H

#include "base/addr.h"
#include "base/role.h"
#include "base/severity.h"
#include "base/time.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPC_NAME_SIZE 256	/* host name with its NUL */
#define IPC_TEXT_SIZE 512	/* a log line or reason with its NUL */
#define IPC_ADDRS_MAX 16	/* addresses of one name */
#define IPC_AEADS 4		/* AEADs a client offers */
#define IPC_VERSION 1		/* of this table */

/* --- any role <-> horad ------------------------------------------------ */

/* First message of a role. */
struct ipc_hello {
	uint32_t version;	/* IPC_VERSION: programs of one build only */
	uint32_t role;		/* enum role; must be what the channel expects */
	int32_t pid;
};

/* Options of the command line that roles need; bits of ipc_config.flags. */
enum ipc_config_flag {
	IPC_NO_CLOCK = 1,	/* -x: the system clock is not touched */
	IPC_ONCE_SET = 2,	/* -q: set the clock once, then exit */
	IPC_ONCE_PRINT = 4,	/* -Q: print the offset, then exit */
	IPC_RESTARTED = 8,	/* this role died and was started again */
	IPC_ONLY_V4 = 16,	/* -4 */
	IPC_ONLY_V6 = 32,	/* -6 */
	IPC_OPT_RESTART = 64,	/* -R: no step by a positive makestep limit */
	IPC_RELOAD = 128,	/* -r: the samples in dumpdir are used */
	IPC_LOCK_ALL = 256,	/* -m: lock memory */
};

/*
 * fd: sealed text of the whole configuration, include and confdir expanded. The
 * first one starts the role; each later one takes the place of the one before.
 */
struct ipc_config {
	uint32_t number;	/* of this text; echoed in ipc_applied */
	uint32_t flags;		/* enum ipc_config_flag */
	int32_t log_level;	/* enum severity: below it nothing is sent */
	uint32_t length;	/* bytes of text */
	uint32_t timeout_s;	/* -t; 0 = none */
	uint32_t sched_priority;	/* -P; 0 = as configured */
	int32_t filter_level;	/* -F (sandbox/filter.h) */
};

/* The role works by this configuration now. */
struct ipc_applied {
	uint32_t number;	/* of ipc_config */
};

/* fd: a new channel to another role; replaces an earlier one. */
struct ipc_peer {
	uint32_t role;		/* enum role at the other end */
};

/* fd: shared memory (os/shm.h); writable or not as the role may. */
struct ipc_shm {
	uint32_t page;		/* enum ipc_page */
	uint32_t size;
};
enum ipc_page {
	IPC_PAGE_TIME_REF,	/* engine writes, serve reads */
	IPC_PAGE_SERVE,		/* serve writes, engine reads: counters, clients */
	IPC_PAGE_KE,		/* ke-server writes, engine reads: counters */
};

struct ipc_log {
	int32_t severity;	/* enum severity */
	char text[IPC_TEXT_SIZE];
};

/*
 * The last message of a role, which made a system call that its filter forbids
 * and ends by SIGSYS.
 */
struct ipc_forbidden {
	int32_t number;		/* of the call */
	uint32_t arch;		/* AUDIT_ARCH_* */
};

/* No payload of its own: STOP, STOPPED, READY, ALIVE and plain requests. */
struct ipc_none {
	uint32_t zero;
};

/* --- NTS server: horad -> serve, ke-server ------------------------------ */

/* The cookie keys: slot = id modulo 4 (reference: files-and-logs.md 5.1). */
struct ipc_keyring {
	struct {
		uint32_t id;
		uint16_t aead;		/* 15 or 30 */
		uint16_t length;	/* bytes of key */
		uint8_t key[NTS_KEY_MAX];
	} keys[NTS_RING_KEYS];		/* oldest first; [2] encrypts, [3] is next */
};

/*
 * fd: all symmetric keys, packed as nts/mac_keys.h says, in sealed memory. They
 * replace those that came before.
 */
struct ipc_mac_keys {
	uint32_t length;	/* bytes */
};

/* fds: certificate chain and private key (PEM), sealed memory. */
struct ipc_credential {
	uint32_t index, total;	/* the new set is used when the last has come */
};

/* --- engine <-> clock ---------------------------------------------------- */

/*
 * Run at base_ppm (correction of frequency, positive: faster) and, on top,
 * move the clock by slew_s (positive: forward) at slew_ppm (magnitude). A new
 * request replaces the rest of the running slew.
 */
struct ipc_clock_adjust {
	uint32_t id;		/* echoed in ipc_clock_changed */
	double base_ppm;
	double slew_s;
	double slew_ppm;
};

enum ipc_step_cause {
	IPC_STEP_MAKESTEP,	/* makestep: counted against its limit */
	IPC_STEP_OPERATOR,	/* makestep command, -q, -s; horad vouches for it */
	IPC_STEP_LEAP,		/* leapsecmode step: exactly one second */
	IPC_STEP_INITIAL,	/* initstepslew: the first since boot */
};

/* Step the clock; the running slew is dropped. */
struct ipc_clock_step {
	uint32_t id;
	uint32_t cause;		/* enum ipc_step_cause */
	double step_s;		/* positive: forward */
};

/* Status that the kernel shows to others (adjtimex(2)). */
struct ipc_clock_status {
	uint32_t is_synchronised;	/* and rtcsync: clears STA_UNSYNC */
	uint32_t leap;			/* enum leap: STA_INS or STA_DEL */
	double max_error_s;
	double est_error_s;
	int32_t tai_offset_s;		/* 0 = leave */
};

enum ipc_clock_result {
	IPC_CLOCK_DONE,		/* as asked */
	IPC_CLOCK_SLEW_END,	/* the slew came to its end */
	IPC_CLOCK_REFUSED,	/* against this program's own limits */
	IPC_CLOCK_FAILED,	/* the kernel said no */
	IPC_CLOCK_INITIAL,	/* state found at start */
	IPC_CLOCK_INTERFERED,	/* another program had changed it; taken back */
};

/* After each change, and once at start. */
struct ipc_clock_changed {
	uint32_t id;
	uint32_t result;	/* enum ipc_clock_result */
	struct wall_time at;	/* system time of the change, after a step */
	double rate_ppm;	/* in force from then on, slew included */
	double base_ppm;	/* the part that stays */
	double slew_left_s;	/* still to be slewed */
	double step_s;		/* made at `at`; 0 = none */
	double slew_end_s;	/* seconds until the slew ends; 0 = none */
	/* INTERFERED: until `at` it ran at foreign_ppm, from some moment of the
	 * last foreign_s on */
	double foreign_ppm, foreign_s;
};

/* clock -> horad on each change, horad -> clock after a restart. */
struct ipc_clock_memory {
	double base_ppm;
	double slew_ppm;	/* signed, on top of base; 0 = no slew */
	struct mono_time slew_end;
	uint32_t steps;		/* by makestep and initstepslew since boot */
	uint32_t changes;	/* beyond maxchange since boot */
};

/*
 * horad -> clock: an operator has ordered this, by the control socket or the
 * command line. The engine, which carries it out, could make it up.
 */
enum ipc_order_kind {
	IPC_ORDER_STEP,		/* one step */
	IPC_ORDER_CHANGE,	/* one change beyond maxchange (settime, doffset) */
	IPC_ORDER_MAKESTEP,	/* other limits of makestep */
	IPC_ORDER_FORWARD,	/* one step forward to `time` (-s) */
};
struct ipc_clock_order {
	uint32_t kind;		/* enum ipc_order_kind */
	int32_t limit;		/* MAKESTEP: steps from now on; < 0 = any */
	double threshold_s;	/* MAKESTEP */
	struct wall_time time;	/* FORWARD */
};

/* --- engine <-> horad ---------------------------------------------------- */

/* horad -> engine at start; engine -> horad as it changes (drift, count). */
struct ipc_engine_memory {
	uint32_t have_frequency;	/* bool: from driftfile or earlier engine */
	uint32_t updates;		/* clock updates made (makestep's count) */
	uint32_t refused;		/* by maxchange */
	uint32_t was_near;		/* bool: `activate` of local was met */
	double freq_ppm;		/* chrony's sign: positive = clock is fast */
	double skew_ppm;
	double interval_s;		/* clock running time since the last report */
	struct wall_time not_before;	/* to the engine: -s; 0 = not known */
};

/* horad -> engine: leap seconds (sync/leap_table.h); count 0: none are known. */
#define IPC_LEAPS_MAX 128
struct ipc_leaps {
	uint32_t count;
	struct {
		int64_t from_s;		/* Unix time, 00:00:00 UTC */
		int32_t tai_s;		/* TAI - UTC from then on */
	} rows[IPC_LEAPS_MAX];
};

/*
 * NTS state of one source: engine -> horad before each use of a cookie, so that
 * horad can hand it to a new engine and save it (reference: files 4);
 * horad -> engine as answer to NTS_LOAD, cookie_count 0 when there is none.
 */
struct ipc_nts_state {
	struct ip_addr ke_address;	/* names the file */
	struct net_addr ntp_address;
	char name[IPC_NAME_SIZE];	/* as in the certificate check */
	struct wall_time ke_time;	/* of the last NTS-KE */
	uint32_t context;		/* number of the NTS-KE session */
	uint16_t aead;
	uint16_t key_length;
	uint8_t c2s[NTS_KEY_MAX], s2c[NTS_KEY_MAX];
	uint16_t cookie_count;
	uint16_t cookie_length[NTS_COOKIES];
	uint8_t cookie[NTS_COOKIES][NTS_COOKIE_MAX];
};

struct ipc_nts_load {
	struct ip_addr ke_address;
	char name[IPC_NAME_SIZE];
};

/* engine -> horad: a source wants this symmetric key. */
struct ipc_mac_key_load {
	uint32_t id;
};

/* The answer. After MAC_KEYS_NEW the engine asks again: other keys are there. */
struct ipc_mac_key {
	uint32_t id;
	uint16_t type;		/* enum mac_type */
	uint16_t length;	/* bytes of key; 0 = there is no such key */
	uint8_t key[MAC_KEY_MAX];
};

/*
 * The samples of a source as the text of a file (sync/history.h): engine -> horad
 * to be written; horad -> engine as answer to HISTORY_LOAD, length 0 when there
 * is none.
 */
#define IPC_HISTORY_TEXT 8192	/* with a NUL */
struct ipc_history {
	struct ip_addr address;	/* names the file */
	uint32_t length;
	char text[IPC_HISTORY_TEXT];
};

struct ipc_history_load {
	struct ip_addr address;
};

/* One entry of a log file of the directive `log`; horad adds the banner. */
enum ipc_logfile {
	IPC_LOG_MEASUREMENTS,
	IPC_LOG_STATISTICS,
	IPC_LOG_TRACKING,
	IPC_LOG_SELECTION,
	IPC_LOGFILES
};
struct ipc_logline {
	uint32_t file;		/* enum ipc_logfile */
	char text[IPC_TEXT_SIZE];	/* without newline */
};

/* engine -> horad: an update found the clock this wrong (mailonchange). */
struct ipc_wrong {
	struct wall_time at;
	double offset_s;	/* positive: it was behind */
};

/*
 * engine -> horad: what the control socket asked for (reference: 10). One with
 * an id is answered by one ANSWER, when it is done or failed.
 */
enum ipc_task {
	IPC_TASK_SHUTDOWN,
	IPC_TASK_CYCLELOGS,
	IPC_TASK_REKEY,
	IPC_TASK_DUMP,
	IPC_TASK_RELOAD_SOURCES,
	IPC_TASK_RELOAD_CONFIG,
	IPC_TASK_RULE,		/* allow ... cmddeny: one more rule */
	IPC_TASK_CLIENTS_RESET,	/* told to the servers; never answered */
	IPC_TASK_EXIT,		/* end of -q, -Q, -t: exit with `status` */
};

/* A rule of access; no address and 0 bits: every address. */
struct ipc_access_rule {
	uint32_t is_command;	/* bools: cmdallow, cmddeny; else allow, deny */
	uint32_t is_allow;
	uint32_t is_all;	/* deeper rules are dropped */
	uint32_t bits;
	struct ip_addr ip;
};

/*
 * Records in the tables of clients whose counters become 0, from first up to, not
 * including, end; the servers check them.
 */
struct ipc_clients {
	uint32_t ntp_first, ntp_end;	/* of hora-serve */
	uint32_t ke_first, ke_end;	/* of hora-ke-server */
};

struct ipc_request {
	uint32_t task;		/* enum ipc_task */
	int32_t status;
	uint32_t id;		/* chosen by the engine, echoed; 0 = no answer */
	struct ipc_access_rule rule;	/* RULE */
	struct ipc_clients clients;	/* CLIENTS_RESET */
	char text[IPC_TEXT_SIZE];	/* EXIT: line for stdout, or empty */
};

/* horad -> engine: the request with this id is over. */
struct ipc_answer {
	uint32_t id;
	uint32_t is_done;	/* bool: false: refused or failed */
	char text[IPC_TEXT_SIZE];	/* why; RELOAD_CONFIG: what needs a
					 * restart; or "" */
};

/*
 * A datagram of the control socket: horad -> engine. Each is answered at once, if
 * only by no bytes: then there is no reply, or it comes later.
 */
#define IPC_DATAGRAM_MOST 864	/* cut there: longer than any that is looked at */
#define IPC_DATAGRAM_REPLY 524	/* room for the longest */
struct ipc_control {
	uint32_t id;		/* of the client, echoed */
	uint32_t length;
	uint8_t bytes[IPC_DATAGRAM_MOST];
};
enum ipc_control_turn {
	IPC_CONTROL_NOW,	/* as each request is answered */
	IPC_CONTROL_LATER,	/* what was not known then */
};
struct ipc_control_reply {
	uint32_t id;
	uint32_t turn;		/* enum ipc_control_turn */
	uint32_t length;	/* 0 = nothing to send */
	uint8_t bytes[IPC_DATAGRAM_REPLY];
};

/* fd: text of all .sources files (sealed); the whole list each time. */
struct ipc_sources {
	uint32_t length;
};

/* --- engine (lookups: horad, too) <-> ke-client --------------------------- */

struct ipc_lookup {
	uint32_t id;		/* chosen by who asks, echoed */
	uint32_t family;	/* enum ip_family; IP_NONE = both */
	char name[IPC_NAME_SIZE];
};

struct ipc_addresses {
	uint32_t id;
	uint32_t status;	/* 0 found, 1 try again, 2 name has no address */
	uint32_t count;
	struct net_addr address[IPC_ADDRS_MAX];	/* port 0 */
};

struct ipc_ke_start {
	uint32_t id;		/* chosen by the engine, echoed */
	struct net_addr server;	/* NTS-KE address and port */
	struct ip_addr bind;	/* IP_NONE = any */
	char name[IPC_NAME_SIZE];	/* to be proven by the certificate */
	uint32_t certset;
	uint32_t check_times;	/* bool: validity times count */
	struct wall_time now;	/* the engine's own corrected time */
	uint32_t aead_count;
	uint16_t aead[IPC_AEADS];	/* wanted, best first */
	uint16_t ntp_port;	/* used unless the server negotiates one */
};

/* Where an exchange ended; decides the back-off (behaviour.md 3.4). */
enum ipc_ke_stage {
	IPC_KE_OK,
	IPC_KE_NOT_STARTED,	/* no socket, no route, no credentials: 2 s */
	IPC_KE_CONNECT,		/* TCP failed or TLS was closed: 2^4 s */
	IPC_KE_TLS,		/* refused by TLS or certificate: 2^10 s */
	IPC_KE_REPLY,		/* TLS done, reply bad or missing: 2^10 s */
};

struct ipc_ke_done {
	uint32_t id;
	uint32_t stage;		/* enum ipc_ke_stage */
	uint16_t aead;
	uint16_t key_length;
	uint8_t c2s[NTS_KEY_MAX], s2c[NTS_KEY_MAX];
	/* AEAD 30 without record 1024: the keys of the conforming context. */
	uint32_t have_alternative;
	uint8_t alt_c2s[NTS_KEY_MAX], alt_s2c[NTS_KEY_MAX];
	struct net_addr ntp_server;	/* resolved, port set */
	uint32_t negotiated_server;	/* bool: the server named one */
	uint32_t negotiated_port;	/* bool */
	uint16_t cookie_count;
	uint16_t cookie_length[NTS_COOKIES];
	uint8_t cookie[NTS_COOKIES][NTS_COOKIE_MAX];
	char reason[IPC_TEXT_SIZE];	/* of a failure, one line for the log */
};

/* --- the table ------------------------------------------------------------ */

#define R(role) (1u << ROLE_##role)
#define R_ANY ((1u << ROLE_COUNT) - 1 - R(HORAD))

/*	name		from		to		payload		fds */
#define IPC_MESSAGES(X) \
	X(HELLO,	R_ANY,		R(HORAD),	struct ipc_hello,	0) \
	X(READY,	R_ANY,		R(HORAD),	struct ipc_none,	0) \
	X(ALIVE,	R_ANY,		R(HORAD),	struct ipc_none,	0) \
	X(STOPPED,	R_ANY,		R(HORAD),	struct ipc_none,	0) \
	X(LOG,		R_ANY,		R(HORAD),	struct ipc_log,		0) \
	X(FORBIDDEN,	R_ANY,		R(HORAD),	struct ipc_forbidden,	0) \
	X(CONFIG,	R(HORAD),	R_ANY,		struct ipc_config,	1) \
	X(APPLIED,	R_ANY,		R(HORAD),	struct ipc_applied,	0) \
	X(PEER,		R(HORAD),	R_ANY,		struct ipc_peer,	1) \
	X(SHM,		R(HORAD),	R(ENGINE) | R(SERVE) | R(KE_SERVER), \
							struct ipc_shm,		1) \
	X(STOP,		R(HORAD),	R_ANY,		struct ipc_none,	0) \
	X(KEYRING,	R(HORAD),	R(SERVE) | R(KE_SERVER), \
							struct ipc_keyring,	0) \
	X(CREDENTIAL,	R(HORAD),	R(KE_SERVER),	struct ipc_credential,	2) \
	X(MAC_KEYS,	R(HORAD),	R(SERVE),	struct ipc_mac_keys,	1) \
	X(MAC_KEYS_NEW,	R(HORAD),	R(ENGINE),	struct ipc_none,	0) \
	X(MAC_KEY_LOAD,	R(ENGINE),	R(HORAD),	struct ipc_mac_key_load,0) \
	X(MAC_KEY,	R(HORAD),	R(ENGINE),	struct ipc_mac_key,	0) \
	X(CLOCK_ADJUST,	R(ENGINE),	R(CLOCK),	struct ipc_clock_adjust,0) \
	X(CLOCK_STEP,	R(ENGINE),	R(CLOCK),	struct ipc_clock_step,	0) \
	X(CLOCK_STATUS,	R(ENGINE),	R(CLOCK),	struct ipc_clock_status,0) \
	X(CLOCK_CHANGED,R(CLOCK),	R(ENGINE),	struct ipc_clock_changed,0) \
	X(CLOCK_MEMORY,	R(CLOCK) | R(HORAD), R(CLOCK) | R(HORAD), \
							struct ipc_clock_memory,0) \
	X(CLOCK_ORDER,	R(HORAD),	R(CLOCK),	struct ipc_clock_order,	0) \
	X(ENGINE_MEMORY,R(ENGINE) | R(HORAD), R(ENGINE) | R(HORAD), \
							struct ipc_engine_memory,0) \
	X(LEAPS,	R(HORAD),	R(ENGINE),	struct ipc_leaps,	0) \
	X(NTS_STATE,	R(ENGINE) | R(HORAD), R(ENGINE) | R(HORAD), \
							struct ipc_nts_state,	0) \
	X(NTS_LOAD,	R(ENGINE),	R(HORAD),	struct ipc_nts_load,	0) \
	X(HISTORY,	R(ENGINE) | R(HORAD), R(ENGINE) | R(HORAD), \
							struct ipc_history,	0) \
	X(HISTORY_LOAD,	R(ENGINE),	R(HORAD),	struct ipc_history_load,0) \
	X(LOGLINE,	R(ENGINE),	R(HORAD),	struct ipc_logline,	0) \
	X(WRONG,	R(ENGINE),	R(HORAD),	struct ipc_wrong,	0) \
	X(REQUEST,	R(ENGINE),	R(HORAD),	struct ipc_request,	0) \
	X(CLIENTS_RESET,R(HORAD),	R(SERVE) | R(KE_SERVER), \
							struct ipc_clients,	0) \
	X(ANSWER,	R(HORAD),	R(ENGINE),	struct ipc_answer,	0) \
	X(CONTROL,	R(HORAD),	R(ENGINE),	struct ipc_control,	0) \
	X(CONTROL_REPLY,R(ENGINE),	R(HORAD),	struct ipc_control_reply,0) \
	X(SOURCES,	R(HORAD),	R(ENGINE),	struct ipc_sources,	1) \
	X(LOOKUP,	R(ENGINE) | R(HORAD), R(KE_CLIENT), struct ipc_lookup,	0) \
	X(ADDRESSES,	R(KE_CLIENT),	R(ENGINE) | R(HORAD), \
							struct ipc_addresses,	0) \
	X(KE_START,	R(ENGINE),	R(KE_CLIENT),	struct ipc_ke_start,	0) \
	X(KE_DONE,	R(KE_CLIENT),	R(ENGINE),	struct ipc_ke_done,	0)

enum ipc_type {
#define IPC_ENUM(name, from, to, payload, fds) IPC_##name,
	IPC_MESSAGES(IPC_ENUM)
#undef IPC_ENUM
	IPC_TYPES
};

#define IPC_FDS_MAX 2		/* most descriptors of one message */

/* Largest payload of the table. */
union ipc_payload {
#define IPC_MEMBER(name, from, to, payload, fds) payload name;
	IPC_MESSAGES(IPC_MEMBER)
#undef IPC_MEMBER
};

/* Name of a message type for logs; "unknown" outside the table. */
const char *ipc_name(unsigned type);

/* Bytes of payload and number of descriptors of a type of the table. */
size_t ipc_length(enum ipc_type type);
unsigned ipc_fds(enum ipc_type type);

/*
 * May `from` send this type with this payload length and number of descriptors
 * to `to`? 0, or -EPROTO. The roles come from the channel, never from a message.
 */
int ipc_check(enum role from, enum role to, unsigned type, size_t length,
    unsigned fds);

#endif
