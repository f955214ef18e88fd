/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of horad and hora-single (reference: configuration.md 3). */
#ifndef HORA_HORAD_OPTIONS_H
#define HORA_HORAD_OPTIONS_H

#include "base/severity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Strings are borrowed from argv. */
struct options {
	const char *program;		/* last part of argv[0] */
	const char *config_file;
	const char *log_file;		/* NULL = none */
	const char *user;		/* NULL = as configured */
	bool is_foreground;
	bool log_to_stderr;
	bool print_config;		/* -p */
	bool check_config;		/* --check */
	bool check_strict, check_json;	/* --strict, --json */
	bool skip_root_check;
	bool use_file_time;		/* -s */
	enum severity log_level;
	uint32_t flags;			/* enum ipc_config_flag */
	uint32_t timeout_s;		/* -t; 0 = none */
	uint32_t sched_priority;	/* -P; 0 = as configured */
	int filter_level;		/* -F: enum filter_level */
	const char *const *directives;	/* instead of the file, if any */
	size_t directive_count;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_HELP,		/* print options_help, exit 0 */
	OPTIONS_VERSION,	/* print the version, exit 0 */
	OPTIONS_BAD,		/* `reason` says why, exit 1 */
};

#define OPTIONS_REASON_SIZE 256

/*
 * Read the command line. argv is permuted: options first, then directives. Uses
 * getopt(3), so it is called once in a process at a time. *ret is complete for
 * OPTIONS_RUN; `reason` is one line for OPTIONS_BAD.
 */
enum options_result options_parse(int argc, char **argv, struct options *ret,
    char reason[OPTIONS_REASON_SIZE]);

/* Text of -h, a line for each option, with its newlines. */
const char *options_help(void);

#endif
