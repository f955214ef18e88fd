/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of a session on a socket pair, in one thread: what never blocks
 * can be driven in turns. (What a server does with strange clients is in
 * hora-ke-server/test_io.c.)
 */
#include "os/tls_server.h"
#include "unit/os/certs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

struct ends {
	int fds[2];
	struct tls_credentials *credentials;
	gnutls_certificate_credentials_t anybody;
	struct tls_session server, client;
};

static struct test_pair pair, other;

static int set_up(void **state)
{
	time_t now = time(NULL);

	(void)state;
	pair = test_pair_make("a.test", now - 9, now + 999);
	other = test_pair_make("b.test", now - 9, now + 999);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	test_pair_free(&pair);
	test_pair_free(&other);
	return 0;
}

static struct tls_pem_pair pem_of(gnutls_datum_t cert, gnutls_datum_t key)
{
	return (struct tls_pem_pair){ (char *)cert.data, (char *)key.data,
		cert.size, key.size };
}

static struct ends *ends_new(const char *alpn)
{
	struct ends *e = calloc(1, sizeof(*e));
	struct tls_pem_pair pem = pem_of(pair.cert, pair.key);
	gnutls_datum_t protocol = { (unsigned char *)(uintptr_t)alpn,
		(unsigned)strlen(alpn) };
	char reason[100];

	assert_non_null(e);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    e->fds), 0);
	assert_int_equal(tls_credentials_new(&pem, 1, reason, sizeof(reason),
	    &e->credentials), 0);
	assert_int_equal(tls_server_session(e->credentials, e->fds[0],
	    &e->server), 0);
	assert_int_equal(gnutls_certificate_allocate_credentials(&e->anybody),
	    0);
	assert_int_equal(gnutls_init(&e->client.gnutls, GNUTLS_CLIENT |
	    GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL), 0);
	assert_int_equal(gnutls_priority_set_direct(e->client.gnutls,
	    TLS_PRIORITY, NULL), 0);
	gnutls_credentials_set(e->client.gnutls, GNUTLS_CRD_CERTIFICATE,
	    e->anybody);
	assert_int_equal(gnutls_alpn_set_protocols(e->client.gnutls, &protocol,
	    1, 0), 0);
	gnutls_transport_set_int(e->client.gnutls, e->fds[1]);
	return e;
}

static void ends_free(struct ends *e)
{
	tls_session_free(&e->server);
	tls_session_free(&e->client);
	tls_credentials_unref(e->credentials);
	gnutls_certificate_free_credentials(e->anybody);
	close(e->fds[0]);
	if (e->fds[1] >= 0)
		close(e->fds[1]);
	free(e);
}

static void shake(struct ends *e)
{
	enum tls_status s = TLS_WANT_READ, c = TLS_WANT_READ;

	/* the server waits for the client's first words, and does not block */
	assert_int_equal(tls_handshake(&e->server), TLS_WANT_READ);
	for (int i = 0; i < 10 && (s != TLS_DONE || c != TLS_DONE); i++) {
		if (c != TLS_DONE)
			c = tls_handshake(&e->client);
		if (s != TLS_DONE)
			s = tls_handshake(&e->server);
	}
	assert_int_equal(s, TLS_DONE);
	assert_int_equal(c, TLS_DONE);
}

static void data_and_end(void **state)
{
	struct ends *e = ends_new(TLS_ALPN_NTSKE);
	char text[16];
	size_t n;

	(void)state;
	shake(e);
	assert_true(tls_alpn_is(&e->server, TLS_ALPN_NTSKE));
	assert_true(tls_alpn_is(&e->client, TLS_ALPN_NTSKE));
	assert_false(tls_alpn_is(&e->server, "ntske"));
	assert_int_equal(tls_read(&e->server, text, sizeof(text), &n),
	    TLS_WANT_READ);
	assert_int_equal(tls_write(&e->client, "hello", 5, &n), TLS_DONE);
	assert_int_equal(n, 5);
	assert_int_equal(tls_read(&e->server, text, sizeof(text), &n),
	    TLS_DONE);
	assert_int_equal(n, 5);
	assert_memory_equal(text, "hello", 5);
	assert_int_equal(tls_bye(&e->client), TLS_DONE);
	assert_int_equal(tls_read(&e->server, text, sizeof(text), &n),
	    TLS_CLOSED);
	ends_free(e);
}

static void other_protocol(void **state)
{
	struct ends *e = ends_new("h2");

	(void)state;
	shake(e);
	assert_false(tls_alpn_is(&e->server, TLS_ALPN_NTSKE));
	ends_free(e);
}

/* A peer that is gone without a word is closed, not an error. */
static void sudden_end(void **state)
{
	struct ends *e = ends_new(TLS_ALPN_NTSKE);
	char text[16];
	size_t n;

	(void)state;
	shake(e);
	close(e->fds[1]);
	e->fds[1] = -1;
	assert_int_equal(tls_read(&e->server, text, sizeof(text), &n),
	    TLS_CLOSED);
	ends_free(e);
}

/* More than the socket takes: it wants to write, and later goes on. */
static void full_socket(void **state)
{
	static char block[16000];
	struct ends *e = ends_new(TLS_ALPN_NTSKE);
	enum tls_status status = TLS_DONE;
	size_t sent = 0, got = 0, n;

	(void)state;
	shake(e);
	while (status == TLS_DONE) {
		status = tls_write(&e->server, block, sizeof(block), &n);
		sent += status == TLS_DONE ? n : 0;
	}
	assert_int_equal(status, TLS_WANT_WRITE);
	while (tls_read(&e->client, block, sizeof(block), &n) == TLS_DONE)
		got += n;
	assert_int_equal(tls_write(&e->server, block, sizeof(block), &n),
	    TLS_DONE);
	sent += n;
	while (tls_read(&e->client, block, sizeof(block), &n) == TLS_DONE)
		got += n;
	assert_int_equal(got, sent);
	ends_free(e);
}

static void junk(void **state)
{
	struct ends *e = ends_new(TLS_ALPN_NTSKE);
	char text[100];

	(void)state;
	assert_int_equal(write(e->fds[1], "GET / HTTP/1.0\r\n\r\n", 18), 18);
	assert_int_equal(tls_handshake(&e->server), TLS_FAILED);
	assert_true(strlen(tls_error(&e->server, text, sizeof(text))) > 10);
	ends_free(e);
}

static void exported_keys(void **state)
{
	struct ends *e = ends_new(TLS_ALPN_NTSKE);
	uint8_t a[32], b[32], c[32];

	(void)state;
	shake(e);
	assert_int_equal(tls_export(&e->server, "EXPORTER-test", "one", 3, a,
	    sizeof(a)), 0);
	assert_int_equal(tls_export(&e->client, "EXPORTER-test", "one", 3, b,
	    sizeof(b)), 0);
	assert_int_equal(tls_export(&e->client, "EXPORTER-test", "two", 3, c,
	    sizeof(c)), 0);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
	ends_free(e);
}

static void credentials(void **state)
{
	static const char text[] = "no PEM";
	const struct {
		const char *name;
		struct tls_pem_pair pairs[2];
		int answer;
	} cases[] = {
		{ "two pairs", { pem_of(pair.cert, pair.key),
		    pem_of(other.cert, other.key) }, 0 },
		{ "second does not match", { pem_of(pair.cert, pair.key),
		    pem_of(other.cert, pair.key) }, -EKEYREJECTED },
		{ "first can not be read", { { text, text, 6, 6 },
		    pem_of(pair.cert, pair.key) }, -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tls_credentials *c = NULL;
		char reason[100] = "";
		int r = tls_credentials_new(cases[i].pairs, 2, reason,
		    sizeof(reason), &c);

		if (r != cases[i].answer || (r < 0 && reason[0] == '\0'))
			fail_msg("%s: %d %s", cases[i].name, r, reason);
		tls_credentials_unref(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_and_end),
		cmocka_unit_test(other_protocol),
		cmocka_unit_test(sudden_end),
		cmocka_unit_test(full_socket),
		cmocka_unit_test(junk),
		cmocka_unit_test(exported_keys),
		cmocka_unit_test(credentials),
	};

	return cmocka_run_group_tests_name("os/tls_session", tests, set_up,
	    tear_down);
}
