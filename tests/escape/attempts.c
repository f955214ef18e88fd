/* SPDX-License-Identifier: Apache-2.0 */
#include "escape/attempts.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CALL(...) (syscall(__VA_ARGS__) < 0 ? -errno : 0)
#define RESULT(call) ((call) < 0 ? -errno : 0)
/* The kernel has looked at the arguments: nothing kept the call from it. */
#define REACHED(rc, error) ((rc) == -(error) ? 0 : (rc))

/* --- files --------------------------------------------------------------- */

static int try_open(const char *path, int flags)
{
	return CALL(SYS_openat, AT_FDCWD, path, flags, 0600);
}

static int read_shadow(const struct world *w)
{
	(void)w;
	return try_open("/etc/shadow", O_RDONLY);
}

static int read_key(const struct world *w)
{
	return try_open(w->key, O_RDONLY);
}

static int write_key(const struct world *w)
{
	return try_open(w->key, O_WRONLY);
}

static int write_program(const struct world *w)
{
	int rc = try_open(w->program, O_RDWR);

	return REACHED(rc, ETXTBSY);
}

static int create_file(const struct world *w)
{
	return try_open(w->beside, O_WRONLY | O_CREAT | O_EXCL);
}

static int remove_key(const struct world *w)
{
	return CALL(SYS_unlinkat, AT_FDCWD, w->key, 0);
}

static int change_mode(const struct world *w)
{
	return CALL(SYS_fchmodat, AT_FDCWD, w->key, 0777);
}

static int make_link(const struct world *w)
{
	return CALL(SYS_linkat, AT_FDCWD, w->key, AT_FDCWD, w->beside, 0);
}

static int memory_file(const struct world *w)
{
	(void)w;
	return CALL(SYS_memfd_create, "x", 0);
}

static int list_root(const struct world *w)
{
	(void)w;
	return try_open("/", O_RDONLY | O_DIRECTORY);
}

/* --- programs, processes, memory ------------------------------------------ */

/* It says nothing, and so does not come back when it works. */
static int execute(const struct world *w)
{
	char *const argv[] = { (char *)(size_t)"true", NULL };

	(void)w;
	return RESULT(execv("/bin/true", argv));
}

static int fork_process(const struct world *w)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	(void)w;
	if (pid == 0)
		_exit(0);
	return pid < 0 ? -errno : 0;
}

static int fork_clone3(const struct world *w)
{
	int rc = CALL(SYS_clone3, NULL, (size_t)64);

	(void)w;
	return REACHED(rc, EFAULT);
}

static int make_namespace(const struct world *w)
{
	(void)w;
	return CALL(SYS_unshare, CLONE_NEWUSER);
}

static int trace_sibling(const struct world *w)
{
	return CALL(SYS_ptrace, PTRACE_ATTACH, w->sibling, 0, 0);
}

static int read_sibling(const struct world *w)
{
	char byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { (void *)(size_t)0x400000, 1 };
	int rc = CALL(SYS_process_vm_readv, w->sibling, &local, 1, &remote, 1,
	    0);

	return REACHED(rc, EFAULT);
}

static int signal_sibling(const struct world *w)
{
	return CALL(SYS_kill, w->sibling, 0);
}

static int signal_thread_of_sibling(const struct world *w)
{
	return CALL(SYS_tgkill, w->sibling, w->sibling, 0);
}

static int map_executable(const struct world *w)
{
	(void)w;
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -errno : 0;
}

static int make_executable(const struct world *w)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)w;
	return page == MAP_FAILED ? -errno :
	    CALL(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);
}

static int raise_limit(const struct world *w)
{
	struct rlimit limit;

	(void)w;
	if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) < 0)
		return -errno;
	limit.rlim_max++;
	return CALL(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL);
}

static int become_root(const struct world *w)
{
	(void)w;
	return CALL(SYS_setuid, 0);
}

static int be_dumpable(const struct world *w)
{
	(void)w;
	return CALL(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static int handle_signal(const struct world *w)
{
	(void)w;
	return CALL(SYS_rt_sigaction, SIGSYS, NULL, NULL, 8);
}

/* --- the kernel ------------------------------------------------------------ */

static int load_module(const struct world *w)
{
	int rc = CALL(SYS_init_module, NULL, 0, "");

	(void)w;
	return REACHED(REACHED(rc, EFAULT), ENOEXEC);
}

static int load_bpf(const struct world *w)
{
	(void)w;
	return REACHED(CALL(SYS_bpf, 0, NULL, 0), EINVAL);
}

static int open_perf(const struct world *w)
{
	(void)w;
	return REACHED(CALL(SYS_perf_event_open, NULL, 0, -1, -1, 0), EFAULT);
}

static int use_keyring(const struct world *w)
{
	(void)w;
	return CALL(SYS_keyctl, 0, -3, 0);
}

static int set_up_ring(const struct world *w)
{
	(void)w;
	return REACHED(CALL(SYS_io_uring_setup, 1, NULL), EFAULT);
}

static int mount_something(const struct world *w)
{
	/* Onto what is no folder: refused when it is known who may. */
	return REACHED(CALL(SYS_mount, "none", w->program, "tmpfs", 0, NULL),
	    ENOTDIR);
}

static int change_root(const struct world *w)
{
	(void)w;
	return CALL(SYS_chroot, "/");
}

static int type_on_terminal(const struct world *w)
{
	(void)w;
	return REACHED(CALL(SYS_ioctl, 1, TIOCSTI, "x"), ENOTTY);
}

#ifdef __x86_64__
/* The calls of another architecture have other numbers. */
static int call_as_i386(const struct world *w)
{
	long rc = 20;	/* getpid there */

	(void)w;
	__asm__ volatile("int $0x80" : "+a"(rc) : : "memory", "r8", "r9",
	    "r10", "r11");
	return rc < 0 ? (int)rc : 0;
}
#endif

/* --- the clock -------------------------------------------------------------- */

/* To what it is; else with a time that the kernel refuses, before it asks who may. */
static int set_clock(const struct world *w)
{
	struct timespec t = { 0, 2000000000 };

	if (w->has_clock)
		clock_gettime(CLOCK_REALTIME, &t);
	return REACHED(CALL(SYS_clock_settime, CLOCK_REALTIME, &t), EINVAL);
}

/* With a time zone that the kernel refuses when it has asked who may. */
static int set_time_of_day(const struct world *w)
{
	const struct timezone nowhere = { .tz_minuteswest = 9999 };

	(void)w;
	return REACHED(CALL(SYS_settimeofday, NULL, &nowhere), EINVAL);
}

/* Reading, which needs no right; or with a tick that the kernel refuses when it has
 * asked who may. */
static int adjust_clock(const struct world *w)
{
	struct timex t = { .modes = w->has_clock ? ADJ_TICK : 0 };

	return REACHED(CALL(SYS_clock_adjtime, CLOCK_REALTIME, &t), EINVAL);
}

static int adjust_other_clock(const struct world *w)
{
	struct timex t = { 0 };
	int rc = CALL(SYS_clock_adjtime, CLOCK_MONOTONIC, &t);

	(void)w;
	return REACHED(rc, EOPNOTSUPP);
}

/* --- networks ---------------------------------------------------------------- */

static int socket_of(int family, int type, int protocol)
{
	return CALL(SYS_socket, family, type, protocol);
}

#define SOCKET(name, family, type, protocol) \
	static int name(const struct world *w) \
	{ \
		(void)w; \
		return socket_of(family, type, protocol); \
	}
SOCKET(socket_udp, AF_INET, SOCK_DGRAM, 0)
SOCKET(socket_udp6, AF_INET6, SOCK_DGRAM, 0)
SOCKET(socket_tcp, AF_INET, SOCK_STREAM, 0)
SOCKET(socket_tcp6, AF_INET6, SOCK_STREAM, 0)
SOCKET(socket_unix_stream, AF_UNIX, SOCK_STREAM, 0)
SOCKET(socket_unix_dgram, AF_UNIX, SOCK_DGRAM, 0)
SOCKET(socket_unix_seqpacket, AF_UNIX, SOCK_SEQPACKET, 0)
SOCKET(socket_route, AF_NETLINK, SOCK_RAW, 0)
SOCKET(socket_audit, AF_NETLINK, SOCK_RAW, 9)
SOCKET(socket_raw, AF_INET, SOCK_RAW, 1)
SOCKET(socket_packet, AF_PACKET, SOCK_RAW, 0)
SOCKET(socket_alg, 38, SOCK_SEQPACKET, 0)
SOCKET(socket_vsock, 40, SOCK_STREAM, 0)
SOCKET(socket_bluetooth, 31, SOCK_RAW, 1)

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int connect_tcp(const struct world *w)
{
	struct sockaddr_in to = loopback(1);
	int rc = CALL(SYS_connect, w->tcp, &to, sizeof(to));

	return rc == -ENETUNREACH ? 0 : REACHED(rc, ECONNREFUSED);
}

static int connect_udp(const struct world *w)
{
	struct sockaddr_in to = loopback(1);
	int rc = CALL(SYS_connect, w->udp, &to, sizeof(to));

	return REACHED(rc, ENETUNREACH);
}

static int bind_tcp(const struct world *w)
{
	struct sockaddr_in to = loopback(0);
	int rc = CALL(SYS_bind, w->tcp, &to, sizeof(to));

	return REACHED(rc, EADDRNOTAVAIL);
}

static int listen_tcp(const struct world *w)
{
	return CALL(SYS_listen, w->tcp, 1);
}

const struct attempt attempts[] = {
	{ "read-shadow", read_shadow },
	{ "read-key", read_key },
	{ "write-key", write_key },
	{ "write-program", write_program },
	{ "create-file", create_file },
	{ "change-mode", change_mode },
	{ "make-link", make_link },
	{ "remove-key", remove_key },	/* who is given one key needs it before */
	{ "memory-file", memory_file },
	{ "list-root", list_root },
	{ "execute", execute },
	{ "fork", fork_process },
	{ "fork-clone3", fork_clone3 },
	{ "make-namespace", make_namespace },
	{ "trace-sibling", trace_sibling },
	{ "read-sibling", read_sibling },
	{ "signal-sibling", signal_sibling },
	{ "signal-thread", signal_thread_of_sibling },
	{ "map-executable", map_executable },
	{ "make-executable", make_executable },
	{ "raise-limit", raise_limit },
	{ "become-root", become_root },
	{ "be-dumpable", be_dumpable },
	{ "handle-signal", handle_signal },
	{ "load-module", load_module },
	{ "load-bpf", load_bpf },
	{ "open-perf", open_perf },
	{ "use-keyring", use_keyring },
	{ "io-uring", set_up_ring },
	{ "mount", mount_something },
	{ "change-root", change_root },
	{ "type-on-terminal", type_on_terminal },
#ifdef __x86_64__
	{ "call-as-i386", call_as_i386 },
#endif
	{ "set-clock", set_clock },
	{ "set-time-of-day", set_time_of_day },
	{ "adjust-clock", adjust_clock },
	{ "adjust-other-clock", adjust_other_clock },
	{ "socket-udp", socket_udp },
	{ "socket-udp6", socket_udp6 },
	{ "socket-tcp", socket_tcp },
	{ "socket-tcp6", socket_tcp6 },
	{ "socket-unix-stream", socket_unix_stream },
	{ "socket-unix-dgram", socket_unix_dgram },
	{ "socket-unix-seqpacket", socket_unix_seqpacket },
	{ "socket-route", socket_route },
	{ "socket-audit", socket_audit },
	{ "socket-raw", socket_raw },
	{ "socket-packet", socket_packet },
	{ "socket-alg", socket_alg },
	{ "socket-vsock", socket_vsock },
	{ "socket-bluetooth", socket_bluetooth },
	{ "connect-udp", connect_udp },
	{ "connect-tcp", connect_tcp },
	{ "bind-tcp", bind_tcp },
	{ "listen-tcp", listen_tcp },
};
const size_t attempts_count = sizeof(attempts) / sizeof(attempts[0]);
