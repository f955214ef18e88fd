/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/directives.h"

#include "conf/nts.h"
#include "conf/selection.h"
#include "conf/serving.h"
#include "conf/source.h"
#include "conf/system.h"
#include "conf/values.h"

#include "build_config.h"

#include <limits.h>
#include <math.h>

#define AT(field) .at = offsetof(struct config, field)
#define AT_PAIR(v4, v6) AT(v4), .value = offsetof(struct config, v6)
#define RANGE(least, most) .min = (least), .max = (most)
#define FROM(least) RANGE(least, INT_MAX)
#define ABOVE(least) RANGE(least, HUGE_VAL)
#define NO_LIMIT CONF_LIMIT(CONF_NO_LIMIT)
#define RESTART .restart = true
#define REMOVE "remove the line"
#define USE_RTCSYNC "remove the line; rtcsync keeps that clock right"

/* Below it a slew is as fast as its other limits allow; 0 is "no such line". */
#define CORRTIMERATIO_LEAST 1e-6

static const struct conf_word directives[] = {
	/* 2.1 time sources */
	{ "server", "HOST [OPTION]...", "-", "old",
	  "a server to take time from", .parse = conf_source,
	  .value = SOURCE_SERVER, .options = &conf_source_options },
	{ "pool", "NAME [OPTION]...", "-", "2.0",
	  "several servers behind one name", .parse = conf_source,
	  .value = SOURCE_POOL, .options = &conf_source_options },
	{ "peer", "HOST [OPTION]...", "-", "old", "a symmetric association",
	  .parse = conf_source, .value = SOURCE_PEER,
	  .options = &conf_source_options },
	{ "initstepslew", "THRESHOLD [HOST]...", "-", "old",
	  "correct the clock at start", .parse = conf_initstepslew,
	  .unit = "s", RESTART },
	{ "refclock", "DRIVER PARAM[:OPT[=VALUE]]... [OPTION]...", "-", "1.24",
	  "a hardware reference clock",
	  CONF_LEFT_OUT("take time from servers"), RESTART },
	{ "manual", "", "-", "old", "time may be set by the settime command",
	  .parse = conf_flag, AT(manual) },
	{ "acquisitionport", "PORT", "-", "old", "UDP port of requests",
	  .parse = conf_int, AT(acquisitionport), RANGE(0, 65535), RESTART },
	{ "bindacqaddress", "ADDRESS", "-", "1.30",
	  "local address of client sockets",
	  .parse = conf_address, AT_PAIR(acq4, acq6), RESTART },
	{ "bindacqdevice", "INTERFACE", "-", "4.0",
	  "network interface of client sockets",
	  .parse = conf_device, AT(acqdevice), RESTART },
	{ "dscp", "DSCP", "0", "4.0",
	  "differentiated services code point of NTP packets",
	  .parse = conf_int, AT(dscp), RANGE(0, 63), RESTART },
	{ "dumpdir", "DIRECTORY", "-", "old",
	  "where the samples of sources are saved",
	  .parse = conf_path, AT(dumpdir), RESTART },
	{ "dumponexit", "", "-", "old",
	  "obsolete: samples are saved on exit anyway",
	  .parse = conf_ignored },
	{ "maxsamples", "N", "0", "1.28",
	  "most samples of a source; 0: no limit",
	  .parse = conf_int, AT(maxsamples), FROM(0) },
	{ "minsamples", "N", "6", "1.28", "least samples of a source",
	  .parse = conf_int, AT(minsamples), FROM(0) },
	{ "refresh", "INTERVAL", "1209600", "4.4",
	  "how often names are looked up; 0: never",
	  .parse = conf_int, AT(refresh_s), FROM(0), .unit = "s" },

	/* 2.3 NTS */
	{ "ntsaeads", "[AEAD]...", "30 15", "4.6.1",
	  "AEAD algorithms, best first", .parse = conf_ntsaeads, FROM(0) },
	{ "ntsdumpdir", "DIRECTORY", "-", "4.0",
	  "where cookies and server keys are kept",
	  .parse = conf_path, AT(ntsdumpdir), RESTART },
	{ "ntscachedir", "DIRECTORY", "-", "4.0", "an old name of ntsdumpdir",
	  .parse = conf_path, AT(ntsdumpdir), RESTART },
	{ "ntsrefresh", "INTERVAL", "2419200", "4.0",
	  "greatest age of the keys of an NTS-KE",
	  .parse = conf_int, AT(ntsrefresh_s), FROM(0), .unit = "s" },
	{ "ntstrustedcerts", "[SETID] PATH", "-", "4.0",
	  "certificates that are trusted", .parse = conf_ntstrustedcerts },
	{ "nosystemcert", "", "-", "4.0",
	  "do not trust the certificates of the system",
	  .parse = conf_flag, AT(nosystemcert) },
	{ "nocerttimecheck", "UPDATES", "0", "4.0",
	  "clock updates before the dates of certificates count",
	  .parse = conf_int, AT(nocerttimecheck), FROM(0) },
	{ "ntsservercert", "FILE", "-", "4.0",
	  "certificate chain of the NTS server", .parse = conf_ntsservercert },
	{ "ntsserverkey", "FILE", "-", "4.0", "private key of the NTS server",
	  .parse = conf_ntsserverkey },
	{ "ntsport", "PORT", "4460", "4.0",
	  "TCP port of the NTS-KE server here",
	  .parse = conf_ntsport, AT(nts_port), RANGE(1, 65535), RESTART },
	{ "ntsprocesses", "N", "1", "4.0", "threads of the NTS-KE server",
	  .parse = conf_int, AT(ntsprocesses), RANGE(0, 1000), RESTART },
	{ "maxntsconnections", "N", "100", "4.0",
	  "NTS-KE connections at a time",
	  .parse = conf_int, AT(maxntsconnections), FROM(1), RESTART },
	{ "ntsntpserver", "HOST", "-", "4.0",
	  "NTP server that NTS-KE clients shall use",
	  .parse = conf_name, AT(ntsntpserver) },
	{ "ntsrotate", "INTERVAL", "604800", "4.0",
	  "how often server keys change; 0: never",
	  .parse = conf_int, AT(ntsrotate_s), FROM(0), .unit = "s" },
	{ "ntsratelimit", "[OPTION VALUE]...", "-", "4.0",
	  "limit NTS-KE of each address", .parse = conf_ntsratelimit,
	  .options = &conf_ntsratelimit_options },

	/* 2.5 source selection */
	{ "authselectmode", "require|prefer|mix|ignore", "mix", "4.0",
	  "what authentication means for selection",
	  .parse = conf_authselectmode },
	{ "combinelimit", "LIMIT", "3.0", "1.28",
	  "which sources are combined; 0: none, inf: all",
	  .parse = conf_clamped, AT(combinelimit), ABOVE(0), NO_LIMIT },
	{ "maxdistance", "DISTANCE", "3.0", "2.2",
	  "greatest root distance of a source; inf: any",
	  .parse = conf_double, AT(maxdistance_s), .unit = "s", NO_LIMIT },
	{ "maxjitter", "JITTER", "1.0", "3.0",
	  "greatest jitter of a source; inf: any",
	  .parse = conf_double, AT(maxjitter_s), .unit = "s", NO_LIMIT },
	{ "minsources", "N", "1", "2.0",
	  "selectable sources needed to update the clock",
	  .parse = conf_int, AT(minsources), FROM(1) },
	{ "reselectdist", "DISTANCE", "0.0001", "1.25",
	  "added to sources that are not selected",
	  .parse = conf_double, AT(reselectdist_s), .unit = "s" },
	{ "stratumweight", "DISTANCE", "0.001", "1.25",
	  "added for each stratum",
	  .parse = conf_double, AT(stratumweight_s), .unit = "s" },
	{ "maxstratum", "STRATUM", "15", "4.9",
	  "greatest stratum of a source",
	  .parse = conf_int, AT(maxstratum), FROM(0) },
	{ "minstratum", "STRATUM", "0", "4.9", "least stratum of a source",
	  .parse = conf_int, AT(minstratum), FROM(0) },

	/* 2.6 system clock */
	{ "clockprecision", "PRECISION", "-", "4.0",
	  "assumed precision of the clock, instead of the measured",
	  .parse = conf_clamped, AT(clockprecision_s), RANGE(1e-9, 1),
	  .unit = "s" },
	{ "corrtimeratio", "RATIO", "-", "1.27",
	  "duration of a correction in intervals",
	  .parse = conf_clamped, AT(corrtimeratio), ABOVE(CORRTIMERATIO_LEAST) },
	{ "driftfile", "FILE [interval SECONDS]", "-", "old",
	  "where the frequency is kept", .parse = conf_driftfile,
	  AT(driftfile), .options = &conf_driftfile_options },
	{ "fallbackdrift", "MIN MAX", "-", "1.25",
	  "frequencies used without updates",
	  .parse = conf_fallbackdrift, RANGE(0, 30), .unit = "log2 s" },
	{ "leapsecmode", "system|step|slew|ignore", "system", "2.0",
	  "how leap seconds are made", .parse = conf_leapsecmode },
	{ "leapsectz", "ZONE", "-", "1.27",
	  "time zone that knows the leap seconds",
	  .parse = conf_path, AT(leapsectz) },
	{ "leapseclist", "FILE", "-", "4.6", "list of leap seconds",
	  .parse = conf_path, AT(leapseclist) },
	{ "makestep", "THRESHOLD LIMIT", "-", "1.24",
	  "step above THRESHOLD in the first LIMIT updates; negative: in all",
	  .parse = conf_makestep },
	{ "maxchange", "OFFSET START IGNORE", "-", "1.27",
	  "end when the clock is too wrong; an OFFSET of inf: never",
	  .parse = conf_maxchange, NO_LIMIT },
	{ "maxclockerror", "ERROR", "1.0", "1.25",
	  "assumed frequency error of the clock",
	  .parse = conf_clamped, AT(maxclockerror_ppm), ABOVE(0), .unit = "ppm" },
	{ "maxdrift", "DRIFT", "500000.0", "2.4",
	  "greatest frequency correction; inf: no limit but the kernel's",
	  .parse = conf_clamped, AT(maxdrift_ppm),
	  RANGE(0, CONFIG_DRIFT_MOST_PPM), .unit = "ppm", NO_LIMIT },
	{ "maxupdateskew", "SKEW", "1000.0", "old",
	  "above it the frequency is not used; inf: it always is",
	  .parse = conf_maxupdateskew, .unit = "ppm", NO_LIMIT },
	{ "maxslewrate", "RATE", "83333.333", "1.30",
	  "greatest rate of slewing; inf: no limit but the kernel's",
	  .parse = conf_clamped, AT(maxslewrate_ppm), ABOVE(0), .unit = "ppm",
	  NO_LIMIT },
	{ "tempcomp", "FILE INTERVAL T0 K0 K1 K2 | FILE INTERVAL POINTS",
	  "-", "1.25", "temperature compensation of the frequency",
	  CONF_LEFT_OUT(REMOVE), RESTART },

	/* 2.7 NTP server */
	{ "allow", "[all] [ADDRESS[/BITS]|NAME]", "-", "old",
	  "serve these clients",
	  .parse = conf_access, .value = true },
	{ "deny", "[all] [ADDRESS[/BITS]|NAME]", "-", "old",
	  "do not serve these clients", .parse = conf_access, .value = false },
	{ "bindaddress", "ADDRESS", "-", "old",
	  "local address of server sockets",
	  .parse = conf_address, AT_PAIR(bind4, bind6), RESTART },
	{ "binddevice", "INTERFACE", "-", "4.0",
	  "network interface of server sockets",
	  .parse = conf_device, AT(binddevice), RESTART },
	{ "broadcast", "INTERVAL ADDRESS [PORT]", "-", "old",
	  "broadcast packets, which can not be authenticated",
	  CONF_LEFT_OUT("use server lines at the clients"), RESTART },
	{ "clientloglimit", "BYTES", "524288", "1.23.1",
	  "memory for records of clients and their timestamps",
	  .parse = conf_u32, AT(clientloglimit), RANGE(0, UINT32_MAX),
	  .unit = "bytes", RESTART },
	{ "noclientlog", "", "-", "old", "keep no records of clients",
	  .parse = conf_flag, AT(noclientlog), RESTART },
	{ "local", "[OPTION [VALUE]]...", "-", "old",
	  "serve time when unsynchronised", .parse = conf_local,
	  .options = &conf_local_options },
	{ "ntpsigndsocket", "DIRECTORY", "-", "3.0",
	  "MS-SNTP signing for Windows domains",
	  CONF_LEFT_OUT("leave these clients to a server that has it"), RESTART },
	{ "port", "PORT", "123", "old",
	  "UDP port of the NTP server; 0: never open",
	  .parse = conf_server_port, AT(port), RANGE(0, 65535), RESTART },
	{ "ratelimit", "[OPTION VALUE]...", "-", "2.3",
	  "limit responses to each address", .parse = conf_ratelimit,
	  .options = &conf_ratelimit_options },
	{ "smoothtime", "MAXFREQ MAXWANDER [leaponly]", "-", "2.0",
	  "serve smoothed time",
	  CONF_LEFT_OUT("remove the line at all servers of these clients"),
	  RESTART },
	{ "ptpport", "PORT", "0", "4.2",
	  "UDP port of NTP over PTP; 0: never open",
	  .parse = conf_u16, AT(ptpport), RANGE(0, 65535), RESTART },
	{ "ptpdomain", "DOMAIN", "123", "4.6", "PTP domain of NTP over PTP",
	  .parse = conf_int, AT(ptpdomain), RANGE(0, 255), RESTART },

	/* 2.10 commands and monitoring */
	{ "bindcmdaddress", "ADDRESS|PATH",
	  "127.0.0.1 ::1 " HORA_COMMAND_SOCKET, "old",
	  "where commands are received; / for no Unix socket",
	  .parse = conf_bindcmdaddress, AT_PAIR(cmd4, cmd6), RESTART },
	{ "bindcmddevice", "INTERFACE", "-", "4.0",
	  "network interface of command sockets",
	  .parse = conf_device, AT(cmddevice), RESTART },
	{ "cmdallow", "[all] [ADDRESS[/BITS]|NAME]", "-", "old",
	  "monitoring for these clients",
	  .parse = conf_cmdaccess, .value = true },
	{ "cmddeny", "[all] [ADDRESS[/BITS]|NAME]", "-", "old",
	  "no monitoring for these clients",
	  .parse = conf_cmdaccess, .value = false },
	{ "cmdport", "PORT", "323", "old", "UDP port of commands; 0: none",
	  .parse = conf_cmdport, AT(cmdport), RANGE(0, 65535), RESTART },
	{ "cmdratelimit", "[OPTION VALUE]...", "-", "2.3",
	  "limit replies to each address", .parse = conf_cmdratelimit,
	  .options = &conf_cmdratelimit_options },
	{ "opencommands", "[COMMAND]...",
	  "activity manual rtcdata smoothing sourcename sources sourcestats "
	  "tracking", "4.7", "monitoring open to the network",
	  .parse = conf_opencommands },

	/* 2.11 real-time clock */
	{ "hwclockfile", "FILE", "-", "1.30", "adjtime file of hwclock",
	  CONF_LEFT_OUT(USE_RTCSYNC), RESTART },
	{ "rtcautotrim", "THRESHOLD", "0.0", "1.30",
	  "set the real-time clock above this error",
	  CONF_LEFT_OUT(USE_RTCSYNC), .unit = "s", RESTART },
	{ "rtcdevice", "DEVICE", "/dev/rtc", "old", "real-time clock device",
	  CONF_LEFT_OUT(USE_RTCSYNC), RESTART },
	{ "rtcfile", "FILE", "-", "old", "track the real-time clock",
	  CONF_LEFT_OUT(USE_RTCSYNC), RESTART },
	{ "rtconutc", "", "-", "old", "the real-time clock keeps UTC",
	  CONF_LEFT_OUT(USE_RTCSYNC), RESTART },
	{ "rtcsync", "", "-", "1.25",
	  "the kernel copies the time to the real-time clock",
	  .parse = conf_flag, AT(rtcsync) },

	/* 2.12 logging */
	{ "log", "[NAME]...", "-", "old",
	  "what is written to files in logdir", .parse = conf_log,
	  .options = &conf_log_words },
	{ "logbanner", "ENTRIES", "32", "1.25",
	  "entries between banners; 0: no banner",
	  .parse = conf_int, AT(logbanner), FROM(0) },
	{ "logchange", "THRESHOLD", "1.0", "old", "log corrections above this",
	  .parse = conf_double, AT(logchange_s), .unit = "s" },
	{ "logdir", "DIRECTORY", "-", "old", "where log files are written",
	  .parse = conf_path, AT(logdir) },
	{ "mailonchange", "ADDRESS THRESHOLD", "-", "old",
	  "mail when the clock is wrong by more seconds",
	  .parse = conf_mailonchange },

	/* 2.13 miscellaneous */
	{ "confdir", "DIRECTORY...", "-", "4.0",
	  "read *.conf files of directories", .parse = conf_expanded },
	{ "include", "PATTERN", "-", "1.25", "read files",
	  .parse = conf_expanded },
	{ "sourcedir", "DIRECTORY...", "-", "4.0",
	  "read *.sources files of directories", .parse = conf_sourcedir },
	{ "hwtimestamp", "INTERFACE [OPTION]...", "-", "3.0",
	  "timestamps of the network card",
	  CONF_LEFT_OUT("remove the line: the kernel's timestamps are used"),
	  RESTART },
	{ "hwtstimeout", "TIME", "0.001", "4.4",
	  "how long a response waits for a timestamp",
	  CONF_LEFT_OUT(REMOVE), .unit = "s", RESTART },
	{ "maxtxbuffers", "N", "0", "4.9",
	  "messages kept for transmit timestamps",
	  CONF_LEFT_OUT(REMOVE), RANGE(0, 1048576), RESTART },
	{ "keyfile", "FILE", "-", "old", "symmetric keys",
	  .parse = conf_path, AT(keyfile) },
	{ "lock_all", "", "-", "1.24", "lock all memory",
	  .parse = conf_flag, AT(lock_all), RESTART },
	{ "pidfile", "FILE", HORA_PID_FILE, "old",
	  "process ID file; / for none",
	  .parse = conf_pidfile, AT(pidfile), RESTART },
	{ "sched_priority", "PRIORITY", "0", "1.24", "real-time priority",
	  .parse = conf_int, AT(sched_priority), RANGE(0, 100), RESTART },
	{ "user", "NAME", HORA_USER, "1.28",
	  "user that the daemon runs as", .parse = conf_user, RESTART },

	/* 2.14 obsolete */
	{ "commandkey", "", "-", "old", "obsolete", .parse = conf_obsolete },
	{ "generatecommandkey", "", "-", "old", "obsolete",
	  .parse = conf_obsolete },
	{ "linux_hz", "", "-", "old", "obsolete", .parse = conf_obsolete },
	{ "linux_freq_scale", "", "-", "old", "obsolete",
	  .parse = conf_obsolete },
};
const struct conf_words conf_directives = CONF_ROWS(directives);

const struct conf_word *conf_directive(const char *name)
{
	return conf_word_find(&conf_directives, name);
}

void conf_each_line(const char *text, size_t length, conf_line_fn *what,
    void *arg)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	enum conf_next next;

	conf_lines_init(&lines, text, length, "", true);
	while ((next = conf_lines_next(&lines, &line)) != CONF_NEXT_END) {
		const struct conf_word *word = next == CONF_NEXT_LINE ?
		    conf_directive(line.words[0]) : NULL;

		line.next = 1;
		if (word)
			what(arg, &line, word);
	}
}
