/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enters the sandbox of a role by the functions that its main uses, and tries to
 * get out: a line an attempt, "NAME: refused by EPERM", "NAME: killed" or
 * "NAME: ALLOWED". Each has a process of its own, forked before the sandbox, so
 * that one that is killed ends none of the others. As root it first becomes a
 * user, as horad does.
 *
 * usage: escape [-F LEVEL] [-u USER] ROLE|none [ATTEMPT]...
 *	none: no sandbox but the user, to see that an attempt can work
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

struct task {
	struct world world;
	struct user user;
	enum role role;			/* ROLE_COUNT: no sandbox */
	enum filter_level level;
};

/* Like horad, for the role. */
static int become(const struct task *t)
{
	caps_set keep = t->role < ROLE_COUNT ? caps_at_start(t->role) : 0;
	int rc = 0;

	if (geteuid() == 0)
		rc = user_become(&t->user, keep);
	return rc;
}

static int enter(const struct task *t)
{
	struct sandbox s = { .role = t->role, .level = t->level,
		.report = { .fd = -1 } };
	struct sandbox_state state;
	int rc = become(t);

	if (rc || t->role == ROLE_COUNT)
		return rc;
	rc = caps_enter(t->role);
	if (rc)
		return rc;
	/* What horad leaves: roles only read the folders that they name. */
	return sandbox_enter(&s, &state);
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
	else
		printf("%s: %s\n", a->name, said);
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

/* Another process of the same user, until this one ends. */
static pid_t start_sibling(const struct task *t)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (become(t) == 0)
			alarm(120);
		for (;;)
			pause();
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

static int run_all(struct task *t, char **wanted)
{
	int rc = EXIT_SUCCESS;

	t->world.sibling = start_sibling(t);
	for (size_t i = 0; i < attempts_count; i++) {
		char key[] = "/tmp/hora-escape-XXXXXX";
		int fd;

		if (!is_wanted(attempts[i].name, wanted))
			continue;
		fd = mkstemp(key);	/* anew: some attempts remove it */
		if (fd < 0 || (geteuid() == 0 &&
		    fchown(fd, t->user.uid, t->user.gid) < 0))
			rc = EXIT_FAILURE;
		t->world.key = key;
		if (!run(t, &attempts[i]))
			rc = EXIT_FAILURE;
		close(fd);
		unlink(key);
		unlink("/tmp/hora-escape-file");
		unlink("/tmp/hora-escape-link");
	}
	kill(t->world.sibling, SIGKILL);
	waitpid(t->world.sibling, NULL, 0);
	return rc;
}

int main(int argc, char **argv)
{
	struct task t = { .level = FILTER_ALLOW };
	const char *user = HORA_USER;
	long long level;
	int option;

	while ((option = getopt(argc, argv, "F:u:")) != -1) {
		if (option == 'u')
			user = optarg;
		else if (option == 'F' && parse_long(optarg, FILTER_OFF,
		    FILTER_DENY, &level))
			t.level = (enum filter_level)level;
		else
			return EXIT_FAILURE;
	}
	t.role = optind < argc ? role_of(argv[optind]) : ROLE_HORAD;
	if (t.role == ROLE_HORAD || (t.role == ROLE_COUNT &&
	    strcmp(argv[optind], "none") != 0)) {
		fprintf(stderr, "usage: %s [-F LEVEL] [-u USER] ROLE|none "
		    "[ATTEMPT]...\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (user_find(user, &t.user) < 0)
		t.user = (struct user){ NOBODY, NOBODY };
	t.world.program = argv[0];
	t.world.udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	t.world.tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return run_all(&t, argv + optind + 1);
}
