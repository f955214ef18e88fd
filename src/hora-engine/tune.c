/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/tune.h"

#include "hora-engine/choose.h"
#include "hora-engine/samples.h"
#include "hora-engine/say.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

#define MAXDELAY_MOST_S 1000
#define RATIO_MOST 1e6
#define STRATUM_MOST 15
#define OFFSET_MOST_S 2147483648.0	/* half an era of NTP */
#define LEAVE INT_MIN			/* no poll: this end stays */

/* --- polls ---------------------------------------------------------------- */

static void set_polls(struct engine *e, struct source *s, int minpoll,
    int maxpoll)
{
	struct source_config *c = &s->config;
	char name[SOURCE_TEXT_SIZE];

	assoc_poll_range(&s->assoc, minpoll, maxpoll);
	source_text(s, name);
	if (c->minpoll != s->assoc.minpoll)
		say(e, SEV_INFO, "Source %s new minpoll %d", name,
		    s->assoc.minpoll);
	if (c->maxpoll != s->assoc.maxpoll)
		say(e, SEV_INFO, "Source %s new maxpoll %d", name,
		    s->assoc.maxpoll);
	c->minpoll = s->assoc.minpoll;
	c->maxpoll = s->assoc.maxpoll;
}

void tune_minpoll(struct engine *e, struct source *s, int minpoll)
{
	set_polls(e, s, minpoll, LEAVE);
}

void tune_maxpoll(struct engine *e, struct source *s, int maxpoll)
{
	set_polls(e, s, LEAVE, maxpoll);
}

/* --- delays --------------------------------------------------------------- */

/* fmax takes the number of a number and none. */
static void set_real(struct engine *e, struct source *s, const char *option,
    double *at, double value, double most)
{
	char name[SOURCE_TEXT_SIZE];

	*at = fmin(fmax(value, 0), most);
	say(e, SEV_INFO, "Source %s new %s %g", source_text(s, name), option,
	    *at);
}

void tune_maxdelay(struct engine *e, struct source *s, double maxdelay_s)
{
	set_real(e, s, "maxdelay", &s->config.maxdelay_s, maxdelay_s,
	    MAXDELAY_MOST_S);
}

void tune_maxdelayratio(struct engine *e, struct source *s, double ratio)
{
	set_real(e, s, "maxdelayratio", &s->config.maxdelayratio, ratio,
	    RATIO_MOST);
}

void tune_maxdelaydevratio(struct engine *e, struct source *s, double ratio)
{
	set_real(e, s, "maxdelaydevratio", &s->config.maxdelaydevratio, ratio,
	    RATIO_MOST);
}

/* --- whole numbers -------------------------------------------------------- */

static void set_int(struct engine *e, struct source *s, const char *option,
    int *at, int value)
{
	char name[SOURCE_TEXT_SIZE];

	*at = value;
	say(e, SEV_INFO, "Source %s new %s %d", source_text(s, name), option,
	    value);
}

void tune_minstratum(struct engine *e, const struct engine_now *now,
    struct source *s, int stratum)
{
	set_int(e, s, "minstratum", &s->config.minstratum,
	    stratum < 0 ? 0 : stratum < STRATUM_MOST ? stratum : STRATUM_MOST);
	choose(e, now, NULL);
}

void tune_polltarget(struct engine *e, struct source *s, int target)
{
	set_int(e, s, "polltarget", &s->config.polltarget,
	    target > 1 ? target : 1);
}

/* --- selection ------------------------------------------------------------ */

bool tune_offset(struct engine *e, const struct engine_now *now,
    struct source *s, double offset_s)
{
	double by_s = offset_s - s->config.offset_s;
	char name[SOURCE_TEXT_SIZE];

	if (!(fabs(offset_s) <= OFFSET_MOST_S) ||
	    !(fabs(by_s) <= 2 * OFFSET_MOST_S))
		return false;
	samples_offset(s, by_s);
	s->config.offset_s = offset_s;
	say(e, SEV_INFO, "Source %s new offset %.9f", source_text(s, name),
	    offset_s);
	choose(e, now, NULL);
	return true;
}

static void options_text(unsigned options, char *ret, size_t size)
{
	snprintf(ret, size, "%s%s%s%s%s",
	    options & SELECT_NOSELECT ? " noselect" : "",
	    options & SELECT_PREFER ? " prefer" : "",
	    options & SELECT_TRUST ? " trust" : "",
	    options & SELECT_REQUIRE ? " require" : "",
	    options == 0 ? " none" : "");
}

void tune_select(struct engine *e, const struct engine_now *now,
    struct source *s, unsigned mask, unsigned options)
{
	unsigned all = SELECT_NOSELECT | SELECT_PREFER | SELECT_TRUST |
	    SELECT_REQUIRE;
	unsigned fresh = (s->config.select_options & ~mask) |
	    (options & mask & all);
	char name[SOURCE_TEXT_SIZE], text[40];

	if (fresh == s->config.select_options)
		return;
	s->config.select_options = fresh;
	options_text(fresh, text, sizeof(text));
	say(e, SEV_INFO, "Source %s new selection options%s",
	    source_text(s, name), text);
	choose(e, now, NULL);
}
