/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_sources.h"

#include "conf/expand.h"
#include "conf/parse.h"
#include "os/sealed.h"

#include <stdlib.h>
#include <string.h>

/* Lines that are no sources: so many are named. */
#define SKIPPED_SAID 20

struct skipping {
	struct role_link *link;
	unsigned count;
};

static void on_skipped(void *arg, const struct conf_error *error)
{
	struct skipping *k = arg;
	char text[CONF_ERROR_SIZE];

	if (k->count++ < SKIPPED_SAID)
		role_log(k->link, SEV_WARNING, "Skipped source: %s",
		    conf_error_message(error, text, sizeof(text)));
}

int io_sources_read(struct role_link *link, int fd, struct source_config **ret,
    size_t *ret_count)
{
	struct skipping skipping = { link, 0 };
	char *text = NULL;
	size_t length;
	int rc = sealed_read(fd, CONF_TEXT_MAX, &text, &length);

	if (rc == 0)
		rc = conf_parse_sources(text, length, on_skipped, &skipping,
		    ret, ret_count);
	free(text);
	if (skipping.count > SKIPPED_SAID)
		role_log(link, SEV_WARNING, "Skipped %u more lines of "
		    ".sources files", skipping.count - SKIPPED_SAID);
	if (rc)
		role_log(link, SEV_ERROR, "could not read sources: %s",
		    strerror(-rc));
	return rc;
}
