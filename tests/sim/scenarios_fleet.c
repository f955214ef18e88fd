/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

const struct scenario scenarios_fleet[] = {
	{ .name = NULL }
};
