/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests for horad, which says when they are done. */
#include "hora-engine/control_commands.h"

#include "hora-engine/commands.h"

enum control_status answer_task(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)ret;
	switch (rq->code) {
	case CONTROL_REKEY:
		c->request->task = IPC_TASK_REKEY;
		return CTL_LATER;
	case CONTROL_CYCLELOGS:
		c->request->task = IPC_TASK_CYCLELOGS;
		return CTL_LATER;
	case CONTROL_RELOAD_SOURCES:
		c->request->task = IPC_TASK_RELOAD_SOURCES;
		return CTL_LATER;
	case CONTROL_RELOAD_CONFIG:
		c->request->task = IPC_TASK_RELOAD_CONFIG;
		return CTL_LATER;
	}
	return CONTROL_INVALID;
}

/* What is to be written goes to horad before the request to write it. */
enum control_status answer_dump(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_dump(c->e, c->now);
	c->request->task = IPC_TASK_DUMP;
	return CTL_LATER;
}

/* Answered before anybody ends. */
enum control_status answer_shutdown(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	(void)ret;
	engine_shutdown(c->e);
	return CONTROL_OK;
}
