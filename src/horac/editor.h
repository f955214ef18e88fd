/* SPDX-License-Identifier: Apache-2.0 */
/* Lines from a terminal: prompt, editing, history, completion (libedit). */
#ifndef HORA_HORAC_EDITOR_H
#define HORA_HORAC_EDITOR_H

#include "horac/session.h"

#include <stdio.h>

/*
 * Read and run lines until exit, quit, end of file or a signal. Returns whether
 * the last command succeeded.
 */
bool editor_run(struct session *s, const char *program);

/*
 * What completes the text before the cursor: the number of candidates and what
 * they have in common beyond it, in `common` (size bytes). Candidates are
 * printed to `list` when it is not NULL. Pure but for that.
 */
int editor_complete(const struct session *s, const char *before, char *common,
    size_t size, FILE *list);

#endif
