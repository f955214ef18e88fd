/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/dispatch.h"

#include "base/open_command.h"
#include "ctl/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define DROPPED 0xffff		/* instead of a status: no reply */
#define SEQUENCE 0xa1b2c3d4

/* What the commands of the test were asked. */
struct seen {
	int calls;
	struct request rq;
};

static enum control_status tracking(void *arg, const struct request *rq,
    union report *ret)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->rq = *rq;
	ret->tracking.refid = 0x11223344;
	return CONTROL_OK;
}

static enum control_status source(void *arg, const struct request *rq,
    union report *ret)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->rq = *rq;
	ret->source.poll = 6;
	return rq->index == 0 ? CONTROL_OK : CONTROL_NO_SOURCE;
}

static enum control_status server(void *arg, const struct request *rq,
    union report *ret)
{
	struct seen *seen = arg;

	seen->calls++;
	seen->rq = *rq;
	ret->server.counter[0] = 5;
	return CONTROL_OK;
}

static enum control_status step(void *arg, const struct request *rq,
    union report *ret)
{
	struct seen *seen = arg;

	(void)ret;
	seen->calls++;
	seen->rq = *rq;
	return CONTROL_FAILED;
}

static const struct ctl_command commands[] = {
	{ CONTROL_TRACKING, tracking },
	{ CONTROL_SOURCE_DATA, source },
	{ CONTROL_SERVERSTATS, server },
	{ CONTROL_MAKESTEP, step },
};

struct exchange {
	uint32_t open;			/* to UDP */
	uint8_t request[CONTROL_REQUEST_MAX + 10];
	uint8_t reply[CONTROL_REPLY_MAX];
	struct seen seen;
	struct ctl_result result;
};

/* Bytes of a request: header, then zeros. */
static void begin(struct exchange *x, unsigned command)
{
	memset(x, 0, sizeof(*x));
	x->open = OPEN_BY_DEFAULT;
	x->request[0] = 6;
	x->request[1] = 1;
	x->request[4] = (uint8_t)(command >> 8);
	x->request[5] = (uint8_t)command;
	memcpy(x->request + 8, (uint8_t[]){ 0xa1, 0xb2, 0xc3, 0xd4 }, 4);
}

/* Status of the reply, or DROPPED. */
static unsigned run(struct exchange *x, enum ctl_origin origin, size_t length)
{
	struct reply reply;
	uint16_t command = (uint16_t)(x->request[4] << 8 | x->request[5]);

	x->result = ctl_dispatch(commands,
	    sizeof(commands) / sizeof(commands[0]), &x->seen, origin, x->open,
	    x->request, length, x->reply);
	if (x->result.length == 0)
		return DROPPED;
	assert_true(x->result.length <= length);
	assert_true(reply_decode(x->reply, x->result.length, command, SEQUENCE,
	    &reply));
	assert_int_equal(x->result.length, control_reply_length(reply.code));
	if (reply.status)
		assert_int_equal(reply.code, CONTROL_REPLY_NULL_REPLY);
	return reply.status;
}

/* One row for each rule of section 4, both sides of each border. */
static void test_rules(void **state)
{
	static const struct {
		const char *name;
		enum ctl_origin origin;
		unsigned command;
		size_t length;
		int at;			/* byte to change, 0 = none but the version */
		uint8_t value;
		unsigned status;
		bool counted;
	} rows[] = {
		{ "good", CTL_UDP, 33, 104, 0, 6, 0, true },
		{ "foreign", CTL_FOREIGN, 33, 104, 0, 6, DROPPED, false },
		{ "empty", CTL_UNIX, 33, 0, 0, 6, DROPPED, false },
		{ "27 bytes", CTL_UNIX, 0, 27, 0, 6, DROPPED, false },
		{ "28 bytes", CTL_UNIX, 0, 28, 0, 6, 0, true },
		{ "860 bytes", CTL_UNIX, 33, 860, 0, 6, 0, true },
		{ "861 bytes", CTL_UNIX, 33, 861, 0, 6, DROPPED, false },
		{ "type 0", CTL_UNIX, 33, 104, 1, 0, DROPPED, false },
		{ "type 2", CTL_UNIX, 33, 104, 1, 2, DROPPED, false },
		{ "reserved 1", CTL_UNIX, 33, 104, 2, 1, DROPPED, false },
		{ "reserved 2", CTL_UNIX, 33, 104, 3, 1, DROPPED, false },
		{ "version 0", CTL_UNIX, 33, 104, 0, 0, DROPPED, true },
		{ "version 4", CTL_UNIX, 33, 104, 0, 4, DROPPED, true },
		{ "version 5", CTL_UNIX, 33, 104, 0, 5, 18, true },
		{ "version 7", CTL_UNIX, 33, 104, 0, 7, 18, true },
		{ "version 255", CTL_UNIX, 33, 104, 0, 255, 18, true },
		{ "version before command", CTL_UDP, 999, 28, 0, 7, 18, true },
		{ "obsolete", CTL_UNIX, 12, 28, 0, 6, 3, true },
		{ "unknown", CTL_UNIX, 76, 28, 0, 6, 3, true },
		{ "far unknown", CTL_UDP, 65535, 28, 0, 6, 3, true },
		{ "body short", CTL_UNIX, 33, 103, 0, 6, 19, true },
		{ "longer than needed", CTL_UNIX, 33, 105, 0, 6, 0, true },
		{ "short and not allowed", CTL_UDP, 1, 59, 0, 6, 19, true },
		{ "not allowed", CTL_UDP, 1, 60, 0, 6, 2, true },
		{ "not open", CTL_UDP, 54, 196, 0, 6, 2, true },
		{ "Unix only", CTL_UDP, 43, 28, 0, 6, 2, true },
		{ "all on Unix", CTL_UNIX, 43, 28, 0, 6, 1, true },
		{ "known, no such here", CTL_UNIX, 11, 40, 0, 6, 3, true },
		{ "known, short", CTL_UNIX, 11, 39, 0, 6, 19, true },
		{ "known, over UDP", CTL_UDP, 11, 40, 0, 6, 2, true },
		{ "attempt is free", CTL_UDP, 33, 104, 7, 9, 0, true },
		{ "padding is free", CTL_UDP, 33, 104, 12, 9, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct exchange x;
		unsigned status;

		begin(&x, rows[i].command);
		x.request[rows[i].at] = rows[i].value;
		status = run(&x, rows[i].origin, rows[i].length);
		if (status != rows[i].status)
			fail_msg("%s: %u", rows[i].name, status);
		if (x.result.is_counted != rows[i].counted)
			fail_msg("%s: counted", rows[i].name);
	}
}

static void test_report(void **state)
{
	struct exchange x;
	struct reply reply;

	(void)state;
	begin(&x, CONTROL_TRACKING);
	x.request[7] = 2;
	assert_int_equal(run(&x, CTL_UDP, 104), CONTROL_OK);
	assert_int_equal(x.seen.calls, 1);
	assert_int_equal(x.seen.rq.attempt, 2);
	assert_true(reply_decode(x.reply, x.result.length, CONTROL_TRACKING,
	    SEQUENCE, &reply));
	assert_int_equal(reply.code, CONTROL_REPLY_TRACK);
	assert_int_equal(reply.report.tracking.refid, 0x11223344);
}

/* A refusal carries no report, and what is refused is not run. */
static void test_refused(void **state)
{
	struct exchange x;

	(void)state;
	begin(&x, CONTROL_SOURCE_DATA);
	x.request[23] = 1;
	assert_int_equal(run(&x, CTL_UDP, 76), CONTROL_NO_SOURCE);
	assert_int_equal(x.seen.rq.index, 1);
	assert_int_equal(x.result.length, 28);
	begin(&x, CONTROL_MAKESTEP);
	assert_int_equal(run(&x, CTL_UDP, 28), CONTROL_UNAUTHORISED);
	assert_int_equal(x.seen.calls, 0);
	assert_int_equal(run(&x, CTL_UNIX, 28), CONTROL_FAILED);
	assert_int_equal(x.seen.calls, 1);
}

/* Which codes each name opens; nothing else may be asked then but code 0. */
static void test_open_commands(void **state)
{
	static const struct { uint32_t open; unsigned codes[4]; } rows[] = {
		{ 0, { 0 } },
		{ OPEN_BIT(ACTIVITY), { 44 } },
		{ OPEN_BIT(AUTHDATA), { 14, 67 } },
		{ OPEN_BIT(CLIENTS), { 68 } },
		{ OPEN_BIT(MANUAL), { 41 } },
		{ OPEN_BIT(NTPDATA), { 14, 57 } },
		{ OPEN_BIT(RTCDATA), { 35 } },
		{ OPEN_BIT(SELECTDATA), { 14, 69 } },
		{ OPEN_BIT(SERVERSTATS), { 54 } },
		{ OPEN_BIT(SMOOTHING), { 51 } },
		{ OPEN_BIT(SOURCENAME), { 65 } },
		{ OPEN_BIT(SOURCES), { 14, 15 } },
		{ OPEN_BIT(SOURCESTATS), { 14, 34 } },
		{ OPEN_BIT(TRACKING), { 33 } },
	};
	struct exchange x;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]),
	    OPEN_COMMAND_COUNT + 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned code = 0; code < 256; code++) {
			const struct control_rule *rule = control_rule(code);
			bool is_open = code == 0;

			if (rule == NULL)
				continue;
			for (int k = 0; k < 4; k++)
				is_open |= rows[i].codes[k] == code;
			begin(&x, code);
			x.open = rows[i].open;
			if ((run(&x, CTL_UDP, rule->full) !=
			    CONTROL_UNAUTHORISED) != is_open)
				fail_msg("row %zu, code %u", i, code);
			/* the Unix socket has everything */
			begin(&x, code);
			x.open = rows[i].open;
			assert_int_not_equal(run(&x, CTL_UNIX, rule->full),
			    CONTROL_UNAUTHORISED);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_open_commands),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("ctl/dispatch", tests, NULL, NULL);
}
