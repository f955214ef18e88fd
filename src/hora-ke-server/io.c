/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/io.h"

#include "hora-ke-server/io_pairs.h"
#include "hora-ke-server/io_shared.h"
#include "hora-ke-server/io_threads.h"
#include "hora-ke-server/io_worker.h"
#include "os/random.h"
#include "os/systemd.h"
#include "os/tcp_server.h"
#include "start/keys.h"
#include "start/listen.h"
#include "start/pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ke_server_io {
	struct role_link *link;
	struct ke_shared shared;
	bool has_shared;		/* it was initialised */
	int threads_wanted;		/* 0: work on the given loop */
	bool reports_wanted;		/* somebody reads debug lines */
	struct ke_worker *worker;
	struct ke_threads *threads;
	struct ke_pairs pairs;
	struct server_page *own_page;	/* until the shared one comes */
	struct server_page *page;	/* shared, or NULL */
};

static void log_report(void *arg, const struct ke_report *report)
{
	struct ke_server_io *io = arg;
	char text[IP_TEXT_SIZE];

	role_log(io->link, SEV_DEBUG, "NTS-KE with %s: %s%s%s",
	    ip_text(&report->peer.ip, text), ke_end_text(report->end),
	    report->detail[0] != '\0' ? " : " : "", report->detail);
}

/* --- sockets -------------------------------------------------------------- */

static int take_passed(struct ke_server_io *io, const struct net_addr *local,
    const struct socket_setup *setup)
{
	struct passed_sockets *passed = role_link_sockets(io->link);
	int fd = passed == NULL ? -1 : passed_socket_find(passed, PASSED_NTSKE,
	    SOCK_STREAM, local);

	if (fd >= 0 && tcp_server_prepare(fd, local->ip.family, setup) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int open_listener(struct ke_server_io *io, const struct config *config,
    const struct net_addr *local, int *ret_fd)
{
	const struct socket_setup setup =
	    socket_setup_of(config->binddevice, 0, false);
	int workers = config->ntsprocesses > 1 ? config->ntsprocesses : 1;
	int backlog = workers > SOMAXCONN / config->maxntsconnections ?
	    SOMAXCONN : workers * config->maxntsconnections;
	int rc = 0;

	*ret_fd = take_passed(io, local, &setup);
	if (*ret_fd < 0)
		rc = tcp_server_open(local, backlog, &setup, ret_fd);
	return listen_result(io->link, "NTS-KE server", local, &setup, rc);
}

static int open_listeners(struct ke_server_io *io, const struct config *config,
    const struct ipc_config *options)
{
	static const enum ip_family families[2] = { IP_V4, IP_V6 };

	for (int i = 0; i < 2; i++) {
		struct net_addr local;
		int rc;

		if (!listen_address(config, options, families[i],
		    config->nts_port, &local) || config->pair_count == 0 ||
		    !access_allows_any(&io->shared.gate.access, families[i]))
			continue;
		rc = open_listener(io, config, &local,
		    &io->shared.listeners[i]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static void close_listeners(struct ke_server_io *io)
{
	for (int i = 0; i < 2; i++) {
		if (io->shared.listeners[i] >= 0)
			close(io->shared.listeners[i]);
		io->shared.listeners[i] = -1;
	}
}

/* --- workers -------------------------------------------------------------- */

static bool start_threads(struct ke_server_io *io)
{
	ke_report_fn *report = io->reports_wanted ? log_report : NULL;
	int started, rc;

	if (io->threads_wanted == 0)
		return false;
	rc = ke_threads_start(role_link_loop(io->link), &io->shared,
	    io->threads_wanted, report, io, &io->threads, &started);
	if (rc < 0) {
		role_log(io->link, SEV_ERROR, "could not start threads, "
		    "working without: %s", strerror(-rc));
		return false;
	}
	if (started < io->threads_wanted)
		role_log(io->link, SEV_WARNING,
		    "only %d of %d NTS-KE workers could be started", started,
		    io->threads_wanted);
	return true;
}

/* Connections wait in the backlog until certificates and keys are there. */
static void start_workers(struct ke_server_io *io)
{
	ke_report_fn *report = io->reports_wanted ? log_report : NULL;
	int rc;

	if (io->worker != NULL || io->threads != NULL ||
	    !ke_shared_ready(&io->shared) || start_threads(io))
		return;
	rc = ke_worker_new(role_link_loop(io->link), &io->shared, report, io,
	    &io->worker);
	if (rc < 0)
		role_log(io->link, SEV_ERROR,
		    "could not start the NTS-KE server: %s", strerror(-rc));
}

static void stop_workers(struct ke_server_io *io)
{
	ke_threads_stop(io->threads);
	io->threads = NULL;
	ke_worker_free(io->worker);
	io->worker = NULL;
}

/* --- messages of horad ---------------------------------------------------- */

static void init_clients(const struct ke_server_io *io,
    struct server_page *page)
{
	struct client_table clients = server_clients(page,
	    io->shared.gate.records);

	client_table_init(&clients, (uint64_t)random_u32() << 32 |
	    random_u32());
}

static void take_page(struct ke_server_io *io, const struct ipc_shm *shm,
    int fd)
{
	struct server_page *old = io->page;
	void *map;
	int rc;

	if (shm->page != IPC_PAGE_KE)
		return;
	rc = shm_map(fd, page_size(IPC_PAGE_KE,
	    io->shared.gate.records), true, &map);
	if (rc < 0) {
		role_log(io->link, SEV_ERROR,
		    "could not map shared memory: %s", strerror(-rc));
		return;
	}
	io->page = map;
	init_clients(io, io->page);
	ke_shared_set_page(&io->shared, io->page);
	shm_unmap(old, server_page_size(io->shared.gate.records));
}

static void take_keys(struct ke_server_io *io,
    const struct ipc_keyring *message)
{
	struct nts_keyring ring;

	/* In FIPS mode there is no NTS, and clients are told so, which any ring
	 * will do for. */
	if (keyring_from_message(message, &ring) &&
	    (aead_supported(ring.keys[KEYRING_CURRENT].aead) ||
	    !aead_supported(AEAD_AES_SIV_CMAC_256)))
		ke_shared_set_ring(&io->shared, &ring);
	else
		role_log(io->link, SEV_ERROR,
		    "cookie keys can not be used: the old ones stay in use");
	keyring_wipe(&ring);
}

static void take_credential(struct ke_server_io *io,
    const struct ipc_credential *message, const int *fds)
{
	struct tls_credentials *credentials;
	char reason[IPC_TEXT_SIZE / 2];
	int rc = ke_pairs_take(&io->pairs, message, fds[0], fds[1], reason,
	    sizeof(reason), &credentials);

	if (rc < 0)
		role_log(io->link, SEV_ERROR,
		    "could not set credentials : %s", reason);
	if (rc > 0)
		ke_shared_set_credentials(&io->shared, credentials);
}

static void ke_server_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct ke_server_io *io = state;

	if (type == IPC_KEYRING)
		take_keys(io, &payload->KEYRING);
	if (type == IPC_CREDENTIAL)
		take_credential(io, &payload->CREDENTIAL, fds);
	if (type == IPC_CLIENTS_RESET)
		ke_shared_reset_clients(&io->shared,
		    payload->CLIENTS_RESET.ke_first,
		    payload->CLIENTS_RESET.ke_end);
	if (type == IPC_SHM)
		take_page(io, &payload->SHM, fds[0]);
	for (unsigned i = 0; i < ipc_fds(type); i++)
		close(fds[i]);
	start_workers(io);
}

/* --- start and end -------------------------------------------------------- */

static void ke_server_free(void *state)
{
	struct ke_server_io *io = state;

	if (io == NULL)
		return;
	stop_workers(io);
	ke_pairs_clear(&io->pairs);
	if (io->has_shared) {
		close_listeners(io);
		ke_shared_free(&io->shared);
	}
	shm_unmap(io->page, server_page_size(io->shared.gate.records));
	free(io->own_page);
	free(io);
}

static int start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, int threads, void **ret_state)
{
	struct ke_server_io *io = calloc(1, sizeof(*io));
	int rc = -ENOMEM;

	if (io == NULL)
		return -ENOMEM;
	io->link = link;
	io->threads_wanted = threads;
	io->reports_wanted = options->log_level <= SEV_DEBUG;
	io->own_page = calloc(1,
	    server_page_size(config_client_records(config)));
	if (io->own_page != NULL)
		rc = ke_shared_init(&io->shared, config, io->own_page);
	if (rc == 0) {
		io->has_shared = true;
		init_clients(io, io->own_page);
		rc = open_listeners(io, config, options);
	} else {
		role_log(link, SEV_FATAL, "could not start: %s", strerror(-rc));
	}
	if (rc < 0) {
		ke_server_free(io);
		return rc;
	}
	*ret_state = io;
	return 0;
}

static int start_single(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	return start(link, config, options, 0, ret_state);
}

static int start_threaded(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	int threads = config->ntsprocesses > 1 ? config->ntsprocesses : 0;

	return start(link, config, options, threads, ret_state);
}

static int ke_server_reload(void *state, const struct config *config)
{
	struct ke_server_io *io = state;

	return ke_shared_renew(&io->shared, config);
}

static void ke_server_stop(void *state)
{
	struct ke_server_io *io = state;

	stop_workers(io);
	close_listeners(io);
	role_link_stopped(io->link);
}

const struct role_program ke_server_program = {
	.role = ROLE_KE_SERVER,
	.start = start_single,
	.reload = ke_server_reload,
	.message = ke_server_message,
	.stop = ke_server_stop,
	.free = ke_server_free,
};

const struct role_program ke_server_threaded_program = {
	.role = ROLE_KE_SERVER,
	.start = start_threaded,
	.reload = ke_server_reload,
	.message = ke_server_message,
	.stop = ke_server_stop,
	.free = ke_server_free,
};
