/* SPDX-License-Identifier: Apache-2.0 */
#include "base/drop.h"

static const char *const texts[DROP_COUNT] = {
#define DROP_TEXT(name, text) text,
	DROPS(DROP_TEXT)
#undef DROP_TEXT
};

const char *drop_text(enum drop d)
{
	return (unsigned)d < DROP_COUNT ? texts[d] : "unknown";
}
