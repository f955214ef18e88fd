/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What only the whole configuration shows (reference: configuration.md 1.6, the
 * part that needs neither files nor users), and what is legal but suspicious.
 * (conf/advise.h says more, for those who ask.)
 */
#ifndef HORA_CONF_CHECK_H
#define HORA_CONF_CHECK_H

#include "conf/config.h"
#include "conf/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * `text` is what `config` was parsed from; it gives errors and warnings their
 * places (lines that could not be parsed do not matter). `report` is told of
 * each, in no particular order. False when there was an error.
 */
bool conf_check(const struct config *config, const char *text, size_t length,
    conf_report_fn *report, void *arg);

#endif
