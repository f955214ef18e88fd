/* SPDX-License-Identifier: Apache-2.0 */
/* selection.log: what each selection made of each source. */
#ifndef HORA_ENGINE_SELECTLOG_H
#define HORA_ENGINE_SELECTLOG_H

#include "hora-engine/engine.h"

/*
 * So many sources have a line; to horad goes one message a line, and a queue of
 * too many would be taken for a horad that hangs.
 */
#define SELECTLOG_SOURCES 64

/*
 * A line for each of the first SELECTLOG_SOURCES sources, right after a
 * selection at `now`; nothing without `log selection`.
 */
void selectlog_write(struct engine *e, const struct engine_now *now);

#endif
