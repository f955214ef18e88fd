/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests that act on the clock, and on the choice of its reference. */
#include "hora-engine/control_commands.h"

#include "hora-engine/byhand.h"
#include "hora-engine/choose.h"
#include "hora-engine/commands.h"
#include "hora-engine/nudge.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"

#include <limits.h>
#include <math.h>

#define LOCAL_STRATUM_MOST 15
#define VALUE_MOST 1e9		/* of any duration and rate */

enum control_status answer_makestep(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	return engine_makestep(c->e, c->now) ? CONTROL_OK : CONTROL_FAILED;
}

enum control_status answer_settime(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct byhand_answer answer;

	switch (byhand_settime(c->e, c->now, rq->time, &answer)) {
	case BYHAND_OFF:
		return CONTROL_NOT_ENABLED;
	case BYHAND_REFUSED:
		return CONTROL_FAILED;
	case BYHAND_OK:
		break;
	}
	ret->manual_time = (struct manual_time_report){ answer.offset_s,
		answer.freq_change_ppm, answer.freq_ppm };
	return CONTROL_OK;
}

enum control_status answer_manual(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	switch (rq->option) {
	case MANUAL_OFF:
	case MANUAL_ON:
		c->e->is_manual = rq->option == MANUAL_ON;
		return CONTROL_OK;
	case MANUAL_RESET:
		byhand_reset(c->e);
		return CONTROL_OK;
	}
	return CONTROL_INVALID;
}

enum control_status answer_manual_delete(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	return byhand_delete(c->e, c->now, rq->sample) ? CONTROL_OK :
	    CONTROL_BAD_SAMPLE;
}

/* --- settings ------------------------------------------------------------- */

/* What is no number is 0. */
static double value_of(double number)
{
	return fmin(fmax(number, 0), VALUE_MOST);
}

/* The limit counts from now on; that of the directive counts from the start. */
enum control_status answer_makestep_limit(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct reference *r = &c->e->reference;
	int updates = rq->makestep.updates;

	(void)ret;
	r->config.makestep_threshold_s = value_of(rq->makestep.threshold_s);
	r->config.makestep_limit = updates < 0 ? -1 : updates == 0 ? 0 :
	    updates > INT_MAX - r->updates ? INT_MAX : r->updates + updates;
	say(c->e, SEV_INFO, "New makestep %g %d",
	    r->config.makestep_threshold_s, updates);
	return CONTROL_OK;
}

enum control_status answer_maxupdateskew(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	double skew_ppm = value_of(rq->number);

	(void)ret;
	c->e->reference.config.maxupdateskew_ppm = skew_ppm;
	say(c->e, SEV_INFO, "New maxupdateskew %g", skew_ppm);
	return CONTROL_OK;
}

enum control_status answer_reselectdist(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	c->e->select.reselectdist_s = value_of(rq->number);
	say(c->e, SEV_INFO, "New reselectdist %g", c->e->select.reselectdist_s);
	return CONTROL_OK;
}

enum control_status answer_local(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct local_request *l = &rq->local;
	int stratum = l->stratum < 1 ? 1 : l->stratum < LOCAL_STRATUM_MOST ?
	    l->stratum : LOCAL_STRATUM_MOST;

	(void)ret;
	c->e->local.enabled = l->is_on != 0;
	if (l->is_on)
		c->e->local = (struct local_config){
			.enabled = true,
			.stratum = stratum,
			.orphan = l->is_orphan != 0,
			.distance_s = value_of(l->distance_s),
			.activate_s = value_of(l->activate_s),
			.waitsynced_s = value_of(l->wait_synced_s),
			.waitunsynced_s = value_of(l->wait_unsynced_s),
		};
	say(c->e, SEV_INFO, "%s local reference mode",
	    l->is_on ? "Enabled" : "Disabled");
	served_judge_local(c->e, c->now);
	served_publish(c->e, c->now);
	choose(c->e, c->now, NULL);	/* orphan sources */
	return CONTROL_OK;
}

/* --- by how much it is wrong ---------------------------------------------- */

enum control_status answer_dfreq(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	nudge_frequency(c->e, c->now, rq->number);
	return CONTROL_OK;
}

enum control_status answer_doffset(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	return nudge_offset(c->e, c->now, rq->number) ? CONTROL_OK :
	    CONTROL_FAILED;
}
