/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manual pages and completion out of templates beside this file: what the rows of
 * the language say is filled in, so that nobody writes it twice. A build tool,
 * installed nowhere.
 *
 * In a template, @NAME@ is a setting of the build: CONFIG_FILE, USER, RUN_DIR,
 * PID_FILE, COMMAND_SOCKET, LIBEXECDIR, SENDMAIL, VERSION; or DIRECTIVES,
 * OPTIONS: all names that can be used; COMMANDS, TOOL_OPTIONS: those of horac.
 * A line that begins with @ and a lower-case letter is filled in:
 *
 *   @directive NAME   heading and facts of a directive; its text may follow
 *   @options NAME     the options of that directive begin
 *   @option NAME      heading and facts of one of them; its text may follow
 *   @rest             those that did not come yet
 *   @end              the options end; none may be left
 *   @left-out         list of all words that this version has not, with what
 *                     to do instead; directives among them need no entry
 *   @for-each TEXT    TEXT for each directive that can be used: %n is its
 *   @for-words TEXT   name, %h its help, %w the words that can follow it;
 *   @for-files TEXT   of those only that words can follow, or names of files
 *   @for-flags TEXT       TEXT for each option of horad without and with an
 *   @for-arguments TEXT   argument: %n is the option, %h its help, %a the
 *                         argument, %f the option as complete(1) of fish has it
 *   @command NAME     usage of a command of horac, and what it does, for each form
 *                     of it; its text must follow
 *   @for-commands TEXT       TEXT for each command: %n is its name, %h its help
 *   @for-command-words TEXT  of those that words can follow: %w
 *   @for-tool-flags TEXT, @for-tool-arguments TEXT     for each option of horac
 *
 * A template with an entry for one directive needs an entry for all, and so with
 * commands.
 */
#ifndef HORA_MAN_PAGE_H
#define HORA_MAN_PAGE_H

#include <stdbool.h>
#include <stdio.h>

struct page_fault {
	unsigned line;		/* of the template; 0 = none in particular */
	char text[200];
};

/* Fill a template in. False: *fault says why; `out` holds a part of it. */
bool page_write(FILE *in, FILE *out, struct page_fault *fault);

#endif
