/* SPDX-License-Identifier: Apache-2.0 */
/* A quantile of the delays of a source over its last responses. */
#ifndef HORA_SYNC_QUANTILE_H
#define HORA_SYNC_QUANTILE_H

#define QUANTILE_DELAYS 256	/* remembered */
#define QUANTILE_FEW 8		/* of fewer nothing is said */

/* Zero is none. */
struct quantile {
	float delay_s[QUANTILE_DELAYS];
	int count, next;
};

/* One more delay; the oldest one goes. */
void quantile_add(struct quantile *q, double delay_s);

/*
 * The least of the delays that `share` (0..1) of them do not exceed, s;
 * INFINITY while there are few.
 */
double quantile_of(const struct quantile *q, double share);

#endif
