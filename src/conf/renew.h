/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a running daemon takes of a new configuration: all but the directives
 * whose rows say that they need a restart. Those stay as they are in force, so
 * that every role, one that is started later too, works by the same text.
 */
#ifndef HORA_CONF_RENEW_H
#define HORA_CONF_RENEW_H

#include "conf/flat.h"

/* Names of directives, with ", " between them; what does not fit is cut. */
#define CONF_RENEW_NAMES 480

/*
 * The flat text `fresh` with the lines of `running` for each directive that
 * needs a restart and says something else than in `running`; `names` says which
 * these are ("" = none). A value that is left out is its default. Both texts
 * have been parsed before. 0, then *ret is the caller's; or -ENOMEM or -EFBIG.
 */
int conf_renew(const struct conf_text *running, const struct conf_text *fresh,
    struct conf_text *ret, char names[CONF_RENEW_NAMES]);

#endif
