/* SPDX-License-Identifier: Apache-2.0 */
/* NTS of a source: exchanges, back-off, cookies that horad keeps. */
#include "unit/hora-engine/world.h"

static struct world *nts_world(void)
{
	struct world *w = world_new();

	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1")->nts = true;
	return w;
}

static struct source *only(const struct world *w)
{
	assert_int_equal(w->e->count, 1);
	return w->e->sources[0];
}

/* One exchange, then authenticated time; the world checks each cookie. */
static void test_flow(void **state)
{
	struct world *w = nts_world();
	struct source_keys *k;

	(void)state;
	w->config.nocerttimecheck = 0;
	world_start(w);
	world_run(w, 300);
	k = only(w)->keys;
	assert_int_equal(w->ke_starts, 1);
	assert_true(w->ke_at[0] < NS_PER_S / 10);	/* at once */
	assert_int_equal(w->ke_start.server.port, 4460);
	assert_int_equal(w->ke_start.ntp_port, 123);
	assert_string_equal(w->ke_start.name, "192.0.2.1");
	assert_true(w->ke_start.check_times);
	assert_true(engine_is_synchronised(w->e));
	assert_true(only(w)->assoc.report.is_authenticated);
	assert_int_equal(k->client.cookie_count, NTS_COOKIES);
	assert_int_equal(k->context, 1);
	assert_int_equal(k->attempts, 0);
	assert_int_equal(w->saved.cookie_count, NTS_COOKIES);
	assert_int_equal(w->saved.aead, AEAD_AES_SIV_CMAC_256);
	assert_memory_equal(w->saved.c2s, k->client.c2s, 32);
	world_end(w);
}

/* What an earlier run left is used, without another exchange. */
static void test_kept(void **state)
{
	struct world *w = nts_world();
	struct ipc_nts_state kept;

	(void)state;
	world_start(w);
	world_run(w, 100);
	kept = w->saved;
	world_end(w);

	w = nts_world();
	w->kept = kept;
	w->has_kept = true;
	world_start(w);
	world_run(w, 100);
	assert_int_equal(w->ke_starts, 0);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(only(w)->keys->context, 1);
	assert_int_equal(only(w)->keys->client.cookie_count, NTS_COOKIES);
	world_end(w);
}

/* What horad can not have kept is not used: an exchange follows. */
static void test_bad_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		struct world *w = nts_world();

		w->has_kept = true;
		w->kept = (struct ipc_nts_state){
			.ntp_address = { .ip = world_ip(1), .port = 123 },
			.aead = AEAD_AES_SIV_CMAC_256, .key_length = 32,
			.cookie_count = 1, .cookie_length = { 100 },
		};
		switch (i) {
		case 0: w->kept.aead = 99; break;
		case 1: w->kept.key_length = 16; break;
		case 2: w->kept.cookie_count = NTS_COOKIES + 1; break;
		case 3: w->kept.cookie_length[0] = NTS_COOKIE_MAX + 4; break;
		case 4: w->kept.ntp_address.port = 0; break;
		case 5: w->kept.ntp_address.ip.family = IP_NONE; break;
		}
		world_start(w);
		world_run(w, 20);
		assert_int_equal(w->ke_starts, 1);
		assert_true(engine_is_synchronised(w->e));
		world_end(w);
	}
}

/* Keys older than ntsrefresh are replaced at the next poll. */
static void test_refresh(void **state)
{
	struct world *w = nts_world();

	(void)state;
	w->config.ntsrefresh_s = 1000;
	world_start(w);
	world_run(w, 900);
	assert_int_equal(w->ke_starts, 1);
	world_run(w, 1200);
	assert_int_equal(w->ke_starts, 2);
	assert_true((double)(w->ke_at[1] - w->ke_at[0]) * 1e-9 > 1000);
	world_end(w);
}

/* Time between attempts without any success before. */
static void test_backoff(void **state)
{
	static const struct {
		enum ipc_ke_stage stage;
		double waits_s[4];
		int maxntsretry;
	} cases[] = {
		{ IPC_KE_NOT_STARTED, { 2, 2, 2, 2 }, 19 },
		{ IPC_KE_CONNECT, { 1, 2, 4, 8 }, 19 },
		{ IPC_KE_TLS, { 1024, 2048, 4096, 8192 }, 19 },
		{ IPC_KE_REPLY, { 1024, 2048, 4096, 8192 }, 19 },
		{ IPC_KE_TLS, { 1024, 2048, 2048, 2048 }, 11 },
		{ IPC_KE_TLS, { 128, 128, 128, 128 }, 7 },
		{ IPC_KE_TLS, { 64, 64, 64, 64 }, -32 },
		{ IPC_KE_CONNECT, { 1, 2, 4, 8 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = nts_world();

		w->ke_stage = cases[i].stage;
		w->lines[0].maxntsretry = cases[i].maxntsretry;
		world_start(w);
		world_run(w, cases[i].waits_s[3] * 4 + 20);
		assert_true(w->ke_starts >= 5);
		for (int n = 0; n < 4; n++) {
			double waited_s =
			    (double)(w->ke_at[n + 1] - w->ke_at[n]) * 1e-9;

			assert_true(waited_s >= cases[i].waits_s[n]);
			/* not only at polls: those are 2 s apart */
			assert_true(waited_s < cases[i].waits_s[n] + 0.1);
		}
		assert_true(world_said(w, "as the test wants it"));
		assert_int_equal(w->servers[0].requests, 0);
		world_end(w);
	}
}

static double wait_after_ke_s(const struct world *w, int n)
{
	return (double)(w->ke_at[n + 1] - w->ke_at[n]) * 1e-9;
}

/* 1, 2, 4, ... s and on to 6 days; after a success 16, 32, ... s. */
static void test_backoff_of_connections(void **state)
{
	struct world *w = nts_world();

	(void)state;
	w->ke_stage = IPC_KE_CONNECT;
	world_start(w);
	world_run(w, 5000);
	assert_int_equal(w->ke_starts, 13);
	for (int i = 0; i < 12; i++)
		assert_true(fabs(wait_after_ke_s(w, i) - exp2(i)) < 0.1);
	world_end(w);

	/* Cookies run out, since answers are lost; then nobody listens. */
	w = nts_world();
	world_start(w);
	world_run(w, 100);
	assert_int_equal(w->ke_starts, 1);
	w->ke_stage = IPC_KE_CONNECT;
	w->servers[0].is_silent = true;
	while (w->ke_starts < 5)
		world_run(w, 10);
	for (int i = 1; i < 4; i++)
		assert_true(fabs(wait_after_ke_s(w, i) - 16 * exp2(i - 1)) <
		    0.1);
	world_end(w);
}

/* The server lost its keys: NAK, one exchange, service again. */
static void test_nak(void **state)
{
	struct world *w = nts_world();
	struct nts_keyring keys;
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];

	(void)state;
	world_start(w);
	world_run(w, 100);
	fx_random(w, random, sizeof(random));
	assert_true(keyring_make(&keys, AEAD_AES_SIV_CMAC_256, random));
	assert_true(cookie_ring_set(&w->ring, &keys));
	world_run(w, 70);
	assert_true(world_said(w, "server does not know our NTS cookie"));
	assert_true(only(w)->keys->had_nak || w->ke_starts == 2);
	world_run(w, 200);
	assert_int_equal(w->ke_starts, 2);
	assert_false(only(w)->keys->had_nak);
	assert_int_equal(only(w)->assoc.reach & 1, 1);
	assert_int_equal(only(w)->keys->context, 2);
	world_end(w);
}

static void test_negotiated(void **state)
{
	struct world *w = nts_world();

	(void)state;
	world_server(w, 9);
	w->ke_ntp = (struct net_addr){ .ip = world_ip(9), .port = 1234 };
	world_start(w);
	world_run(w, 60);
	assert_true(world_said(w,
	    "Source 192.0.2.1 changed to 192.0.2.9 (192.0.2.1)"));
	assert_true(ip_equal(&only(w)->address.ip, &w->ke_ntp.ip));
	assert_int_equal(only(w)->address.port, 1234);
	assert_true(ip_equal(&w->saved.ke_address, &w->servers[0].ip));
	assert_int_equal(w->servers[0].requests, 0);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(w->ke_starts, 1);
	world_end(w);
}

static void test_negotiated_port(void **state)
{
	struct world *w = nts_world();

	(void)state;
	w->ke_ntp = (struct net_addr){ .ip = world_ip(1), .port = 1234 };
	world_start(w);
	world_run(w, 60);
	assert_true(world_said(w, "Source 192.0.2.1 changed port to 1234"));
	assert_int_equal(only(w)->address.port, 1234);
	assert_true(engine_is_synchronised(w->e));
	world_end(w);
}

/* An address that another source has can not be used. */
static void test_negotiated_in_use(void **state)
{
	struct world *w = nts_world();

	(void)state;
	world_server(w, 9);
	world_line(w, SOURCE_SERVER, "192.0.2.9");
	w->ke_ntp = (struct net_addr){ .ip = world_ip(9), .port = 123 };
	world_start(w);
	world_run(w, 300);
	assert_true(world_said(w,
	    "Could not change 192.0.2.1 to negotiated address 192.0.2.9"));
	assert_int_equal(w->ke_starts, 1);
	assert_int_equal(w->e->sources[0]->keys->client.cookie_count, 0);
	/* authselectmode mix: the plain one alone is not enough */
	assert_false(engine_is_synchronised(w->e));
	assert_true(world_said(w, "Can't synchronise: no required source"));
	world_end(w);
}

/* Validity times count once the clock was updated often enough. */
static void test_nocerttimecheck(void **state)
{
	static const struct {
		int updates, wanted;
		bool checks;
	} cases[] = {
		{ 0, 0, true }, { 0, 1, false }, { 1, 1, true }, { 4, 5, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = nts_world();

		w->config.nocerttimecheck = cases[i].wanted;
		w->memory.updates = (uint32_t)cases[i].updates;
		world_start(w);
		world_run(w, 1);
		assert_int_equal(w->ke_start.check_times, cases[i].checks);
		world_end(w);
	}
}

/* Replies of hora-ke-client are not believed blindly. */
static void test_bad_done(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct world *w = nts_world();
		struct ipc_ke_done *done = NULL;

		world_start(w);
		while (w->ke_starts == 0)
			world_step(w, INT64_MAX);
		for (int n = 0; n < WORLD_EVENTS; n++)
			if (w->events[n].is_used && w->events[n].what == KE_DONE)
				done = &w->events[n].ke_done;
		assert_non_null(done);
		switch (i) {
		case 0: done->aead = 3; break;
		case 1: done->key_length = 31; break;
		case 2: done->cookie_count = 0; break;
		case 3: done->cookie_count = 9; break;
		case 4: done->ntp_server.ip.family = 99; break;
		}
		world_run(w, 60);
		assert_true(world_said(w, "unusable keys or cookies"));
		assert_int_equal(w->servers[0].requests, 0);
		assert_int_equal(w->ke_starts, 1);
		world_end(w);
	}
}

/* hora-ke-client dies, or is not there yet: asked again when it is. */
static void test_client_lost(void **state)
{
	struct world *w = nts_world();
	struct engine_now now;

	(void)state;
	w->ke_is_absent = true;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(w->ke_starts, 0);
	assert_false(world_said(w, "failed"));
	w->ke_is_absent = false;
	now = world_now(w);
	engine_ke_new(w->e, &now);
	assert_int_equal(w->ke_starts, 1);
	memset(w->events, 0, sizeof(w->events));	/* it died with it */
	now = world_now(w);
	engine_ke_lost(w->e, &now);
	engine_ke_new(w->e, &now);
	assert_int_equal(w->ke_starts, 2);
	world_run(w, 20);
	assert_int_equal(w->ke_starts, 2);
	assert_true(engine_is_synchronised(w->e));
	world_end(w);
}

/* A cookie whose request could not leave is still unused. */
static void test_send_failure_keeps_cookie(void **state)
{
	struct world *w = nts_world();

	(void)state;
	world_start(w);
	world_run(w, 60);
	w->no_route = true;
	world_run(w, 400);
	assert_int_equal(only(w)->keys->client.cookie_count, NTS_COOKIES);
	assert_int_equal(w->saved.cookie_count, NTS_COOKIES);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_bad_kept),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_backoff),
		cmocka_unit_test(test_backoff_of_connections),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_negotiated),
		cmocka_unit_test(test_negotiated_port),
		cmocka_unit_test(test_negotiated_in_use),
		cmocka_unit_test(test_nocerttimecheck),
		cmocka_unit_test(test_bad_done),
		cmocka_unit_test(test_client_lost),
		cmocka_unit_test(test_send_failure_keeps_cookie),
	};

	return cmocka_run_group_tests_name("hora-engine/keys", tests, NULL,
	    NULL);
}
