/* SPDX-License-Identifier: Apache-2.0 */
#include "os/unix_server.h"

#include "os/scoped.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#define DIRECTORY_MODE 0770

/* Only we and our group may create names next to the socket. */
static int check_directory(const char *path)
{
	char directory[sizeof(((struct unix_server *)0)->path)];
	char *slash;
	struct stat st;

	memcpy(directory, path, strlen(path) + 1);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory)
		return -EPERM;
	*slash = '\0';
	if (mkdir(directory, DIRECTORY_MODE) < 0 && errno != EEXIST)
		return -errno;
	if (stat(directory, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (st.st_uid != geteuid() || st.st_gid != getegid() ||
	    (st.st_mode & 07777 & ~(mode_t)DIRECTORY_MODE) != 0)
		return -EPERM;
	return 0;
}

int unix_server_open(const char *path, struct unix_server *ret)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int rc;

	if (length >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	rc = check_directory(path);
	if (rc)
		return rc;
	memcpy(sun.sun_path, path, length + 1);
	scoped_fd fd = socket(AF_UNIX,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) < 0)
		return -errno;
	memcpy(ret->path, path, length + 1);
	ret->fd = scoped_fd_take(&fd);
	return 0;
}

void unix_server_close(struct unix_server *s)
{
	if (s->fd < 0)
		return;
	unlink(s->path);
	close(s->fd);
	s->fd = -1;
}

ssize_t unix_server_receive(const struct unix_server *s, void *bytes,
    size_t size, struct unix_peer *ret_peer)
{
	ssize_t n;

	ret_peer->length = sizeof(ret_peer->name);
	n = recvfrom(s->fd, bytes, size, MSG_DONTWAIT,
	    (struct sockaddr *)&ret_peer->name, &ret_peer->length);
	return n < 0 ? -errno : n;
}

void unix_server_reply(const struct unix_server *s,
    const struct unix_peer *peer, const void *bytes, size_t length)
{
	/* A client without a name can not be answered. */
	if (peer->length <= offsetof(struct sockaddr_un, sun_path))
		return;
	(void)!sendto(s->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (const struct sockaddr *)&peer->name, peer->length);
}
