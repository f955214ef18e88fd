/* SPDX-License-Identifier: Apache-2.0 */
/* A case of the language; language_*.h are tables of them. */
#ifndef HORA_TESTS_CONF_LANGUAGE_H
#define HORA_TESTS_CONF_LANGUAGE_H

/* `want`: the fields that differ from the defaults, or "!" and the message. */
struct language_case {
	const char *text, *want;
};

#endif
