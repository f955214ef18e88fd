/* SPDX-License-Identifier: Apache-2.0 */
/* Lists for completion: a line of a pattern for each directive or option. */
#ifndef HORA_MAN_LISTS_H
#define HORA_MAN_LISTS_H

#include <stdbool.h>
#include <stdio.h>

/*
 * `which` of page.h (@for-...) with its pattern. Help is written so that it may
 * stand in single quotes of a shell. False when there is no such list.
 */
bool list_write(const char *which, const char *pattern, FILE *out);

/* Names of the directives that can be used, or the options, by spaces. */
void list_directives(FILE *out);
void list_options(FILE *out);

#endif
