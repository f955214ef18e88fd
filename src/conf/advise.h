/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is legal but harmful: said to those who ask (horad --check), beyond what
 * conf/check.h warns of at each start.
 */
#ifndef HORA_CONF_ADVISE_H
#define HORA_CONF_ADVISE_H

#include "conf/config.h"
#include "conf/error.h"
#include "conf/flat.h"

#include <stdbool.h>

/* What a configuration does not say. */
struct conf_facts {
	const char *file;	/* the configuration; "" = the command line */
	bool has_rtc;		/* the machine keeps time while it is off */
	bool has_errors;	/* lines are missing: judge no more than lines */
};

/*
 * `config` was parsed from `text`; `sources` is that of the .sources files
 * (conf/collect.h; perhaps empty), which count, too. `report` is told of each
 * warning, in no particular order.
 */
void conf_advise(const struct config *config, const struct conf_facts *facts,
    const struct conf_text *text, const struct conf_text *sources,
    conf_report_fn *report, void *arg);

#endif
