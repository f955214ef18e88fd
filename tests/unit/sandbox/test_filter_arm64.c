/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filters as arm64 would load them, asked on whatever machine this is: each call
 * must end as on this machine, where test_filter shows what the kernel does.
 */
#include "sandbox/filter.h"
#include "sandbox/filter_lists.h"
#include "unit/sandbox/bpf.h"

#include <linux/audit.h>
#include <linux/sockios.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define NUMBERS 1024
#define PROGRAM_MAX 4096
#define NAME_UNKNOWN __NR_SCMP_ERROR	/* to this libseccomp */
#define THERE SCMP_ARCH_AARCH64
#define TOKEN_THERE AUDIT_ARCH_AARCH64

struct program {
	struct sock_filter code[PROGRAM_MAX];
	size_t count;
	uint32_t token;		/* AUDIT_ARCH_* */
};

static void export(enum role role, enum filter_kind kind, uint32_t arch,
    struct program *ret)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(filter_export(role, kind, arch, fileno(f)), 0);
	rewind(f);
	ret->count = fread(ret->code, sizeof(ret->code[0]), PROGRAM_MAX, f);
	fclose(f);
	assert_in_range(ret->count, 10, PROGRAM_MAX - 1);
	/* libseccomp's names of architectures are the kernel's. */
	ret->token = arch;
}

static uint32_t ask(const struct program *p, uint32_t token, int number,
    const uint64_t args[6])
{
	struct seccomp_data data = { .nr = number, .arch = token };

	memcpy(data.args, args, sizeof(data.args));
	return bpf_run(p->code, p->count, &data);
}

/* Arguments on which a verdict may hang. */
static const uint64_t samples[][6] = {
	{ 0 }, { 1, 1, 1, 1 }, { ~0ull, ~0ull, ~0ull, ~0ull, ~0ull, ~0ull },
	{ 0, 0, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS },
	{ 0, 0, PROT_READ | PROT_EXEC, MAP_PRIVATE },
	{ 0, 0, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS },
	{ 0, 0, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE },
	{ AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0 }, { AF_INET6, SOCK_DGRAM, 0 },
	{ AF_INET, SOCK_STREAM, 0 }, { AF_UNIX, SOCK_STREAM, 0 },
	{ AF_UNIX, SOCK_DGRAM, 0 }, { AF_INET, SOCK_RAW, 0 },
	{ AF_PACKET, SOCK_RAW, 0 }, { AF_NETLINK, SOCK_RAW, 0 },
	{ AF_NETLINK, SOCK_RAW, 9 },
	{ 3, SIOCGIFINDEX }, { 3, 0x541b }, { 3, 0x5412 },
	{ 3, 1030 }, { 3, 4, 2048 }, { 3, 1033 }, { 3, 2 },
	{ 0, 0, 1 }, { 0, 0, 0x80000 }, { 0, 0, 0100 },
	{ 32 }, { 33 }, { 31 },
	{ PR_CAPBSET_READ }, { PR_CAP_AMBIENT }, { PR_SET_DUMPABLE },
	{ CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
	  CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
	  CLONE_CHILD_CLEARTID }, { 17 }, { CLONE_NEWUSER | 17 },
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static const enum filter_kind kinds[] = { FILTER_ROLE_ALLOW, FILTER_ROLE_DENY,
	FILTER_PARENT };

/* Every number that arm64 has a call for. */
static void calls_end_as_here(void **state)
{
	static struct program here, there;
	int compared = 0, wrong = 0;

	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++)
		for (size_t k = 0; k < 3; k++) {
			export((enum role)r, kinds[k], seccomp_arch_native(),
			    &here);
			export((enum role)r, kinds[k], THERE, &there);
			for (int n = 0; n < NUMBERS; n++) {
				char *name = seccomp_syscall_resolve_num_arch(
				    THERE, n);
				int mine = name ?
				    seccomp_syscall_resolve_name(name) : -1;

				for (size_t s = 0; s < SAMPLES && mine >= 0; s++) {
					uint32_t a = ask(&here, here.token,
					    mine, samples[s]);
					uint32_t b = ask(&there, TOKEN_THERE, n,
					    samples[s]);

					compared++;
					if (a == b && a != BPF_BROKEN)
						continue;
					print_error("%s: %s, sample %zu: %#x, "
					    "here %#x\n",
					    role_name((enum role)r), name, s, b,
					    a);
					wrong++;
				}
				free(name);
			}
		}
	assert_int_equal(wrong, 0);
	assert_true(compared > 100000);
}

/* Numbers without a call, and calls of another architecture. */
static void nothing_else_is_allowed(void **state)
{
	static struct program p;

	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		export((enum role)r, FILTER_ROLE_ALLOW, THERE, &p);
		for (int n = -5; n < NUMBERS; n++) {
			char *name = n < 0 ? NULL :
			    seccomp_syscall_resolve_num_arch(THERE, n);

			if (!name)
				assert_int_not_equal(ask(&p, TOKEN_THERE, n,
				    samples[0]), SECCOMP_RET_ALLOW);
			free(name);
			assert_int_equal(ask(&p, AUDIT_ARCH_ARM, n, samples[0]) &
			    0xffff0000u, SECCOMP_RET_KILL_PROCESS & 0xffff0000u);
			assert_int_not_equal(ask(&p, AUDIT_ARCH_X86_64, n,
			    samples[0]), SECCOMP_RET_ALLOW);
		}
	}
}

/*
 * Calls that arm64 never had, and those by which its C library does the same. Each
 * name of the lists that is not resolved there must be here, or be one of 32-bit
 * architectures.
 */
static const struct {
	const char *name, *instead;
} absent[] = {
	{ "open", "openat" }, { "stat", "newfstatat" },
	{ "lstat", "newfstatat" }, { "access", "faccessat" },
	{ "readlink", "readlinkat" }, { "unlink", "unlinkat" },
	{ "rename", "renameat" }, { "mkdir", "mkdirat" }, { "poll", "ppoll" },
	{ "select", "pselect6" }, { "fork", "clone" }, { "vfork", "clone" },
	{ "chmod", "fchmodat" }, { "chown", "fchownat" },
	{ "lchown", "fchownat" }, { "mknod", "mknodat" },
	{ "link", "linkat" }, { "symlink", "symlinkat" },
	/* Of x86 alone, and of no kernel any more. */
	{ "iopl", NULL }, { "ioperm", NULL }, { "modify_ldt", NULL },
	{ "uselib", NULL }, { "sysfs", NULL }, { "_sysctl", NULL },
	{ "create_module", NULL },
	/* Numbers by which 32-bit architectures are known, and old ones. */
	{ "recv", "recvfrom" }, { "send", "sendto" }, { "time", NULL },
	{ "umount", "umount2" }, { "stime", NULL },
};
#define ABSENT (sizeof(absent) / sizeof(absent[0]))

static bool is_of_32_bits(const char *name)
{
	size_t n = strlen(name);

	return name[0] == '_' || strstr(name, "_time64") ||
	    (n > 2 && strcmp(name + n - 2, "64") == 0) ||
	    (n > 2 && strcmp(name + n - 2, "32") == 0) ||
	    strcmp(name, "mmap2") == 0 || strncmp(name, "vm86", 4) == 0;
}

static bool is_known_absent(const char *name)
{
	for (size_t i = 0; i < ABSENT; i++)
		if (strcmp(name, absent[i].name) == 0)
			return true;
	return is_of_32_bits(name);
}

static void check_name(const char *name)
{
	int here = seccomp_syscall_resolve_name(name);
	int there = seccomp_syscall_resolve_name_arch(THERE, name);

	if (here == NAME_UNKNOWN && there == NAME_UNKNOWN)
		return;		/* newer than this libseccomp, or older */
	if (there < 0 && !is_known_absent(name))
		fail_msg("%s: not on arm64, and nobody knows it", name);
}

static void names_resolve(void **state)
{
	(void)state;
	for (size_t i = 0; i < filter_calls_count; i++)
		check_name(filter_calls[i].name);
	for (size_t i = 0; i < filter_cases_count; i++)
		check_name(filter_cases[i].name);
	for (size_t i = 0; i < filter_failures_count; i++)
		check_name(filter_failures[i].name);
	for (size_t i = 0; i < filter_harmful_count; i++)
		check_name(filter_harmful[i].name);
	for (size_t i = 0; i < filter_foreign_count; i++)
		check_name(filter_foreign[i].name);
	/* The table of the absent is true. */
	for (size_t i = 0; i < ABSENT; i++)
		assert_true(seccomp_syscall_resolve_name_arch(THERE,
		    absent[i].name) < 0);
}

/* What a role may do by the old call here, it may do by the other one there. */
static void others_take_their_place(void **state)
{
	static struct program here, there;
	int wrong = 0;

	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++) {
		export((enum role)r, FILTER_ROLE_ALLOW, seccomp_arch_native(),
		    &here);
		export((enum role)r, FILTER_ROLE_ALLOW, THERE, &there);
		for (size_t i = 0; i < ABSENT; i++) {
			int old = seccomp_syscall_resolve_name(absent[i].name);
			uint32_t a, b;

			if (old < 0 || !absent[i].instead)
				continue;
			a = ask(&here, here.token, old, samples[0]);
			b = ask(&there, TOKEN_THERE,
			    seccomp_syscall_resolve_name_arch(THERE,
			    absent[i].instead), samples[0]);
			if (a != SECCOMP_RET_ALLOW &&
			    (a & 0xffff0000u) != SECCOMP_RET_ERRNO)
				continue;
			if (b == SECCOMP_RET_ALLOW || b == a)
				continue;
			print_error("%s: %s: %#x, but %s on arm64: %#x\n",
			    role_name((enum role)r), absent[i].name, a,
			    absent[i].instead, b);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* As test_filter has them for this machine. */
static void counts(void **state)
{
	static const unsigned most[ROLE_COUNT] = {
		[ROLE_HORAD] = 77, [ROLE_CLOCK] = 14, [ROLE_ENGINE] = 34,
		[ROLE_SERVE] = 18, [ROLE_KE_SERVER] = 39, [ROLE_KE_CLIENT] = 75,
	};

	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (filter_count((enum role)r, THERE) > most[r] ||
		    filter_count((enum role)r, THERE) < 10)
			fail_msg("%s: %u calls", role_name((enum role)r),
			    filter_count((enum role)r, THERE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_end_as_here),
		cmocka_unit_test(nothing_else_is_allowed),
		cmocka_unit_test(names_resolve),
		cmocka_unit_test(others_take_their_place),
		cmocka_unit_test(counts),
	};

	return cmocka_run_group_tests_name("sandbox/filter_arm64", tests, NULL,
	    NULL);
}
