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

bool listen_is_shared(const struct config *config)
{
	if (config->port == 0)
		return false;
	for (size_t i = 0; i < config->source_count; i++)
		if (config->sources[i].type == SOURCE_PEER)
			return true;
	return config->acquisitionport == config->port;
}

struct socket_setup listen_setup(const struct config *config)
{
	return socket_setup_of(config->binddevice, config->dscp,
	    listen_is_shared(config));
}

int listen_result(struct role_link *link, const char *what,
    const struct net_addr *local, const struct socket_setup *setup, int rc)
{
	char text[IP_TEXT_SIZE];

	if (rc == -EAFNOSUPPORT || (rc == -EADDRNOTAVAIL &&
	    local->ip.family == IP_V6)) {
		/* A system without IPv6 serves IPv4 all the same. */
		role_log(link, SEV_DEBUG, "no socket on %s: %s",
		    ip_text(&local->ip, text), strerror(-rc));
		return 0;
	}
	if (setup && setup->device[0] &&
	    (rc == -ENODEV || rc == -EPERM)) {
		role_log(link, SEV_ERROR, "no %s socket on %s port %d of %s: "
		    "%s", what, ip_text(&local->ip, text), local->port,
		    setup->device, socket_setup_error(rc, setup));
		return 0;
	}
	if (rc < 0)
		role_log(link, SEV_FATAL,
		    "could not open %s socket on %s port %d: %s", what,
		    ip_text(&local->ip, text), local->port, strerror(-rc));
	return rc;
}
