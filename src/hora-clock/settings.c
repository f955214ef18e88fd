/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration says of the clock: clock_limits_from, clock_renew. */
#include "hora-clock/clock.h"

struct clock_limits clock_limits_from(const struct config *config,
    uint32_t flags, long user_hz)
{
	struct clock_limits limits = {
		.no_clock = (flags & (IPC_NO_CLOCK | IPC_ONCE_PRINT)) != 0,
		.rtcsync = config->rtcsync,
		.makestep_threshold_s = config->makestep_threshold_s,
		.makestep_limit = config->makestep_limit,
		.has_initial = config->initstepslew.host_count > 0 &&
		    !(flags & IPC_OPT_RESTART),
		.initial_threshold_s = config->initstepslew.threshold_s,
		.sets_once = (flags & IPC_ONCE_SET) != 0,
		.has_maxchange = config->maxchange.enabled,
		.maxchange_s = config->maxchange.offset_s,
		.maxchange_start = config->maxchange.start,
		.maxslewrate_ppm = config->maxslewrate_ppm,
		.maxdrift_ppm = config->maxdrift_ppm,
		.user_hz = user_hz,
	};

	if ((flags & IPC_OPT_RESTART) != 0 && limits.makestep_limit > 0)
		limits.makestep_limit = 0;
	return limits;
}

void clock_renew(struct clock *c, const struct clock_limits *limits)
{
	bool no_clock = c->limits.no_clock;
	long user_hz = c->limits.user_hz;

	/* As in the engine: what a command has set stays until the lines differ. */
	if (c->limits.makestep_threshold_s != limits->makestep_threshold_s ||
	    c->limits.makestep_limit != limits->makestep_limit)
		c->orders.has_makestep = false;
	c->limits = *limits;
	c->limits.no_clock = no_clock;
	c->limits.user_hz = user_hz;
}
