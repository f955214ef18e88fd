/* SPDX-License-Identifier: Apache-2.0 */
#include "os/unix_server.h"

#include "os/scoped.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

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
	/* Who sends is told with each datagram; simulators may not know how. */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){ 1 }, sizeof(int));
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

/* Who sent it. Descriptors that came along are nobody's: there is no room for one
 * beside the credentials, but a sender without them could use that room. */
static void take_control(struct msghdr *m, pid_t *ret_pid)
{
	struct ucred cred;
	int fd;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_SOCKET)
			continue;
		if (c->cmsg_type == SCM_CREDENTIALS &&
		    c->cmsg_len >= CMSG_LEN(sizeof(cred))) {
			memcpy(&cred, CMSG_DATA(c), sizeof(cred));
			*ret_pid = cred.pid;
		}
		for (size_t at = 0; c->cmsg_type == SCM_RIGHTS &&
		    CMSG_LEN(at + sizeof(fd)) <= c->cmsg_len; at += sizeof(fd)) {
			memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
			close(fd);
		}
	}
}

ssize_t unix_server_receive(const struct unix_server *s, void *bytes,
    size_t size, struct unix_peer *ret_peer)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { bytes, size };
	struct msghdr m = { .msg_name = &ret_peer->name,
		.msg_namelen = sizeof(ret_peer->name), .msg_iov = &iov,
		.msg_iovlen = 1, .msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(s->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return -errno;
	ret_peer->length = m.msg_namelen;
	ret_peer->pid = 0;
	take_control(&m, &ret_peer->pid);
	return n;
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
