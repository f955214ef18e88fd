/* SPDX-License-Identifier: Apache-2.0 */
/* The time error of a run as a picture. */
#ifndef HORA_SIM_SVG_H
#define HORA_SIM_SVG_H

#include "sim/cells.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Run the cell with this seed and draw node 0 into the file `path`. The scale of
 * time is linear, that of the error is linear near 0 and logarithmic beyond, so
 * that start and rest both show. False with a message on stderr.
 */
bool svg_draw(const char *path, const struct cell *c, uint64_t seed);

#endif
