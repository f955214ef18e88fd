/* SPDX-License-Identifier: Apache-2.0 */
/*
 * horad --check: everything that is wrong with a configuration, or harmful in
 * it, without a start.
 */
#ifndef HORA_HORAD_CHECKUP_H
#define HORA_HORAD_CHECKUP_H

#include "conf/examine.h"
#include "conf/problems.h"
#include "horad/host.h"
#include "horad/options.h"

/*
 * Check what the options name and print it on stdout, for a person or (--json)
 * as one JSON object. The exit status: 0, 1 with an error, 2 with a warning
 * and --strict.
 */
int checkup(const struct options *options, const struct host *host);

/* What the machine has that a configuration does not say. */
struct conf_facts checkup_facts(const struct options *options);

/*
 * Problems that only this machine knows: files, users, interfaces, keys and
 * certificates, as a start would meet them. A file that this user may not read
 * is a warning. `report` is told of each.
 */
void checkup_host(const struct options *options, const struct host *host,
    const struct conf_examined *examined, conf_report_fn *report, void *arg);

/*
 * The problems as JSON (docs/check.md) on stdout. 0, or -ENOMEM or -EIO.
 */
int checkup_json(const char *file, const struct conf_problems *problems,
    const struct conf_keep *files);

#endif
