/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of the NTS-KE server that are served, by its loop and its threads. */
#include "unit/hora-ke-server/visit.h"
#include "unit/skip.h"

#define A_MOMENT_US 100000

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

/*
 * The server has said its goodbye and shut its side; a moment later the client
 * says its own, and closes. No reset, which it would take for a failure.
 */
static void late_goodbye(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v = { .name = "a.test" };
	char rest;

	CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
	CHECK(read(v.fd, &rest, 1) == 0);
	usleep(A_MOMENT_US);
	/* the exchange is counted, whoever waits for whom */
	CHECK(ends(lab, KE_END_SERVED) == 1);
	CHECK(gnutls_bye(v.tls, GNUTLS_SHUT_WR) == 0);
	usleep(A_MOMENT_US);
	CHECK(socket_error(v.fd) == 0);
	CHECK(shutdown(v.fd, SHUT_WR) == 0);
	usleep(A_MOMENT_US);
	CHECK(socket_error(v.fd) == 0);
	hang_up(&v);
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

/* What was counted becomes 0 when horad says so; what comes then counts again. */
static void counted(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct client_table t = server_clients(lab->page, RECORDS);
	const struct ip_addr ip = { IP_V4, { 127, 0, 0, 1 } };
	struct client_record r = { 0 };

	for (int i = 0; i < 3; i++) {
		struct visit v = { .name = "a.test" };

		CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
		hang_up(&v);
		if (i < 2)
			CHECK(client_find(&t, &ip, &r) && r.hits ==
			    (uint32_t)i + 1);
		if (i != 1)
			continue;
		order(lab, ORDER_RESET);
		for (int k = 0; k < 1000 && r.hits > 0; k++) {
			usleep(10000);
			CHECK(client_find(&t, &ip, &r));
		}
		CHECK(r.hits == 0);
	}
	CHECK(client_find(&t, &ip, &r) && r.hits == 1);
	gnutls_certificate_free_credentials(cred);
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

static void waits_for_the_goodbye(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMS; i++) {
		struct lab *lab = lab_new(forms[i].program, forms[i].config,
		    late_goodbye);

		lab_run(lab);
		assert_int_equal(ends(lab, KE_END_SERVED), 1);
		lab_free(lab);
	}
}

static void gcm_siv_keys(void **state)
{
	struct lab *lab;

	(void)state;
	if (!aead_supported(AEAD_AES_128_GCM_SIV))
		SKIP("this GnuTLS has no AES-128-GCM-SIV");
	lab = lab_new(&ke_server_program, "", gcm_siv_clients);
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_SERVED), 2);
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

static void resets_clients(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORMS; i++) {
		struct lab *lab = lab_new(forms[i].program, forms[i].config,
		    counted);

		lab_run(lab);
		assert_int_equal(server_counter(lab->page,
		    SERVER_KE_ACCEPTED), 3);
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_each_name),
		cmocka_unit_test(waits_for_the_goodbye),
		cmocka_unit_test(gcm_siv_keys),
		cmocka_unit_test(renews_certificates),
		cmocka_unit_test(resets_clients),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-server/io", tests,
	    NULL, NULL);
}
