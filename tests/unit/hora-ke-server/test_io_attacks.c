/* SPDX-License-Identifier: Apache-2.0 */
/* Clients of the NTS-KE server that are up to no good, slow, or many. */
#include "unit/hora-ke-server/visit.h"

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

/* Seconds until the server's kernel resets, at most 3; sends a byte now and then. */
static double seconds_to_reset(int fd)
{
	struct mono_time begin = mono_now();
	double s = 0;

	while (s < 3 && send(fd, "\x15", 1, MSG_NOSIGNAL) == 1) {
		usleep(20000);
		s = mono_sub(mono_now(), begin);
	}
	return s;
}

/*
 * Clients that have their cookies and do not go: as many as there are places,
 * and then one more, which is served at once, in the place of the oldest. The
 * others may stay for a second.
 */
static void lingerers(struct lab *lab)
{
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v[3] = { { .name = "a.test" }, { .name = "a.test" },
		{ .name = "a.test" } };
	double s;

	for (int i = 0; i < 3; i++)
		CHECK(visit_for_cookies(lab, &v[i], cred) == NTS_COOKIES);
	s = seconds_to_reset(v[0].fd);
	CHECK(s < 0.5);
	s += seconds_to_reset(v[2].fd);
	CHECK(s > 0.5 && s < 2);
	for (int i = 0; i < 3; i++)
		hang_up(&v[i]);
	gnutls_certificate_free_credentials(cred);
}

/* Has its cookies, and talks on: not for long. */
static void talker(struct lab *lab)
{
	static const char talk[1024];
	gnutls_certificate_credentials_t cred = anybody();
	struct visit v = { .name = "a.test" };
	int sent = 0;

	CHECK(visit_for_cookies(lab, &v, cred) == NTS_COOKIES);
	while (sent < 100 && send(v.fd, talk, sizeof(talk), MSG_NOSIGNAL) > 0) {
		usleep(10000);
		sent++;
	}
	/* more than is allowed, but long before the time is up */
	CHECK(sent > 4 && sent < 50);
	hang_up(&v);
	gnutls_certificate_free_credentials(cred);
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

static void waits_for_no_lingerer(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "maxntsconnections 2\n",
	    lingerers);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_SERVED), 3);
	assert_int_equal(ends(lab, KE_END_FULL), 0);
	lab_free(lab);
}

static void listens_to_no_talker(void **state)
{
	struct lab *lab = lab_new(&ke_server_program, "", talker);

	(void)state;
	lab_run(lab);
	assert_int_equal(ends(lab, KE_END_SERVED), 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_other_protocols),
		cmocka_unit_test(refuses_old_tls),
		cmocka_unit_test(survives_garbage),
		cmocka_unit_test(refuses_bad_messages),
		cmocka_unit_test(limits_time),
		cmocka_unit_test(serves_in_a_crowd),
		cmocka_unit_test(waits_for_no_lingerer),
		cmocka_unit_test(listens_to_no_talker),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-server/io: attacks", tests,
	    NULL, NULL);
}
