/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests that act on the clock. */
#include "hora-engine/control_commands.h"

#include "hora-engine/byhand.h"
#include "hora-engine/commands.h"

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
