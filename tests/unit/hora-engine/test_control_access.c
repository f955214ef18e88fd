/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/parse.h"
#include "ctl/reply.h"
#include "ctl/request.h"
#include "hora-engine/control.h"
#include "hora-engine/control_access.h"
#include "world.h"

/* The bytes of `rq` to the engine; the status, or later.is_set. */
static unsigned tell_from(struct world *w, bool is_unix,
    const struct request *rq, struct control_later *later)
{
	uint8_t request[CONTROL_REQUEST_MAX], bytes[CONTROL_REPLY_MAX];
	const struct control_peer peer = { .is_unix = is_unix,
		.address = world_ip(9) };
	struct engine_now now = world_now(w);
	size_t n = request_encode(rq, request);
	struct reply reply;

	n = engine_control(w->e, &now, &peer, request, n, bytes, sizeof(bytes),
	    later);
	if (later->is_set) {
		assert_int_equal(n, 0);
		return 0xffff;
	}
	assert_true(reply_decode(bytes, n, rq->code, rq->sequence, &reply));
	assert_int_equal(reply.code, CONTROL_REPLY_NULL_REPLY);
	return reply.status;
}

static unsigned rule(struct world *w, uint16_t code, const char *ip, int bits,
    struct control_later *later)
{
	struct request rq = { .code = code, .access.bits = bits };

	if (*ip == '#')
		rq.access.address = (struct control_addr){ .is_id = true,
			.id = 1 };
	else if (*ip)
		assert_true(ip_parse(ip, &rq.access.address.ip));
	return tell_from(w, true, &rq, later);
}

static void rules_go_to_horad(void **state)
{
	static const struct {
		uint16_t code;
		struct ipc_access_rule rule;
	} rows[] = {
		{ CONTROL_ALLOW, { 0, 1, 0, 8, { IP_V4, { 10 } } } },
		{ CONTROL_ALLOW_ALL, { 0, 1, 1, 8, { IP_V4, { 10 } } } },
		{ CONTROL_DENY, { 0, 0, 0, 8, { IP_V4, { 10 } } } },
		{ CONTROL_DENY_ALL, { 0, 0, 1, 8, { IP_V4, { 10 } } } },
		{ CONTROL_CMDALLOW, { 1, 1, 0, 8, { IP_V4, { 10 } } } },
		{ CONTROL_CMDALLOW_ALL, { 1, 1, 1, 8, { IP_V4, { 10 } } } },
		{ CONTROL_CMDDENY, { 1, 0, 0, 8, { IP_V4, { 10 } } } },
		{ CONTROL_CMDDENY_ALL, { 1, 0, 1, 8, { IP_V4, { 10 } } } },
	};
	struct control_later later;
	struct world *w = world_new();

	(void)state;
	world_start(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ipc_access_rule *r = &later.request.rule;
		struct request rq = { .code = rows[i].code };

		assert_int_equal(rule(w, rows[i].code, "10.0.0.0", 8, &later),
		    0xffff);
		assert_int_equal(later.command, rows[i].code);
		assert_int_equal(later.request.task, IPC_TASK_RULE);
		assert_int_equal(r->is_command, rows[i].rule.is_command);
		assert_int_equal(r->is_allow, rows[i].rule.is_allow);
		assert_int_equal(r->is_all, rows[i].rule.is_all);
		assert_int_equal(r->bits, 8);
		assert_true(ip_equal(&r->ip, &rows[i].rule.ip));
		/* nobody gives rules over UDP */
		assert_int_equal(tell_from(w, false, &rq, &later),
		    CONTROL_UNAUTHORISED);
		/* the answer is a plain one */
		assert_int_equal(rule(w, rows[i].code, "", 0, &later), 0xffff);
		assert_int_equal(later.request.rule.ip.family, IP_NONE);
	}
	assert_int_equal(w->requests, 0);	/* the caller sends them */
	world_end(w);
}

static void subnets_are_checked(void **state)
{
	static const struct {
		const char *ip;
		int bits;
		bool good;
	} rows[] = {
		{ "1.2.3.4", 0, true }, { "1.2.3.4", 32, true },
		{ "1.2.3.4", 33, false }, { "1.2.3.4", -1, false },
		{ "1.2.3.4", INT32_MIN, false }, { "1.2.3.4", INT32_MAX, false },
		{ "::1", 0, true }, { "::1", 128, true }, { "::1", 129, false },
		{ "", 0, true }, { "", 1, false }, { "", -1, false },
		{ "#", 0, false },
	};
	struct control_later later;
	struct world *w = world_new();

	(void)state;
	world_start(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (uint16_t code = CONTROL_ALLOW; code <= CONTROL_CMDDENY_ALL;
		    code++)
			assert_int_equal(rule(w, code, rows[i].ip, rows[i].bits,
			    &later), rows[i].good ? 0xffff :
			    CONTROL_BAD_SUBNET);
	world_end(w);
}

static unsigned check(struct world *w, uint16_t code, const char *ip)
{
	struct request rq = { .code = code };
	struct control_later later;

	if (*ip == '#')
		rq.address = (struct control_addr){ .is_id = true, .id = 1 };
	else if (*ip)
		assert_true(ip_parse(ip, &rq.address.ip));
	return tell_from(w, true, &rq, &later);
}

static void checks_ask_the_tables(void **state)
{
	static const char text[] = "allow 10.0.0.0/8\ndeny 10.1.0.0/16\n"
	    "cmdallow fd00::/8\n";
	struct request rq = { .code = CONTROL_ACCHECK };
	struct control_later later;
	struct world *w = world_new();
	struct config config;
	struct conf_error error;

	(void)state;
	world_start(w);
	assert_int_equal(check(w, CONTROL_ACCHECK, "10.0.0.1"), CONTROL_DENIED);
	assert_true(conf_parse_text(text, sizeof(text) - 1, &config, &error));
	assert_int_equal(control_access_set(w->e, &config), 0);
	assert_int_equal(check(w, CONTROL_ACCHECK, "10.0.0.1"), CONTROL_ALLOWED);
	assert_int_equal(check(w, CONTROL_ACCHECK, "10.1.0.1"), CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_ACCHECK, "fd00::1"), CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_ACCHECK, "127.0.0.1"), CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_ACCHECK, ""), CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_ACCHECK, "#"), CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_CMDACCHECK, "10.0.0.1"),
	    CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_CMDACCHECK, "fd00::1"),
	    CONTROL_ALLOWED);
	/* they are always answered, these two alone */
	assert_int_equal(check(w, CONTROL_CMDACCHECK, "127.0.0.1"),
	    CONTROL_ALLOWED);
	assert_int_equal(check(w, CONTROL_CMDACCHECK, "::1"), CONTROL_ALLOWED);
	assert_int_equal(check(w, CONTROL_CMDACCHECK, "127.0.0.2"),
	    CONTROL_DENIED);
	assert_int_equal(check(w, CONTROL_CMDACCHECK, ""), CONTROL_DENIED);
	assert_int_equal(tell_from(w, false, &rq, &later),
	    CONTROL_UNAUTHORISED);
	config_free(&config);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_go_to_horad),
		cmocka_unit_test(subnets_are_checked),
		cmocka_unit_test(checks_ask_the_tables),
	};

	return cmocka_run_group_tests_name("hora-engine/control_access", tests,
	    NULL, NULL);
}
