/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directives of what is served to whom: local, the rate limits, allow and deny,
 * ports (reference: configuration.md 2.7 to 2.10). `config` is a struct config.
 */
#ifndef HORA_CONF_SERVING_H
#define HORA_CONF_SERVING_H

#include "conf/word.h"

extern const struct conf_words conf_local_options;
extern const struct conf_words conf_ratelimit_options;
extern const struct conf_words conf_ntsratelimit_options;
extern const struct conf_words conf_cmdratelimit_options;

/* [OPTION]...; starts from the defaults each time. */
bool conf_local(struct conf_line *line, const struct conf_word *word,
    void *config);
/* The same of all words left, into *ret; written on success only. */
bool conf_local_line(struct conf_line *line, struct local_config *ret);
/* [OPTION]... into a struct ratelimit_config; keeps earlier values. */
bool conf_ratelimit(struct conf_line *line, const struct conf_word *word,
    void *config);
bool conf_ntsratelimit(struct conf_line *line, const struct conf_word *word,
    void *config);
bool conf_cmdratelimit(struct conf_line *line, const struct conf_word *word,
    void *config);
/* [COMMAND]...; replaces the set. */
bool conf_opencommands(struct conf_line *line, const struct conf_word *word,
    void *config);
/* [all] [SUBNET]; word->value is is_allow. */
bool conf_access(struct conf_line *line, const struct conf_word *word,
    void *config);
bool conf_cmdaccess(struct conf_line *line, const struct conf_word *word,
    void *config);
/* A port, and that it was given. */
bool conf_server_port(struct conf_line *line, const struct conf_word *word,
    void *config);
bool conf_cmdport(struct conf_line *line, const struct conf_word *word,
    void *config);
/* An address, or the path of the Unix socket ("/" = none). */
bool conf_bindcmdaddress(struct conf_line *line, const struct conf_word *word,
    void *config);

#endif
