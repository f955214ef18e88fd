/* SPDX-License-Identifier: Apache-2.0 */
/* One good measurement of a source. */
#ifndef HORA_SYNC_SAMPLE_H
#define HORA_SYNC_SAMPLE_H

#include "base/time.h"

/*
 * offset_s is source minus local clock on the free-running scale: positive when
 * the local clock is slow. Logs and reports turn the sign where chrony does
 * (reference: files-and-logs.md 9.1).
 */
struct sample {
	struct free_time at;		/* middle of the exchange, local */
	double offset_s;
	double delay_s;			/* round trip */
	double dispersion_s;		/* of the measurement itself */
	double root_delay_s;		/* of the server */
	double root_dispersion_s;	/* of the server */
};

#endif
