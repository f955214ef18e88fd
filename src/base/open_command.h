/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Monitoring commands that the directive opencommands opens to UDP (reference:
 * control-protocol.md 1.3). A set of them has bit n for enum open_command n.
 */
#ifndef HORA_BASE_OPEN_COMMAND_H
#define HORA_BASE_OPEN_COMMAND_H

#define OPEN_COMMANDS(X) \
	X(ACTIVITY,	"activity") \
	X(AUTHDATA,	"authdata") \
	X(CLIENTS,	"clients") \
	X(MANUAL,	"manual") \
	X(NTPDATA,	"ntpdata") \
	X(RTCDATA,	"rtcdata") \
	X(SELECTDATA,	"selectdata") \
	X(SERVERSTATS,	"serverstats") \
	X(SMOOTHING,	"smoothing") \
	X(SOURCENAME,	"sourcename") \
	X(SOURCES,	"sources") \
	X(SOURCESTATS,	"sourcestats") \
	X(TRACKING,	"tracking")

enum open_command {
#define OPEN_COMMAND_ENUM(name, text) OPEN_##name,
	OPEN_COMMANDS(OPEN_COMMAND_ENUM)
#undef OPEN_COMMAND_ENUM
	OPEN_COMMAND_COUNT
};

#define OPEN_BIT(name) (1u << OPEN_##name)

/* Open when there is no such directive. */
#define OPEN_BY_DEFAULT \
	(OPEN_BIT(ACTIVITY) | OPEN_BIT(MANUAL) | OPEN_BIT(RTCDATA) | \
	OPEN_BIT(SMOOTHING) | OPEN_BIT(SOURCENAME) | OPEN_BIT(SOURCES) | \
	OPEN_BIT(SOURCESTATS) | OPEN_BIT(TRACKING))

#endif
