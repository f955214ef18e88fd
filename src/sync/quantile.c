/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/quantile.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void quantile_add(struct quantile *q, double delay_s)
{
	q->delay_s[q->next] = (float)delay_s;
	q->next = (q->next + 1) % QUANTILE_DELAYS;
	if (q->count < QUANTILE_DELAYS)
		q->count++;
}

static int compare(const void *pa, const void *pb)
{
	const float *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

double quantile_of(const struct quantile *q, double share)
{
	float sorted[QUANTILE_DELAYS];
	int rank;

	if (q->count < QUANTILE_FEW)
		return INFINITY;
	memcpy(sorted, q->delay_s, (size_t)q->count * sizeof(sorted[0]));
	qsort(sorted, (size_t)q->count, sizeof(sorted[0]), compare);
	rank = (int)ceil(share * q->count);
	rank = rank < 1 ? 1 : rank > q->count ? q->count : rank;
	/* What was rounded down must not be above itself. */
	return sorted[rank - 1] * (1 + (double)FLT_EPSILON);
}
