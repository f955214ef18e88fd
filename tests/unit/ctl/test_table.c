/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the reference (control-protocol.md 6 and 11), row by row: who
 * may ask what, how long a request must be, and which reply it gets. The daemon
 * behind it can do everything and answers with full reports.
 */
#include "ctl/dispatch.h"

#include "base/open_command.h"
#include "ctl/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define SILENT 0xffff		/* instead of a status */

static enum control_status do_it(void *arg, const struct request *rq,
    union report *ret)
{
	(void)arg;
	(void)rq;
	(void)ret;
	return CONTROL_OK;
}

static const struct ctl_command commands[] = {
#define ROW(code, name, least, full, reply) { code, do_it },
	CONTROL_REQUESTS(ROW)
#undef ROW
};

/* Status of the reply to so many bytes; *ret_code is its code. */
static unsigned ask(enum ctl_origin origin, uint32_t open, unsigned command,
    size_t length, unsigned *ret_code)
{
	uint8_t request[CONTROL_REQUEST_MAX + 1] = { CONTROL_VERSION,
		CONTROL_REQUEST, 0, 0, (uint8_t)(command >> 8),
		(uint8_t)command };
	uint8_t reply[CONTROL_REPLY_MAX];
	struct ctl_result result;
	struct reply decoded;

	result = ctl_dispatch(commands, sizeof(commands) / sizeof(commands[0]),
	    NULL, origin, open, request, length, reply);
	if (result.length == 0)
		return SILENT;
	assert_true(result.length <= length);
	assert_true(reply_decode(reply, result.length, (uint16_t)command, 0,
	    &decoded));
	*ret_code = decoded.code;
	return decoded.status;
}

/*
 * Class O: open over UDP unless configured, M: may be opened, U: never. The
 * length is that of the newest client.
 */
static const struct row {
	unsigned code;
	size_t length;
	char class;
	unsigned reply;
} rows[] = {
	{ 0, 28, 'O', 1 }, { 1, 60, 'U', 1 }, { 2, 60, 'U', 1 },
	{ 3, 68, 'U', 1 }, { 4, 44, 'U', 1 }, { 5, 44, 'U', 1 },
	{ 6, 28, 'U', 1 }, { 7, 44, 'U', 1 }, { 8, 44, 'U', 1 },
	{ 9, 28, 'U', 1 }, { 11, 40, 'U', 17 }, { 13, 28, 'U', 1 },
	{ 14, 32, 'O', 2 }, { 15, 76, 'O', 3 }, { 16, 28, 'U', 1 },
	{ 17, 44, 'U', 1 }, { 18, 44, 'U', 1 }, { 19, 44, 'U', 1 },
	{ 20, 44, 'U', 1 }, { 21, 44, 'U', 1 }, { 22, 44, 'U', 1 },
	{ 23, 44, 'U', 1 }, { 24, 44, 'U', 1 }, { 25, 40, 'U', 1 },
	{ 26, 40, 'U', 1 }, { 29, 40, 'U', 1 }, { 30, 28, 'U', 1 },
	{ 31, 28, 'U', 1 }, { 32, 28, 'U', 1 }, { 33, 104, 'O', 5 },
	{ 34, 84, 'O', 6 }, { 35, 56, 'O', 7 }, { 36, 28, 'U', 1 },
	{ 37, 28, 'U', 1 }, { 41, 416, 'O', 18 }, { 42, 28, 'U', 1 },
	{ 43, 28, 'U', 1 }, { 44, 48, 'O', 12 }, { 45, 44, 'U', 1 },
	{ 46, 44, 'U', 1 }, { 47, 44, 'U', 1 }, { 48, 28, 'U', 1 },
	{ 49, 28, 'U', 1 }, { 50, 28, 'U', 1 }, { 51, 52, 'O', 13 },
	{ 52, 28, 'U', 1 }, { 53, 28, 'U', 1 }, { 54, 196, 'M', 25 },
	{ 56, 36, 'U', 1 }, { 57, 172, 'M', 26 }, { 62, 28, 'U', 1 },
	{ 63, 28, 'U', 1 }, { 64, 372, 'U', 1 }, { 65, 284, 'O', 19 },
	{ 66, 28, 'U', 1 }, { 67, 52, 'M', 20 }, { 68, 520, 'M', 21 },
	{ 69, 76, 'M', 23 }, { 70, 28, 'U', 1 }, { 71, 28, 'U', 1 },
	{ 72, 52, 'U', 1 }, { 73, 48, 'U', 1 }, { 74, 48, 'U', 1 },
	{ 75, 408, 'U', 1 },
	{ CONTROL_RELOAD_CONFIG, 508, 'U', 200 },
	{ CONTROL_STATUS, 292, 'U', 201 },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* The least length of any client; the others have that of the newest only. */
static size_t least_of(const struct row *r)
{
	return r->code == 54 ? 60 : r->code == 57 ? 152 : r->length;
}

static void test_each_request(void **state)
{
	const uint32_t all = (1u << OPEN_COMMAND_COUNT) - 1;

	(void)state;
	assert_int_equal(ROWS, sizeof(commands) / sizeof(commands[0]));
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &rows[i];
		unsigned refused = CONTROL_UNAUTHORISED, code = 0;
		size_t least = least_of(r);

		assert_int_equal(ask(CTL_UNIX, 0, r->code, r->length, &code),
		    CONTROL_OK);
		assert_int_equal(code, r->reply);
		assert_int_equal(ask(CTL_UNIX, 0, r->code,
		    CONTROL_REQUEST_MAX, &code), CONTROL_OK);
		assert_int_equal(code, r->reply);
		/* Shorter than any: told so, or too short for an answer. */
		assert_int_equal(ask(CTL_UNIX, 0, r->code, least - 1, &code),
		    least > 28 ? CONTROL_BAD_LENGTH : SILENT);
		assert_int_equal(ask(CTL_UDP, 0, r->code, least - 1, &code),
		    least > 28 ? CONTROL_BAD_LENGTH : SILENT);
		assert_int_equal(ask(CTL_UDP, OPEN_BY_DEFAULT, r->code,
		    r->length, &code), r->class == 'O' ? CONTROL_OK : refused);
		assert_int_equal(ask(CTL_UDP, all, r->code, r->length, &code),
		    r->class == 'U' ? refused : CONTROL_OK);
		assert_int_equal(ask(CTL_FOREIGN, all, r->code, r->length,
		    &code), SILENT);
	}
}

static bool is_listed(unsigned code)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].code == code)
			return true;
	return false;
}

/* Every other number is obsolete or was never one. */
static void test_every_other_code(void **state)
{
	(void)state;
	for (unsigned code = 0; code <= UINT16_MAX; code++) {
		unsigned reply = 0;

		if (is_listed(code))
			continue;
		assert_int_equal(ask(CTL_UNIX, 0, code, 28, &reply),
		    CONTROL_INVALID);
		assert_int_equal(reply, 1);
		assert_int_equal(ask(CTL_UDP, 0, code, CONTROL_REQUEST_MAX,
		    &reply), CONTROL_INVALID);
	}
}

/* The request's length tells which replies its sender knows (11). */
static void test_versions(void **state)
{
	static const struct { unsigned code; size_t length; unsigned reply; }
	    steps[] = {
		{ 54, 60, 22 }, { 54, 71, 22 }, { 54, 72, 24 }, { 54, 195, 24 },
		{ 54, 196, 25 }, { 54, 860, 25 },
		{ 57, 152, 16 }, { 57, 171, 16 }, { 57, 172, 26 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		unsigned code = 0;

		assert_int_equal(ask(CTL_UNIX, 0, steps[i].code,
		    steps[i].length, &code), CONTROL_OK);
		assert_int_equal(code, steps[i].reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_request),
		cmocka_unit_test(test_every_other_code),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests_name("ctl/table", tests, NULL, NULL);
}
