/* SPDX-License-Identifier: Apache-2.0 */
/* How the clock is corrected. */
#ifndef HORA_TESTS_CONF_LANGUAGE_CLOCK_H
#define HORA_TESTS_CONF_LANGUAGE_CLOCK_H

#include "unit/conf/language.h"

static const struct language_case clock_cases[] = {
	/* clock */
	{ "clockprecision 1e-6", "clockprecision=1e-06" },
	{ "clockprecision 1e-9", "clockprecision=1e-09" },
	{ "clockprecision 0", "clockprecision=1e-09" },
	{ "clockprecision 1", "clockprecision=1" },
	{ "clockprecision 1.5", "clockprecision=1" },
	{ "clockprecision x", "!clockprecision: 'x' is not a number; use: "
	  "clockprecision PRECISION (1e-09 to 1, in s)" },
	{ "corrtimeratio 100", "corrtimeratio=100" },
	{ "corrtimeratio 0", "corrtimeratio=1e-06" },
	{ "corrtimeratio -3", "corrtimeratio=1e-06" },
	{ "corrtimeratio nan", "!corrtimeratio: 'nan' is not a number; use: "
	  "corrtimeratio RATIO (1e-06 or more)" },
	{ "maxclockerror 0", "maxclockerror=0" },
	{ "maxclockerror -1", "maxclockerror=0" },
	{ "maxclockerror 20", "maxclockerror=20" },
	{ "maxclockerror 1ppm", "!maxclockerror: '1ppm' is not a number; use: "
	  "maxclockerror ERROR (0 or more, in ppm)" },
	{ "maxdrift 0", "maxdrift=0" },
	{ "maxdrift -1", "maxdrift=0" },
	{ "maxdrift 499999", "maxdrift=499999" },
	{ "maxdrift 100\nmaxdrift 500001", "" },
	{ "maxdrift", "!maxdrift: a value is missing; use: maxdrift DRIFT (0 "
	  "to 500000, in ppm)" },
	{ "leapsecmode step", "leapsecmode=1" },
	{ "leapsecmode Slew", "leapsecmode=2" },
	{ "leapsecmode ignore", "leapsecmode=3" },
	{ "leapsecmode slew\nleapsecmode SYSTEM", "" },
	{ "leapsecmode smear", "!leapsecmode: 'smear' is not a mode; use: "
	  "leapsecmode system|step|slew|ignore" },
	{ "leapsecmode", "!leapsecmode: a value is missing; use: "
	  "leapsecmode system|step|slew|ignore" },
	{ "leapsectz right/UTC", "leapsectz=right/UTC" },
	{ "leapsectz", "!leapsectz: a value is missing; use: leapsectz ZONE" },
	{ "leapsectz a b", "!leapsectz: 'b' is one word too many; use: "
	  "leapsectz ZONE" },
	{ "leapseclist /a/leap-seconds.list", "leapseclist=/a/leap-seconds.list" },
	{ "leapseclist", "!leapseclist: a value is missing; use: "
	  "leapseclist FILE" },
	{ "maxchange 1000 1 2", "maxchange=1:1000:1:2" },
	{ "maxchange 0.5 0 -1", "maxchange=1:0.5:0:-1" },
	{ "maxchange -1 0 0", "!maxchange: '-1' is out of range; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "maxchange 1 x 0", "!maxchange: 'x' is not a whole number; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "maxchange 1 2", "!maxchange: a value is missing; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "fallbackdrift 16 19", "fallbackdrift=16:19" },
	{ "fallbackdrift 1 30", "fallbackdrift=1:30" },
	{ "fallbackdrift 19 16", "fallbackdrift=19:16" },
	{ "fallbackdrift 0 0", "" },
	{ "fallbackdrift 16 31", "!fallbackdrift: '31' is out of range; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "fallbackdrift -1 3", "!fallbackdrift: '-1' is out of range; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "fallbackdrift 16", "!fallbackdrift: a value is missing; use: "
	  "fallbackdrift MIN MAX (0 to 30, in log2 s)" },
	{ "maxslewrate 500", "maxslewrate=500" },
	{ "maxslewrate 0", "maxslewrate=0" },
	{ "maxslewrate -500", "maxslewrate=0" },
	{ "maxslewrate inf", "maxslewrate=1e+12" },
	{ "maxslewrate -inf", "!maxslewrate: '-inf' is not a number; use: "
	  "maxslewrate RATE (0 or more, in ppm)" },
	{ "maxdrift 100\nmaxdrift Infinity", "" },
	{ "maxupdateskew inf", "maxupdateskew=1e+12" },
	{ "maxchange inf 0 2", "maxchange=1:1e+12:0:2" },
	{ "maxchange 1 inf 2", "!maxchange: 'inf' is not a whole number; use: "
	  "maxchange OFFSET START IGNORE" },
	{ "maxclockerror inf", "!maxclockerror: 'inf' is not a number; use: "
	  "maxclockerror ERROR (0 or more, in ppm)" },
	{ "makestep inf 3", "!makestep: 'inf' is not a number; use: makestep "
	  "THRESHOLD LIMIT" },
	{ "driftfile /a", "driftfile=/a" },
	{ "driftfile /a interval 60", "driftfile=/a drift_interval=60" },
	{ "driftfile /a Interval 60", "driftfile=/a drift_interval=60" },
	{ "driftfile", "!driftfile: a value is missing; use: driftfile FILE "
	  "[interval SECONDS]" },
	{ "driftfile /a /b", "!driftfile: unknown option '/b'" },
	{ "driftfile /a interval", "!driftfile interval: a value is missing; "
	  "use: interval SECONDS (in s)" },
	{ "driftfile /a interval 1h", "!driftfile interval: '1h' is not a whole "
	  "number; use: interval SECONDS (in s)" },
	{ "initstepslew 30 a.example 192.0.2.1", "initstepslew=30:a.example:"
	  "192.0.2.1:" },
	{ "initstepslew 0.5", "initstepslew=0.5:" },
	{ "initstepslew -1 h", "initstepslew=0:h:" },
	{ "initstepslew 1 a b\ninitstepslew 2 c", "initstepslew=2:c:" },
	{ "initstepslew 1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
	  "initstepslew=1:1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16:" },
	{ "initstepslew 1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
	  "!initstepslew: more than 16 hosts; use: initstepslew THRESHOLD "
	  "[HOST]... (in s)" },
	{ "initstepslew", "!initstepslew: a value is missing; use: "
	  "initstepslew THRESHOLD [HOST]... (in s)" },
	{ "initstepslew h", "!initstepslew: 'h' is not a number; use: "
	  "initstepslew THRESHOLD [HOST]... (in s)" },
	{ "makestep 1.0 3", "makestep=1:3" },
	{ "makestep 0.1 -1", "makestep=0.1:-1" },
	{ "makestep -1 3", "makestep=0:3" },
	{ "makestep 1", "!makestep: a value is missing; use: makestep "
	  "THRESHOLD LIMIT" },
	{ "makestep 1.0 3x", "!makestep: '3x' is not a whole number; use: "
	  "makestep THRESHOLD LIMIT" },
	{ "makestep 1.0 3 4", "!makestep: '4' is one word too many; use: "
	  "makestep THRESHOLD LIMIT" },
	{ "maxupdateskew 100.0", "maxupdateskew=100" },
	{ "maxupdateskew -5", "maxupdateskew=5" },
	{ "maxupdateskew x", "!maxupdateskew: 'x' is not a number; use: "
	  "maxupdateskew SKEW (in ppm)" },
};

#endif
