/* SPDX-License-Identifier: Apache-2.0 */
/* Logs, files and the process; what is left out, quotes, unknown words. */
#ifndef HORA_TESTS_CONF_LANGUAGE_REST_H
#define HORA_TESTS_CONF_LANGUAGE_REST_H

#include "unit/conf/language.h"

static const struct language_case rest_cases[] = {
	/* the rest */
	{ "rtcsync", "rtcsync=1" },
	{ "rtcsync yes", "!rtcsync: 'yes' is one word too many; use: rtcsync" },
	{ "log", "" },
	{ "log measurements", "log=1" },
	{ "log statistics\nlog tracking", "log=6" },
	{ "log selection", "log=8" },
	{ "log rawmeasurements", "log=16" },
	{ "log Tracking", "!log: 'Tracking' must be in lower case; use: log "
	  "[NAME]..." },
	{ "log all", "!log: unknown option 'all'" },
	{ "logbanner 0", "logbanner=0" },
	{ "logbanner 1", "logbanner=1" },
	{ "logbanner -1", "!logbanner: '-1' is out of range; use: logbanner "
	  "ENTRIES (0 or more)" },
	{ "logbanner", "!logbanner: a value is missing; use: logbanner ENTRIES "
	  "(0 or more)" },
	{ "logchange 0.5", "logchange=0.5" },
	{ "logchange 0.5s", "!logchange: '0.5s' is not a number; use: logchange "
	  "THRESHOLD (in s)" },
	{ "logchange 1 2", "!logchange: '2' is one word too many; use: "
	  "logchange THRESHOLD (in s)" },
	{ "mailonchange root@localhost 0.5", "mail=root@localhost:0.5" },
	{ "mailonchange root", "!mailonchange: a value is missing; use: "
	  "mailonchange ADDRESS THRESHOLD" },
	{ "mailonchange root much", "!mailonchange: 'much' is not a number; "
	  "use: mailonchange ADDRESS THRESHOLD" },
	{ "mailonchange root 1 2", "!mailonchange: '2' is one word too many; "
	  "use: mailonchange ADDRESS THRESHOLD" },
	{ "log rtc", "!option 'rtc' (the real-time clock) is known, but not in "
	  "this version; remove the word" },
	{ "logdir /a", "logdir=/a" },
	{ "logdir", "!logdir: a value is missing; use: logdir DIRECTORY" },
	{ "confdir /a", "!confdir: not possible here; use it in a configuration "
	  "file" },
	{ "include /a", "!include: not possible here; use it in a configuration "
	  "file" },
	{ "sourcedir /a\nsourcedir /b /c",
	  "sourcedir=0:/a sourcedir=1:/b sourcedir=1:/c" },
	{ "sourcedir", "!sourcedir: a value is missing; use: sourcedir "
	  "DIRECTORY..." },
	{ "sourcedir 1 2 3 4 5 6 7 8 9 10 11", "!sourcedir: more than 10 "
	  "directories in a line; use: sourcedir DIRECTORY..." },
	{ "keyfile /a", "keyfile=/a" },
	{ "keyfile /a b", "!keyfile: 'b' is one word too many; use: keyfile "
	  "FILE" },
	{ "pidfile /a", "pidfile=/a" },
	{ "pidfile /", "pidfile=" },
	{ "pidfile", "!pidfile: a value is missing; use: pidfile FILE" },
	{ "user ntp", "user=ntp" },
	{ "user aaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbb",
	  "!user: 'aaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaabbbbbbbbaaaaaaaa"
	  "bbbbbbbb' is too long; use: user NAME" },
	{ "commandkey 1", "" },
	{ "generatecommandkey", "" },
	{ "linux_hz 100", "" },
	{ "linux_freq_scale 1.0 x", "" },
	{ "lock_all", "lock_all=1" },
	{ "lock_all 1", "!lock_all: '1' is one word too many; use: lock_all" },
	{ "sched_priority 100", "sched_priority=100" },
	{ "sched_priority 101", "!sched_priority: '101' is out of range; use: "
	  "sched_priority PRIORITY (0 to 100)" },
	{ "sched_priority -1", "!sched_priority: '-1' is out of range; use: "
	  "sched_priority PRIORITY (0 to 100)" },

	/* hardware that this version does not know, with any grammar */
	{ "refclock SHM 0 refid GPS", "!directive 'refclock' (a hardware "
	  "reference clock) is known, but not in this version; take time from "
	  "servers" },
	{ "rtcfile", "!directive 'rtcfile' (track the real-time clock) is "
	  "known, but not in this version; remove the line; rtcsync keeps that "
	  "clock right" },
	{ "hwtimestamp *", "!directive 'hwtimestamp' (timestamps of the network "
	  "card) is known, but not in this version; remove the line: the "
	  "kernel's timestamps are used" },

	/* names of files in quotes, and nothing else */
	{ "driftfile \"/a b\" interval 60",
	  "driftfile=/a b drift_interval=60" },
	{ "logdir \"/a\"", "logdir=/a" },
	{ "logdir \"\"", "!logdir: '' is empty; use: logdir DIRECTORY" },
	{ "bindcmdaddress \"/a\"", "cmd_socket=/a" },
	{ "ntstrustedcerts 1 \"/a\"", "trusted=1:/a" },
	{ "ntstrustedcerts \"1\" \"/a\"", "!ntstrustedcerts: '1' must not "
	  "stand in quotes; use: ntstrustedcerts [SETID] PATH (0 or more)" },
	{ "ntsservercert \"/a\"\nntsserverkey \"/b\"", "cert=/a key=/b" },
	{ "sourcedir \"/a\" /b", "sourcedir=0:/a sourcedir=0:/b" },
	{ "server \"a\"", "!server: 'a' must not stand in quotes; use: server "
	  "HOST [OPTION]..." },
	{ "server a \"iburst\"", "!server: option 'iburst' must not stand "
	  "in quotes" },
	{ "\"server\" a", "!directive 'server' must not stand in quotes" },
	{ "maxdrift \"1\"", "!maxdrift: '1' must not stand in quotes; use: "
	  "maxdrift DRIFT (0 to 500000, in ppm)" },
	{ "allow \"10\"", "!allow: '10' must not stand in quotes; use: allow "
	  "[all] [ADDRESS[/BITS]|NAME]" },
	{ "logdir /a b\"", "!logdir: 'b\"' is one word too many; use: logdir "
	  "DIRECTORY" },

	/* what is no directive */
	{ "sever a", "!unknown directive 'sever'; did you mean 'server'?" },
	{ "xyzzyplugh", "!unknown directive 'xyzzyplugh'" },
};

#endif
