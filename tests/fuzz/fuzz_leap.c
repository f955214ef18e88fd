/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: lists of leap seconds and time zones, and questions to them. */
#include "sync/leap_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct leap_table *t)
{
	if (t->count > LEAP_TABLE_MAX)
		__builtin_trap();
	for (uint32_t i = 0; i < t->count; i++) {
		/* int64 nanoseconds reach 292 years */
		int64_t s = t->rows[i].from_s % INT64_C(9000000000);
		struct wall_time at = { s * NS_PER_S };
		int tai_s = leap_table_tai_s(t, at);

		if (tai_s < 0 || tai_s > 1000)
			__builtin_trap();
		leap_table_at(t, at);
	}
	leap_table_is_plausible(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct leap_hashed hashed;
	char reason[LEAP_REASON_SIZE] = "";
	struct leap_table t;

	if (leap_table_parse_list((const char *)data, size, &t, &hashed,
	    reason))
		ask(&t);
	if (leap_table_parse_zone(data, size, &t, reason))
		ask(&t);
	return 0;
}
