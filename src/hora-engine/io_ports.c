/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_ports.h"

#include "os/udp_client.h"
#include "start/listen.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIVILEGED_END 1024	/* ip_unprivileged_port_start(7), usually */
#define SPARE_LATER 4		/* for sources that come while running */
#define SPARE_MAX 1024		/* of a family */
#define POOL_MOST 16		/* sources of one pool */
#define DISCARD_PORT 9

static const enum ip_family families[2] = { IP_V4, IP_V6 };

static int index_of(enum ip_family family)
{
	return family == IP_V6;
}

static const struct net_addr *local_of(const struct io_ports *p, int i)
{
	return i == 0 ? &p->local4 : &p->local6;
}

/* Sources that a line may come to in a family. */
static int sources_of(const struct source_config *s, enum ip_family family)
{
	struct ip_addr ip;

	if (s->family != IP_NONE && s->family != family)
		return 0;
	if (ip_parse(s->name, &ip))
		return ip.family == family;
	if (s->type != SOURCE_POOL)
		return 1;
	return s->maxsources < POOL_MOST / 2 ? 2 * s->maxsources : POOL_MOST;
}

static int spare_wanted(const struct config *config, enum ip_family family)
{
	bool is_all = config->acquisitionport == config->port;
	int n = SPARE_LATER;

	if (!listen_is_shared(config))
		return 0;
	for (size_t i = 0; i < config->source_count && n < SPARE_MAX; i++)
		if (is_all || config->sources[i].type == SOURCE_PEER)
			n += sources_of(&config->sources[i], family);
	return n < SPARE_MAX ? n : SPARE_MAX;
}

/*
 * Connected to nobody the socket would take what is hora-serve's. Bound to an
 * interface it may have no way to the loopback; then any neighbour does.
 */
static int connect_nowhere(const struct io_ports *p, int i, int fd)
{
	struct net_addr nowhere = { .port = DISCARD_PORT };
	int rc;

	ip_parse(i == 0 ? "127.0.0.1" : "::1", &nowhere.ip);
	rc = udp_client_connect(fd, &nowhere);
	if (rc == 0 || i == 0 || !p->setup.device[0])
		return rc;
	ip_parse("fe80::", &nowhere.ip);
	nowhere.scope_id = if_nametoindex(p->setup.device);
	return udp_client_connect(fd, &nowhere);
}

static void add_spare(struct io_ports *p, int i, int fd,
    const struct ip_addr *remote)
{
	p->spare[i][p->spare_count[i]++] =
	    (struct spare_socket){ fd, *remote };
}

static void open_spares(struct io_ports *p, int i)
{
	const struct ip_addr nobody = { 0 };
	int fd;

	while (p->spare_count[i] < p->spare_room[i]) {
		/* It fails without IPv6, or without the capability. */
		if (udp_client_bind(local_of(p, i), &p->setup, &fd) < 0)
			return;
		if (connect_nowhere(p, i, fd) < 0) {
			close(fd);
			return;
		}
		add_spare(p, i, fd, &nobody);
	}
}

int io_ports_open(struct io_ports *p, struct role_link *link,
    const struct config *config, const struct ipc_config *options)
{
	*p = (struct io_ports){ .link = link };
	p->setup = listen_setup(config);
	for (int i = 0; i < 2; i++) {
		struct net_addr local;
		int wanted = spare_wanted(config, families[i]);

		if (!listen_address(config, options, families[i], config->port,
		    &local))
			wanted = 0;
		*(i == 0 ? &p->local4 : &p->local6) = local;
		if (wanted == 0)
			continue;
		p->spare[i] = calloc((size_t)wanted, sizeof(*p->spare[i]));
		if (!p->spare[i])
			return -ENOMEM;
		p->spare_room[i] = wanted;
		if (config->port < PRIVILEGED_END)
			open_spares(p, i);
	}
	return 0;
}

void io_ports_close(struct io_ports *p)
{
	for (int i = 0; i < 2; i++) {
		while (p->spare_count[i] > 0)
			close(p->spare[i][--p->spare_count[i]].fd);
		free(p->spare[i]);
		p->spare[i] = NULL;
		p->spare_room[i] = 0;
	}
}

/* Better another port than none; the remote answers all the same. */
static int take_other(struct io_ports *p, const struct net_addr *to,
    const char *why, int *ret_fd)
{
	struct net_addr local = *local_of(p, index_of(to->ip.family));
	char text[IP_TEXT_SIZE];

	if (!p->is_lack_said && local.port != 0)
		role_log(p->link, SEV_WARNING, "no socket of port %u for %s "
		    "(%s): it and later sources are asked from other ports; "
		    "needs a restart", local.port, ip_text(&to->ip, text), why);
	p->is_lack_said = true;
	local.port = 0;
	return udp_client_open(to, &local, &p->setup, ret_fd, NULL);
}

/* Of the spare sockets the one that had this remote, else one that had none. */
static int choose_spare(const struct io_ports *p, int i,
    const struct ip_addr *remote)
{
	int best = 0;

	for (int k = 0; k < p->spare_count[i]; k++) {
		const struct ip_addr *had = &p->spare[i][k].remote;

		if (ip_equal(had, remote))
			return k;
		if (had->family == IP_NONE)
			best = k;
	}
	return best;
}

static int take_spare(struct io_ports *p, int i, const struct net_addr *to,
    int *ret_fd)
{
	int k = choose_spare(p, i, &to->ip), rc = -EINVAL;
	struct spare_socket s = p->spare[i][k];

	/* Our address towards it may have changed meanwhile. */
	if (ip_equal(&s.remote, &to->ip))
		rc = udp_client_turn(s.fd, to);
	if (rc < 0)
		rc = udp_client_connect(s.fd, to);
	if (rc < 0 && connect_nowhere(p, i, s.fd) == 0) {
		p->spare[i][k].remote.family = IP_NONE;
		return rc;
	}
	p->spare[i][k] = p->spare[i][--p->spare_count[i]];
	if (rc < 0) {
		close(s.fd);
		return rc;
	}
	/* It may have changed since the start. */
	socket_set_dscp(s.fd, to->ip.family, p->setup.dscp);
	*ret_fd = s.fd;
	return 0;
}

int io_ports_take(struct io_ports *p, const struct net_addr *to, int *ret_fd,
    struct ip_addr *ret_local)
{
	int i = index_of(to->ip.family), rc;

	if (p->spare_count[i] > 0)
		rc = take_spare(p, i, to, ret_fd);
	else
		rc = udp_client_open(to, local_of(p, i), &p->setup, ret_fd,
		    NULL);
	if (rc == -EACCES || rc == -EADDRINUSE)
		rc = take_other(p, to, strerror(-rc), ret_fd);
	if (rc == 0)
		*ret_local = udp_client_local(*ret_fd).ip;
	return rc;
}

void io_ports_return(struct io_ports *p, const struct net_addr *to, int fd)
{
	struct net_addr beside = *to;
	int i = index_of(to->ip.family);

	beside.port = DISCARD_PORT;
	if (p->spare_count[i] < p->spare_room[i] &&
	    udp_client_local(fd).port == local_of(p, i)->port &&
	    udp_client_turn(fd, &beside) == 0)
		add_spare(p, i, fd, &to->ip);
	else
		close(fd);
}
