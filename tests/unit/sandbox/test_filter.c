/* SPDX-License-Identifier: Apache-2.0 */
/* The filter of each role, in children that it may end. */
#include "sandbox/filter.h"

#include "sandbox/caps.h"
#include "sandbox/violation.h"
#include "unit/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define BIT(role) (1u << ROLE_##role)
#define NONE 0u
#define C BIT(CLOCK)
#define E BIT(ENGINE)
#define S BIT(SERVE)
#define K BIT(KE_SERVER)
#define L BIT(KE_CLIENT)
#define H BIT(HORAD)
#define ALL (C | E | S | K | L | H)

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
	CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | \
	CLONE_CHILD_CLEARTID)

/* A call; what it returns is of no interest, but that it comes back. */
struct row {
	unsigned roles;		/* for whom it comes back */
	const char *what;
	long number;
	long args[6];
};

/* Descriptor -1, addresses 0: allowed calls fail, and harm nothing. */
static const struct row rows[] = {
	{ ALL, "ppoll", SYS_ppoll, { 0, -1, 0, 0, 8 } },
	{ ALL, "recvmsg", SYS_recvmsg, { -1 } },
	{ ALL, "sendmsg", SYS_sendmsg, { -1 } },
	{ ALL, "brk", SYS_brk, { 0 } },
	{ ALL, "close", SYS_close, { -1 } },
	{ ALL, "lseek", SYS_lseek, { -1 } },
	{ ALL, "pread64", SYS_pread64, { -1 } },
	{ ALL, "write", SYS_write, { -1 } },
	{ ALL, "clock_gettime", SYS_clock_gettime, { CLOCK_REALTIME } },
	{ E | S | K | L | H, "mremap", SYS_mremap, { 1 } },
	{ E | S | K | L | H, "getrandom", SYS_getrandom, { 0 } },
	{ E | S | K | L, "setsockopt", SYS_setsockopt, { -1 } },
	{ E | S, "recvmmsg", SYS_recvmmsg, { -1 } },
	{ K | L | H, "read", SYS_read, { -1 } },
	{ K | H, "accept4", SYS_accept4, { -1 } },
	{ E | L | H, "connect", SYS_connect, { -1 } },
	{ E | L, "bind", SYS_bind, { -1 } },
	{ NONE, "listen", SYS_listen, { -1 } },

	{ C, "clock_adjtime of the clock", SYS_clock_adjtime,
	  { CLOCK_REALTIME } },
	{ NONE, "clock_adjtime of another", SYS_clock_adjtime, { CLOCK_TAI } },
	{ NONE, "clock_settime", SYS_clock_settime, { CLOCK_REALTIME } },
	{ NONE, "settimeofday", SYS_settimeofday, { 0, 1 } },

	{ ALL, "mmap", SYS_mmap, { 0, 0, PROT_READ | PROT_WRITE } },
	{ NONE, "mmap, executable", SYS_mmap, { 0, 0,
	  PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, -1 } },
	{ NONE, "mmap, executable and anonymous", SYS_mmap, { 0, 0,
	  PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ L, "mmap of a library", SYS_mmap, { 0, 0, PROT_READ | PROT_EXEC,
	  MAP_PRIVATE, -1 } },
	{ K | L | H, "mprotect", SYS_mprotect, { 0, 0, PROT_READ } },
	{ NONE, "mprotect, executable", SYS_mprotect, { 0, 0, PROT_EXEC } },

	{ E | L, "socket for UDP", SYS_socket, { AF_INET, SOCK_DGRAM |
	  SOCK_CLOEXEC | SOCK_NONBLOCK } },
	{ E | L, "socket for UDP and IPv6", SYS_socket, { AF_INET6,
	  SOCK_DGRAM } },
	{ L, "socket for TCP", SYS_socket, { AF_INET, SOCK_STREAM } },
	{ E | L | H, "socket for syslog", SYS_socket, { AF_UNIX, SOCK_DGRAM } },
	{ L | H, "socket of nscd", SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ L, "socket for routes", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
	{ NONE, "socket for audit", SYS_socket, { AF_NETLINK, SOCK_RAW, 9 } },
	{ NONE, "raw socket", SYS_socket, { AF_INET, SOCK_RAW } },
	{ NONE, "socket for packets", SYS_socket, { AF_PACKET, SOCK_RAW } },
	{ NONE, "socket of Bluetooth", SYS_socket, { 31, SOCK_RAW } },

	{ E, "ioctl: index of an interface", SYS_ioctl, { -1, SIOCGIFINDEX } },
	{ L, "ioctl: bytes waiting", SYS_ioctl, { -1, FIONREAD } },
	{ NONE, "ioctl: typing", SYS_ioctl, { -1, TIOCSTI } },

	{ K | L, "thread", SYS_clone, { THREAD | CLONE_PARENT_SETTID } },
	{ NONE, "fork", SYS_clone, { SIGCHLD } },
	{ NONE, "namespace", SYS_clone, { CLONE_NEWUSER | SIGCHLD } },
	{ K | L, "clone3", 435 /* fails: ENOSYS */, { 0 } },
	{ K | L | H, "sigaction of the library", SYS_rt_sigaction, { 33 } },
	{ H, "sigaction of SIGSYS", SYS_rt_sigaction, { SIGSYS, 0, 0, 8 } },

	{ E | K | L | H, "open to read", SYS_openat, { AT_FDCWD, 0, O_RDONLY } },
	{ E | K | H, "open to write", SYS_openat, { AT_FDCWD, 0, O_WRONLY } },
	{ E | K | H, "create", SYS_openat, { AT_FDCWD, 0, O_CREAT } },
	{ H, "unlinkat", SYS_unlinkat, { AT_FDCWD } },
	{ H, "memfd_create", SYS_memfd_create, { 0 } },
	{ H, "kill", SYS_kill, { 0x7fffffff } },
	{ H, "prctl: ambient capabilities", SYS_prctl, { PR_CAP_AMBIENT } },
	{ NONE, "prctl: dumpable", SYS_prctl, { PR_SET_DUMPABLE, 7 } },
	{ NONE, "tgkill", SYS_tgkill, { 1, 1 } },
	{ NONE, "execve", SYS_execve, { 0 } },
	{ NONE, "ptrace", SYS_ptrace, { -1 } },
	{ NONE, "prlimit64", SYS_prlimit64, { 0, RLIMIT_NOFILE } },
	{ NONE, "setuid", SYS_setuid, { 0 } },
	{ NONE, "init_module", SYS_init_module, { 0 } },
	{ NONE, "bpf", SYS_bpf, { -1 } },
	{ NONE, "mount", SYS_mount, { 0 } },
	{ NONE, "unshare", SYS_unshare, { 0 } },
	{ NONE, "a number of no call", 100000, { 0 } },
};

/* A child's end: it came back, was told EPERM, or was ended by SIGSYS. */
enum end { CAME_BACK, REFUSED, ENDED, OTHERWISE };
#define EXIT_REFUSED 3

static enum end end_of(pid_t pid)
{
	int status = -1;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return CAME_BACK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_REFUSED)
		return REFUSED;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? ENDED :
	    OTHERWISE;
}

/* The framework of the tests catches the signal. */
static pid_t fork_plainly(void)
{
	pid_t pid = fork();

	if (pid == 0)
		signal(SIGSYS, SIG_DFL);
	return pid;
}

static enum end try(enum role role, enum filter_kind kind, const struct row *r)
{
	const long *a = r->args;
	pid_t pid = fork_plainly();

	if (pid != 0)
		return end_of(pid);
	/* Nothing is changed should a filter have a hole. */
	if (caps_limit(0, false) < 0 || caps_no_new_privileges() < 0 ||
	    filter_load(role, kind) < 0)
		_exit(2);
	if (syscall(r->number, a[0], a[1], a[2], a[3], a[4], a[5]) < 0 &&
	    errno == EPERM)
		_exit(EXIT_REFUSED);
	_exit(0);
}

/* Not allowed: hora-ke-client's plugins are told so. */
static bool is_kept_from(enum role role, enum end end)
{
	return end == ENDED || (role == ROLE_KE_CLIENT && end == REFUSED);
}

/*
 * Programs built with sanitizers load no filter: what these do at the end of a
 * process is in no list.
 */
#ifdef HORA_UNCONFINED
#define IS_CONFINED false
#else
#define IS_CONFINED true
#endif

static void test_rows(void **state)
{
	int wrong = 0;

	(void)state;
	if (!IS_CONFINED)
		SKIP("a build with sanitizers makes calls that no list "
		    "has");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int r = 0; r < ROLE_COUNT; r++) {
			bool may = (rows[i].roles & 1u << r) != 0;
			enum end end;

			if (rows[i].number == SYS_clone && may)
				continue;	/* test_threads */
			end = try((enum role)r, FILTER_ROLE_ALLOW, &rows[i]);
			if (may ? end == CAME_BACK :
			    is_kept_from((enum role)r, end))
				continue;
			print_error("%s: %s: %s\n", role_name((enum role)r),
			    rows[i].what, end == ENDED ? "ended" :
			    end == CAME_BACK ? "came back" : "otherwise");
			wrong++;
		}
	assert_int_equal(wrong, 0);
}

static const struct row exec = { 0, "execve", SYS_execve, { 0 } };
static const struct row reads_clock = { 0, "clock_adjtime", SYS_clock_adjtime,
	{ CLOCK_REALTIME } };
static const struct row listens = { 0, "listen", SYS_listen, { -1 } };
static const struct row traces = { 0, "ptrace", SYS_ptrace, { -1 } };
static const struct row sets = { 0, "clock_settime", SYS_clock_settime,
	{ CLOCK_REALTIME } };

static void test_kinds(void **state)
{
	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		enum role r = (enum role)i;

		assert_int_equal(try(r, FILTER_ROLE_DENY, &listens), CAME_BACK);
		assert_int_equal(try(r, FILTER_ROLE_DENY, &exec), ENDED);
		assert_int_equal(try(r, FILTER_ROLE_DENY, &traces), ENDED);
		assert_int_equal(try(r, FILTER_ROLE_DENY, &sets), ENDED);
		assert_int_equal(try(r, FILTER_ROLE_DENY, &reads_clock),
		    r == ROLE_CLOCK ? CAME_BACK : ENDED);
	}
	assert_int_equal(try(ROLE_HORAD, FILTER_PARENT, &exec), CAME_BACK);
	assert_int_equal(try(ROLE_HORAD, FILTER_PARENT, &reads_clock),
	    CAME_BACK);
	assert_int_equal(try(ROLE_HORAD, FILTER_PARENT, &traces), ENDED);
	assert_int_equal(try(ROLE_HORAD, FILTER_PARENT, &sets), ENDED);
}

/* What no plugin would do ends hora-ke-client, too. */
static void test_plugins(void **state)
{
	static const struct row unknown = { 0, "memfd_create",
		SYS_memfd_create, { 0 } };
	static const struct row reads = { 0, "prctl", SYS_prctl,
		{ PR_CAPBSET_READ, 1 } };

	(void)state;
	if (!IS_CONFINED)
		SKIP("a build with sanitizers makes calls that no list "
		    "has");
	assert_int_equal(try(ROLE_KE_CLIENT, FILTER_ROLE_ALLOW, &unknown),
	    REFUSED);
	assert_int_equal(try(ROLE_KE_CLIENT, FILTER_ROLE_ALLOW, &reads),
	    CAME_BACK);
	assert_int_equal(try(ROLE_KE_CLIENT, FILTER_ROLE_ALLOW, &exec), ENDED);
	assert_int_equal(try(ROLE_KE_CLIENT, FILTER_ROLE_ALLOW, &traces),
	    ENDED);
	assert_int_equal(try(ROLE_KE_CLIENT, FILTER_ROLE_ALLOW, &reads_clock),
	    ENDED);
}

/* Without the right to it, the reason is the kernel's. */
static void test_no_right(void **state)
{
	pid_t pid = fork_plainly();

	(void)state;
	if (pid == 0)
		_exit(caps_limit(0, false) < 0 || filter_load(ROLE_HORAD,
		    FILTER_PARENT) != -EACCES);
	assert_int_equal(end_of(pid), CAME_BACK);
}

/* As many as the design says, and not one more in silence. */
static void test_counts(void **state)
{
	static const unsigned most[ROLE_COUNT] = {
		[ROLE_HORAD] = 77, [ROLE_CLOCK] = 14, [ROLE_ENGINE] = 32,
		[ROLE_SERVE] = 18, [ROLE_KE_SERVER] = 39, [ROLE_KE_CLIENT] = 75,
	};

	(void)state;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (filter_count((enum role)r, 0) > most[r] ||
		    filter_count((enum role)r, 0) < 10)
			fail_msg("%s: %u calls", role_name((enum role)r),
			    filter_count((enum role)r, 0));
}

/* Another role's children and threads are filtered as it is. */
static void *in_thread(void *arg)
{
	(void)arg;
	syscall(SYS_listen, -1, 0);
	return NULL;
}

static void test_threads(void **state)
{
	pid_t pid = fork_plainly();
	pthread_t thread;

	(void)state;
	if (pid == 0) {
		if (caps_no_new_privileges() < 0 ||
		    filter_load(ROLE_KE_SERVER, FILTER_ROLE_ALLOW) < 0 ||
		    pthread_create(&thread, NULL, in_thread, NULL) != 0)
			_exit(2);
		pthread_join(thread, NULL);
		_exit(0);
	}
	assert_int_equal(end_of(pid), ENDED);
}

struct packet {
	uint64_t head;
	struct violation what;
};

/* The last words name the call; the process ends by the signal all the same. */
static void test_violation(void **state)
{
	struct packet packet = { 0 };
	char name[FILTER_NAME_SIZE];
	int pair[2];
	pid_t pid;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	pid = fork_plainly();
	if (pid == 0) {
		struct violation_report report = { pair[1], 77 };

		if (violation_catch(&report) < 0 ||
		    caps_no_new_privileges() < 0 ||
		    filter_load(ROLE_CLOCK, FILTER_ROLE_ALLOW) < 0)
			_exit(2);
		syscall(SYS_listen, -1, 0);
		_exit(0);
	}
	assert_int_equal(end_of(pid), ENDED);
	assert_int_equal(recv(pair[0], &packet, sizeof(packet), MSG_DONTWAIT),
	    sizeof(packet));
	assert_int_equal(packet.head, 77);
	assert_int_equal(packet.what.number, SYS_listen);
	assert_memory_equal(filter_call_name(packet.what.number,
	    packet.what.arch, name), "listen (", 8);
	close(pair[0]);
	close(pair[1]);
}

/* Without a channel the line is on stderr. */
static void test_words_on_stderr(void **state)
{
	char said[80] = "";
	int ends[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork_plainly();
	if (pid == 0) {
		struct violation_report report = { -1, 0 };

		if (dup2(ends[1], STDERR_FILENO) < 0 ||
		    violation_catch(&report) < 0 ||
		    caps_no_new_privileges() < 0 ||
		    filter_load(ROLE_HORAD, FILTER_ROLE_ALLOW) < 0)
			_exit(2);
		syscall(100000);
		_exit(0);
	}
	assert_int_equal(end_of(pid), ENDED);
	assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
	assert_memory_equal(said, "forbidden system call ", 22);
	assert_non_null(strstr(said, " 100000\n"));
	close(ends[0]);
	close(ends[1]);
}

static void test_names(void **state)
{
	char buf[FILTER_NAME_SIZE];

	(void)state;
	assert_string_equal(filter_call_name(41, AUDIT_ARCH_X86_64, buf),
	    "socket (41)");
	assert_string_equal(filter_call_name(198, AUDIT_ARCH_AARCH64, buf),
	    "socket (198)");
	assert_string_equal(filter_call_name(100000, AUDIT_ARCH_X86_64, buf),
	    "100000");
	assert_string_equal(filter_call_name(1, 12345, buf), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_plugins),
		cmocka_unit_test(test_no_right),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_violation),
		cmocka_unit_test(test_words_on_stderr),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("sandbox/filter", tests, NULL, NULL);
}
