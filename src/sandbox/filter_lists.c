/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may make which system call, once it has started. The lists hold for glibc
 * 2.28 to 2.41 and GnuTLS 3.6 to 3.8: where versions make different calls for
 * the same, all of them are here. Some are only seen in special cases:
 * clock_gettime where the clocksource has no vDSO, restart_syscall after a stop,
 * brk and mmap in turn, sysinfo in qsort of old libraries.
 */
#include "sandbox/filter_lists.h"

#include "base/role.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <fcntl.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* hora-[c]lock, [e]ngine, [s]erve, [k]e-server, ke-c[l]ient, [h]orad. */
#define C (1u << ROLE_CLOCK)
#define E (1u << ROLE_ENGINE)
#define S (1u << ROLE_SERVE)
#define K (1u << ROLE_KE_SERVER)
#define L (1u << ROLE_KE_CLIENT)
#define H (1u << ROLE_HORAD)
#define ALL (C | E | S | K | L | H)

const struct filter_call filter_calls[] = {
	/* Memory, descriptors, channels, the loop, the end. */
	{ "brk", ALL }, { "clock_gettime", ALL }, { "clock_gettime64", ALL },
	{ "close", ALL }, { "exit_group", ALL }, { "lseek", ALL },
	{ "_llseek", ALL }, { "munmap", ALL }, { "ppoll", ALL },
	{ "ppoll_time64", ALL }, { "pread64", ALL }, { "recvmsg", ALL },
	{ "rt_sigreturn", ALL }, { "sendmsg", ALL }, { "write", ALL },
	{ "mremap", E | S | K | L | H }, { "getrandom", E | S | K | L | H },
	{ "madvise", E | K | L | H }, { "getpid", E | K | L | H },
	{ "restart_syscall", E | K | L | H }, { "futex", E | K | L | H },
	{ "futex_time64", E | K | L | H }, { "sysinfo", E | L | H },

	/* Sockets: whom to, is said where they are made (filter_cases). */
	{ "setsockopt", E | S | K | L }, { "getsockopt", E | K | L | H },
	{ "recvmmsg", E | S }, { "recvmmsg_time64", E | S },
	{ "sendmmsg", E | S | L }, { "recvfrom", E | K | L | H },
	{ "sendto", E | K | L | H }, { "bind", E | L },
	{ "connect", E | L | H }, { "getsockname", E | L },
	{ "getpeername", L }, { "recv", E | K | L | H },
	{ "send", E | K | L | H }, { "accept4", K | H }, { "shutdown", K | L },
	{ "writev", K | L }, { "readv", L }, { "read", K | L | H },

	/* Files of sockets, at the end. */
	{ "unlink", H }, { "unlinkat", H },

	/* Threads. */
	{ "exit", K | L }, { "rseq", K | L }, { "set_robust_list", K | L },
	{ "rt_sigprocmask", K | L | H }, { "sched_getaffinity", K | L },
	{ "sched_yield", K | L }, { "gettid", K | L }, { "pipe2", K | H },
	{ "gettimeofday", K | L },

	/* Plugins of the resolver, and trusted certificates. */
	{ "poll", L | H }, { "uname", L | H }, { "getuid", L | H },
	{ "geteuid", L | H }, { "getgid", L | H }, { "getegid", L | H },
	{ "fstat", L | H }, { "fstat64", L | H }, { "stat", L | H },
	{ "stat64", L | H }, { "lstat", L | H }, { "newfstatat", L | H },
	{ "fstatat64", L | H }, { "statx", L | H }, { "fstatfs", L | H },
	{ "statfs", L | H }, { "access", L | H }, { "faccessat", L | H },
	{ "faccessat2", L | H }, { "readlink", L | H }, { "readlinkat", L | H },
	{ "getdents64", L | H }, { "fadvise64", L | H }, { "select", L },
	{ "pselect6", L }, { "clock_nanosleep", L | H },
	{ "clock_nanosleep_time64", L | H }, { "nanosleep", L | H },
	{ "clock_getres", E | L }, { "clock_getres_time64", E | L },

	/* horad: state, logs, keys, and what it hands out. */
	{ "open", H }, { "openat", H }, { "memfd_create", H }, { "rename", H },
	{ "renameat", H }, { "renameat2", H }, { "fsync", H },
	{ "fdatasync", H }, { "ftruncate", H }, { "fchmod", H },
	{ "fchown", H }, { "mkdir", H }, { "mkdirat", H }, { "umask", H },
	{ "socketpair", H }, { "capget", H }, { "capset", H },
	{ "rt_sigaction", H }, { "kill", H },
	/* How /proc tells a process to the pid file's reader. */
	{ "getppid", H }, { "getsid", H },
};
const size_t filter_calls_count = ROWS(filter_calls);

/* The nth argument; those of libseccomp leave members without a value. */
#define EQUAL(nth, value) { nth, SCMP_CMP_EQ, value, 0 }
#define MASKED(nth, mask, value) { nth, SCMP_CMP_MASKED_EQ, mask, value }

/* Kinds of sockets, without SOCK_CLOEXEC and SOCK_NONBLOCK. */
#define SOCKET(roles, family, type) \
	{ "socket", roles, 2, { EQUAL(0, family), MASKED(1, 0xf, type) } }
#define WITHOUT(call, roles, nth, bits) \
	{ call, roles, 1, { MASKED(nth, bits, 0) } }
#define ONLY(call, roles, nth, value) \
	{ call, roles, 1, { EQUAL(nth, (unsigned)(value)) } }

/* What pthread_create asks for, and nothing else. */
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
	CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | \
	CLONE_CHILD_CLEARTID)
#ifdef __s390x__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* Signals that the C library keeps for its threads. */
#define SIG_CANCEL 32
#define SIG_SETXID 33

/* Not O_TMPFILE either: it comes with a mode of writing. */
#define OPEN_TO_WRITE (O_ACCMODE | O_CREAT | O_TRUNC)

const struct filter_case filter_cases[] = {
	/* The clock that hora keeps. What is asked of it lies in memory, where a
	 * filter can not look: hora-clock's own limits judge it. */
	ONLY("clock_adjtime", C, 0, CLOCK_REALTIME),
	ONLY("clock_adjtime64", C, 0, CLOCK_REALTIME),

	/* No new code in memory. The resolver's plugins are read from files,
	 * which hora-ke-client can not write. */
	WITHOUT("mmap", C | E | S | K | H, 2, PROT_EXEC),
	WITHOUT("mmap2", C | E | S | K | H, 2, PROT_EXEC),
	WITHOUT("mmap", L, 2, PROT_EXEC),
	WITHOUT("mmap2", L, 2, PROT_EXEC),
	{ "mmap", L, 2, { MASKED(2, PROT_WRITE, 0),
	    MASKED(3, MAP_ANONYMOUS, 0) } },
	WITHOUT("mprotect", K | L | H, 2, PROT_EXEC),

	SOCKET(E, AF_INET, SOCK_DGRAM),
	SOCKET(E, AF_INET6, SOCK_DGRAM),
	SOCKET(E, AF_UNIX, SOCK_DGRAM),		/* if_nametoindex(3) */
	SOCKET(L, AF_INET, SOCK_DGRAM),
	SOCKET(L, AF_INET6, SOCK_DGRAM),
	SOCKET(L, AF_INET, SOCK_STREAM),
	SOCKET(L, AF_INET6, SOCK_STREAM),
	SOCKET(L, AF_UNIX, SOCK_STREAM),	/* nscd, systemd-resolved */
	SOCKET(L, AF_UNIX, SOCK_DGRAM),
	{ "socket", L, 2, { EQUAL(0, AF_NETLINK),
	    EQUAL(2, 0) } },	/* NETLINK_ROUTE: addresses */
	SOCKET(H, AF_UNIX, SOCK_DGRAM),		/* syslog, systemd */
	SOCKET(H, AF_UNIX, SOCK_STREAM),

	ONLY("ioctl", E, 1, SIOCGIFINDEX),
	ONLY("ioctl", L, 1, FIONREAD),

	ONLY("fcntl", L | H, 1, F_DUPFD_CLOEXEC),
	ONLY("fcntl", L | H, 1, F_GETFL),
	ONLY("fcntl", L | H, 1, F_SETFL),
	ONLY("fcntl", L | H, 1, F_GETFD),
	ONLY("fcntl", L | H, 1, F_SETFD),
	ONLY("fcntl", H, 1, F_ADD_SEALS),

	WITHOUT("openat", L, 2, OPEN_TO_WRITE),
	WITHOUT("open", L, 1, OPEN_TO_WRITE),

	ONLY("clone", K | L, CLONE_FLAGS, THREAD),
	ONLY("rt_sigaction", K | L, 0, SIG_CANCEL),
	ONLY("rt_sigaction", K | L, 0, SIG_SETXID),

	/* libcap-ng, when horad takes a right into use and out of it; libcap,
	 * which plugins of systemd bring along. */
	ONLY("prctl", L | H, 0, PR_CAPBSET_READ),
	ONLY("prctl", H, 0, PR_CAP_AMBIENT),
};
const size_t filter_cases_count = ROWS(filter_cases);

const struct filter_failure filter_failures[] = {
	/* Its flags can not be looked at; the C library takes clone then. */
	{ "clone3", K | L, ENOSYS },
	/* qsort and malloc of old libraries count memory and processors; GnuTLS
	 * looks whether its policy has changed. They do without. */
	{ "openat", E | K, EACCES }, { "open", E | K, EACCES },
	{ "newfstatat", E | K, EACCES }, { "stat", E | K, EACCES },
	{ "statx", E | K, EACCES }, { "fstat", E | K, EACCES },
	{ "access", K, EACCES }, { "faccessat", K, EACCES },
	{ "faccessat2", K, EACCES }, { "readlink", K, EACCES },
	{ "readlinkat", K, EACCES },
	{ "sysinfo", K, EACCES },
};
const size_t filter_failures_count = ROWS(filter_failures);

const struct filter_call filter_harmful[] = {
	/* Other processes. */
	{ "ptrace", 0 }, { "process_vm_readv", 0 }, { "process_vm_writev", 0 },
	{ "process_madvise", 0 }, { "kcmp", 0 }, { "pidfd_getfd", 0 },
	{ "perf_event_open", 0 }, { "lookup_dcookie", 0 },
	/* The kernel. */
	{ "init_module", 0 }, { "finit_module", 0 }, { "delete_module", 0 },
	{ "create_module", 0 }, { "kexec_load", 0 }, { "kexec_file_load", 0 },
	{ "bpf", 0 }, { "reboot", 0 }, { "iopl", 0 }, { "ioperm", 0 },
	{ "userfaultfd", 0 }, { "io_uring_setup", 0 }, { "io_uring_enter", 0 },
	{ "io_uring_register", 0 }, { "vm86", 0 }, { "vm86old", 0 },
	{ "modify_ldt", 0 }, { "syslog", 0 }, { "vhangup", 0 },
	{ "uselib", 0 }, { "nfsservctl", 0 }, { "sysfs", 0 }, { "_sysctl", 0 },
	{ "add_key", 0 }, { "request_key", 0 }, { "keyctl", 0 },
	{ "move_pages", 0 }, { "migrate_pages", 0 },
	/* The clock: hora-clock takes another way. */
	{ "clock_settime", 0 }, { "clock_settime64", 0 },
	{ "settimeofday", 0 }, { "stime", 0 },
	/* The machine. */
	{ "mount", 0 }, { "umount", 0 }, { "umount2", 0 }, { "pivot_root", 0 },
	{ "open_tree", 0 }, { "move_mount", 0 }, { "fsopen", 0 },
	{ "fsconfig", 0 }, { "fsmount", 0 }, { "fspick", 0 },
	{ "mount_setattr", 0 }, { "setns", 0 }, { "unshare", 0 },
	{ "swapon", 0 }, { "swapoff", 0 }, { "acct", 0 }, { "quotactl", 0 },
	{ "quotactl_fd", 0 }, { "sethostname", 0 }, { "setdomainname", 0 },
	{ "open_by_handle_at", 0 }, { "name_to_handle_at", 0 },
};
const size_t filter_harmful_count = ROWS(filter_harmful);

const struct filter_call filter_foreign[] = {
	{ "execve", 0 }, { "execveat", 0 }, { "fork", 0 }, { "vfork", 0 },
	{ "chroot", 0 }, { "personality", 0 },
	{ "setuid", 0 }, { "setuid32", 0 }, { "setgid", 0 }, { "setgid32", 0 },
	{ "setreuid", 0 }, { "setregid", 0 }, { "setresuid", 0 },
	{ "setresgid", 0 }, { "setgroups", 0 }, { "setfsuid", 0 },
	{ "setfsgid", 0 }, { "chmod", 0 }, { "fchmodat", 0 },
	{ "fchmodat2", 0 }, { "chown", 0 }, { "lchown", 0 }, { "fchownat", 0 },
	{ "mknod", 0 }, { "mknodat", 0 }, { "link", 0 }, { "linkat", 0 },
	{ "symlink", 0 }, { "symlinkat", 0 }, { "setrlimit", 0 },
	{ "setpriority", 0 }, { "sched_setscheduler", 0 }, { "sched_setattr", 0 },
	{ "kill", H }, { "tkill", 0 }, { "rt_sigqueueinfo", 0 },
	{ "rt_tgsigqueueinfo", 0 }, { "pidfd_open", 0 },
	{ "pidfd_send_signal", 0 },
	{ "clock_adjtime", C }, { "clock_adjtime64", C }, { "adjtimex", 0 },
};
const size_t filter_foreign_count = ROWS(filter_foreign);
