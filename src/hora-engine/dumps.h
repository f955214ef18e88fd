/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of sources over a restart: directive dumpdir, option -r, command
 * dump (reference: files-and-logs.md 3). horad has the files.
 */
#ifndef HORA_ENGINE_DUMPS_H
#define HORA_ENGINE_DUMPS_H

#include "hora-engine/engine.h"

/* Report the samples of all sources to horad, which writes the files. */
void dumps_report(struct engine *e, const struct engine_now *now);

/*
 * The source has just got its address: ask for its file, if -r was given and
 * the start is not long ago.
 */
void dumps_wanted(struct engine *e, const struct engine_now *now,
    const struct source *s);

/* horad's answer: take the samples, before those that were made meanwhile. */
void dumps_loaded(struct engine *e, const struct engine_now *now,
    const struct ipc_history *m);

#endif
