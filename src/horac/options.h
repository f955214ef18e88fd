/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of horac: chronyc's (reference: control-protocol.md 12). */
#ifndef HORA_HORAC_OPTIONS_H
#define HORA_HORAC_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define CHRONY_VERSION "4.8"	/* whose command line and output this is */

struct options {
	const char *servers;		/* -h; borrowed, as all text here */
	const char *user;		/* -u; NULL = stay */
	uint16_t port;			/* -p */
	int family;			/* -4, -6 */
	bool numeric, names, csv, wide, dot, many;	/* -n -N -c -w -e -m */
	int first;			/* index of the first command in argv */
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE,		/* help or version was printed */
	OPTIONS_BAD,		/* the usage was printed on stderr */
};

/* Read argv; `program` is the name without its folder. */
enum options_result options_read(int argc, char **argv, const char *program,
    struct options *ret);

/* The options of --help, a line for each, with its newlines. */
const char *tool_options_help(void);

#endif
