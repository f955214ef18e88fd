/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/client_socket.h"

#include "base/text.h"
#include "os/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIR_MODE 0711
#define SOCKET_MODE 0666	/* the daemon runs as another user */
#define RANDOM_CHARS 16

static void random_word(char out[RANDOM_CHARS + 1])
{
	static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	uint8_t bytes[RANDOM_CHARS];

	random_bytes(bytes, sizeof(bytes));
	for (int i = 0; i < RANDOM_CHARS; i++)
		out[i] = alphabet[bytes[i] % (sizeof(alphabet) - 1)];
	out[RANDOM_CHARS] = '\0';
}

/* A connected socket; bound before when `local` is given. 0 or -errno. */
static int connect_unix(const char *local, const char *path, int *ret)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int error, fd;

	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (local) {
		text_copy(address.sun_path, sizeof(address.sun_path), local);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
			goto fail;
	}
	if (!text_copy(address.sun_path, sizeof(address.sun_path), path)) {
		errno = ENAMETOOLONG;
		goto fail;
	}
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		goto fail;
	*ret = fd;
	return 0;
fail:
	error = -errno;
	close(fd);
	return error;
}

/* Ours, a real directory, and closed to writing by others? */
static bool is_safe(int dir)
{
	struct stat st;

	return fstat(dir, &st) == 0 && S_ISDIR(st.st_mode) &&
	    (st.st_mode & 07777 & ~DIR_MODE) == 0 && st.st_uid == geteuid();
}

static int set_names(struct client_socket *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) : 0;
	char word[RANDOM_CHARS + 1];
	const size_t size = sizeof(s->path);

	if (!slash || dir >= (int)size)
		return -EINVAL;
	random_word(word);
	/* The name is part of the rules of mandatory access control. */
	if (snprintf(s->outer, size, "%.*s/chronyc.%d", dir, path,
	    (int)getpid()) >= (int)size ||
	    snprintf(s->inner, size, "%.*s/chronyc.%d/%s", dir, path,
	    (int)getpid(), word) >= (int)size ||
	    snprintf(s->path, size, "%.*s/chronyc.%d/%s/sock", dir, path,
	    (int)getpid(), word) >= (int)size)
		return -ENAMETOOLONG;
	return 0;
}

static int make_directories(const struct client_socket *s)
{
	const char *inner_name = strrchr(s->inner, '/') + 1;
	int dir, error = 0;

	if (mkdir(s->outer, DIR_MODE) < 0 && errno != EEXIST)
		return -errno;
	dir = open(s->outer, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (!is_safe(dir))
		error = -EPERM;
	else if (mkdirat(dir, inner_name, DIR_MODE) < 0)
		error = -errno;
	close(dir);
	return error;
}

int client_socket_open(const char *path, struct client_socket *ret)
{
	int error, probe = -1;

	*ret = (struct client_socket){ .fd = -1 };
	/* Is there a daemon at all, before anything is created? */
	error = connect_unix(NULL, path, &probe);
	if (error)
		return error;
	close(probe);
	error = set_names(ret, path);
	if (!error)
		error = make_directories(ret);
	if (!error)
		error = connect_unix(ret->path, path, &ret->fd);
	/* The umask may have narrowed the modes. */
	if (!error && (chmod(ret->path, SOCKET_MODE) < 0 ||
	    chmod(ret->inner, DIR_MODE) < 0 || chmod(ret->outer, DIR_MODE) < 0))
		error = -errno;
	if (error)
		client_socket_close(ret);
	return error;
}

void client_socket_close(struct client_socket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	if (s->path[0])
		unlink(s->path);
	if (s->inner[0])
		rmdir(s->inner);
	if (s->outer[0])
		rmdir(s->outer);
	s->path[0] = s->inner[0] = s->outer[0] = '\0';
}
