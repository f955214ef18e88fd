/* SPDX-License-Identifier: Apache-2.0 */
/* NTS of clients and of the server, and the choice among sources. */
#ifndef HORA_TESTS_CONF_LANGUAGE_NTS_H
#define HORA_TESTS_CONF_LANGUAGE_NTS_H

#include "unit/conf/language.h"

static const struct language_case nts_cases[] = {
	/* NTS */
	{ "ntsaeads 15", "aeads=15," },
	{ "ntsaeads 15 17 30 15", "aeads=15,30," },
	{ "ntsaeads", "aeads=" },
	{ "ntsaeads 15\nntsaeads 30", "aeads=30," },
	{ "ntsaeads -1", "!ntsaeads: '-1' is out of range; use: ntsaeads "
	  "[AEAD]... (0 or more)" },
	{ "ntsaeads 15,30", "!ntsaeads: '15,30' is not a whole number; use: "
	  "ntsaeads [AEAD]... (0 or more)" },
	{ "ntsdumpdir /a\nntsdumpdir /b", "ntsdumpdir=/b" },
	{ "ntsdumpdir", "!ntsdumpdir: a value is missing; use: ntsdumpdir "
	  "DIRECTORY" },
	{ "ntscachedir /a", "ntsdumpdir=/a" },
	{ "ntscachedir /a /b", "!ntscachedir: '/b' is one word too many; use: "
	  "ntscachedir DIRECTORY" },
	{ "dumpdir /d", "dumpdir=/d" },
	{ "dumpdir", "!dumpdir: a value is missing; use: dumpdir DIRECTORY" },
	{ "manual", "manual" },
	{ "manual 1", "!manual: '1' is one word too many; use: manual" },
	{ "refresh 1209600", "" },
	{ "refresh 0", "refresh=0" },
	{ "refresh 2147483647", "refresh=2147483647" },
	{ "refresh -1", "!refresh: '-1' is out of range; use: refresh "
	  "INTERVAL (0 or more, in s)" },
	{ "ntsrefresh 0", "ntsrefresh=0" },
	{ "ntsrefresh 2147483647", "ntsrefresh=2147483647" },
	{ "ntsrefresh 2147483648", "!ntsrefresh: '2147483648' is out of range; "
	  "use: ntsrefresh INTERVAL (0 or more, in s)" },
	{ "ntstrustedcerts /a\nntstrustedcerts 3 /b",
	  "trusted=0:/a trusted=3:/b" },
	{ "ntstrustedcerts 1", "trusted=0:1" },
	{ "ntstrustedcerts", "!ntstrustedcerts: a value is missing; use: "
	  "ntstrustedcerts [SETID] PATH" },
	{ "ntstrustedcerts /a 1", "!ntstrustedcerts: '/a' is not a whole "
	  "number; use: ntstrustedcerts [SETID] PATH (0 or more)" },
	{ "ntstrustedcerts 1 /a b", "!ntstrustedcerts: 'b' is one word too "
	  "many; use: ntstrustedcerts [SETID] PATH" },
	{ "nosystemcert", "nosystemcert=1" },
	{ "nosystemcert 1", "!nosystemcert: '1' is one word too many; use: "
	  "nosystemcert" },
	{ "nocerttimecheck 1", "nocerttimecheck=1" },
	{ "nocerttimecheck -1", "!nocerttimecheck: '-1' is out of range; use: "
	  "nocerttimecheck UPDATES (0 or more)" },
	{ "ntsservercert /a\nntsservercert /b", "cert=/a cert=/b" },
	{ "ntsservercert", "!ntsservercert: a value is missing; use: "
	  "ntsservercert FILE" },
	{ "ntsserverkey /a\nntsserverkey /b", "key=/a key=/b" },
	{ "ntsserverkey", "!ntsserverkey: a value is missing; use: "
	  "ntsserverkey FILE" },
	{ "ntsport 1", "nts_port=1" },
	{ "ntsport 0", "!ntsport: '0' is no port; without ntsservercert there "
	  "is no NTS server; use: ntsport PORT (1 to 65535)" },
	{ "ntsport 65536", "!ntsport: '65536' is out of range; use: ntsport "
	  "PORT (1 to 65535)" },
	{ "ntsport", "!ntsport: a value is missing; use: ntsport PORT (1 to "
	  "65535)" },
	{ "ntsprocesses 0", "ntsprocesses=0" },
	{ "ntsprocesses 1000", "ntsprocesses=1000" },
	{ "ntsprocesses 1001", "!ntsprocesses: '1001' is out of range; use: "
	  "ntsprocesses N (0 to 1000)" },
	{ "maxntsconnections 1", "maxntsconnections=1" },
	{ "maxntsconnections 0", "!maxntsconnections: '0' is out of range; "
	  "use: maxntsconnections N (1 or more)" },
	{ "ntsntpserver ntp.example", "ntsntpserver=ntp.example" },
	{ "ntsntpserver", "!ntsntpserver: a value is missing; use: "
	  "ntsntpserver HOST" },
	{ "ntsrotate 0", "ntsrotate=0" },
	{ "ntsrotate -1", "!ntsrotate: '-1' is out of range; use: ntsrotate "
	  "INTERVAL (0 or more, in s)" },
	{ "ntsratelimit", "ntsratelimit=1:6:8:2:0" },
	{ "ntsratelimit interval 1 burst 255 leak 3",
	  "ntsratelimit=1:1:255:3:0" },
	{ "ntsratelimit kod 1", "!ntsratelimit: unknown option 'kod'" },

	/* selection */
	{ "authselectmode require", "authselectmode=2" },
	{ "authselectmode Prefer", "authselectmode=1" },
	{ "authselectmode ignore", "authselectmode=3" },
	{ "authselectmode ignore\nauthselectmode MIX", "" },
	{ "authselectmode none", "!authselectmode: 'none' is not a mode; use: "
	  "authselectmode require|prefer|mix|ignore" },
	{ "authselectmode", "!authselectmode: a value is missing; use: "
	  "authselectmode require|prefer|mix|ignore" },
	{ "authselectmode mix prefer", "!authselectmode: 'prefer' is one word "
	  "too many; use: authselectmode require|prefer|mix|ignore" },
	{ "combinelimit 0", "combinelimit=0" },
	{ "combinelimit 0.5", "combinelimit=0.5" },
	{ "combinelimit -0.5", "combinelimit=0" },
	{ "combinelimit 3x", "!combinelimit: '3x' is not a number; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "combinelimit", "!combinelimit: a value is missing; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "combinelimit 1 2", "!combinelimit: '2' is one word too many; use: "
	  "combinelimit LIMIT (0 or more)" },
	{ "maxjitter 0.25", "maxjitter=0.25" },
	{ "maxjitter 0", "maxjitter=0" },
	{ "maxjitter 1s", "!maxjitter: '1s' is not a number; use: maxjitter "
	  "JITTER (in s)" },
	{ "reselectdist 1e-5", "reselectdist=1e-05" },
	{ "reselectdist 0", "reselectdist=0" },
	{ "reselectdist far", "!reselectdist: 'far' is not a number; use: "
	  "reselectdist DISTANCE (in s)" },
	{ "stratumweight 0", "stratumweight=0" },
	{ "stratumweight 1", "stratumweight=1" },
	{ "stratumweight", "!stratumweight: a value is missing; use: "
	  "stratumweight DISTANCE (in s)" },
	{ "maxstratum 0", "maxstratum=0" },
	{ "maxstratum 3", "maxstratum=3" },
	{ "maxstratum -1", "!maxstratum: '-1' is out of range; use: maxstratum "
	  "STRATUM (0 or more)" },
	{ "minstratum 2", "minstratum=2" },
	{ "minstratum 2\nminstratum 0", "" },
	{ "minstratum two", "!minstratum: 'two' is not a whole number; use: "
	  "minstratum STRATUM (0 or more)" },
	{ "maxdistance 16.0", "maxdistance=16" },
	{ "maxdistance inf", "maxdistance=1e+12" },
	{ "maxdistance INFINITY", "maxdistance=1e+12" },
	{ "maxdistance +inf", "!maxdistance: '+inf' is not a number; use: "
	  "maxdistance DISTANCE (in s)" },
	{ "maxdistance infi", "!maxdistance: 'infi' is not a number; use: "
	  "maxdistance DISTANCE (in s)" },
	{ "maxdistance nan", "!maxdistance: 'nan' is not a number; use: "
	  "maxdistance DISTANCE (in s)" },
	{ "maxjitter inf", "maxjitter=1e+12" },
	{ "combinelimit inf", "combinelimit=1e+12" },
	{ "reselectdist inf", "!reselectdist: 'inf' is not a number; use: "
	  "reselectdist DISTANCE (in s)" },
	{ "stratumweight infinity", "!stratumweight: 'infinity' is not a "
	  "number; use: stratumweight DISTANCE (in s)" },
	{ "maxdistance 3abc", "!maxdistance: '3abc' is not a number; use: "
	  "maxdistance DISTANCE (in s)" },
	{ "minsources 2", "minsources=2" },
	{ "minsources 0", "!minsources: '0' is out of range; use: minsources N "
	  "(1 or more)" },
};

#endif
