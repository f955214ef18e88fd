/* SPDX-License-Identifier: Apache-2.0 */
/* The command `help`: the table of commands as text. */
#ifndef HORA_HORAC_HELP_H
#define HORA_HORAC_HELP_H

#include "horac/session.h"

command_fn print_help;

#endif
