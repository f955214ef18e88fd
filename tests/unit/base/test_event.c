/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum event {
	NONE,
#define NAME(name, id, begin, within) name,
	EVENTS(NAME)
#undef NAME
};

static const char *const ids[] = {
	NULL,
#define ID(name, id, begin, within) id,
	EVENTS(ID)
#undef ID
};

static void lines_have_the_ids_of_their_events(void **state)
{
	static const struct {
		const char *line;
		enum event event;
	} rows[] = {
		{ "Selected source 192.0.2.1 (time.example)", SELECTED },
		{ "Selected source ", SELECTED },
		{ "Selected source", NONE },
		{ "selected source 192.0.2.1", NONE },
		{ "Source Selected source 192.0.2.1", NONE },
		{ "", NONE },
		{ "Backward time jump detected! (1.000000 seconds)", JUMPED },
		{ "hora-serve has died; it is started again", ROLE_DIED },
		{ "horad has died; it is started again", NONE },
		{ "hora-serve has died", NONE },
		{ "hora-serve is gone until it is started again", ROLE_GONE },
		{ "NTS-KE for 192.0.2.1 failed: x", NTSKE_FAILED },
		{ "NTS-KE for 192.0.2.1 is fine", NONE },
		{ "closed 1 passed socket that the configuration does not ask "
			"for", SOCKET_CLOSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *id = event_id(rows[i].line);

		if (rows[i].event != NONE)
			assert_string_equal(id, ids[rows[i].event]);
		else
			assert_null(id);
	}
}

static void ids_are_unique_and_well_formed(void **state)
{
	(void)state;
	for (size_t i = 1; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_int_equal(strspn(ids[i], "0123456789abcdef"), 32);
		assert_int_equal(strlen(ids[i]), 32);
		for (size_t k = 1; k < i; k++)
			assert_string_not_equal(ids[i], ids[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_the_ids_of_their_events),
		cmocka_unit_test(ids_are_unique_and_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
