/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/reply.h"
#include "ctl/request.h"
#include "hora-engine/control.h"
#include "world.h"

#define N 4096u			/* records of the default configuration */

#define WANT(at, n) ((struct clients_request){ .first = (at), .count = (n) })
static const struct clients_request eight = { .count = 8 };

struct lab {
	struct world *w;
	struct server_page *serve, *ke;
};

static struct lab lab_new(void)
{
	struct lab lab = { .w = world_new() };

	lab.w->config.clientloglimit = 524288;
	world_start(lab.w);
	assert_int_equal(config_client_records(lab.w->e->config), N);
	lab.serve = calloc(1, server_page_size(N));
	lab.ke = calloc(1, server_page_size(N));
	assert_non_null(lab.serve);
	assert_non_null(lab.ke);
	lab.w->e->serve_page = lab.serve;
	lab.w->e->ke_page = lab.ke;
	lab.w->requests = 0;
	return lab;
}

static void lab_free(struct lab *lab)
{
	world_end(lab->w);
	free(lab->serve);
	free(lab->ke);
}

static struct ip_addr v4(uint32_t n)
{
	return (struct ip_addr){ IP_V4, { 10, (uint8_t)(n >> 16),
		(uint8_t)(n >> 8), (uint8_t)n } };
}

/* `hits` requests of a client, one a second, the last one just now. */
static void serve(struct lab *lab, struct server_page *page, uint32_t client,
    uint32_t hits)
{
	const struct ratelimit_config off = { .enabled = false };
	struct client_table t = server_clients(page, N);
	struct engine_now now = world_now(lab->w);
	struct ip_addr ip = v4(client);

	client_table_init(&t, 77);
	for (uint32_t i = hits; i-- > 0;)
		client_judge(&t, &ip, &off, mono_add(now.mono, -(double)i), 0);
}

static unsigned ask_from(struct lab *lab, bool is_unix,
    struct clients_request what, struct clients_report *ret)
{
	struct request rq = { .code = CONTROL_CLIENTS, .sequence = 5,
		.clients = what };
	uint8_t request[CONTROL_REQUEST_MAX], bytes[CONTROL_REPLY_MAX];
	const struct control_peer peer = { .is_unix = is_unix,
		.address = v4(900) };
	struct engine_now now = world_now(lab->w);
	size_t n = request_encode(&rq, request);
	struct control_later later;
	struct reply reply;

	n = engine_control(lab->w->e, &now, &peer, request, n, bytes,
	    sizeof(bytes), &later);
	assert_false(later.is_set);
	assert_true(reply_decode(bytes, n, rq.code, 5, &reply));
	if (reply.status == CONTROL_OK)
		assert_int_equal(reply.code, CONTROL_REPLY_CLIENT_LIST);
	*ret = reply.report.clients;
	return reply.status;
}

static unsigned ask(struct lab *lab, uint32_t first, uint32_t least,
    bool is_reset, struct clients_report *ret)
{
	return ask_from(lab, true, (struct clients_request){ first, 8, least,
		is_reset }, ret);
}

/*
 * As chronyc walks: from index 0, until the end of the table or a reply that is
 * not full; what has no address is left out. Returns the number of lines.
 */
static int walk(struct lab *lab, uint32_t least, bool is_reset,
    struct client_line *lines, int room)
{
	struct clients_report r;
	uint32_t first = 0;
	int count = 0;

	do {
		assert_int_equal(ask(lab, first, least, is_reset, &r),
		    CONTROL_OK);
		assert_int_equal(r.size, 3 * N);
		assert_true(r.next > first || r.count == 0);
		assert_true(r.count <= 8);
		for (uint32_t i = 0; i < r.count; i++)
			if (r.lines[i].address.ip.family != IP_NONE) {
				assert_true(count < room);
				lines[count++] = r.lines[i];
			}
		first = r.next;
	} while (r.count == 8 && first < r.size);
	assert_int_equal(first, r.size);
	return count;
}

static const struct client_line *find(const struct client_line *lines,
    int count, uint32_t client)
{
	struct ip_addr ip = v4(client);
	const struct client_line *found = NULL;

	for (int i = 0; i < count; i++)
		if (ip_equal(&lines[i].address.ip, &ip)) {
			assert_null(found);	/* once */
			found = &lines[i];
		}
	return found;
}

static void tables_are_merged(void **state)
{
	struct lab lab = lab_new();
	struct client_line lines[16];
	const struct client_line *l;
	struct clients_report r;
	int n;

	(void)state;
	assert_int_equal(walk(&lab, 0, false, lines, 16), 0);
	serve(&lab, lab.serve, 1, 3);
	serve(&lab, lab.serve, 2, 1);
	serve(&lab, lab.ke, 1, 2);
	serve(&lab, lab.ke, 3, 1);
	/* who is refused has asked, too */
	assert_int_equal(ask_from(&lab, false, eight,
	    &r), CONTROL_UNAUTHORISED);
	world_advance(lab.w, lab.w->t_ns + 5 * NS_PER_S + 1000000);
	n = walk(&lab, 0, false, lines, 16);
	assert_int_equal(n, 4);
	l = find(lines, n, 1);
	assert_int_equal(l->hits[CLIENT_NTP], 3);
	assert_int_equal(l->hits[CLIENT_KE], 2);
	assert_int_equal(l->hits[CLIENT_COMMAND], 0);
	assert_int_equal(l->interval[CLIENT_NTP], 0);
	assert_int_equal(l->limited_interval, CLIENT_NO_INTERVAL);
	assert_int_equal(l->interval[CLIENT_COMMAND], CLIENT_NO_INTERVAL);
	assert_int_equal(l->age_s[CLIENT_NTP], 5);
	assert_int_equal(l->age_s[CLIENT_COMMAND], CONTROL_NO_AGE);
	l = find(lines, n, 2);
	assert_int_equal(l->hits[CLIENT_NTP], 1);
	assert_int_equal(l->interval[CLIENT_NTP], CLIENT_NO_INTERVAL);
	assert_int_equal(l->age_s[CLIENT_KE], CONTROL_NO_AGE);
	l = find(lines, n, 3);
	assert_int_equal(l->hits[CLIENT_KE], 1);
	assert_int_equal(l->hits[CLIENT_NTP], 0);
	l = find(lines, n, 900);
	assert_int_equal(l->hits[CLIENT_COMMAND], 1);
	/* -p: so many of one service */
	n = walk(&lab, 2, false, lines, 16);
	assert_int_equal(n, 1);
	assert_non_null(find(lines, n, 1));
	assert_int_equal(walk(&lab, 4, false, lines, 16), 0);
	lab_free(&lab);
}

static void long_lists_are_walked(void **state)
{
	struct lab lab = lab_new();
	struct client_line *lines = calloc(2000, sizeof(*lines));
	struct clients_report r;
	int n;

	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		serve(&lab, lab.serve, i, 1);
		serve(&lab, lab.ke, 200 + i, 1);
	}
	n = walk(&lab, 0, false, lines, 2000);
	assert_int_equal(n, 500);
	for (uint32_t i = 0; i < 500; i++) {
		const struct client_line *l = find(lines, n, i);

		assert_non_null(l);
		assert_int_equal(l->hits[CLIENT_NTP], i < 300);
		assert_int_equal(l->hits[CLIENT_KE], i >= 200);
	}
	/* any index, any number */
	assert_int_equal(ask(&lab, 3 * N, 0, false, &r), CONTROL_OK);
	assert_int_equal(r.count, 0);
	assert_int_equal(r.next, 3 * N);
	assert_int_equal(ask(&lab, UINT32_MAX, 0, false, &r), CONTROL_OK);
	assert_int_equal(r.count, 0);
	assert_int_equal(ask_from(&lab, true, WANT(0, UINT32_MAX), &r), CONTROL_OK);
	assert_int_equal(r.count, 8);
	assert_int_equal(ask_from(&lab, true, WANT(0, 3),
	    &r), CONTROL_OK);
	assert_int_equal(r.count, 3);
	assert_int_equal(ask_from(&lab, true, WANT(0, 0),
	    &r), CONTROL_OK);
	assert_int_equal(r.count, 0);
	free(lines);
	lab_free(&lab);
}

/* Nothing is found in the first records that are looked at; the walk goes on. */
static void looks_are_bounded(void **state)
{
	struct lab lab = lab_new();
	struct client_line lines[4];
	struct clients_report r;

	(void)state;
	serve(&lab, lab.serve, 1, 1);
	serve(&lab, lab.ke, 2, 9);
	serve(&lab, lab.serve, 3, 1);
	/* a third table of that size makes more than one reply's worth */
	assert_int_equal(ask_from(&lab, false, eight,
	    &r), CONTROL_UNAUTHORISED);
	assert_int_equal(ask(&lab, 0, 20, false, &r), CONTROL_OK);
	assert_int_equal(r.next, 8192);
	assert_int_equal(r.count, 8);
	for (int i = 0; i < 8; i++)
		assert_int_equal(r.lines[i].address.ip.family, IP_NONE);
	assert_int_equal(ask(&lab, 8192, 0, false, &r), CONTROL_OK);
	assert_int_equal(r.count, 1);
	assert_int_equal(r.next, 3 * N);
	assert_int_equal(walk(&lab, 0, false, lines, 4), 4);
	lab_free(&lab);
}

static void resets_go_to_the_owners(void **state)
{
	struct lab lab = lab_new();
	struct client_line lines[4];
	struct clients_report r;
	const struct ipc_clients *which = &lab.w->request.clients;
	int n;

	(void)state;
	serve(&lab, lab.serve, 1, 3);
	serve(&lab, lab.ke, 2, 3);
	ask_from(&lab, false, eight, &r);
	/* over UDP not even where the report is open */
	lab.w->config.opencommands =
	    UINT32_MAX;
	assert_int_equal(ask_from(&lab, false, (struct clients_request){ 0, 8,
		0, 1 }, &r), CONTROL_UNAUTHORISED);
	assert_int_equal(ask_from(&lab, false, (struct clients_request){ 0, 8,
		0, 0 }, &r), CONTROL_OK);
	assert_int_equal(lab.w->requests, 0);
	/* what is told are the counters before */
	assert_int_equal(ask(&lab, 0, 0, true, &r), CONTROL_OK);
	assert_int_equal(lab.w->requests, 1);
	assert_int_equal(lab.w->request.task, IPC_TASK_CLIENTS_RESET);
	assert_int_equal(which->ntp_first, 0);
	assert_int_equal(which->ntp_end, N);
	assert_int_equal(which->ke_first, 0);
	assert_int_equal(which->ke_end, N);
	assert_int_equal(ask(&lab, r.next, 0, true, &r), CONTROL_OK);
	assert_int_equal(r.lines[0].hits[CLIENT_COMMAND], 3);
	/* of the commands nobody else need be told */
	assert_int_equal(lab.w->requests, 1);
	assert_int_equal(ask(&lab, 2 * N, 0, false, &r), CONTROL_OK);
	assert_int_equal(r.lines[0].hits[CLIENT_COMMAND], 0);
	/* a part of one table */
	assert_int_equal(ask(&lab, N + 5, 0, true, &r), CONTROL_OK);
	assert_int_equal(which->ntp_first, which->ntp_end);
	assert_int_equal(which->ke_first, 5);
	/* the pages are the servers' to write */
	n = walk(&lab, 1, false, lines, 4);
	assert_int_equal(n, 2);
	lab_free(&lab);
}

static void pages_are_not_trusted(void **state)
{
	struct lab lab = lab_new();
	struct client_line *lines = calloc(3 * N, sizeof(*lines));
	uint64_t x = 1;

	(void)state;
	for (int round = 0; round < 3; round++) {
		uint8_t *bytes = (uint8_t *)lab.serve;

		for (size_t i = 0; i < server_page_size(N); i++) {
			x = x * UINT64_C(6364136223846793005) + 1;
			bytes[i] = round == 0 ? 0xff : (uint8_t)(x >> 56);
		}
		for (uint32_t i = 0; round == 2 && i < N; i++) {
			lab.serve->records[i].ip.family = i % 2 ? IP_V4 : IP_V6;
			((uint8_t *)&lab.serve->records[i])[offsetof(
			    struct client_record, is_net)] = 0;
		}
		walk(&lab, 0, true, lines, (int)(3 * N));
	}
	assert_int_equal(walk(&lab, 0, false, lines, (int)(3 * N)), N);
	/* no page has come */
	lab.w->e->serve_page = lab.w->e->ke_page = NULL;
	assert_int_equal(walk(&lab, 0, false, lines, (int)(3 * N)), 0);
	free(lines);
	lab_free(&lab);
}

static void without_a_log_there_is_none(void **state)
{
	struct lab lab = lab_new();
	struct clients_report r;

	(void)state;
	lab.w->config.noclientlog = true;
	assert_int_equal(ask(&lab, 0, 0, false, &r), CONTROL_NO_CLIENT_LOG);
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_merged),
		cmocka_unit_test(long_lists_are_walked),
		cmocka_unit_test(looks_are_bounded),
		cmocka_unit_test(resets_go_to_the_owners),
		cmocka_unit_test(pages_are_not_trusted),
		cmocka_unit_test(without_a_log_there_is_none),
	};

	return cmocka_run_group_tests_name("hora-engine/control_clients", tests,
	    NULL, NULL);
}
