/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of the program log (reference: behaviour.md 5.2, files-and-logs.md 10). */
#ifndef HORA_ENGINE_SAY_H
#define HORA_ENGINE_SAY_H

#include "hora-engine/engine.h"

/* "ADDRESS (NAME)", the name only when it is another text; with its NUL. */
#define SOURCE_TEXT_SIZE (IP_TEXT_SIZE + CONFIG_NAME_SIZE + 4)

/* Seconds between two lines of one source about one reason. */
#define SAY_DROP_S 64

/* One line, cut at IPC_TEXT_SIZE. */
void say(const struct engine *e, enum severity severity, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* What a source is called in the log; the name alone before it is resolved. */
const char *source_text(const struct source *s, char buf[SOURCE_TEXT_SIZE]);

/* A host of initstepslew has no address. */
void say_unresolved(const struct engine *e, const struct source_line *line);

/* A response was refused: one line per source and reason in SAY_DROP_S. */
void say_drop(const struct engine *e, const struct engine_now *now,
    struct source *s, enum drop reason);

#endif
