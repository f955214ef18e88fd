/* SPDX-License-Identifier: Apache-2.0 */
/* Sources that are added and deleted by requests: they are as configured ones. */
#include "ctl/add_source.h"
#include "unit/hora-engine/told.h"

/* The request of `add` with chrony's defaults. */
static struct request line(enum add_type type, const char *name, uint32_t flags)
{
	struct request rq = { .code = CONTROL_ADD_SOURCE };
	struct source_config s;

	source_config_init(&s, SOURCE_SERVER);
	add_source_write(&s, &rq.add);
	text_copy(rq.add.name, sizeof(rq.add.name), name);
	rq.add.type = type;
	rq.add.flags |= flags;
	return rq;
}

static struct world *begin(void)
{
	struct world *w = told_world(1);

	world_server(w, 2);
	world_start(w);
	world_run(w, 20);
	return w;
}

/* Is the second source selected, or combined with the selected one? */
static bool is_used(const struct world *w)
{
	return w->e->candidates[1].state == SEL_SELECTED ||
	    w->e->candidates[1].state == SEL_COMBINED;
}

static unsigned delete(struct world *w, struct control_addr to)
{
	return told(w, (struct request){ .code = CONTROL_DELETE,
		.address = to });
}

static void test_server(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "192.0.2.2", ADD_IBURST);
	struct engine_now now;
	struct source *s;

	(void)state;
	told_is_private(w, rq);
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_int_equal(w->e->count, 2);
	assert_true(world_said(w, "Added source 192.0.2.2"));
	s = w->e->sources[1];
	assert_int_equal(s->line->origin, LINE_COMMAND);
	world_run(w, 20);
	assert_in_range(w->servers[1].requests, 4, 9);
	assert_true(is_used(w));
	/* a reload leaves it alone */
	now = world_now(w);
	engine_reload(w->e, &now, &w->config);
	assert_int_equal(w->e->count, 2);
	assert_int_equal(delete(w, (struct control_addr){ .ip = world_ip(2) }),
	    CONTROL_OK);
	assert_true(world_said(w, "Removed source 192.0.2.2"));
	assert_int_equal(w->e->count, 1);
	assert_int_equal(delete(w, (struct control_addr){ .ip = world_ip(2) }),
	    CONTROL_NO_SOURCE);
	/* and again */
	assert_int_equal(told(w, rq), CONTROL_OK);
	world_run(w, 20);
	assert_true(is_used(w));
	world_end(w);
}

static void test_options(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "192.0.2.2",
	    ADD_NOSELECT | ADD_PREFER);
	const struct source_config *c;

	(void)state;
	rq.add.minpoll = 3;
	rq.add.maxpoll = 5;
	rq.add.port = 1123;
	rq.add.offset_s = 0.25;
	rq.add.minstratum = 7;
	assert_int_equal(told(w, rq), CONTROL_OK);
	c = &w->e->sources[1]->config;
	assert_int_equal(w->e->sources[1]->assoc.minpoll, 3);
	assert_int_equal(w->e->sources[1]->assoc.maxpoll, 5);
	assert_int_equal(w->e->sources[1]->address.port, 1123);
	assert_int_equal(c->select_options, SELECT_NOSELECT | SELECT_PREFER);
	tell_near(c->offset_s, 0.25);
	world_run(w, 100);
	assert_int_equal(w->e->candidates[1].state, SEL_NOSELECT);
	assert_int_equal(w->e->candidates[1].stratum, 7);
	/* not online */
	rq = line(ADD_TYPE_SERVER, "192.0.2.3", 0);
	rq.add.flags = 0;
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_false(w->e->sources[2]->online);
	assert_int_equal(told(w, line(ADD_TYPE_PEER, "192.0.2.4", 0)),
	    CONTROL_OK);
	assert_true(assoc_is_peer(&w->e->sources[3]->assoc));
	world_end(w);
}

static void test_statuses(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "192.0.2.2", 0);

	(void)state;
	rq.add.type = 0;
	assert_int_equal(told(w, rq), CONTROL_INVALID);
	rq.add.type = 4;
	assert_int_equal(told(w, rq), CONTROL_INVALID);
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "", 0)),
	    CONTROL_BAD_NAME);
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "a b", 0)),
	    CONTROL_BAD_NAME);
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "192.0.2.2", ADD_IPV6)),
	    CONTROL_BAD_FAMILY);
	assert_int_equal(told(w, line(ADD_TYPE_POOL, "192.0.2.1", 0)),
	    CONTROL_SOURCE_PRESENT);
	assert_true(world_said(w,
	    "Could not add source 192.0.2.1 : Already in use"));
	rq = line(ADD_TYPE_SERVER, "192.0.2.2", 0);
	rq.add.port = 65536;
	assert_int_equal(told(w, rq), CONTROL_INVALID);
	assert_int_equal(w->e->count, 1);
	w->e->options.flags |= IPC_ONLY_V6;
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "192.0.2.2", 0)),
	    CONTROL_BAD_FAMILY);
	assert_int_equal(w->e->count, 1);
	world_end(w);
}

/* A name without an end has the status of a wrong name. */
static void test_endless_name(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "192.0.2.2", 0);
	const struct control_peer peer = { .is_unix = true };
	struct engine_now now = world_now(w);
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	struct control_later later;
	size_t n = request_encode(&rq, request);

	(void)state;
	assert_int_equal(n, 372);
	memset(request + 24, 'x', 256);
	assert_int_equal(engine_control(w->e, &now, &peer, request, n, reply,
	    sizeof(reply), &later), 28);
	assert_int_equal(reply[9], CONTROL_BAD_NAME);
	request[24 + 255] = 0;
	assert_int_equal(engine_control(w->e, &now, &peer, request, n, reply,
	    sizeof(reply), &later), 28);
	assert_int_equal(reply[9], CONTROL_OK);
	assert_int_equal(w->e->count, 2);
	world_end(w);
}

static void test_too_many(void **state)
{
	struct world *w = begin();
	int count = w->e->count;

	(void)state;
	w->e->count = ENGINE_SOURCES_MAX;
	/* Names are not compared with sources that are not there. */
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "a.example", 0)),
	    CONTROL_TOO_MANY_SOURCES);
	w->e->count = count;
	assert_int_equal(told(w, line(ADD_TYPE_SERVER, "a.example", 0)),
	    CONTROL_OK);
	world_end(w);
}

static void test_name(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "time.example", ADD_IBURST);

	(void)state;
	w->lookup_status = 1;
	assert_int_equal(told(w, rq), CONTROL_OK);
	world_run(w, 0.5);
	assert_int_equal(w->lookups, 1);
	/* by its number, while it has no address */
	assert_int_equal(delete(w, (struct control_addr){ .is_id = true,
		.id = w->e->sources[1]->id }), CONTROL_OK);
	assert_int_equal(w->e->count, 1);
	w->lookup_status = 0;
	w->addresses[0] = world_ip(2);
	w->address_count = 1;
	assert_int_equal(told(w, rq), CONTROL_OK);
	world_run(w, 20);
	assert_true(ip_equal(&w->e->sources[1]->address.ip,
	    &w->addresses[0]));
	assert_true(is_used(w));
	world_end(w);
}

static void test_pool(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_POOL, "pool.example", ADD_IBURST);

	(void)state;
	for (int i = 0; i < 6; i++) {
		world_server(w, 10 + i);
		w->addresses[i] = world_ip(10 + i);
	}
	w->address_count = 6;
	rq.add.maxsources = 3;
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_int_equal(w->e->count, 1 + 6);
	assert_true(world_said(w, "Added pool pool.example"));
	world_run(w, 60);
	assert_int_equal(w->e->count, 1 + 3);
	rq.add.maxsources = 16;
	text_copy(rq.add.name, sizeof(rq.add.name), "other.example");
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_int_equal(w->e->count, 1 + 3 + 16);
	world_end(w);
}

static void give_key(struct mac_keys *keys, uint32_t id)
{
	static const uint8_t bytes[] = "0123456789abcdef";

	assert_true(mac_keys_make(keys, 1000));
	assert_true(mac_keys_add(keys, &(struct mac_key){ id, MAC_SHA1, 16,
	    bytes }));
	assert_true(mac_keys_sort(keys, NULL, NULL));
}

/* Keys are asked of horad, cookies of hora-ke-client. */
static void test_authenticated(void **state)
{
	struct world *w = begin();
	struct request rq = line(ADD_TYPE_SERVER, "192.0.2.2", ADD_IBURST);

	(void)state;
	give_key(&w->mac_keys, 7);
	give_key(&w->server_keys, 7);
	rq.add.key = 7;
	assert_int_equal(told(w, rq), CONTROL_OK);
	/* authentication counts for selection at once */
	assert_int_equal(w->e->candidates[1].options,
	    SELECT_TRUST | SELECT_REQUIRE);
	world_run(w, 20);
	assert_int_equal(w->mac_key_loads, 1);
	assert_true(w->e->sources[1]->assoc.report.is_authenticated);
	assert_true(is_used(w));
	assert_int_equal(delete(w, (struct control_addr){ .ip = world_ip(2) }),
	    CONTROL_OK);
	rq = line(ADD_TYPE_SERVER, "192.0.2.2", ADD_IBURST | ADD_NTS);
	rq.add.ntsport = 4461;
	rq.add.certset = 3;
	assert_int_equal(told(w, rq), CONTROL_OK);
	world_run(w, 20);
	assert_int_equal(w->ke_starts, 1);
	assert_int_equal(w->ke_start.server.port, 4461);
	assert_int_equal(w->ke_start.certset, 3);
	assert_true(w->e->sources[1]->assoc.report.is_authenticated);
	assert_true(is_used(w));
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_endless_name),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_authenticated),
	};

	return cmocka_run_group_tests_name("hora-engine/control_add", tests,
	    NULL, NULL);
}
