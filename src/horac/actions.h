/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that change something, in the daemon or in this client (reference:
 * control-protocol.md 13).
 */
#ifndef HORA_HORAC_ACTIONS_H
#define HORA_HORAC_ACTIONS_H

#include "horac/session.h"

/* All of them are a command_fn (horac/session.h). source_commands.c: */
bool do_online_offline(struct session *s, const struct command *c, char *args);
bool do_burst(struct session *s, const struct command *c, char *args);
bool do_delete(struct session *s, const struct command *c, char *args);
bool set_source_int(struct session *s, const struct command *c, char *args);
bool set_source_real(struct session *s, const struct command *c, char *args);
bool set_selectopts(struct session *s, const struct command *c, char *args);
bool set_offset(struct session *s, const struct command *c, char *args);

/* add server, peer, pool; add_command.c: */
bool do_add(struct session *s, const struct command *c, char *args);

/* allow to cmddeny all, and accheck; access_commands.c: */
bool do_access(struct session *s, const struct command *c, char *args);
bool check_access(struct session *s, const struct command *c, char *args);

/* What concerns the clock; clock_commands.c: */
bool do_makestep(struct session *s, const struct command *c, char *args);
bool do_number(struct session *s, const struct command *c, char *args);
bool do_doffset(struct session *s, const struct command *c, char *args);
bool do_local(struct session *s, const struct command *c, char *args);
bool do_smoothtime(struct session *s, const struct command *c, char *args);

/* reload and reset of something; daemon_commands.c: */
bool do_reload(struct session *s, const struct command *c, char *args);
bool do_reset(struct session *s, const struct command *c, char *args);

/* In this client: client_commands.c, keygen.c */
bool set_timeout(struct session *s, const struct command *c, char *args);
bool set_retries(struct session *s, const struct command *c, char *args);
bool set_dns(struct session *s, const struct command *c, char *args);
bool do_quit(struct session *s, const struct command *c, char *args);
bool accept_login(struct session *s, const struct command *c, char *args);
bool print_new_key(struct session *s, const struct command *c, char *args);

#endif
