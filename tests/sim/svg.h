/* SPDX-License-Identifier: Apache-2.0 */
/* The time error of a run as a picture. */
#ifndef HORA_SIM_SVG_H
#define HORA_SIM_SVG_H

#include "sim/cells.h"

#include <stddef.h>
#include <stdio.h>

/*
 * errors_s[i]: error in second i. The scale of time is linear, that of the error
 * is linear near 0 and logarithmic beyond, so that start and rest both show.
 */
void svg_write(FILE *to, const struct cell *c, const float *errors_s,
    size_t seconds, const struct figures *f);

#endif
