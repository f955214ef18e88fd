/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

int scenario_server_count(const struct scenario *s)
{
	int n = 0;

	while (n < SCENARIO_SERVERS && s->servers[n].way.base_s >= 0)
		n++;
	return n;
}

/* '?' in the expectation stands for any state. */
static bool states_match(const char *want, const char *got)
{
	size_t n = strlen(want);

	if (strlen(got) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (want[i] != '?' && want[i] != got[i])
			return false;
	return true;
}

/* What became of it. */
static bool judge_end(const struct scenario *s, const struct figures *f,
    char *why, size_t size)
{
	int nodes = s->nodes > 0 ? s->nodes : 1;
	int expected = s->is_unsynchronised ? nodes : s->unsynchronised;

	if (f->queue_full)
		snprintf(why, size, "too many events at once");
	else if (f->leap_armed)
		snprintf(why, size, "a leap second is still ordered");
	else if (f->steps != s->steps)
		snprintf(why, size, "%d steps, not %d", f->steps, s->steps);
	else if (f->unsynchronised != expected)
		snprintf(why, size, "%d of %d nodes not synchronised at the "
		    "end, not %d", f->unsynchronised, nodes, expected);
	else if (s->soon_s > 0 && !(f->synchronised_s >= 0 &&
	    f->synchronised_s <= s->soon_s))
		snprintf(why, size, "synchronised after %g s, not %g s",
		    f->synchronised_s, s->soon_s);
	else if (s->sent > 0 && f->sent > s->sent)
		snprintf(why, size, "%llu requests, more than %llu",
		    (unsigned long long)f->sent, s->sent);
	else if (s->stratum != 0 && f->stratum != s->stratum)
		snprintf(why, size, "stratum %d at the end, not %d",
		    f->stratum, s->stratum);
	else if (s->states != NULL && !states_match(s->states, f->states))
		snprintf(why, size, "states of the sources \"%s\", not \"%s\"",
		    f->states, s->states);
	return why[0] != '\0';
}

static bool judge_error(const struct scenario *s,
    const struct tally_figures *e, char *why, size_t size)
{
	if (!(e->rms_s <= s->rms_s))
		snprintf(why, size, "RMS error %g s above %g s", e->rms_s,
		    s->rms_s);
	else if (!(e->max_s <= s->max_s))
		snprintf(why, size, "error of %g s above %g s", e->max_s,
		    s->max_s);
	else if (!s->may_wander && e->second_half_s > 3 * e->first_half_s)
		snprintf(why, size, "error grows: RMS %g s, then %g s",
		    e->first_half_s, e->second_half_s);
	return why[0] != '\0';
}

bool world_judge(const struct scenario *s, const struct figures *f, char *why,
    size_t size)
{
	why[0] = '\0';
	if (s->apart_s > 0 && f->apart_s > s->apart_s)
		snprintf(why, size, "nodes are %g s apart, more than %g s",
		    f->apart_s, s->apart_s);
	return why[0] != '\0' || check_text(f->broken, why, size) ||
	    judge_end(s, f, why, size) ||
	    judge_error(s, &f->error, why, size);
}
