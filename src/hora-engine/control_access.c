/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests about access: rules go to horad, checks are made here. */
#include "hora-engine/control_access.h"

#include "hora-engine/control_commands.h"

int control_access_set(struct engine *e, const struct config *config)
{
	struct access_table ntp, command;
	int rc = access_from_config(config->allow, config->allow_count, &ntp);

	if (rc)
		return rc;
	rc = access_from_config(config->cmdallow, config->cmdallow_count,
	    &command);
	if (rc) {
		access_free(&ntp);
		return rc;
	}
	control_access_free(e);
	e->ntp_access = ntp;
	e->command_access = command;
	return 0;
}

void control_access_free(struct engine *e)
{
	access_free(&e->ntp_access);
	access_free(&e->command_access);
}

bool control_access_asks(const struct engine *e, const struct ip_addr *ip)
{
	return ip_is_localhost(ip) || access_allows(&e->command_access, ip);
}

enum control_status answer_access_check(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct ip_addr *ip = &rq->address.ip;
	bool is_allowed;

	(void)ret;
	if (rq->address.is_id)
		return CONTROL_DENIED;
	is_allowed = rq->code == CONTROL_ACCHECK ?
	    access_allows(&c->e->ntp_access, ip) :
	    control_access_asks(c->e, ip);
	return is_allowed ? CONTROL_ALLOWED : CONTROL_DENIED;
}

/* Has the address so many bits? */
static bool is_subnet(const struct access_request *access)
{
	int most = 0;

	if (access->address.is_id)
		return false;
	if (access->address.ip.family == IP_V4)
		most = 32;
	if (access->address.ip.family == IP_V6)
		most = 128;
	return access->bits >= 0 && access->bits <= most;
}

enum control_status answer_access_rule(void *arg, const struct request *rq,
    union report *ret)
{
	static const struct {
		uint16_t code;
		struct ipc_access_rule rule;
	} rows[] = {
		{ CONTROL_ALLOW, { .is_allow = true } },
		{ CONTROL_ALLOW_ALL, { .is_allow = true, .is_all = true } },
		{ CONTROL_DENY, { .is_all = false } },
		{ CONTROL_DENY_ALL, { .is_all = true } },
		{ CONTROL_CMDALLOW, { .is_command = true, .is_allow = true } },
		{ CONTROL_CMDALLOW_ALL, { .is_command = true, .is_allow = true,
			.is_all = true } },
		{ CONTROL_CMDDENY, { .is_command = true } },
		{ CONTROL_CMDDENY_ALL, { .is_command = true, .is_all = true } },
	};
	const struct control_context *c = arg;

	(void)ret;
	if (!is_subnet(&rq->access))
		return CONTROL_BAD_SUBNET;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].code != rq->code)
			continue;
		c->request->task = IPC_TASK_RULE;
		c->request->rule = rows[i].rule;
		c->request->rule.ip = rq->access.address.ip;
		c->request->rule.bits = (uint32_t)rq->access.bits;
		return CTL_LATER;
	}
	return CONTROL_INVALID;
}
