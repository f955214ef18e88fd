/* SPDX-License-Identifier: Apache-2.0 */
/* The time error of a run as a picture. */
#ifndef HORA_SIM_SVG_H
#define HORA_SIM_SVG_H

#include "sim/cells.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Run the cell with this seed and draw node 0 into the file `path`. The scale of
 * time is linear; that of the error is so too as far as it usually goes, and
 * logarithmic beyond, so that both the start and the rest show. False with a
 * message on stderr.
 */
bool svg_draw(const char *path, const struct cell *c, uint64_t seed);

#endif
