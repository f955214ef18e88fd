/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration as every role sees it: plain values with their defaults,
 * parsed from one text by conf/parse.h (language: reference configuration.md).
 */
#ifndef HORA_CONF_CONFIG_H
#define HORA_CONF_CONFIG_H

#include "base/addr.h"
#include "base/open_command.h"
#include "base/select_option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_NAME_SIZE 256		/* host name with NUL */
#define CONFIG_PATH_SIZE 1024		/* file name with NUL */
#define CONFIG_USER_SIZE 64		/* name of a user with NUL */
#define CONFIG_MAIL_SIZE 256		/* mail address with NUL */
#define CONFIG_DEVICE_SIZE 16		/* network interface with NUL */
#define CONFIG_PAIRS 16			/* server certificates and keys */
#define CONFIG_TRUSTED 32		/* ntstrustedcerts lines */
#define CONFIG_DIRS 10			/* of one confdir or sourcedir line */
#define CONFIG_SOURCEDIRS 64		/* of all sourcedir lines */
#define CONFIG_AEADS 8
#define CONFIG_RULE_NAMES 256		/* host names of access rules */
#define CONFIG_ACCESS_NODES 65536	/* of a table of access (ntp/access.h) */
#define CONFIG_INIT_HOSTS 16		/* of initstepslew */
#define CONFIG_DRIFT_MOST_PPM 500000.0	/* of maxdrift; its default too */

#define MAXNTSRETRY_USUAL 19		/* 6 days */
#define PRESEND_OFF 100			/* above every poll */

enum source_type {
	SOURCE_SERVER,
	SOURCE_POOL,
	SOURCE_PEER,
};

/* One server, pool or peer line (reference: configuration.md 2.2). */
struct source_config {
	enum source_type type;
	char name[CONFIG_NAME_SIZE];	/* host name or address */
	uint8_t family;			/* enum ip_family wanted; IP_NONE = any */
	uint16_t port, nts_port;
	int minpoll, maxpoll;		/* log2 s, clamped */
	int minsamples, maxsamples;	/* -1 = global */
	int maxsources;			/* of a pool */
	int polltarget;
	int maxunreach;			/* polls that it is used unreachable */
	int maxntsretry;		/* log2 s; longest wait for NTS-KE */
	double maxdelay_s, maxdelayratio, maxdelaydevratio;
	double maxdelayquant;		/* 0 = off */
	double mindelay_s;		/* 0 = the observed one */
	double asymmetry;		/* beyond -0.5..0.5: not known */
	double offset_s;		/* added to what is measured */
	int filter;			/* polls that make a sample; 0 = off */
	uint32_t certset;
	uint32_t key;			/* number of the symmetric key; 0 = none */
	unsigned select_options;	/* enum select_option */
	bool iburst, nts, offline;
	bool xleave;			/* interleaved mode (RFC 9769) */
	bool burst;			/* several requests at a poll, if needed */
	bool copy;			/* have its stratum and reference ID */
	bool auto_offline;		/* offline when sending fails */
	bool mono_ef;			/* extfield F323 (wire/mono_ef.h) */
	bool net_ef;			/* extfield F324 or 10A: not used */
	int presend;			/* extra requests from this poll on */
	int minstratum;			/* 0..15 */
	int version;			/* of requests; 0 = what fits */
};

/* allow, deny, cmdallow, cmddeny, in file order. */
struct access_rule_config {
	bool is_allow;
	bool is_all;			/* "all": deeper rules are dropped */
	uint8_t families;		/* IP_NONE: both (prefix length 0) */
	struct ip_prefix prefix;	/* with a name: IP_NONE */
	uint16_t name;			/* 1 + index in rule_names; 0 = none */
};

/* ratelimit and ntsratelimit (reference: configuration.md 2.9). */
struct ratelimit_config {
	bool enabled;
	int interval_log2_s;
	int burst;			/* 1..255 responses */
	int leak;			/* random pass: 2^-leak */
	int kod;			/* 2^-kod; 0 = none */
};

struct local_config {
	bool enabled;
	int stratum;
	bool orphan;
	double distance_s, activate_s, waitsynced_s, waitunsynced_s;
};

struct trusted_certs_config {
	uint32_t set;
	char path[CONFIG_PATH_SIZE];
};

/* Directories of one sourcedir line hide equal names of each other's files. */
struct sourcedir_config {
	unsigned group;			/* equal for directories of one line */
	char path[CONFIG_PATH_SIZE];
};

enum log_bit {
	LOG_MEASUREMENTS = 1,
	LOG_STATISTICS = 2,
	LOG_TRACKING = 4,
	LOG_SELECTION = 8,
	LOG_RAWMEASUREMENTS = 16,	/* in the file of measurements */
};

/* How a leap second is made (reference: behaviour.md 7). */
enum leapsecmode {
	LEAPSEC_SYSTEM,		/* the kernel makes it */
	LEAPSEC_STEP,
	LEAPSEC_SLEW,
	LEAPSEC_IGNORE,		/* corrected like any offset, later */
};

/* maxchange (reference: behaviour.md 7). */
struct maxchange_config {
	bool enabled;
	double offset_s;
	int start;			/* updates that are not looked at */
	int ignore;			/* then so many are refused; < 0 = any */
};

/* initstepslew: the first update, and who is asked for it too. */
struct initstepslew_config {
	double threshold_s;
	char hosts[CONFIG_INIT_HOSTS][CONFIG_NAME_SIZE];
	size_t host_count;		/* 0 = off */
};

/* Allocated arrays are owned by the config and freed by config_free. */
struct config {
	struct source_config *sources;
	size_t source_count;
	struct sourcedir_config *sourcedirs;
	size_t sourcedir_count;

	/* NTS client */
	struct trusted_certs_config *trusted;
	size_t trusted_count;
	bool nosystemcert;
	int nocerttimecheck;
	int ntsrefresh_s;
	uint16_t aeads[CONFIG_AEADS];	/* ntsaeads, supported ones, best first */
	size_t aead_count;
	char ntsdumpdir[CONFIG_PATH_SIZE];	/* "" = none, as for every path */

	/* NTS server */
	char (*ntsservercerts)[CONFIG_PATH_SIZE];
	char (*ntsserverkeys)[CONFIG_PATH_SIZE];
	size_t pair_count;		/* certificates */
	size_t ntsserverkey_count;	/* equal to pair_count: checked */
	uint16_t nts_port;
	int ntsprocesses;
	int maxntsconnections;
	int ntsrotate_s;
	char ntsntpserver[CONFIG_NAME_SIZE];
	struct ratelimit_config ntsratelimit;

	/* NTP server */
	struct access_rule_config *allow;
	size_t allow_count;
	uint16_t port;			/* 0 = never open */
	bool has_port;			/* given explicitly (for -Q) */
	struct ip_addr bind4, bind6;	/* bindaddress; IP_NONE = any */
	char binddevice[CONFIG_DEVICE_SIZE];	/* "" = any, as for every one */
	int dscp;			/* of all NTP packets sent */
	struct ratelimit_config ratelimit;
	uint16_t ptpport;		/* NTP over PTP (wire/ptp.h); 0 = off */
	int ptpdomain;
	uint32_t clientloglimit;	/* bytes */
	bool noclientlog;
	struct local_config local;

	/* NTP client */
	struct ip_addr acq4, acq6;	/* bindacqaddress */
	char acqdevice[CONFIG_DEVICE_SIZE];	/* bindacqdevice */
	int acquisitionport;		/* -1: a port of its own for each
					 * request; 0: any, kept */
	int minsamples, maxsamples;	/* 0 = unlimited */
	int refresh_s;			/* of names; 0 = never */
	char dumpdir[CONFIG_PATH_SIZE];	/* samples of sources */

	/* selection */
	enum authselect_mode authselectmode;
	double combinelimit;		/* 0 = no combining */
	double maxdistance_s, maxjitter_s;
	double reselectdist_s, stratumweight_s;
	int minsources;
	int maxstratum, minstratum;	/* of a selectable source */

	/* clock */
	double clockprecision_s;	/* 0 = as measured */
	double corrtimeratio;		/* 0 = not configured: hora's own way */
	double maxclockerror_ppm;
	double maxdrift_ppm;		/* of the frequency, without slews */
	double maxslewrate_ppm;		/* the kernel's range may end before */
	double makestep_threshold_s;
	int makestep_limit;		/* updates; 0 = never, < 0 = always */
	struct initstepslew_config initstepslew;
	enum leapsecmode leapsecmode;
	char leapsectz[CONFIG_PATH_SIZE];
	char leapseclist[CONFIG_PATH_SIZE];
	struct maxchange_config maxchange;
	int fallback_min_log2_s, fallback_max_log2_s;	/* fallbackdrift; both
					 * 0 = off */
	double maxupdateskew_ppm;
	char driftfile[CONFIG_PATH_SIZE];
	int drift_interval_s;
	bool rtcsync;
	bool manual;			/* settime from the start */

	/* control */
	struct access_rule_config *cmdallow;
	size_t cmdallow_count;
	struct ip_addr cmd4, cmd6;	/* bindcmdaddress */
	char cmddevice[CONFIG_DEVICE_SIZE];	/* bindcmddevice */
	char cmd_socket[CONFIG_PATH_SIZE];	/* "" = disabled by "/" */
	uint16_t cmdport;		/* 0 = no UDP */
	struct ratelimit_config cmdratelimit;
	uint32_t opencommands;		/* set of enum open_command */
	bool has_cmdport;		/* given explicitly (for -Q) */

	/* host names that allow ... cmddeny have, each once */
	char (*rule_names)[CONFIG_NAME_SIZE];
	size_t rule_name_count;

	/* logs and process */
	char logdir[CONFIG_PATH_SIZE];
	unsigned log;			/* enum log_bit */
	int logbanner;			/* entries between banners; 0 = none */
	double logchange_s;
	char mail_address[CONFIG_MAIL_SIZE];	/* mailonchange; "" = none */
	double mail_threshold_s;
	char keyfile[CONFIG_PATH_SIZE];
	char pidfile[CONFIG_PATH_SIZE];	/* "" = disabled by "/" */
	char user[CONFIG_USER_SIZE];
	bool lock_all;
	int sched_priority;		/* 0 = not real-time */
};

/*
 * The defaults (reference: configuration.md 2; paths and user as the build was
 * configured). Owns nothing yet.
 */
void config_init(struct config *c);

/*
 * Records of clients, and as many pairs of timestamps for interleaved mode, that
 * clientloglimit has room for: a power of two from 16 to 2^24; 0 with noclientlog.
 */
uint32_t config_client_records(const struct config *c);

/* Free what a config owns and leave it empty; a zeroed one is allowed. */
void config_free(struct config *c);

/* The defaults of a source line; `name` is empty. */
void source_config_init(struct source_config *s, enum source_type type);

/* Must its responses be authenticated, by NTS or a symmetric key? */
bool source_config_authenticates(const struct source_config *s);

/* Do two lines say the same, in every option? */
bool source_config_equal(const struct source_config *a,
    const struct source_config *b);

#endif
