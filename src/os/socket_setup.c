/* SPDX-License-Identifier: Apache-2.0 */
#include "os/socket_setup.h"

#include "base/text.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <string.h>
#include <sys/socket.h>

#define DSCP_SHIFT 2		/* below it: congestion notification */

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ?
	    -errno : 0;
}

static bool has_device(const struct socket_setup *setup)
{
	return setup != NULL && setup->device[0];
}

/* A passed socket may be bound already, which can not be done twice. */
static bool is_bound_to(int fd, const char *device)
{
	char bound[IF_NAMESIZE] = "";
	socklen_t size = sizeof(bound);

	return getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, bound, &size) == 0 &&
	    strncmp(bound, device, sizeof(bound)) == 0;
}

static int bind_device(int fd, const char *device)
{
	if (is_bound_to(fd, device))
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
	    (socklen_t)strlen(device) + 1) < 0 ? -errno : 0;
}

int socket_set_dscp(int fd, enum ip_family family, int dscp)
{
	int level = family == IP_V6 ? IPPROTO_IPV6 : IPPROTO_IP;

	return set_option(fd, level, family == IP_V6 ? IPV6_TCLASS : IP_TOS,
	    dscp << DSCP_SHIFT);
}

struct socket_setup socket_setup_of(const char *device, int dscp,
    bool is_shared)
{
	struct socket_setup setup = { .dscp = dscp, .is_shared = is_shared };

	text_copy(setup.device, sizeof(setup.device), device);
	return setup;
}

int socket_set_up(int fd, enum ip_family family,
    const struct socket_setup *setup)
{
	int rc = 0;

	if (setup == NULL)
		return 0;
	if (has_device(setup))
		rc = bind_device(fd, setup->device);
	if (rc == 0 && setup->is_shared)
		rc = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (rc == 0 && setup->dscp > 0)
		rc = socket_set_dscp(fd, family, setup->dscp);
	return rc;
}

const char *socket_setup_error(int rc, const struct socket_setup *setup)
{
	if (has_device(setup) && rc == -ENODEV)
		return "there is no such network interface";
	if (has_device(setup) && rc == -EPERM)
		return "this kernel binds sockets to an interface with "
		    "CAP_NET_RAW only; Linux 5.7 and later without";
	return strerror(-rc);
}
