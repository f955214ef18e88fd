/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HORA_NTP_STAMP_H
#define HORA_NTP_STAMP_H

#include "base/time.h"

/* Source of a timestamp, as `ntpdata` shows it. */
enum stamp_source {
	STAMP_DAEMON = 'D',
	STAMP_KERNEL = 'K',
	STAMP_HARDWARE = 'H',
};

/* A local timestamp on both scales. */
struct stamp {
	struct wall_time wall;
	struct free_time free;
	enum stamp_source source;
};

#endif
