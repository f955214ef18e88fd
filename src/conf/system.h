/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directives of the clock, its files and the logs with more than one plain
 * value (reference: configuration.md 2.6, 2.12, 2.13). `config` is a struct
 * config.
 */
#ifndef HORA_CONF_SYSTEM_H
#define HORA_CONF_SYSTEM_H

#include "conf/word.h"

/* What `log` may name, wired or not; case matters. */
extern const struct conf_words conf_log_words;
/* What may follow the file of driftfile. */
extern const struct conf_words conf_driftfile_options;

/* THRESHOLD LIMIT: seconds, clock updates. */
bool conf_makestep(struct conf_line *line, const struct conf_word *word,
    void *config);
/* THRESHOLD [HOST]...: seconds; the last line counts. */
bool conf_initstepslew(struct conf_line *line, const struct conf_word *word,
    void *config);
/* ADDRESS THRESHOLD: mail is sent from so many seconds on. */
bool conf_mailonchange(struct conf_line *line, const struct conf_word *word,
    void *config);
/* PATH [interval SECONDS]. */
bool conf_driftfile(struct conf_line *line, const struct conf_word *word,
    void *config);
/* MODE: system, step, slew or ignore; case does not matter. */
bool conf_leapsecmode(struct conf_line *line, const struct conf_word *word,
    void *config);
/* OFFSET START IGNORE: seconds, updates, updates; negative IGNORE: any number. */
bool conf_maxchange(struct conf_line *line, const struct conf_word *word,
    void *config);
/* MIN MAX within the range of the row; log2 seconds. */
bool conf_fallbackdrift(struct conf_line *line, const struct conf_word *word,
    void *config);
/* PPM; the sign does not count. */
bool conf_maxupdateskew(struct conf_line *line, const struct conf_word *word,
    void *config);
/* NAME...: added to those of earlier lines. */
bool conf_log(struct conf_line *line, const struct conf_word *word,
    void *config);
/* PATH of the file; "/" = none. */
bool conf_pidfile(struct conf_line *line, const struct conf_word *word,
    void *config);
/* NAME of a user. */
bool conf_user(struct conf_line *line, const struct conf_word *word,
    void *config);
/* DIR...: added to the list. */
bool conf_sourcedir(struct conf_line *line, const struct conf_word *word,
    void *config);
/* include and confdir: always refused, conf/expand.h has replaced them. */
bool conf_expanded(struct conf_line *line, const struct conf_word *word,
    void *config);

#endif
