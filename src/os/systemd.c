/* SPDX-License-Identifier: Apache-2.0 */
#include "os/systemd.h"

#include "base/text.h"
#include "os/scoped.h"
#include "os/sockaddr.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_FIRST 3		/* SD_LISTEN_FDS_START */

int systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	scoped_fd fd = -1;
	size_t length;

	if (!path)
		return 0;
	length = strlen(path);
	if ((path[0] != '/' && path[0] != '@') || length < 2 ||
	    length >= sizeof(sun.sun_path))
		return -EINVAL;
	memcpy(sun.sun_path, path, length);
	if (path[0] == '@')	/* abstract: unix(7) */
		sun.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (const struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
		return -errno;
	return 0;
}

int systemd_notify_reloading(struct mono_time now)
{
	char state[64];

	snprintf(state, sizeof(state), "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)(now.ns / 1000));
	return systemd_notify(state);
}

double systemd_watchdog_s(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long us, owner = getpid();

	if (!usec || !parse_long(usec, 1, INT64_MAX / 1000, &us) ||
	    (pid && !parse_long(pid, 1, INT32_MAX, &owner)) ||
	    owner != getpid())
		return 0;
	return (double)us / 1e6;
}

/* The part before the next ':' of LISTEN_FDNAMES; *names moves on. */
static void next_name(const char **names, char name[PASSED_NAME_SIZE])
{
	size_t n = *names ? strcspn(*names, ":") : 0;

	snprintf(name, PASSED_NAME_SIZE, "%.*s", (int)n, n ? *names : "");
	if (*names)
		*names = (*names)[n] ? *names + n + 1 : NULL;
}

/* IPv4 comes in by it, too: not what we would bind (sockets are IPv6 only). */
static bool is_dual(int fd, const struct net_addr *address)
{
	int v6_only = 1;
	socklen_t size = sizeof(v6_only);

	return address->ip.family == IP_V6 && (getsockopt(fd, IPPROTO_IPV6,
	    IPV6_V6ONLY, &v6_only, &size) < 0 || !v6_only);
}

static void look_at(struct passed_sockets *p, int fd, const char *name)
{
	struct sockaddr_storage ss;
	socklen_t length = sizeof(ss), size = sizeof(int);
	int i = p->count;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return;
	p->socket[i].fd = fd;
	p->socket[i].type = 0;
	p->socket[i].address = (struct net_addr){ .ip.family = IP_NONE };
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &p->socket[i].type, &size);
	if (getsockname(fd, (struct sockaddr *)&ss, &length) == 0)
		sockaddr_to((struct sockaddr *)&ss, length,
		    &p->socket[i].address);
	text_copy(p->socket[i].name, PASSED_NAME_SIZE, name);
	p->count++;
}

void passed_sockets_take(struct passed_sockets *ret)
{
	const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");
	const char *names = getenv("LISTEN_FDNAMES");
	long long n = 0, owner = getpid();

	ret->count = 0;
	if (count && parse_long(count, 0, PASSED_MAX, &n) &&
	    (!pid || parse_long(pid, 1, INT32_MAX, &owner)) &&
	    owner == getpid())
		for (int i = 0; i < n; i++) {
			char name[PASSED_NAME_SIZE];

			next_name(&names, name);
			look_at(ret, LISTEN_FIRST + i, name);
		}
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
}

static bool is_our_name(const char *name)
{
	return strcmp(name, PASSED_NTP) == 0 ||
	    strcmp(name, PASSED_NTSKE) == 0 ||
	    strcmp(name, PASSED_CMD) == 0 || strcmp(name, PASSED_HORAD) == 0;
}

int passed_socket_find(struct passed_sockets *sockets, const char *name,
    int type, const struct net_addr *address)
{
	int found = -1;

	for (int i = 0; i < sockets->count; i++) {
		bool has_name = strcmp(sockets->socket[i].name, name) == 0;

		if (sockets->socket[i].fd < 0 ||
		    sockets->socket[i].type != type ||
		    !net_addr_equal(&sockets->socket[i].address, address) ||
		    (!has_name && is_our_name(sockets->socket[i].name)) ||
		    is_dual(sockets->socket[i].fd, address))
			continue;
		if (found < 0 || has_name)
			found = i;
		if (has_name)
			break;
	}
	if (found < 0)
		return -1;
	return scoped_fd_take(&sockets->socket[found].fd);
}

int passed_sockets_close(struct passed_sockets *sockets)
{
	int closed = 0;

	for (int i = 0; i < sockets->count; i++)
		if (sockets->socket[i].fd >= 0) {
			close(sockets->socket[i].fd);
			closed++;
		}
	sockets->count = 0;
	return closed;
}
