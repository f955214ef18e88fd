/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference among the sources that tell the truth (reference: behaviour.md
 * 5.2, steps 9 and 10).
 */
#ifndef HORA_SYNC_ELECT_H
#define HORA_SYNC_ELECT_H

#include "sync/select.h"

/*
 * Choose among the candidates in state SEL_SELECTED, at least one. Those of
 * option prefer come first: the others are then SEL_NOT_PREFERRED. `before` is
 * the index of the reference so far, -1: none. It stays until the score of
 * another one has reached 10; scores are carried on in the candidates, which
 * say whose sample is fresh. Returns the index of the reference.
 */
int elect(const struct select_config *config, struct candidate *candidates,
    int count, int before);

#endif
