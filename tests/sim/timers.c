/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/timers.h"

#include <stdlib.h>

bool timers_init(struct timers *t, int count)
{
	t->leaves = 1;
	while (t->leaves < count)
		t->leaves *= 2;
	t->at_ns = calloc(2 * (size_t)t->leaves, sizeof(*t->at_ns));
	if (t->at_ns == NULL)
		return false;
	for (int i = 0; i < 2 * t->leaves; i++)
		t->at_ns[i] = INT64_MAX;
	return true;
}

void timers_free(struct timers *t)
{
	free(t->at_ns);
	*t = (struct timers){ 0 };
}

void timers_set(struct timers *t, int i, int64_t at_ns)
{
	int64_t *a = t->at_ns;

	i += t->leaves;
	a[i] = at_ns;
	for (i /= 2; i > 0; i /= 2) {
		int64_t least = a[2 * i] <= a[2 * i + 1] ? a[2 * i] :
		    a[2 * i + 1];

		if (a[i] == least)
			return;
		a[i] = least;
	}
}

int64_t timers_next(const struct timers *t)
{
	return t->at_ns[1];
}

int timers_who(const struct timers *t)
{
	int i = 1;

	while (i < t->leaves)
		i = t->at_ns[2 * i] <= t->at_ns[2 * i + 1] ? 2 * i : 2 * i + 1;
	return i - t->leaves;
}
