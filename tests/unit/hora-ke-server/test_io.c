/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NTS-KE server as a role, from its first message to real TLS clients on
 * loopback: this test is horad at the other end of the link, in the main
 * thread, while the clients run in another one.
 */
#include "hora-ke-server/io.h"
#include "nts/aead.h"
#include "nts/cookie.h"
#include "nts/exporter.h"
#include "os/now.h"
#include "os/random.h"
#include "os/sealed.h"
#include "os/tls_session.h"
#include "start/keys.h"
#include "start/pages.h"
#include "unit/os/certs.h"
#include "wire/ke.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEST_LIMIT_S 30.0

/* What the clients ask the main thread to do. */
enum order {
	ORDER_RENEW = 'r',	/* send a new set of certificates */
	ORDER_BREAK = 'b',	/* send a set that does not match */
	ORDER_END = 'e',
};

struct lab {
	struct loop *loop;
	struct channel *channel;
	struct role_link *link;
	const struct role_program *program;
	const char *config;
	uint16_t port;
	struct test_pair first, second, renewed;
	struct nts_keyring keys;
	int shm;
	struct server_page *page;
	int orders[2];
	struct loop_fd *order_watch;
	struct loop_timer limit;
	void (*client)(struct lab *lab);
	pthread_t thread;
	bool is_stopped, is_over, is_late;
	char log[4096];			/* what the role logged */
};

/* cmocka's checks jump, which must not cross threads: remember and go on. */
static int failures;

#define CHECK(condition) do { \
	if (!(condition)) \
		print_error("%s:%d: not so: %s\n", __FILE__, __LINE__, \
		    #condition), failures++; \
} while (0)


/* --- horad ------------------------------------------------------------------ */

static void send_sealed(struct lab *lab, enum ipc_type type,
    const void *payload, const gnutls_datum_t *texts, int count)
{
	int fds[2] = { -1, -1 };

	for (int i = 0; i < count; i++)
		assert_int_equal(sealed_create("test", texts[i].data,
		    texts[i].size, &fds[i]), 0);
	assert_int_equal(channel_send(lab->channel, type, payload, fds), 0);
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static void send_pairs(struct lab *lab, const struct test_pair *a,
    const struct test_pair *b)
{
	gnutls_datum_t texts[2][2] = {
		{ a->cert, a->key }, { b->cert, b->key },
	};

	for (uint32_t i = 0; i < 2; i++) {
		struct ipc_credential m = { .index = i, .total = 2 };

		send_sealed(lab, IPC_CREDENTIAL, &m, texts[i], 2);
	}
}

static void send_config(struct lab *lab)
{
	char text[1024];
	struct ipc_config m = { .log_level = SEV_DEBUG };
	gnutls_datum_t datum = { (unsigned char *)text, 0 };

	datum.size = (unsigned)snprintf(text, sizeof(text),
	    "ntsservercert /nowhere/a\nntsserverkey /nowhere/a\n"
	    "ntsservercert /nowhere/b\nntsserverkey /nowhere/b\n"
	    "allow 127.0.0.1\nntsport %u\nbindaddress 127.0.0.1\n%s",
	    lab->port, lab->config);
	m.length = datum.size;
	send_sealed(lab, IPC_CONFIG, &m, &datum, 1);
}

/* config_client_records of every configuration here. */
#define RECORDS 4096

static void send_the_rest(struct lab *lab)
{
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	struct ipc_shm shm = { .page = IPC_PAGE_KE,
		.size = (uint32_t)page_size(IPC_PAGE_KE, RECORDS) };
	struct ipc_keyring keys;

	assert_int_equal(channel_send(lab->channel, IPC_SHM, &shm,
	    &lab->shm), 0);
	random_bytes(random, sizeof(random));
	assert_true(keyring_make(&lab->keys, AEAD_AES_SIV_CMAC_256,
	    random));
	keyring_to_message(&lab->keys, &keys);
	assert_int_equal(channel_send(lab->channel, IPC_KEYRING, &keys,
	    NULL), 0);
	send_pairs(lab, &lab->first, &lab->second);
}

static void *client_main(void *arg)
{
	struct lab *lab = arg;
	char order = ORDER_END;

	lab->client(lab);
	CHECK(write(lab->orders[1], &order, 1) == 1);
	return NULL;
}

static void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct lab *lab = arg;

	(void)fds;
	switch (type) {
	case IPC_HELLO:
		send_config(lab);
		break;
	case IPC_READY:
		send_the_rest(lab);
		assert_int_equal(pthread_create(&lab->thread, NULL,
		    client_main, lab), 0);
		break;
	case IPC_LOG:
		if (strlen(lab->log) + strlen(payload->LOG.text) + 2 <
		    sizeof(lab->log)) {
			strcat(lab->log, payload->LOG.text);
			strcat(lab->log, "\n");
		}
		break;
	case IPC_STOPPED:
		lab->is_stopped = true;
		if (lab->is_over)
			loop_stop(lab->loop, 0);
		break;
	default:
		break;
	}
}

static void on_closed(void *arg)
{
	(void)arg;
}

static void on_order(void *arg, short events)
{
	static const struct ipc_none none;
	struct lab *lab = arg;
	char order;

	(void)events;
	assert_int_equal(read(lab->orders[0], &order, 1), 1);
	switch ((enum order)order) {
	case ORDER_RENEW:
		send_pairs(lab, &lab->renewed, &lab->second);
		break;
	case ORDER_BREAK: {
		struct test_pair wrong = { lab->first.cert, lab->second.key };

		send_pairs(lab, &wrong, &lab->second);
		break;
	}
	case ORDER_END:
		assert_int_equal(channel_send(lab->channel, IPC_STOP, &none,
		    NULL), 0);
		break;
	}
}

static void on_ended(void *arg, int status)
{
	struct lab *lab = arg;

	assert_int_equal(status, 0);
	lab->is_over = true;
	if (lab->is_stopped)
		loop_stop(lab->loop, 0);
}

static void on_limit(void *arg)
{
	struct lab *lab = arg;

	lab->is_late = true;
	loop_stop(lab->loop, 1);
}

/* --- a client --------------------------------------------------------------- */

struct visit {
	const char *priority;		/* NULL: as the server wants it */
	const char *alpn, *name;
	/* found out */
	int handshake;			/* GnuTLS result */
	gnutls_datum_t cert;		/* DER, of the server */
	gnutls_session_t tls;
	int fd;
};

static int dial(const struct lab *lab)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(lab->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval limit = { 5, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

static void shake(const struct lab *lab, struct visit *v,
    gnutls_certificate_credentials_t cred)
{
	gnutls_datum_t alpn = { (unsigned char *)(uintptr_t)v->alpn, 0 };
	const gnutls_datum_t *peer;
	unsigned n;

	v->fd = dial(lab);
	CHECK(gnutls_init(&v->tls, GNUTLS_CLIENT) == 0);
	CHECK(gnutls_priority_set_direct(v->tls,
	    v->priority ? v->priority : TLS_PRIORITY, NULL) == 0);
	gnutls_credentials_set(v->tls, GNUTLS_CRD_CERTIFICATE, cred);
	if (v->alpn != NULL) {
		alpn.size = (unsigned)strlen(v->alpn);
		gnutls_alpn_set_protocols(v->tls, &alpn, 1, 0);
	}
	if (v->name != NULL)
		gnutls_server_name_set(v->tls, GNUTLS_NAME_DNS, v->name,
		    strlen(v->name));
	gnutls_transport_set_int(v->tls, v->fd);
	do
		v->handshake = gnutls_handshake(v->tls);
	while (v->handshake < 0 && !gnutls_error_is_fatal(v->handshake));
	peer = gnutls_certificate_get_peers(v->tls, &n);
	if (peer != NULL)
		v->cert = peer[0];
}

static void hang_up(struct visit *v)
{
	gnutls_deinit(v->tls);
	close(v->fd);
}

/* All bytes of the reply; their number, or a GnuTLS error. */
static ssize_t read_reply(struct visit *v, uint8_t *out, size_t size)
{
	size_t have = 0;

	for (;;) {
		ssize_t n = gnutls_record_recv(v->tls, out + have, size - have);

		if (n == GNUTLS_E_PREMATURE_TERMINATION || n == 0)
			return (ssize_t)have;
		if (n < 0)
			return n;
		have += (size_t)n;
	}
}

static const uint8_t good_request[] = {
	0x80, 1, 0, 2, 0, 0,  0x80, 4, 0, 2, 0, 15,  0x80, 0, 0, 0,
};

static int count_cookies(const uint8_t *bytes, size_t n)
{
	struct reader r = reader_of(bytes, n);
	struct ke_record record;
	int cookies = 0;

	while (ke_next(&r, &record))
		cookies += record.type == KE_COOKIE;
	return cookies;
}

/* Shake hands, ask, and count the cookies; -1 when there is no whole reply. */
static int visit_for_cookies(struct lab *lab, struct visit *v,
    gnutls_certificate_credentials_t cred)
{
	uint8_t reply[4096];
	ssize_t n;

	v->alpn = "ntske/1";
	shake(lab, v, cred);
	if (v->handshake != 0)
		return -1;
	gnutls_record_send(v->tls, good_request, sizeof(good_request));
	n = read_reply(v, reply, sizeof(reply));
	if (n <= 0 || ke_message_state(reply, (size_t)n) != KE_COMPLETE)
		return -1;
	return count_cookies(reply, (size_t)n);
}

static gnutls_certificate_credentials_t anybody(void)
{
	gnutls_certificate_credentials_t cred;

	CHECK(gnutls_certificate_allocate_credentials(&cred) == 0);
	return cred;
}

/* Does the certificate carry this name? */
static bool cert_is_for(const gnutls_datum_t *der, const char *name)
{
	gnutls_x509_crt_t crt;
	bool yes;

	if (der->data == NULL || gnutls_x509_crt_init(&crt) != 0)
		return false;
	yes = gnutls_x509_crt_import(crt, der, GNUTLS_X509_FMT_DER) == 0 &&
	    gnutls_x509_crt_check_hostname(crt, name);
	gnutls_x509_crt_deinit(crt);
	return yes;
}

/* --- scenarios ---------------------------------------------------------------- */

static void good_clients(struct lab *lab)
{
	static const char *const names[] = { "a.test", "b.test" };
	gnutls_certificate_credentials_t cred = anybody();

	for (int i = 0; i < 6; i++) {
		struct visit v = { .name = names[i % 2] };

		CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
		CHECK(cert_is_for(&v.cert, names[i % 2]));
		hang_up(&v);
	}
	gnutls_certificate_free_credentials(cred);
}

/* Are the keys in the cookies those that TLS exports in this context? */
static void check_keys(const struct lab *lab, struct visit *v,
    const uint8_t *reply, size_t n, uint8_t context_aead)
{
	const uint8_t c2s[] = { 0, 0, 0, context_aead, NTS_C2S };
	const uint8_t s2c[] = { 0, 0, 0, context_aead, NTS_S2C };
	struct reader r = reader_of(reply, n);
	struct cookie_ring ring = { 0 };
	struct nts_session session;
	struct ke_record record;
	uint8_t key[16];

	CHECK(cookie_ring_set(&ring, &lab->keys));
	while (ke_next(&r, &record)) {
		if (record.type != KE_COOKIE)
			continue;
		CHECK(cookie_open(&ring, record.body, record.length, &session));
		CHECK(session.aead == AEAD_AES_128_GCM_SIV);
		CHECK(gnutls_prf_rfc5705(v->tls, strlen(EXPORTER_LABEL),
		    EXPORTER_LABEL, sizeof(c2s), (const char *)c2s,
		    sizeof(key), (char *)key) == 0);
		CHECK(memcmp(session.c2s, key, sizeof(key)) == 0);
		CHECK(gnutls_prf_rfc5705(v->tls, strlen(EXPORTER_LABEL),
		    EXPORTER_LABEL, sizeof(s2c), (const char *)s2c,
		    sizeof(key), (char *)key) == 0);
		CHECK(memcmp(session.s2c, key, sizeof(key)) == 0);
	}
	cookie_ring_clear(&ring);
}

/* Without record 1024 the keys are those of 15, with it those of 30. */
static void gcm_siv_clients(struct lab *lab)
{
	static const uint8_t without[] = { 0x80, 1, 0, 2, 0, 0,
		0x80, 4, 0, 4, 0, 30, 0, 15, 0x80, 0, 0, 0 };
	static const uint8_t with[] = { 0x80, 1, 0, 2, 0, 0,
		0x80, 4, 0, 2, 0, 30, 4, 0, 0, 0, 0x80, 0, 0, 0 };
	gnutls_certificate_credentials_t cred = anybody();

	for (int i = 0; i < 2; i++) {
		struct visit v = { .name = "a.test", .alpn = "ntske/1" };
		uint8_t reply[4096];
		ssize_t n;

		shake(lab, &v, cred);
		CHECK(v.handshake == 0);
		gnutls_record_send(v.tls, i ? with : without,
		    i ? sizeof(with) : sizeof(without));
		n = read_reply(&v, reply, sizeof(reply));
		CHECK(n > 0 && count_cookies(reply, (size_t)n) == NTS_COOKIES);
		if (n > 0)
			check_keys(lab, &v, reply, (size_t)n, i ? 30 : 15);
		hang_up(&v);
	}
	gnutls_certificate_free_credentials(cred);
}

/* The handshake succeeds, and not one byte follows. */
static void wrong_alpn(struct lab *lab)
{
	static const char *const protocols[] = { NULL, "h2" };
	gnutls_certificate_credentials_t cred = anybody();

	for (int i = 0; i < 2; i++) {
		struct visit v = { .alpn = protocols[i] };
		uint8_t reply[64];

		shake(lab, &v, cred);
		CHECK(v.handshake == 0);
		CHECK(read_reply(&v, reply, sizeof(reply)) <= 0);
		hang_up(&v);
	}
	gnutls_certificate_free_credentials(cred);
}

static void old_tls(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v = { .alpn = "ntske/1",
		.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2" };

	shake(lab, &v, cred);
	CHECK(v.handshake == GNUTLS_E_FATAL_ALERT_RECEIVED);
	/* which of the two it is, the library's version decides */
	CHECK(gnutls_alert_get(v.tls) == GNUTLS_A_PROTOCOL_VERSION ||
	    gnutls_alert_get(v.tls) == GNUTLS_A_HANDSHAKE_FAILURE);
	hang_up(&v);
	gnutls_certificate_free_credentials(cred);
}

/* Send bytes, and see the connection closed without an answer but an alert. */
static void garbage(struct lab *lab)
{
	static const char *const junk[] = {
		"GET / HTTP/1.0\r\n\r\n", "\x16\x03\x01\xff\xff\x01", "\x80\x2e",
	};

	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
		int fd = dial(lab);
		char answer[256];
		ssize_t n;

		CHECK(write(fd, junk[i], strlen(junk[i])) > 0);
		while ((n = read(fd, answer, sizeof(answer))) > 0)
			CHECK(answer[0] == 0x15);	/* a TLS alert */
		CHECK(n == 0 || errno == ECONNRESET);
		close(fd);
	}
}

static void bad_messages(struct lab *lab)
{
	static uint8_t endless[20000] = { 0x00, 0x63, 0x40, 0x00 };
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v = { .alpn = "ntske/1" };
	uint8_t reply[64];

	shake(lab, &v, cred);
	CHECK(v.handshake == 0);
	gnutls_record_send(v.tls, endless, sizeof(endless));
	gnutls_record_send(v.tls, endless, sizeof(endless));
	CHECK(read_reply(&v, reply, sizeof(reply)) <= 0);
	hang_up(&v);
	/* cut short: no End, and the client closes its side */
	v = (struct visit){ .alpn = "ntske/1" };
	shake(lab, &v, cred);
	gnutls_record_send(v.tls, good_request, sizeof(good_request) - 4);
	gnutls_bye(v.tls, GNUTLS_SHUT_WR);
	CHECK(read_reply(&v, reply, sizeof(reply)) <= 0);
	hang_up(&v);
	gnutls_certificate_free_credentials(cred);
}

/* One that says nothing, one that sends a byte now and then: 2 s for both. */
static void slow_clients(struct lab *lab)
{
	struct mono_time begin = mono_now();
	int silent = dial(lab), slow = dial(lab);
	struct pollfd polls[2] = { { silent, POLLIN, 0 }, { slow, POLLIN, 0 } };
	double end_s[2] = { 0, 0 };

	while (mono_sub(mono_now(), begin) < 4 && (end_s[0] == 0 ||
	    end_s[1] == 0)) {
		if (end_s[1] == 0)
			CHECK(send(slow, "\x16", 1, MSG_NOSIGNAL) >= 0 ||
			    errno == EPIPE || errno == ECONNRESET);
		poll(polls, 2, 100);
		for (int i = 0; i < 2; i++)
			if (polls[i].revents != 0 && end_s[i] == 0) {
				end_s[i] = mono_sub(mono_now(), begin);
				polls[i].fd = -1;
			}
	}
	CHECK(end_s[0] > 1.9 && end_s[0] < 3);
	CHECK(end_s[1] < 3);
	close(silent);
	close(slow);
}

/* Both places taken by silent ones: an honest client is served all the same. */
static void crowd(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v = { .name = "a.test" };
	int fds[8];

	for (int i = 0; i < 8; i++)
		fds[i] = dial(lab);
	CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
	hang_up(&v);
	for (int i = 0; i < 8; i++)
		close(fds[i]);
	gnutls_certificate_free_credentials(cred);
}

static void order(struct lab *lab, enum order what)
{
	char c = (char)what;

	CHECK(write(lab->orders[1], &c, 1) == 1);
}

/*
 * A client is in the middle when the certificate changes: it gets its cookies.
 * A set that does not match changes nothing.
 */
static void renewal(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct visit early = { .alpn = "ntske/1", .name = "a.test" };
	bool is_new = false;
	uint8_t reply[4096];
	ssize_t n;

	shake(lab, &early, cred);
	CHECK(early.handshake == 0);
	CHECK(cert_is_for(&early.cert, "a.test"));
	order(lab, ORDER_BREAK);
	order(lab, ORDER_RENEW);
	for (int i = 0; i < 100 && !is_new; i++) {
		struct visit v = { .name = "renewed.test" };

		CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
		is_new = cert_is_for(&v.cert, "renewed.test");
		hang_up(&v);
	}
	CHECK(is_new);
	gnutls_record_send(early.tls, good_request, sizeof(good_request));
	n = read_reply(&early, reply, sizeof(reply));
	CHECK(n > 0 && count_cookies(reply, (size_t)n) == NTS_COOKIES);
	hang_up(&early);
	gnutls_certificate_free_credentials(cred);
}

/* --- the lab ------------------------------------------------------------------ */

static uint16_t free_port(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sa, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &n), 0);
	close(fd);
	return ntohs(sa.sin_port);
}

static struct lab *lab_new(const struct role_program *program,
    const char *config, void (*client)(struct lab *))
{
	struct lab *lab = calloc(1, sizeof(*lab));
	time_t now = time(NULL);
	void *map;

	assert_non_null(lab);
	lab->program = program;
	lab->config = config;
	lab->client = client;
	lab->port = free_port();
	lab->first = test_pair_make("a.test", now - 9, now + 999);
	lab->second = test_pair_make("b.test", now - 9, now + 999);
	lab->renewed = test_pair_make("renewed.test", now - 9, now + 999);
	assert_int_equal(shm_create("test", page_size(IPC_PAGE_KE, RECORDS),
	    &lab->shm), 0);
	assert_int_equal(shm_map(lab->shm, page_size(IPC_PAGE_KE, RECORDS), false,
	    &map), 0);
	lab->page = map;
	lab->loop = loop_new();
	assert_non_null(lab->loop);
	assert_int_equal(pipe(lab->orders), 0);
	assert_int_equal(loop_fd_add(lab->loop, lab->orders[0], POLLIN,
	    on_order, lab, &lab->order_watch), 0);
	loop_timer_init(&lab->limit, on_limit, lab);
	loop_timer_set(lab->loop, &lab->limit,
	    mono_add(mono_now(), TEST_LIMIT_S));
	return lab;
}

static void lab_run(struct lab *lab)
{
	int fds[2];

	assert_int_equal(channel_pair(lab->loop, fds), 0);
	assert_int_equal(channel_open(lab->loop, fds[0], ROLE_HORAD,
	    ROLE_KE_SERVER, on_message, on_closed, lab, &lab->channel), 0);
	assert_int_equal(role_link_open(lab->loop, fds[1], lab->program, NULL,
	    NULL, on_ended, lab, &lab->link), 0);
	failures = 0;
	assert_int_equal(loop_run(lab->loop), 0);
	pthread_join(lab->thread, NULL);
	assert_false(lab->is_late);
	assert_true(lab->is_stopped);
	assert_int_equal(failures, 0);
}

static void lab_free(struct lab *lab)
{
	role_link_close(lab->link);
	channel_close(lab->channel);
	loop_timer_cancel(&lab->limit);
	loop_fd_remove(lab->order_watch);
	loop_free(lab->loop);
	close(lab->orders[0]);
	close(lab->orders[1]);
	shm_unmap(lab->page, sizeof(*lab->page));
	close(lab->shm);
	test_pair_free(&lab->first);
	test_pair_free(&lab->second);
	test_pair_free(&lab->renewed);
	free(lab);
}

static uint64_t ends(const struct lab *lab, enum ke_end end)
{
	return lab->page->ke_ends[end];
}

/* The same clients meet the single loop and the threads. */
static const struct {
	const struct role_program *program;
	const char *config;
} forms[] = {
	{ &ke_server_program, "ntsprocesses 3\n" },
	{ &ke_server_threaded_program, "ntsprocesses 1\n" },
	{ &ke_server_threaded_program, "ntsprocesses 3\n" },
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static void serves_each_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMS; i++) {
		struct lab *lab = lab_new(forms[i].program, forms[i].config,
		    good_clients);

		lab_run(lab);
		assert_int_equal(ends(lab, KE_END_SERVED), 6);
		assert_int_equal(server_counter(lab->page,
		    SERVER_KE_ACCEPTED), 6);
		assert_non_null(strstr(lab->log, "127.0.0.1: served"));
		lab_free(lab);
	}
}

static void gcm_siv_keys_skipped_without_it_in_gnutls(void **state)
{
	struct lab *lab;

	(void)state;
	if (!aead_supported(AEAD_AES_128_GCM_SIV)) {
		print_message("this GnuTLS has no AES-128-GCM-SIV\n");
		skip();
	}
	lab = lab_new(&ke_server_program, "", gcm_siv_clients);
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_SERVED), 2);
	lab_free(lab);
}

static void refuses_other_protocols(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", wrong_alpn);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_ALPN), 2);
	lab_free(lab);
}

static void refuses_old_tls(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", old_tls);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_TLS), 1);
	assert_non_null(strstr(lab->log,
	    "TLS handshake failed : peer offers no TLS 1.3"));
	lab_free(lab);
}

static void survives_garbage(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", garbage);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_TLS) + ends(lab, KE_END_TIME), 3);
	lab_free(lab);
}

static void refuses_bad_messages(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", bad_messages);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_MESSAGE), 2);
	lab_free(lab);
}

static void limits_time(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", slow_clients);

	(void)state;
	lab_run(lab);
	assert_true(ends(lab, KE_END_TIME) >= 1);
	assert_int_equal(ends(lab, KE_END_SERVED), 0);
	lab_free(lab);
}

static void serves_in_a_crowd(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "maxntsconnections 2\n",
	    crowd);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_SERVED), 1);
	assert_true(ends(lab, KE_END_SILENT) >= 6);
	lab_free(lab);
}

static void renews_certificates(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMS; i++) {
		struct lab *lab = lab_new(forms[i].program, forms[i].config,
		    renewal);

		lab_run(lab);
		assert_non_null(strstr(lab->log, "could not set credentials"));
		assert_int_equal(ends(lab, KE_END_TLS), 0);
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_each_name),
		cmocka_unit_test(gcm_siv_keys_skipped_without_it_in_gnutls),
		cmocka_unit_test(refuses_other_protocols),
		cmocka_unit_test(refuses_old_tls),
		cmocka_unit_test(survives_garbage),
		cmocka_unit_test(refuses_bad_messages),
		cmocka_unit_test(limits_time),
		cmocka_unit_test(serves_in_a_crowd),
		cmocka_unit_test(renews_certificates),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-server/io", tests, NULL,
	    NULL);
}
