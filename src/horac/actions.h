/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that change something, in the daemon or in this client. */
#ifndef HORA_HORAC_ACTIONS_H
#define HORA_HORAC_ACTIONS_H

#include "horac/session.h"

/* All of them are a command_fn (horac/session.h). In the daemon: */
bool do_online_offline(struct session *s, const struct command *c, char *args);
bool do_burst(struct session *s, const struct command *c, char *args);
bool do_reload(struct session *s, const struct command *c, char *args);
bool do_makestep(struct session *s, const struct command *c, char *args);

/* In this client: */
bool set_timeout(struct session *s, const struct command *c, char *args);
bool set_retries(struct session *s, const struct command *c, char *args);
bool set_dns(struct session *s, const struct command *c, char *args);
bool do_quit(struct session *s, const struct command *c, char *args);

#endif
