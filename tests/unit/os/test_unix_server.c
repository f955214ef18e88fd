/* SPDX-License-Identifier: Apache-2.0 */
/* The named datagram socket and the rules of its directory. */
#include "os/unix_server.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char base[64], directory[80], path[96];
};

static int make_place(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	snprintf(p->base, sizeof(p->base), "%s/hora-unix-XXXXXX",
	    getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 30 ?
	    getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(p->base));
	snprintf(p->directory, sizeof(p->directory), "%s/run", p->base);
	snprintf(p->path, sizeof(p->path), "%s/s", p->directory);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place *p = *state;

	unlink(p->path);
	rmdir(p->directory);
	rmdir(p->base);
	free(p);
	return 0;
}

/* A client with a name next to the server's, as chronyc has. */
static int client(const struct place *p, struct sockaddr_un *ret)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "%s/c", p->directory);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)ret, sizeof(*ret)), 0);
	return fd;
}

static void test_exchange(void **state)
{
	const struct place *p = *state;
	struct sockaddr_un to = { .sun_family = AF_UNIX }, name;
	struct unix_server s = { .fd = -1 };
	struct unix_peer peer;
	struct stat st;
	char bytes[8];
	int fd;

	/* The directory is made; a second start replaces a left-over socket. */
	assert_int_equal(unix_server_open(p->path, &s), 0);
	assert_int_equal(stat(p->directory, &st), 0);
	assert_int_equal(st.st_mode & 0007, 0);
	close(s.fd);
	assert_int_equal(unix_server_open(p->path, &s), 0);
	assert_int_equal(unix_server_receive(&s, bytes, 8, &peer), -EAGAIN);
	fd = client(p, &name);
	strcpy(to.sun_path, p->path);
	assert_int_equal(sendto(fd, "ping", 4, 0, (struct sockaddr *)&to,
	    sizeof(to)), 4);
	assert_int_equal(unix_server_receive(&s, bytes, 8, &peer), 4);
	assert_memory_equal(bytes, "ping", 4);
	unix_server_reply(&s, &peer, "answer", 6);
	assert_int_equal(recv(fd, bytes, 8, 0), 6);
	assert_memory_equal(bytes, "answer", 6);
	/* A client that is gone, or has no name, is no error. */
	close(fd);
	unlink(name.sun_path);
	unix_server_reply(&s, &peer, "answer", 6);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(sendto(fd, "ping", 4, 0, (struct sockaddr *)&to,
	    sizeof(to)), 4);
	assert_int_equal(unix_server_receive(&s, bytes, 8, &peer), 4);
	unix_server_reply(&s, &peer, "answer", 6);
	close(fd);
	unix_server_close(&s);
	assert_int_equal(s.fd, -1);
	assert_int_equal(access(p->path, F_OK), -1);
	unix_server_close(&s);
}

static void test_directory(void **state)
{
	static const struct {
		mode_t mode;
		int result;
	} cases[] = {
		{ 0770, 0 }, { 0700, 0 }, { 0750, 0 }, { 0771, -EPERM },
		{ 0774, -EPERM }, { 0777, -EPERM }, { 01770, -EPERM },
	};
	const struct place *p = *state;

	assert_int_equal(mkdir(p->directory, 0700), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unix_server s = { .fd = -1 };

		assert_int_equal(chmod(p->directory, cases[i].mode), 0);
		assert_int_equal(unix_server_open(p->path, &s),
		    cases[i].result);
		assert_true(cases[i].result == 0 ? s.fd >= 0 : s.fd == -1);
		unix_server_close(&s);
	}
}

static void test_bad_paths(void **state)
{
	const struct place *p = *state;
	struct unix_server s = { .fd = -1 };
	char path[200];
	FILE *f;

	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(unix_server_open(path, &s), -ENAMETOOLONG);
	assert_int_equal(unix_server_open("/s", &s), -EPERM);
	assert_int_equal(unix_server_open("relative", &s), -EPERM);
	snprintf(path, sizeof(path), "%s/none/run/s", p->base);
	assert_int_equal(unix_server_open(path, &s), -ENOENT);
	/* A file where the directory should be. */
	f = fopen(p->directory, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(unix_server_open(p->path, &s), -ENOTDIR);
	unlink(p->directory);
	assert_int_equal(s.fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_exchange, make_place,
		    remove_place),
		cmocka_unit_test_setup_teardown(test_directory, make_place,
		    remove_place),
		cmocka_unit_test_setup_teardown(test_bad_paths, make_place,
		    remove_place),
	};

	return cmocka_run_group_tests_name("os/unix_server", tests, NULL, NULL);
}
