/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-serve/io.h"

#include "base/text.h"
#include "hora-serve/serve.h"
#include "os/now.h"
#include "os/random.h"
#include "os/sealed.h"
#include "os/systemd.h"
#include "os/udp_server.h"
#include "start/keys.h"
#include "start/listen.h"
#include "start/pages.h"
#include "wire/ntp.h"
#include "wire/ptp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Replies are sent in groups of this size: the first of a group was dated
 * before the others were made, so a group must not take long.
 */
#define SEND_GROUP 4

/* Random bytes drawn at once; each is used once. */
#define RANDOM_POOL 2048

/* Sockets of struct serve_io: NTP, then NTP over PTP, IPv4 and IPv6 each. */

#define SOCKETS 4

struct serve_io;

struct serve_socket {
	struct serve_io *io;
	int fd;				/* -1 = not open */
	bool is_ptp;			/* NTP over PTP (wire/ptp.h) */
	struct loop_fd *watch;
	struct tx_stamps stamps;	/* of answers that interleaved mode keeps */
};

struct serve_io {
	struct role_link *link;
	struct socket_setup setup;	/* of the sockets */
	struct serve_rules rules;
	struct serve_worker worker;
	struct serve_socket sockets[SOCKETS];
	uint8_t ptp_domain;
	uint16_t ptp_sequence;		/* of the next answer */
	struct udp_batch *batch;
	struct server_page *own_page;	/* until the shared one comes */
	struct server_page *page;	/* shared, or NULL */
	const struct time_ref_page *time_page;
	uint8_t pool[RANDOM_POOL];
	size_t pool_left;
};

/* Next n random bytes of the pool; one call of the kernel serves many. */
static void draw(struct serve_io *io, void *out, size_t n)
{
	if (io->pool_left < n) {
		random_bytes(io->pool, sizeof(io->pool));
		io->pool_left = sizeof(io->pool);
	}
	io->pool_left -= n;
	memcpy(out, io->pool + io->pool_left, n);
	wipe(io->pool + io->pool_left, n);
}

/* Nonces are only needed for requests that may carry NTS. */
static void draw_reply(struct serve_io *io, size_t length,
    struct responder_random *ret)
{
	draw(io, &ret->receive_noise, sizeof(ret->receive_noise));
	draw(io, &ret->transmit_noise, sizeof(ret->transmit_noise));
	draw(io, &ret->reference_noise, sizeof(ret->reference_noise));
	if (length > NTP_HEADER_SIZE)
		draw(io, ret->nts, sizeof(ret->nts));
}

/*
 * How many bytes are before the NTP packet of a datagram, and the form of NTP over
 * PTP; false when there is none.
 */
static bool find_ntp(const struct serve_io *io, const struct serve_socket *s,
    const struct udp_packet *u, enum ptp_form *ret_form, size_t *ret_head)
{
	*ret_head = 0;
	if (!s->is_ptp)
		return true;
	if (!ptp_ntp_read(u->bytes, u->length, io->ptp_domain, ret_form))
		return false;
	*ret_head = ptp_ntp_head(*ret_form);
	return true;
}

static void on_packet(struct serve_io *io, const struct serve_socket *s, int i,
    struct mono_time now, struct wall_time picked_up)
{
	const struct udp_packet *u = udp_batch_packet(io->batch, i);
	struct serve_packet p = {
		.peer = u->peer,
		.has_rx = u->has_rx, .rx = u->has_rx ? u->rx : picked_up,
	};
	uint8_t *reply = udp_batch_reply(io->batch, i);
	struct responder_random random;
	struct responder_request q;
	struct wall_time made;
	enum ptp_form form = PTP_STANDARD;
	uint32_t chance;
	size_t head, length;

	if (!find_ntp(io, s, u, &form, &head))
		return;
	p.bytes = u->bytes + head;
	p.length = u->length - head;
	draw(io, &chance, sizeof(chance));
	if (serve_judge(&io->worker, &p, now, chance, &q) != DROP_OK)
		return;
	draw_reply(io, p.length, &random);
	made = wall_now();
	length = serve_answer(&io->worker, &p, &q, made, &random,
	    reply + head, UDP_PACKET_SIZE - head);
	if (length == 0)
		return;
	/* Who asks in one form may know no other. */
	if (s->is_ptp)
		ptp_ntp_write(form, io->ptp_domain, io->ptp_sequence++, length,
		    reply);
	udp_batch_queue(io->batch, i, head + length);
	if (s->stamps.is_on && serve_keeps(&io->worker, &q))
		udp_batch_ask(io->batch, &(struct tx_asked){ q.receive, made });
}

static void take_stamps(struct serve_socket *s)
{
	struct tx_asked asked;
	double later_s;

	while (tx_stamps_take(&s->stamps, &asked, &later_s))
		serve_sent(&s->io->worker, asked.tag, later_s);
}

static void refresh_time(struct serve_io *io, struct wall_time now)
{
	struct time_ref ref;

	if (io->time_page != NULL && time_ref_take(io->time_page, &ref))
		serve_worker_time(&io->worker, &ref, now);
}

static void on_socket(void *arg, short events)
{
	struct serve_socket *s = arg;
	struct serve_io *io = s->io;
	struct mono_time now = loop_now(role_link_loop(io->link));
	struct wall_time picked_up;
	uint32_t asked = s->stamps.next;
	int n = udp_batch_receive(io->batch, s->fd);

	/* An error shows in the call, too; stamps that wait look like one. */
	if (events & POLLERR)
		take_stamps(s);
	if (n <= 0)
		return;
	picked_up = wall_now();
	refresh_time(io, picked_up);
	for (int i = 0; i < n; i++) {
		on_packet(io, s, i, now, picked_up);
		if (udp_batch_waiting(io->batch) == SEND_GROUP)
			udp_batch_send(io->batch, s->fd, &s->stamps);
	}
	udp_batch_send(io->batch, s->fd, &s->stamps);
	/* Most are there already. */
	if (s->stamps.next != asked)
		take_stamps(s);
}

/* --- sockets -------------------------------------------------------------- */

static int take_passed(struct serve_io *io, const struct net_addr *local,
    const struct socket_setup *setup)
{
	struct passed_sockets *passed = role_link_sockets(io->link);
	int fd = passed == NULL ? -1 : passed_socket_find(passed, PASSED_NTP,
	    SOCK_DGRAM, local);

	if (fd >= 0 && udp_server_prepare(fd, local->ip.family, setup) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int open_socket(struct serve_io *io, struct serve_socket *s,
    const struct net_addr *local)
{
	struct socket_setup setup = io->setup;
	int rc = 0;

	setup.is_shared &= !s->is_ptp;	/* only the NTP port is */
	s->fd = take_passed(io, local, &setup);
	if (s->fd < 0)
		rc = udp_server_open(local, false, &setup, &s->fd);
	/* Watched in earnest by attend. */
	if (rc == 0)
		rc = loop_fd_add(role_link_loop(io->link), s->fd, 0, on_socket,
		    s, &s->watch);
	if (rc == 0 && io->rules.records > 0)
		tx_stamps_init(&s->stamps, s->fd);
	return listen_result(io->link, s->is_ptp ? "NTP-over-PTP server" :
	    "NTP server", local, &setup, rc);
}

static enum ip_family family_of(int i)
{
	return i % 2 == 0 ? IP_V4 : IP_V6;
}

static uint16_t port_of(const struct config *config, int i)
{
	return i < 2 ? config->port : config->ptpport;
}

static int open_sockets(struct serve_io *io, const struct config *config,
    const struct ipc_config *options)
{
	io->setup = listen_setup(config);
	io->ptp_domain = (uint8_t)config->ptpdomain;
	for (int i = 0; i < SOCKETS; i++) {
		enum ip_family family = family_of(i);
		uint16_t port = port_of(config, i);
		struct net_addr local;
		int rc;

		io->sockets[i].is_ptp = i >= 2;
		if (!listen_address(config, options, family, port, &local) ||
		    !serve_wants_socket(&io->rules, port, family))
			continue;
		rc = open_socket(io, &io->sockets[i], &local);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/*
 * Who asked before now waits in the socket: without the keys he would get a NAK, by
 * which a client throws its cookies away (RFC 8915 section 5.7).
 */
static void attend(struct serve_io *io)
{
	for (int i = 0; i < SOCKETS; i++)
		if (io->sockets[i].watch)
			loop_fd_events(io->sockets[i].watch, POLLIN);
}

static void close_socket(struct serve_socket *s)
{
	loop_fd_remove(s->watch);
	s->watch = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void close_sockets(struct serve_io *io)
{
	for (int i = 0; i < SOCKETS; i++)
		close_socket(&io->sockets[i]);
}

/* --- messages of horad ---------------------------------------------------- */

static void init_clients(const struct serve_io *io, struct server_page *page)
{
	struct client_table clients = server_clients(page, io->rules.records);

	client_table_init(&clients, (uint64_t)random_u32() << 32 |
	    random_u32());
}

static void take_page(struct serve_io *io, const struct ipc_shm *shm, int fd)
{
	bool is_ours = shm->page == IPC_PAGE_SERVE;
	void *map;
	int rc;

	if (!is_ours && shm->page != IPC_PAGE_TIME_REF)
		return;
	if (!is_ours)
		attend(io);	/* the last that horad hands out at the start */
	rc = shm_map(fd, page_size((enum ipc_page)shm->page,
	    io->rules.records), is_ours, &map);
	if (rc < 0) {
		role_log(io->link, SEV_ERROR,
		    "could not map shared memory: %s", strerror(-rc));
		return;
	}
	if (!is_ours) {
		shm_unmap((void *)(uintptr_t)io->time_page,
		    sizeof(*io->time_page));
		io->time_page = map;
		return;
	}
	shm_unmap(io->page, server_page_size(io->rules.records));
	io->page = map;
	io->rules.page = map;
	server_stamps(io->page, io->worker.stamps.held,
	    stamps_span(&io->worker.stamps));
	init_clients(io, io->page);
}

static void take_keys(struct serve_io *io, const struct ipc_keyring *message)
{
	struct nts_keyring ring;

	if (!keyring_from_message(message, &ring) ||
	    !serve_worker_keys(&io->worker, &ring))
		role_log(io->link, SEV_ERROR,
		    "cookie keys can not be used: NTS requests get no time");
	keyring_wipe(&ring);
}

static void take_mac_keys(struct serve_io *io, int fd)
{
	char *packed;
	size_t n;
	int rc = sealed_read(fd, MAC_KEYS_PACKED_MAX, &packed, &n);

	if (rc == 0) {
		if (!serve_worker_mac_keys(&io->worker, (uint8_t *)packed, n))
			rc = -EINVAL;
		wipe(packed, n);
		free(packed);
	}
	if (rc)
		role_log(io->link, SEV_ERROR, "could not take symmetric keys: "
		    "%s", strerror(-rc));
}

static void reset_clients(const struct serve_io *io,
    const struct ipc_clients *which)
{
	struct client_table clients = server_clients(io->rules.page,
	    io->rules.records);

	client_reset(&clients, which->ntp_first, which->ntp_end);
}

static void serve_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct serve_io *io = state;

	if (type == IPC_KEYRING)
		take_keys(io, &payload->KEYRING);
	if (type == IPC_MAC_KEYS)
		take_mac_keys(io, fds[0]);
	if (type == IPC_CLIENTS_RESET)
		reset_clients(io, &payload->CLIENTS_RESET);
	if (type == IPC_SHM)
		take_page(io, &payload->SHM, fds[0]);
	for (unsigned i = 0; i < ipc_fds(type); i++)
		close(fds[i]);
}

/* --- start and end -------------------------------------------------------- */

static void serve_free(void *state)
{
	struct serve_io *io = state;

	if (io == NULL)
		return;
	close_sockets(io);
	udp_batch_free(io->batch);
	serve_worker_free(&io->worker);
	serve_rules_free(&io->rules);
	shm_unmap(io->page, server_page_size(io->rules.records));
	shm_unmap((void *)(uintptr_t)io->time_page, sizeof(*io->time_page));
	free(io->own_page);
	wipe(io->pool, sizeof(io->pool));
	free(io);
}

static int serve_start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	struct serve_io *io = calloc(1, sizeof(*io));
	int rc = -ENOMEM;

	if (io == NULL)
		return -ENOMEM;
	io->link = link;
	for (int i = 0; i < SOCKETS; i++)
		io->sockets[i] = (struct serve_socket){ .io = io, .fd = -1 };
	io->batch = udp_batch_new();
	io->own_page = calloc(1,
	    server_page_size(config_client_records(config)));
	if (io->batch != NULL && io->own_page != NULL)
		rc = serve_rules_init(&io->rules, config, io->own_page);
	if (rc == 0)
		rc = serve_worker_init(&io->worker, &io->rules,
		    (uint64_t)random_u32() << 32 | random_u32(), random_u32());
	if (rc < 0)
		role_log(link, SEV_FATAL, "could not start: %s", strerror(-rc));
	if (rc == 0) {
		init_clients(io, io->own_page);
		rc = open_sockets(io, config, options);
	}
	if (rc < 0) {
		serve_free(io);
		return rc;
	}
	*ret_state = io;
	return 0;
}

static int serve_reload(void *state, const struct config *config)
{
	struct serve_io *io = state;
	int rc;

	/* Sharing the port is agreed on before it is bound. */
	if (listen_is_shared(config) != io->setup.is_shared)
		return -EAGAIN;
	rc = serve_rules_renew(&io->rules, config);
	if (rc)
		return rc;
	io->setup = listen_setup(config);
	for (int i = 0; i < SOCKETS; i++) {
		struct serve_socket *s = &io->sockets[i];

		if (!serve_wants_socket(&io->rules, port_of(config, i),
		    family_of(i)))
			close_socket(s);
		else if (s->fd >= 0)
			socket_set_dscp(s->fd, family_of(i), config->dscp);
	}
	return 0;
}

static void serve_stop(void *state)
{
	struct serve_io *io = state;

	close_sockets(io);
	role_link_stopped(io->link);
}

const struct role_program serve_program = {
	.role = ROLE_SERVE,
	.start = serve_start,
	.reload = serve_reload,
	.message = serve_message,
	.stop = serve_stop,
	.free = serve_free,
};
