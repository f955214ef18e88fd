/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/filter.h"

#include "sandbox/filter_lists.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>

#define CALLS_MAX 1024		/* numbers of calls, on all architectures below */

/* Number of a call on an architecture; negative: there is none. */
static int number_of(uint32_t arch, const char *name)
{
	int number = seccomp_syscall_resolve_name_arch(arch, name);

	return number >= 0 && number < CALLS_MAX ? number : -1;
}

/* A filter in the making, for one architecture. */
struct making {
	scmp_filter_ctx ctx;
	uint32_t arch;
};

/* By libseccomp's own number: that of this architecture, or one it knows the
 * call by where this one has none. */
static int add(const struct making *m, uint32_t action, const char *name,
    unsigned count, const struct scmp_arg_cmp *args)
{
	return number_of(m->arch, name) < 0 ? 0 :
	    seccomp_rule_add_array(m->ctx, action,
	    seccomp_syscall_resolve_name(name), count, args);
}

static int add_list(const struct making *m, uint32_t action,
    const struct filter_call *list, size_t count, unsigned wanted, unsigned role)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		if ((list[i].roles & role) == wanted)
			rc = add(m, action, list[i].name, 0, NULL);
	return rc;
}

static int allow(const struct making *m, unsigned role)
{
	int rc = add_list(m, SCMP_ACT_ALLOW, filter_calls,
	    filter_calls_count, role, role);

	for (size_t i = 0; i < filter_cases_count && rc == 0; i++)
		if (filter_cases[i].roles & role)
			rc = add(m, SCMP_ACT_ALLOW, filter_cases[i].name,
			    filter_cases[i].count, filter_cases[i].args);
	for (size_t i = 0; i < filter_failures_count && rc == 0; i++)
		if (filter_failures[i].roles & role)
			rc = add(m, SCMP_ACT_ERRNO(
			    (unsigned)filter_failures[i].error),
			    filter_failures[i].name, 0, NULL);
	return rc;
}

static int deny(const struct making *m, enum filter_kind kind, unsigned role)
{
	int rc = add_list(m, SCMP_ACT_TRAP, filter_harmful,
	    filter_harmful_count, 0, role);

	if (rc == 0 && kind == FILTER_ROLE_DENY)
		rc = add_list(m, SCMP_ACT_TRAP, filter_foreign,
		    filter_foreign_count, 0, role);
	return rc;
}

/*
 * The resolver's plugins are others' code, which nobody can list: what is not
 * known fails in hora-ke-client, and only what no plugin has reason to call ends
 * it.
 */
static bool has_plugins(enum role role)
{
	return role == ROLE_KE_CLIENT;
}

static int only_for(const struct making *m)
{
	int rc;

	if (m->arch == seccomp_arch_native())
		return 0;
	rc = seccomp_arch_add(m->ctx, m->arch);
	return rc ? rc : seccomp_arch_remove(m->ctx, SCMP_ARCH_NATIVE);
}

/* *ret is to be released, whatever is returned. */
static int make(enum role role, enum filter_kind kind, uint32_t arch,
    scmp_filter_ctx *ret)
{
	bool is_list = kind == FILTER_ROLE_ALLOW;
	struct making m = { .arch = arch ? arch : seccomp_arch_native() };
	int rc;

	m.ctx = *ret = seccomp_init(!is_list ? SCMP_ACT_ALLOW :
	    has_plugins(role) ? SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_TRAP);
	if (!m.ctx)
		return -ENOMEM;
	rc = only_for(&m);
	/* Who loads it has seen to no_new_privs, or may do without. */
	if (rc == 0)
		rc = seccomp_attr_set(m.ctx, SCMP_FLTATR_CTL_NNP, 0);
	if (rc == 0)
		rc = is_list ? allow(&m, 1u << role) :
		    deny(&m, kind, 1u << role);
	if (rc == 0 && is_list && has_plugins(role))
		rc = deny(&m, FILTER_ROLE_DENY, 1u << role);
	/* The kernel's log has it, too, and the search is short; kernels and
	 * libraries that can not do without. */
	(void)seccomp_attr_set(m.ctx, SCMP_FLTATR_CTL_LOG, 1);
	(void)seccomp_attr_set(m.ctx, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_KILL_PROCESS);
	(void)seccomp_attr_set(m.ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	/* What the kernel says, not that it said something. */
	(void)seccomp_attr_set(m.ctx, SCMP_FLTATR_API_SYSRAWRC, 1);
	return rc;
}

int filter_load(enum role role, enum filter_kind kind)
{
	scmp_filter_ctx ctx;
	int rc = make(role, kind, 0, &ctx);

	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	return rc == -EINVAL ? -ENOSYS : rc;
}

int filter_export(enum role role, enum filter_kind kind, uint32_t arch, int fd)
{
	scmp_filter_ctx ctx;
	int rc = make(role, kind, arch, &ctx);

	if (rc == 0)
		rc = seccomp_export_bpf(ctx, fd);
	seccomp_release(ctx);
	return rc;
}

unsigned filter_count(enum role role, uint32_t arch)
{
	bool is_allowed[CALLS_MAX] = { false };
	unsigned count = 0;
	int number;

	arch = arch ? arch : seccomp_arch_native();
	for (size_t i = 0; i < filter_calls_count; i++) {
		number = number_of(arch, filter_calls[i].name);
		if (number >= 0 && filter_calls[i].roles & 1u << role)
			is_allowed[number] = true;
	}
	for (size_t i = 0; i < filter_cases_count; i++) {
		number = number_of(arch, filter_cases[i].name);
		if (number >= 0 && filter_cases[i].roles & 1u << role)
			is_allowed[number] = true;
	}
	for (size_t i = 0; i < CALLS_MAX; i++)
		count += is_allowed[i];
	return count;
}

const char *filter_call_name(int number, uint32_t arch,
    char buf[FILTER_NAME_SIZE])
{
	char *name = seccomp_syscall_resolve_num_arch(arch, number);

	if (name)
		snprintf(buf, FILTER_NAME_SIZE, "%s (%d)", name, number);
	else
		snprintf(buf, FILTER_NAME_SIZE, "%d", number);
	free(name);
	return buf;
}
