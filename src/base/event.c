/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include <stddef.h>
#include <string.h>

const char *event_id(const char *line)
{
	static const struct {
		const char *id, *begin, *within;
	} rows[] = {
#define ROW(name, id, begin, within) { id, begin, within },
		EVENTS(ROW)
#undef ROW
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].begin);

		if (strncmp(line, rows[i].begin, n) == 0 &&
		    strstr(line + n, rows[i].within))
			return rows[i].id;
	}
	return NULL;
}
