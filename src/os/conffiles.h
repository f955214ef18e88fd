/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real files for struct conf_files of conf/expand.h (which says what these
 * functions promise). `arg` is not used.
 */
#ifndef HORA_OS_CONFFILES_H
#define HORA_OS_CONFFILES_H

#include <stddef.h>

#define CONFFILES_MAX (4u << 20)	/* bytes; a longer file is -EFBIG */

/* The three functions of struct conf_files (conf/files.h); arg is not used. */
int conffiles_read(void *arg, const char *path, char **ret_text,
    size_t *ret_length);
int conffiles_glob(void *arg, const char *pattern, char ***ret_paths,
    size_t *ret_count);
int conffiles_list(void *arg, const char *directory, const char *suffix,
    char ***ret_names, size_t *ret_count);

#endif
