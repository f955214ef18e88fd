/* SPDX-License-Identifier: Apache-2.0 */
/* One look at the machine for horad/checkup.h: what its two files share. */
#ifndef HORA_HORAD_CHECKUP_HOST_H
#define HORA_HORAD_CHECKUP_HOST_H

#include "base/time.h"
#include "conf/config.h"
#include "conf/directives.h"
#include "conf/error.h"
#include "nts/mac_keys.h"
#include "sandbox/user.h"

#include <stdbool.h>
#include <stddef.h>

struct host_check {
	const struct config *config;
	conf_report_fn *report;
	void *arg;
	struct wall_time now;
	struct user user;		/* who the daemon will be... */
	bool has_user;			/* ...if that is known */
	bool is_user_told;		/* a line names it, rightly or not */

	/* Certificates and keys of the server, by the order of lines. */
	struct host_pem {
		char path[CONFIG_PATH_SIZE];
		struct conf_place place;
	} certs[CONFIG_PAIRS], keys[CONFIG_PAIRS];
	size_t cert_count, key_count;

	struct mac_keys symmetric;	/* of the key file */
};

/* Report with the check's own report function. */
#define HOST_WARN(h, place, ...) \
	conf_warn((h)->report, (h)->arg, (place), __VA_ARGS__)
#define HOST_COMPLAIN(h, place, ...) \
	conf_complain((h)->report, (h)->arg, (place), __VA_ARGS__)

/* What the line of a directive names; its words are those of the line. */
void host_take_cert(struct host_check *h, const struct conf_line *line);
void host_take_key(struct host_check *h, const struct conf_line *line);
void host_check_trusted(struct host_check *h, const struct conf_line *line);
void host_check_keyfile(struct host_check *h, const struct conf_line *line);
void host_check_leap_list(struct host_check *h, const struct conf_line *line);
void host_check_leap_zone(struct host_check *h, const struct conf_line *line);

/* The pairs that were taken. */
void host_check_pairs(struct host_check *h);

/* The option key of a source's line, of a host_check whose key file was read. */
void host_check_source_key(void *arg, struct conf_line *line,
    const struct conf_word *word);

#endif
