/* SPDX-License-Identifier: Apache-2.0 */
/* Who is served, by NTP and by commands. */
#ifndef HORA_TESTS_CONF_LANGUAGE_SERVING_H
#define HORA_TESTS_CONF_LANGUAGE_SERVING_H

#include "unit/conf/language.h"

static const struct language_case serving_cases[] = {
	/* NTP server */
	{ "allow", "allow=yes:0:[UNSPEC]/0" },
	{ "allow all 10/8\nallow", "allow=yes:all:4:10.0.0.0/8 "
	  "allow=yes:0:[UNSPEC]/0" },
	{ "allow a.example\ndeny b.example\nallow all A.example",
	  "allow=yes:0:[UNSPEC]/0:a.example allow=no:0:[UNSPEC]/0:b.example "
	  "allow=yes:all:0:[UNSPEC]/0:a.example" },
	{ "allow 10\nallow a\nallow 11", "allow=yes:4:10.0.0.0/8 "
	  "allow=yes:0:[UNSPEC]/0:a allow=yes:4:11.0.0.0/8" },
	{ "allow a.example/8", "!allow: 'a.example/8' is neither an address "
	  "nor a host name; use: allow [all] [ADDRESS[/BITS]|NAME]" },
	{ "deny 300.1.1.1", "!deny: '300.1.1.1' is neither an address nor a "
	  "host name; use: deny [all] [ADDRESS[/BITS]|NAME]" },
	{ "allow 10.0.0.0/33", "!allow: '10.0.0.0/33' has more than 32 bits; "
	  "use: allow [all] [ADDRESS[/BITS]|NAME]" },
	{ "deny 1.2.3.4", "allow=no:4:1.2.3.4/32" },
	{ "deny 1 2", "!deny: '2' is one word too many; use: deny [all] "
	  "[ADDRESS[/BITS]|NAME]" },
	{ "bindaddress 192.0.2.1\nbindaddress 192.0.2.2", "bind4=192.0.2.2" },
	{ "bindaddress ::", "bind6=::" },
	{ "binddevice eth1", "binddevice=eth1" },
	{ "binddevice", "!binddevice: a value is missing; use: binddevice "
	  "INTERFACE" },
	{ "bindaddress ::1%lo", "!bindaddress: '::1%lo' is not an address; use: "
	  "bindaddress ADDRESS" },
	{ "local", "local=1:10:0:1:0:0:0" },
	{ "local stratum 1 distance 0.5 activate 0.25 waitsynced 1 "
	  "waitunsynced 2", "local=1:1:0:0.5:0.25:1:2" },
	{ "local stratum 15", "local=1:15:0:1:0:0:0" },
	{ "local orphan", "local=1:10:1:1:0:0:300" },
	{ "local waitunsynced -1 orphan", "local=1:10:1:1:0:0:300" },
	{ "local waitunsynced 0 orphan", "local=1:10:1:1:0:0:0" },
	{ "local orphan stratum 5\nlocal", "local=1:10:0:1:0:0:0" },
	{ "local stratum 0", "!local stratum: '0' is out of range; use: stratum "
	  "STRATUM (1 to 15)" },
	{ "local stratum 16", "!local stratum: '16' is out of range; use: "
	  "stratum STRATUM (1 to 15)" },
	{ "local distance x", "!local distance: 'x' is not a number; use: "
	  "distance DISTANCE (in s)" },
	{ "local activate", "!local activate: a value is missing; use: activate "
	  "DISTANCE (in s)" },
	{ "local waitsynced 1m", "!local waitsynced: '1m' is not a number; use: "
	  "waitsynced TIME (in s)" },
	{ "local waitunsynced 1m", "!local waitunsynced: '1m' is not a number; "
	  "use: waitunsynced TIME (in s)" },
	{ "local 10", "!local: unknown option '10'" },
	{ "port 0", "port=0 has_port=1" },
	{ "port 123", "has_port=1" },
	{ "port 65535", "port=65535 has_port=1" },
	{ "port 65536", "!port: '65536' is out of range; use: port PORT (0 to "
	  "65535)" },
	{ "port 12x", "!port: '12x' is not a whole number; use: port PORT (0 "
	  "to 65535)" },
	{ "ratelimit", "ratelimit=1:3:8:2:0" },
	{ "ratelimit interval 1 burst 16", "ratelimit=1:1:16:2:0" },
	{ "ratelimit burst 16\nratelimit leak 1 kod 2", "ratelimit=1:3:16:1:2" },
	{ "ratelimit burst 1 interval -19", "ratelimit=1:-19:1:2:0" },
	{ "ratelimit burst 255 interval 12", "ratelimit=1:12:255:2:0" },
	{ "ratelimit interval -20 leak 0 kod -1", "ratelimit=1:-19:8:1:0" },
	{ "ratelimit interval 13 leak 5 kod 5", "ratelimit=1:12:8:4:4" },
	{ "ratelimit burst 0", "!ratelimit burst: '0' is out of range; use: "
	  "burst RESPONSES (1 to 255)" },
	{ "ratelimit burst 256", "!ratelimit burst: '256' is out of range; use: "
	  "burst RESPONSES (1 to 255)" },
	{ "ratelimit interval 33", "!ratelimit interval: '33' is out of range; "
	  "use: interval INTERVAL (-32 to 32, in log2 s)" },
	{ "ratelimit leak", "!ratelimit leak: a value is missing; use: leak "
	  "LEAK (-32 to 32)" },
	{ "ratelimit kod -33", "!ratelimit kod: '-33' is out of range; use: kod "
	  "KOD (-32 to 32)" },
	{ "clientloglimit 0", "clientloglimit=0" },
	{ "clientloglimit 524288", "" },
	{ "clientloglimit 4294967295", "clientloglimit=4294967295" },
	{ "clientloglimit 4294967296", "!clientloglimit: '4294967296' is out "
	  "of range; use: clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit -1", "!clientloglimit: '-1' is out of range; use: "
	  "clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit 1M", "!clientloglimit: '1M' is not a whole number; "
	  "use: clientloglimit BYTES (0 or more, in bytes)" },
	{ "clientloglimit", "!clientloglimit: a value is missing; use: "
	  "clientloglimit BYTES (0 or more, in bytes)" },
	{ "noclientlog", "noclientlog=1" },
	{ "ptpport 319", "ptpport=319" },
	{ "ptpport 0", "" },
	{ "ptpport 65535", "ptpport=65535" },
	{ "ptpport 65536", "!ptpport: '65536' is out of range; use: ptpport "
	  "PORT (0 to 65535)" },
	{ "ptpport", "!ptpport: a value is missing; use: ptpport PORT (0 to "
	  "65535)" },
	{ "ptpdomain 0", "ptpdomain=0" },
	{ "ptpdomain 255", "ptpdomain=255" },
	{ "ptpdomain 256", "!ptpdomain: '256' is out of range; use: ptpdomain "
	  "DOMAIN (0 to 255)" },
	{ "ptpdomain -1", "!ptpdomain: '-1' is out of range; use: ptpdomain "
	  "DOMAIN (0 to 255)" },
	{ "noclientlog 1", "!noclientlog: '1' is one word too many; use: "
	  "noclientlog" },

	/* commands */
	{ "bindcmddevice eth1", "cmddevice=eth1" },
	{ "bindcmddevice", "!bindcmddevice: a value is missing; use: "
	  "bindcmddevice INTERFACE" },
	{ "bindcmddevice abcdefghijklmnop", "!bindcmddevice: "
	  "'abcdefghijklmnop' is too long; use: bindcmddevice INTERFACE" },
	{ "cmdratelimit", "cmdratelimit=1:-4:8:2:0" },
	{ "cmdratelimit interval 1 burst 16 leak 3",
	  "cmdratelimit=1:1:16:3:0" },
	{ "cmdratelimit interval -20\ncmdratelimit leak 5",
	  "cmdratelimit=1:-19:8:4:0" },
	{ "cmdratelimit kod 1", "!cmdratelimit: unknown option 'kod'" },
	{ "opencommands", "opencommands=0" },
	{ "opencommands clients", "opencommands=4" },
	{ "opencommands clients TRACKING", "opencommands=1004" },
	{ "opencommands clients\nopencommands activity", "opencommands=1" },
	{ "opencommands activity authdata clients manual ntpdata rtcdata "
	  "selectdata serverstats smoothing sourcename sources sourcestats "
	  "tracking", "opencommands=1fff" },
	{ "opencommands tracking \"clients\"", "!opencommands: 'clients' "
	  "must not stand in quotes; use: opencommands [COMMAND]..." },
	{ "opencommands all", "!opencommands: 'all' is none of activity "
	  "authdata clients manual ntpdata rtcdata selectdata serverstats "
	  "smoothing sourcename sources sourcestats tracking; use: "
	  "opencommands [COMMAND]..." },
	{ "bindcmdaddress 0.0.0.0", "cmd4=0.0.0.0" },
	{ "bindcmdaddress ::", "cmd6=::" },
	{ "bindcmdaddress /", "cmd_socket=" },
	{ "bindcmdaddress /run/x", "cmd_socket=/run/x" },
	{ "bindcmdaddress run/x", "!bindcmdaddress: 'run/x' is not an address; "
	  "use: bindcmdaddress ADDRESS|PATH" },
	{ "bindcmdaddress", "!bindcmdaddress: a value is missing; use: "
	  "bindcmdaddress ADDRESS|PATH" },
	{ "cmdallow 1.2", "cmdallow=yes:4:1.2.0.0/16" },
	{ "cmdallow a.example", "cmdallow=yes:0:[UNSPEC]/0:a.example" },
	{ "cmddeny all a.example",
	  "cmdallow=no:all:0:[UNSPEC]/0:a.example" },
	{ "cmddeny 1.2.3.4.5", "!cmddeny: '1.2.3.4.5' is neither an address "
	  "nor a host name; use: cmddeny [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmdallow ALL", "!cmdallow: 'ALL' is neither an address nor a host "
	  "name; use: cmdallow [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmddeny all", "cmdallow=no:all:0:[UNSPEC]/0" },
	{ "cmddeny ::1/129", "!cmddeny: '::1/129' has more than 128 bits; use: "
	  "cmddeny [all] [ADDRESS[/BITS]|NAME]" },
	{ "cmdport 0", "cmdport=0 has_cmdport=1" },
	{ "cmdport 70000", "!cmdport: '70000' is out of range; use: cmdport "
	  "PORT (0 to 65535)" },
};

#endif
