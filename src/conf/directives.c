/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/directives.h"

#include "conf/nts.h"
#include "conf/selection.h"
#include "conf/serving.h"
#include "conf/source.h"
#include "conf/system.h"
#include "conf/values.h"

#include <limits.h>
#include <math.h>

#define AT(field) .at = offsetof(struct config, field)
#define AT_PAIR(v4, v6) AT(v4), .value = offsetof(struct config, v6)
#define RANGE(least, most) .min = (least), .max = (most)
#define FROM(least) RANGE(least, INT_MAX)
#define ABOVE(least) RANGE(least, HUGE_VAL)

/* Below it a slew is as fast as its other limits allow; 0 is "no such line". */
#define CORRTIMERATIO_LEAST 1e-6

const struct conf_word conf_directives[] = {
	/* 2.1 time sources */
	{ "server", "HOST [OPTION]...", "a server to take time from",
	  .parse = conf_source, .value = SOURCE_SERVER },
	{ "pool", "NAME [OPTION]...", "several servers behind one name",
	  .parse = conf_source, .value = SOURCE_POOL },
	{ "peer", "HOST [OPTION]...", "a symmetric association",
	  CONF_NOT_WIRED, .value = SOURCE_PEER },
	{ "initstepslew", "THRESHOLD [HOST]...", "correct the clock at start",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "refclock", "DRIVER PARAM[:OPT[=VALUE]]... [OPTION]...",
	  "a hardware reference clock", CONF_NOT_WIRED },
	{ "manual", "", "time may be set by the settime command",
	  CONF_NOT_WIRED },
	{ "acquisitionport", "PORT", "UDP port of requests",
	  CONF_NOT_WIRED, RANGE(0, 65535) },
	{ "bindacqaddress", "ADDRESS", "local address of client sockets",
	  .parse = conf_address, AT_PAIR(acq4, acq6) },
	{ "bindacqdevice", "INTERFACE", "network interface of client sockets",
	  CONF_NOT_WIRED },
	{ "dscp", "DSCP", "differentiated services code point of NTP packets",
	  CONF_NOT_WIRED, RANGE(0, 63) },
	{ "dumpdir", "DIRECTORY", "where the samples of sources are saved",
	  CONF_NOT_WIRED },
	{ "dumponexit", "", "obsolete: samples are saved on exit anyway",
	  .parse = conf_ignored },
	{ "maxsamples", "N", "most samples of a source; 0: no limit",
	  .parse = conf_int, AT(maxsamples), FROM(0) },
	{ "minsamples", "N", "least samples of a source",
	  .parse = conf_int, AT(minsamples), FROM(0) },
	{ "refresh", "INTERVAL", "how often names are looked up; 0: never",
	  CONF_NOT_WIRED, FROM(0), .unit = "s" },

	/* 2.3 NTS */
	{ "ntsaeads", "[AEAD]...", "AEAD algorithms, best first",
	  .parse = conf_ntsaeads, FROM(0) },
	{ "ntsdumpdir", "DIRECTORY", "where cookies and server keys are kept",
	  .parse = conf_path, AT(ntsdumpdir) },
	{ "ntscachedir", "DIRECTORY", "an old name of ntsdumpdir",
	  .parse = conf_path, AT(ntsdumpdir) },
	{ "ntsrefresh", "INTERVAL", "greatest age of the keys of an NTS-KE",
	  .parse = conf_int, AT(ntsrefresh_s), FROM(0), .unit = "s" },
	{ "ntstrustedcerts", "[SETID] PATH", "certificates that are trusted",
	  .parse = conf_ntstrustedcerts },
	{ "nosystemcert", "", "do not trust the certificates of the system",
	  .parse = conf_flag, AT(nosystemcert) },
	{ "nocerttimecheck", "UPDATES",
	  "clock updates before the dates of certificates count",
	  .parse = conf_int, AT(nocerttimecheck), FROM(0) },
	{ "ntsservercert", "FILE", "certificate chain of the NTS server",
	  .parse = conf_ntsservercert },
	{ "ntsserverkey", "FILE", "private key of the NTS server",
	  .parse = conf_ntsserverkey },
	{ "ntsport", "PORT", "TCP port of the NTS-KE server here",
	  .parse = conf_ntsport, AT(nts_port), RANGE(1, 65535) },
	{ "ntsprocesses", "N", "threads of the NTS-KE server",
	  .parse = conf_int, AT(ntsprocesses), RANGE(0, 1000) },
	{ "maxntsconnections", "N", "NTS-KE connections at a time",
	  .parse = conf_int, AT(maxntsconnections), FROM(1) },
	{ "ntsntpserver", "HOST", "NTP server that NTS-KE clients shall use",
	  .parse = conf_name, AT(ntsntpserver) },
	{ "ntsrotate", "INTERVAL", "how often server keys change; 0: never",
	  .parse = conf_int, AT(ntsrotate_s), FROM(0), .unit = "s" },
	{ "ntsratelimit", "[OPTION VALUE]...", "limit NTS-KE of each address",
	  .parse = conf_ntsratelimit },

	/* 2.5 source selection */
	{ "authselectmode", "require|prefer|mix|ignore",
	  "what authentication means for selection",
	  .parse = conf_authselectmode },
	{ "combinelimit", "LIMIT", "which sources are combined; 0: none",
	  .parse = conf_clamped, AT(combinelimit), ABOVE(0) },
	{ "maxdistance", "DISTANCE", "greatest root distance of a source",
	  .parse = conf_double, AT(maxdistance_s), .unit = "s" },
	{ "maxjitter", "JITTER", "greatest jitter of a source",
	  .parse = conf_double, AT(maxjitter_s), .unit = "s" },
	{ "minsources", "N", "selectable sources needed to update the clock",
	  .parse = conf_int, AT(minsources), FROM(1) },
	{ "reselectdist", "DISTANCE", "added to sources that are not selected",
	  .parse = conf_double, AT(reselectdist_s), .unit = "s" },
	{ "stratumweight", "DISTANCE", "added for each stratum",
	  .parse = conf_double, AT(stratumweight_s), .unit = "s" },
	{ "maxstratum", "STRATUM", "greatest stratum of a source",
	  .parse = conf_int, AT(maxstratum), FROM(0) },
	{ "minstratum", "STRATUM", "least stratum of a source",
	  .parse = conf_int, AT(minstratum), FROM(0) },

	/* 2.6 system clock */
	{ "clockprecision", "PRECISION", "assumed precision of the clock",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "corrtimeratio", "RATIO", "duration of a correction in intervals",
	  .parse = conf_clamped, AT(corrtimeratio), ABOVE(CORRTIMERATIO_LEAST) },
	{ "driftfile", "FILE [interval SECONDS]", "where the frequency is kept",
	  .parse = conf_driftfile, AT(driftfile) },
	{ "fallbackdrift", "MIN MAX", "frequencies used without updates",
	  .parse = conf_fallbackdrift, RANGE(0, 30), .unit = "log2 s" },
	{ "leapsecmode", "system|step|slew|ignore", "how leap seconds are made",
	  .parse = conf_leapsecmode },
	{ "leapsectz", "ZONE", "time zone that knows the leap seconds",
	  .parse = conf_path, AT(leapsectz) },
	{ "leapseclist", "FILE", "list of leap seconds",
	  .parse = conf_path, AT(leapseclist) },
	{ "makestep", "THRESHOLD LIMIT",
	  "step above THRESHOLD in the first LIMIT updates; negative: in all",
	  .parse = conf_makestep },
	{ "maxchange", "OFFSET START IGNORE", "end when the clock is too wrong",
	  .parse = conf_maxchange },
	{ "maxclockerror", "ERROR", "assumed frequency error of the clock",
	  .parse = conf_clamped, AT(maxclockerror_ppm), ABOVE(0), .unit = "ppm" },
	{ "maxdrift", "DRIFT", "greatest frequency correction",
	  .parse = conf_clamped, AT(maxdrift_ppm),
	  RANGE(0, CONFIG_DRIFT_MOST_PPM), .unit = "ppm" },
	{ "maxupdateskew", "SKEW", "above it the frequency is not used",
	  .parse = conf_maxupdateskew, .unit = "ppm" },
	{ "maxslewrate", "RATE", "greatest rate of slewing",
	  .parse = conf_clamped, AT(maxslewrate_ppm), ABOVE(0), .unit = "ppm" },
	{ "tempcomp", "FILE INTERVAL T0 K0 K1 K2 | FILE INTERVAL POINTS",
	  "temperature compensation", CONF_NOT_WIRED },

	/* 2.7 NTP server */
	{ "allow", "[all] [ADDRESS[/BITS]]", "serve these clients",
	  .parse = conf_access, .value = true },
	{ "deny", "[all] [ADDRESS[/BITS]]", "do not serve these clients",
	  .parse = conf_access, .value = false },
	{ "bindaddress", "ADDRESS", "local address of server sockets",
	  .parse = conf_address, AT_PAIR(bind4, bind6) },
	{ "binddevice", "INTERFACE", "network interface of server sockets",
	  CONF_NOT_WIRED },
	{ "broadcast", "INTERVAL ADDRESS [PORT]", "send broadcast packets",
	  CONF_NOT_WIRED },
	{ "clientloglimit", "BYTES", "memory for records of clients",
	  CONF_NOT_WIRED, FROM(0) },
	{ "noclientlog", "", "keep no records of clients", CONF_NOT_WIRED },
	{ "local", "[OPTION [VALUE]]...", "serve time when unsynchronised",
	  .parse = conf_local },
	{ "ntpsigndsocket", "DIRECTORY", "MS-SNTP signing", CONF_NOT_WIRED },
	{ "port", "PORT", "UDP port of the NTP server; 0: never open",
	  .parse = conf_server_port, AT(port), RANGE(0, 65535) },
	{ "ratelimit", "[OPTION VALUE]...", "limit responses to each address",
	  .parse = conf_ratelimit },
	{ "smoothtime", "MAXFREQ MAXWANDER [leaponly]", "serve smoothed time",
	  CONF_NOT_WIRED },
	{ "ptpport", "PORT", "UDP port of NTP over PTP; 0: never open",
	  CONF_NOT_WIRED, RANGE(0, 65535) },
	{ "ptpdomain", "DOMAIN", "PTP domain of NTP over PTP",
	  CONF_NOT_WIRED, RANGE(0, 255) },

	/* 2.10 commands and monitoring */
	{ "bindcmdaddress", "ADDRESS|PATH", "where commands are received",
	  .parse = conf_bindcmdaddress, AT_PAIR(cmd4, cmd6) },
	{ "bindcmddevice", "INTERFACE", "network interface of command sockets",
	  CONF_NOT_WIRED },
	{ "cmdallow", "[all] [ADDRESS[/BITS]]", "monitoring for these clients",
	  .parse = conf_cmdaccess, .value = true },
	{ "cmddeny", "[all] [ADDRESS[/BITS]]", "no monitoring for these clients",
	  .parse = conf_cmdaccess, .value = false },
	{ "cmdport", "PORT", "UDP port of commands; 0: none",
	  .parse = conf_cmdport, AT(cmdport), RANGE(0, 65535) },
	{ "cmdratelimit", "[OPTION VALUE]...", "limit replies to each address",
	  CONF_NOT_WIRED },
	{ "opencommands", "[COMMAND]...", "monitoring open to the network",
	  CONF_NOT_WIRED },

	/* 2.11 real-time clock */
	{ "hwclockfile", "FILE", "adjtime file of hwclock", CONF_NOT_WIRED },
	{ "rtcautotrim", "THRESHOLD", "set it above this error",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "rtcdevice", "DEVICE", "real-time clock device", CONF_NOT_WIRED },
	{ "rtcfile", "FILE", "track the real-time clock", CONF_NOT_WIRED },
	{ "rtconutc", "", "the real-time clock keeps UTC", CONF_NOT_WIRED },
	{ "rtcsync", "", "the kernel copies the time to the real-time clock",
	  .parse = conf_flag, AT(rtcsync) },

	/* 2.12 logging */
	{ "log", "[NAME]...", "what is written to files in logdir",
	  .parse = conf_log },
	{ "logbanner", "ENTRIES", "entries between banners; 0: no banner",
	  CONF_NOT_WIRED, FROM(0) },
	{ "logchange", "THRESHOLD", "log corrections above this",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "logdir", "DIRECTORY", "where log files are written",
	  .parse = conf_path, AT(logdir) },
	{ "mailonchange", "ADDRESS THRESHOLD", "mail when the clock is wrong",
	  CONF_NOT_WIRED },

	/* 2.13 miscellaneous */
	{ "confdir", "DIRECTORY...", "read *.conf files of directories",
	  .parse = conf_expanded },
	{ "include", "PATTERN", "read files", .parse = conf_expanded },
	{ "sourcedir", "DIRECTORY...", "read *.sources files of directories",
	  .parse = conf_sourcedir },
	{ "hwtimestamp", "INTERFACE [OPTION]...", "timestamps of the card",
	  CONF_NOT_WIRED },
	{ "hwtstimeout", "TIME", "how long a response waits for a timestamp",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "maxtxbuffers", "N", "messages kept for transmit timestamps",
	  CONF_NOT_WIRED, RANGE(0, 1048576) },
	{ "keyfile", "FILE", "symmetric keys",
	  .parse = conf_path, AT(keyfile) },
	{ "lock_all", "", "lock all memory", CONF_NOT_WIRED },
	{ "pidfile", "FILE", "process ID file; / for none",
	  .parse = conf_pidfile, AT(pidfile) },
	{ "sched_priority", "PRIORITY", "real-time priority",
	  CONF_NOT_WIRED, RANGE(0, 100) },
	{ "user", "NAME", "user that the daemon runs as", .parse = conf_user },

	/* 2.14 obsolete */
	{ "commandkey", "", "obsolete", .parse = conf_obsolete },
	{ "generatecommandkey", "", "obsolete", .parse = conf_obsolete },
	{ "linux_hz", "", "obsolete", .parse = conf_obsolete },
	{ "linux_freq_scale", "", "obsolete", .parse = conf_obsolete },
};
const size_t conf_directive_count =
    sizeof(conf_directives) / sizeof(*conf_directives);

const struct conf_word *conf_directive(const char *name)
{
	return conf_word_find(conf_directives, conf_directive_count, name);
}
