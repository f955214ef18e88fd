/* SPDX-License-Identifier: Apache-2.0 */
#include "start/listen.h"

#include <errno.h>
#include <string.h>

bool listen_address(const struct config *config,
    const struct ipc_config *options, enum ip_family family, int port,
    struct net_addr *ret)
{
	bool is_v4 = family == IP_V4;

	*ret = (struct net_addr){
		.ip = is_v4 ? config->bind4 : config->bind6,
		.port = (uint16_t)port,
	};
	ret->ip.family = family;
	return !(options->flags & (is_v4 ? IPC_ONLY_V6 : IPC_ONLY_V4));
}

int listen_result(struct role_link *link, const char *what,
    const struct net_addr *local, int rc)
{
	char text[IP_TEXT_SIZE];

	if (rc == -EAFNOSUPPORT || (rc == -EADDRNOTAVAIL &&
	    local->ip.family == IP_V6)) {
		/* A system without IPv6 serves IPv4 all the same. */
		role_log(link, SEV_DEBUG, "no socket on %s: %s",
		    ip_text(&local->ip, text), strerror(-rc));
		return 0;
	}
	if (rc < 0)
		role_log(link, SEV_FATAL,
		    "could not open %s socket on %s port %d: %s", what,
		    ip_text(&local->ip, text), local->port, strerror(-rc));
	return rc;
}
