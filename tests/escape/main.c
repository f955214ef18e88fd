/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enters the sandbox of a role by the functions that its main uses, and tries to
 * get out: a line an attempt, "NAME: refused by EPERM", "NAME: killed" or
 * "NAME: ALLOWED". Each has a process of its own, forked before the sandbox, so
 * that one that is killed ends none of the others. As root it first becomes a
 * user, as horad does.
 *
 * usage: escape [-c] [-F LEVEL] [-l LAYERS] [-u USER] [-k KEY] [-s PID] ROLE|none [ATTEMPT]...
 *	none: no sandbox but the user, to see that an attempt can work
 *	-l user,landlock,filter: these steps of the sandbox (default: all); none:
 *		what others have confined it by, and nothing of its own
 *	-k a file that the user may write, where escape may make none
 *	-c the clock of this machine may be set to what it is
 *	-p a program of ours that does not run (default: this one)
 *	-s another process of the user's: without it escape starts one
 *    or: escape -S		be such a process, for half an hour
 */
#include "base/text.h"
#include "escape/attempts.h"
#include "sandbox/caps.h"
#include "sandbox/enter.h"
#include "sandbox/user.h"

#include "build_config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

#define LAST_S 1800

enum layer { LAYER_USER = 1, LAYER_LANDLOCK = 2, LAYER_FILTER = 4 };

struct task {
	struct world world;
	struct user user;
	enum role role;			/* ROLE_COUNT: no sandbox */
	enum filter_level level;
	unsigned layers;
};

/* Like horad, for the role. */
static int become(const struct task *t)
{
	caps_set keep = t->role < ROLE_COUNT ? caps_at_start(t->role) : 0;

	if (geteuid() != 0 || !(t->layers & LAYER_USER))
		return 0;
	return user_become(&t->user, keep);
}

static int enter(const struct task *t)
{
	/* What horad leaves: roles only read the folders that they name. */
	struct sandbox s = { .role = t->role, .level = t->level,
		.report = { .fd = -1 } };
	struct sandbox_state state = { 0 };
	int rc = become(t);

	if (rc || t->role == ROLE_COUNT)
		return rc;
	if (t->layers & LAYER_USER)
		rc = caps_enter(t->role);
	if (rc == 0 && t->layers & LAYER_USER)
		rc = sandbox_enter_limits(t->role);
	if (rc == 0 && t->layers & LAYER_LANDLOCK)
		rc = sandbox_enter_landlock(&s, &state);
	if (rc == 0 && t->layers & LAYER_FILTER)
		rc = sandbox_enter_filter(&s, &state);
	return rc;
}

/* Names of what refuses; glibc has had strerrorname_np since 2.32 only. */
static const char *error_name(int error, char buf[24])
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ EPERM, "EPERM" }, { EACCES, "EACCES" }, { ENOSYS, "ENOSYS" },
		{ EAGAIN, "EAGAIN" }, { EROFS, "EROFS" }, { EXDEV, "EXDEV" },
		{ ENOENT, "ENOENT" }, { EINVAL, "EINVAL" }, { EBADF, "EBADF" },
		{ EAFNOSUPPORT, "EAFNOSUPPORT" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].error == error)
			return names[i].name;
	snprintf(buf, 24, "error %d", error);
	return buf;
}

static void try(const struct task *t, const struct attempt *a)
{
	char text[80], name[24];
	int rc = enter(t), n;

	if (rc) {
		n = snprintf(text, sizeof(text), "could not enter: %s",
		    strerror(-rc));
	} else {
		rc = a->fn(&t->world);
		n = rc ? snprintf(text, sizeof(text), "refused by %s",
		    error_name(-rc, name)) :
		    snprintf(text, sizeof(text), "ALLOWED");
	}
	(void)!write(STDOUT_FILENO, text, (size_t)n);
	_exit(rc != 0);
}

/* In a process of its own, whose stdout is ours. False: it can not be started. */
static bool run(const struct task *t, const struct attempt *a)
{
	char said[80];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(ends) < 0)
		return false;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return false;
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(ends[1], STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(ends[0]);
		try(t, a);
	}
	close(ends[1]);
	n = read(ends[0], said, sizeof(said) - 1);
	said[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	if (waitpid(pid, &status, 0) < 0)
		return false;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		printf("%s: killed\n", a->name);
	else if (WIFSIGNALED(status))
		printf("%s: ended by signal %d\n", a->name, WTERMSIG(status));
	else	/* who says nothing has become another program */
		printf("%s: %s\n", a->name, n > 0 ? said : "ALLOWED");
	return true;
}

static bool is_wanted(const char *name, char **wanted)
{
	if (!*wanted)
		return true;
	for (; *wanted; wanted++)
		if (strcmp(name, *wanted) == 0)
			return true;
	return false;
}

static void be_sibling(void)
{
	caps_undumpable();	/* as every role is */
	alarm(LAST_S);
	for (;;)
		pause();
}

/* Another process of the same user, until this one ends. */
static pid_t start_sibling(const struct task *t)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (become(t) < 0)
			_exit(EXIT_FAILURE);
		be_sibling();
	}
	return pid;
}

static enum role role_of(const char *name)
{
	int role = 0;

	while (role < ROLE_COUNT && strcmp(name, role_name((enum role)role)) != 0)
		role++;
	return (enum role)role;
}

/* A file that the user may write; false: there is none. */
static bool make_key(char *key, const struct task *t)
{
	int fd = mkstemp(key);
	bool is_ok = fd >= 0 && (geteuid() != 0 ||
	    fchown(fd, t->user.uid, t->user.gid) == 0);

	if (fd >= 0)
		close(fd);
	return is_ok;
}

static int run_all(struct task *t, char **wanted)
{
	bool has_key = t->world.key != NULL, has_sibling = t->world.sibling > 0;
	char beside[128];
	int rc = EXIT_SUCCESS;

	if (!has_sibling)
		t->world.sibling = start_sibling(t);
	for (size_t i = 0; i < attempts_count; i++) {
		char key[] = "/tmp/hora-escape-XXXXXX";

		if (!is_wanted(attempts[i].name, wanted))
			continue;
		if (!has_key) {	/* anew: some attempts remove it */
			if (!make_key(key, t))
				rc = EXIT_FAILURE;
			t->world.key = key;
		}
		snprintf(beside, sizeof(beside), "%s.%s", t->world.key,
		    attempts[i].name);
		t->world.beside = beside;
		if (!run(t, &attempts[i]))
			rc = EXIT_FAILURE;
		unlink(beside);
		if (!has_key)
			unlink(key);
	}
	if (!has_sibling) {
		kill(t->world.sibling, SIGKILL);
		waitpid(t->world.sibling, NULL, 0);
	}
	return rc;
}

/* "user,filter"; 0: no such layers. */
static bool layers_of(char *text, unsigned *ret)
{
	static const char *const names[] = { "user", "landlock", "filter" };
	char *rest = NULL;

	*ret = 0;
	if (strcmp(text, "none") == 0)
		return true;
	for (char *w = strtok_r(text, ",", &rest); w;
	    w = strtok_r(NULL, ",", &rest)) {
		size_t i = 0;

		while (i < 3 && strcmp(w, names[i]) != 0)
			i++;
		if (i == 3)
			return false;
		*ret |= 1u << i;
	}
	return true;
}

static bool read_options(struct task *t, int argc, char **argv)
{
	const char *user = HORA_USER;
	long long number;
	int option;

	while ((option = getopt(argc, argv, "cF:l:u:k:p:s:S")) != -1) {
		switch (option) {
		case 'F':
			if (!parse_long(optarg, FILTER_OFF, FILTER_DENY, &number))
				return false;
			t->level = (enum filter_level)number;
			break;
		case 'c':
			t->world.has_clock = true;
			break;
		case 'l':
			if (!layers_of(optarg, &t->layers))
				return false;
			break;
		case 'u':
			user = optarg;
			break;
		case 'k':
			t->world.key = optarg;
			break;
		case 'p':
			t->world.program = optarg;
			break;
		case 's':
			if (!parse_long(optarg, 1, 1 << 22, &number))
				return false;
			t->world.sibling = (pid_t)number;
			break;
		case 'S':
			be_sibling();
			break;
		default:
			return false;
		}
	}
	t->role = optind < argc ? role_of(argv[optind]) : ROLE_HORAD;
	if (user_find(user, &t->user) < 0)
		t->user = (struct user){ NOBODY, NOBODY };
	return t->role != ROLE_HORAD && (t->role < ROLE_COUNT ||
	    strcmp(argv[optind], "none") == 0);
}

int main(int argc, char **argv)
{
	struct task t = { .level = FILTER_ALLOW,
		.layers = LAYER_USER | LAYER_LANDLOCK | LAYER_FILTER,
		.world.program = argv[0] };

	if (!read_options(&t, argc, argv)) {
		fprintf(stderr, "usage: %s [-c] [-F LEVEL] [-l LAYER,...|none] "
		    "[-u USER] [-k KEY] [-s PID] ROLE|none [ATTEMPT]...\n",
		    argv[0]);
		return EXIT_FAILURE;
	}
	t.world.udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	t.world.tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return run_all(&t, argv + optind + 1);
}
