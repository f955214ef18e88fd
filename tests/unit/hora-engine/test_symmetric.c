/* SPDX-License-Identifier: Apache-2.0 */
/* Symmetric keys of sources: asked of horad, used, replaced, reported. */
#include "unit/hora-engine/world.h"

#include "hora-engine/reports.h"
#include "hora-engine/sources.h"
#include "hora-engine/symmetric.h"

static const uint8_t bytes[] = "0123456789abcdef0123456789abcdef";
static const uint8_t others[] = "fedcba9876543210fedcba9876543210";

static void put(struct mac_keys *keys, uint32_t id, enum mac_type type,
    uint16_t length, const uint8_t *key)
{
	if (!keys->packed)
		assert_true(mac_keys_make(keys, 1000));
	assert_true(mac_keys_add(keys, &(struct mac_key){ id, (uint8_t)type,
	    length, key }));
}

static void ready(struct mac_keys *keys)
{
	assert_true(mac_keys_sort(keys, NULL, NULL));
}

/* The keys 1 to `count`, all that there are but those put before. */
static void give(struct mac_keys *keys, uint32_t count)
{
	for (uint32_t id = 1; id <= count; id++)
		put(keys, id, MAC_SHA1, 16, bytes);
	ready(keys);
}

static struct source_config *line(struct world *w, int n, uint32_t key)
{
	char name[20];
	struct source_config *c;

	world_server(w, n);
	snprintf(name, sizeof(name), "192.0.2.%d", n);
	c = world_line(w, SOURCE_SERVER, name);
	c->key = key;
	c->maxpoll = c->minpoll;
	return c;
}

static void renew(struct world *w)
{
	struct engine_now now = world_now(w);

	engine_mac_keys_new(w->e, &now);
}

static struct auth_report auth(const struct world *w, int i)
{
	struct engine_now now = world_now(w);
	struct auth_report r = { 0 };

	report_auth(&now, w->e->sources[i], &r);
	return r;
}

static struct select_report selected(const struct world *w, int i)
{
	struct engine_now now = world_now(w);
	struct select_report r = { 0 };

	report_select(w->e, &now, i, &r);
	return r;
}

static uint8_t reach(const struct world *w, int i)
{
	return w->e->sources[i]->assoc.reach;
}

/* The key comes before the first request, which nobody has to wait for. */
static void test_first_request_is_authentic(void **state)
{
	struct world *w = world_new();
	struct auth_report a;
	struct ntp_report r = { 0 };

	(void)state;
	put(&w->mac_keys, 5, MAC_AES256, 32, bytes);
	put(&w->server_keys, 5, MAC_AES256, 32, bytes);
	ready(&w->mac_keys);
	ready(&w->server_keys);
	line(w, 1, 5);
	world_start(w);
	world_run(w, 0.1);
	assert_int_equal(w->mac_key_loads, 1);
	assert_int_equal(reach(w, 0), 1);
	assert_int_equal(w->servers[0].requests, 1);
	assert_int_equal(w->log_count, world_count_said(w, "Selected source"));
	a = auth(w, 0);
	assert_int_equal(a.mode, AUTH_MODE_SYMMETRIC);
	assert_int_equal(a.key_id, 5);
	assert_int_equal(a.key_type, 14);
	assert_int_equal(a.key_length, 256);
	assert_int_equal(a.ke_age_s, CONTROL_NO_AGE);
	assert_int_equal(selected(w, 0).authentication, 1);
	report_ntp(w->e->sources[0], &r);
	assert_true(r.flags & NTP_REPORT_AUTHENTICATED);
	world_end(w);
}

static void test_warnings(void **state)
{
	struct world *w = world_new();
	struct auth_report a;

	(void)state;
	put(&w->mac_keys, 1, MAC_SHA1, 9, bytes);
	put(&w->mac_keys, 2, MAC_SHA1, 10, bytes);
	ready(&w->mac_keys);
	put(&w->server_keys, 1, MAC_SHA1, 9, bytes);
	put(&w->server_keys, 2, MAC_SHA1, 10, bytes);
	ready(&w->server_keys);
	line(w, 1, 1);
	line(w, 2, 2);
	line(w, 3, 3);
	world_start(w);
	world_run(w, 30);
	assert_int_equal(world_count_said(w, "Key 1 is too short"), 1);
	assert_false(world_said(w, "Key 2"));
	assert_int_equal(world_count_said(w, "Key 3 is missing"), 1);
	/* A short key is used all the same; without one nothing is sent. */
	assert_true(reach(w, 0) != 0 && reach(w, 1) != 0);
	assert_int_equal(reach(w, 2), 0);
	assert_int_equal(w->servers[2].requests, 0);
	a = auth(w, 2);
	assert_int_equal(a.mode, AUTH_MODE_SYMMETRIC);
	assert_int_equal(a.key_id, 3);
	assert_int_equal(a.key_type, 0);
	assert_int_equal(a.key_length, 0);
	world_end(w);
}

/* However many sources want it, a key is asked for once; one at a time. */
static void test_questions(void **state)
{
	struct world *w = world_new();

	(void)state;
	give(&w->mac_keys, 2);
	line(w, 1, 1);
	line(w, 2, 2);
	line(w, 3, 1);
	line(w, 4, 2);
	world_start(w);
	assert_int_equal(w->mac_key_loads, 1);
	for (int i = 0; i < w->server_count; i++)
		w->servers[i].is_silent = true;
	world_run(w, 0.01);
	assert_int_equal(w->mac_key_loads, 2);
	for (int i = 0; i < 4; i++)
		assert_int_equal(w->e->sources[i]->mac->key.id, i % 2 + 1);
	renew(w);
	world_run(w, 0.01);
	assert_int_equal(w->mac_key_loads, 4);
	world_end(w);
}

/* After rekey: a new key, one that is gone, another one of the same number. */
static void test_rekey(void **state)
{
	struct world *w = world_new();
	int sent;

	(void)state;
	give(&w->mac_keys, 2);
	put(&w->server_keys, 3, MAC_MD5, 16, bytes);
	give(&w->server_keys, 2);
	line(w, 1, 1)->maxunreach = 5;
	line(w, 2, 2);
	line(w, 3, 3);
	world_start(w);
	world_run(w, 200);
	assert_true(reach(w, 0) && reach(w, 1) && !reach(w, 2));
	mac_keys_free(&w->mac_keys);
	put(&w->mac_keys, 2, MAC_SHA1, 16, others);
	put(&w->mac_keys, 3, MAC_MD5, 16, bytes);
	ready(&w->mac_keys);
	mac_keys_free(&w->server_keys);
	put(&w->server_keys, 2, MAC_SHA1, 16, others);
	put(&w->server_keys, 3, MAC_MD5, 16, bytes);
	ready(&w->server_keys);
	renew(w);
	world_run(w, 0.1);
	assert_int_equal(world_count_said(w, "Key 1 is missing"), 1);
	assert_true(reach(w, 2));		/* it did not wait for a poll */
	sent = w->servers[0].requests;
	world_run(w, 1000);
	assert_int_equal(w->servers[0].requests, sent);
	assert_int_equal(reach(w, 0), 0);
	assert_int_equal(reach(w, 1), 0xff);
	assert_int_equal(reach(w, 2), 0xff);
	world_end(w);
}

/* What comes is not trusted, and may come unasked. */
static void test_bad_messages(void **state)
{
	static const struct {
		uint16_t type, length;
	} bad[] = {
		{ MAC_NONE, 16 }, { 12, 16 }, { 300, 16 }, { MAC_SHA1, 0 },
		{ MAC_SHA1, MAC_KEY_MAX + 1 }, { MAC_SHA1, UINT16_MAX },
		{ MAC_AES128, 15 }, { MAC_AES256, 16 },
	};
	struct world *w = world_new();
	struct ipc_mac_key m = { .id = 5, .type = MAC_SHA1, .length = 16 };
	struct engine_now now;

	(void)state;
	line(w, 1, 5)->maxpoll = 6;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(world_count_said(w, "Key 5 is missing"), 1);
	now = world_now(w);
	engine_mac_key(w->e, &now, &m);		/* nobody asked */
	assert_null(w->e->sources[0]->mac);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		w->e->lines[0]->needs_key = true;
		m.type = bad[i].type;
		m.length = bad[i].length;
		engine_mac_key(w->e, &now, &m);
		assert_null(w->e->sources[0]->mac);
	}
	w->e->lines[0]->needs_key = true;
	m.type = MAC_SHA1;
	m.length = MAC_KEY_MAX;
	engine_mac_key(w->e, &now, &m);
	assert_int_equal(w->e->sources[0]->mac->key.length, MAC_KEY_MAX);
	world_end(w);
}

/* authselectmode takes a key for authentication, as it takes NTS. */
static void test_authselectmode(void **state)
{
	struct world *w = world_new();

	(void)state;
	give(&w->mac_keys, 1);
	give(&w->server_keys, 1);
	line(w, 1, 1);
	line(w, 2, 0);
	w->config.authselectmode = AUTHSELECT_MIX;
	world_start(w);
	world_run(w, 30);
	assert_int_equal(w->e->candidates[0].options,
	    SELECT_TRUST | SELECT_REQUIRE);
	assert_int_equal(w->e->candidates[1].options, 0);
	assert_int_equal(selected(w, 0).authentication, 1);
	assert_int_equal(selected(w, 1).authentication, 0);
	w->config.authselectmode = AUTHSELECT_REQUIRE;
	world_run(w, 200);
	assert_int_equal(w->e->candidates[0].options, 0);
	assert_int_equal(w->e->candidates[1].options, SELECT_NOSELECT);
	world_end(w);
}

/* NTS comes first: the key is not even asked for. */
static void test_nts_overrides(void **state)
{
	struct world *w = world_new();

	(void)state;
	line(w, 1, 1)->nts = true;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(w->mac_key_loads, 0);
	assert_int_equal(auth(w, 0).mode, AUTH_MODE_NTS);
	world_end(w);
}

/* The key comes before the address: it is kept for then. */
static void test_named_source(void **state)
{
	struct world *w = world_new();
	struct source_config *c;

	(void)state;
	give(&w->mac_keys, 1);
	give(&w->server_keys, 1);
	world_server(w, 7);
	w->addresses[0] = world_ip(7);
	w->address_count = 1;
	c = world_line(w, SOURCE_SERVER, "time.example");
	c->key = 1;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(reach(w, 0), 1);
	assert_int_equal(w->mac_key_loads, 1);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_request_is_authentic),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_bad_messages),
		cmocka_unit_test(test_authselectmode),
		cmocka_unit_test(test_nts_overrides),
		cmocka_unit_test(test_named_source),
	};

	return cmocka_run_group_tests_name("hora-engine: symmetric keys", tests,
	    NULL, NULL);
}
