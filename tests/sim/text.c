/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/text.h"

#include <math.h>
#include <stdio.h>

struct unit { double size; const char *name; };

static void text(char ret[TEXT_S], double value, const struct unit *units)
{
	if (value == 0) {
		snprintf(ret, TEXT_S, "-");
		return;
	}
	/* The last unit takes what is left. */
	while (units[1].name != NULL && fabs(value) < 0.9995 * units->size)
		units++;
	snprintf(ret, TEXT_S, "%.3g %s", value / units->size, units->name);
}

void text_s(char ret[TEXT_S], double s)
{
	static const struct unit units[] = { { 1, "s" }, { 1e-3, "ms" },
		{ 1e-6, "us" }, { 1e-9, "ns" }, { 0, NULL } };

	text(ret, s, units);
}

void text_ppm(char ret[TEXT_S], double ppm)
{
	static const struct unit units[] = { { 1, "ppm" }, { 1e-3, "ppb" },
		{ 1e-6, "ppt" }, { 0, NULL } };

	text(ret, ppm, units);
}
