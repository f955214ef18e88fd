/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions drawn by lot: nobody chose them, so nobody tuned anything to them.
 * Only invariants are looked at, and that it is synchronised at the end.
 */
#ifndef HORA_SIM_WILD_H
#define HORA_SIM_WILD_H

#include "sim/scenario.h"

#include <stdint.h>

#define WILD_NAME "wild"
#define WILD_TEXT 200

struct wild {
	struct scenario scenario;	/* points into the rest */
	char options[WILD_TEXT], directives[WILD_TEXT];
};

void wild_draw(struct wild *w, uint64_t seed);

/* One line that says what was drawn. */
void wild_text(const struct wild *w, char *ret, size_t size);

#endif
