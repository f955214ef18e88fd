/* SPDX-License-Identifier: Apache-2.0 */
/* The lists behind sandbox/filter.h. */
#ifndef HORA_SANDBOX_FILTER_LISTS_H
#define HORA_SANDBOX_FILTER_LISTS_H

#include <seccomp.h>
#include <stddef.h>

/* Names that an architecture or this libseccomp does not know are skipped. */
struct filter_call {
	const char *name;
	unsigned roles;		/* bits 1 << enum role */
};

/* A call that is allowed with these arguments; several rows are alternatives. */
struct filter_case {
	const char *name;
	unsigned roles;
	unsigned count;		/* of arguments that are looked at */
	struct scmp_arg_cmp args[2];
};

/* A call that fails: a library tries it, and does without. */
struct filter_failure {
	const char *name;
	unsigned roles;
	int error;		/* errno */
};

extern const struct filter_call filter_calls[];
extern const size_t filter_calls_count;
extern const struct filter_case filter_cases[];
extern const size_t filter_cases_count;
extern const struct filter_failure filter_failures[];
extern const size_t filter_failures_count;

/* What no role does, and horad's other children neither (`roles`: who does). */
extern const struct filter_call filter_harmful[];
extern const size_t filter_harmful_count;

/* What, beyond that, no role does. */
extern const struct filter_call filter_foreign[];
extern const size_t filter_foreign_count;

#endif
