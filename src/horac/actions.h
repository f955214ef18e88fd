/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that change something, in the daemon or in this client. */
#ifndef HORA_HORAC_ACTIONS_H
#define HORA_HORAC_ACTIONS_H

#include "horac/session.h"

command_fn do_online_offline, do_burst, do_reload, do_makestep;
command_fn set_timeout, set_retries, set_dns, do_quit;

#endif
