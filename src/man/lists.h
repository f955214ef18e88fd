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

/* What a pattern may have: %n %h %w %a %f; NULL: nothing. */
struct list_values {
	const char *name, *help, *words, *argument, *fish;
};

/* A line of the pattern with these values. */
void list_put(const char *pattern, const struct list_values *v, FILE *out);

/*
 * The same for each option of the text of a program's help, with an argument or
 * without: lines of the names, the argument, and from column 14 on what it does.
 */
void list_each_option(const char *help, bool has_argument, const char *pattern,
    FILE *out);

/* Names of these options, by spaces. */
void list_option_names(const char *help, FILE *out);

#endif
