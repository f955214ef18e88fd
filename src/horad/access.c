/* SPDX-License-Identifier: Apache-2.0 */
/* Who is let in, beside what the configuration says: addresses of its host
 * names, and rules by commands. */
#include "horad/daemon.h"

#include <stdlib.h>

/* --- rules by commands ---------------------------------------------------- */

/* The rules with one more, if they can be handed out; NULL, or why not. */
static const char *add_rule(struct daemon *d, const struct ipc_access_rule *rule)
{
	struct rules *fresh = malloc(sizeof(*fresh));
	const char *why = "can not be kept: out of memory";

	if (fresh) {
		*fresh = d->rules;
		why = rules_add(fresh, rule);
	}
	if (!why && (!rules_fit(fresh, &d->config) ||
	    d->text.length + RULES_TEXT_MAX > CONF_TEXT_MAX))
		why = "is one more than a table of access holds";
	if (!why)
		d->rules = *fresh;
	free(fresh);
	return why;
}

/* Is there nobody to serve those whom a rule lets in, for we start no roles? */
static bool lacks_server(const struct daemon *d)
{
	return !horad_is_in_reach(&d->horad, ROLE_SERVE) &&
	    horad_roles(&d->config, d->options->flags, true) & R(SERVE);
}

void daemon_rule(struct daemon *d, const struct ipc_access_rule *rule,
    uint32_t id)
{
	struct ipc_answer failed = { .id = id };
	const char *why = d->horad.is_stopping ? "comes too late" :
	    add_rule(d, rule);
	char text[RULE_TEXT_SIZE];

	if (why)
		logsink_printf(&d->log, SEV_ERROR, "Access rule by command "
		    "%s", why);
	else
		logsink_printf(&d->log, SEV_INFO, "Access rule by command: %s",
		    rule_text(&d->rules.list[d->rules.count - 1], text));
	if (!why && rule->is_allow && !rule->is_command && lacks_server(d)) {
		/* It is kept for the server that comes. */
		why = "hora-serve does not run: nobody is served until it is "
		    "started";
		logsink_write(&d->log, SEV_WARNING, why);
		reload_rename(&d->reload, 0, loop_now(d->loop));
	}
	if (why)
		daemon_send(d, ROLE_ENGINE, IPC_ANSWER, &failed, NULL);
	else
		reload_rename(&d->reload, id, loop_now(d->loop));
}

/* --- host names ----------------------------------------------------------- */

static void names_lookup(void *arg, const struct ipc_lookup *what)
{
	daemon_send(arg, ROLE_KE_CLIENT, IPC_LOOKUP, what, NULL);
}

static void names_changed(void *arg)
{
	struct daemon *d = arg;

	if (!d->horad.is_stopping)
		reload_rename(&d->reload, 0, loop_now(d->loop));
}

static void names_log(void *arg, enum severity severity, const char *text)
{
	struct daemon *d = arg;

	logsink_write(&d->log, severity, text);
}

void daemon_names_init(struct daemon *d)
{
	struct hostnames_effects effects = { d, names_lookup, names_changed,
		names_log };
	uint32_t flags = d->options->flags;

	hostnames_init(&d->names, &effects, flags & IPC_ONLY_V4 ? IP_V4 :
	    flags & IPC_ONLY_V6 ? IP_V6 : IP_NONE);
	hostnames_renew(&d->names, &d->config, loop_now(d->loop));
}
