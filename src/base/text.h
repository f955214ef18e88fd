/* SPDX-License-Identifier: Apache-2.0 */
/* Small things with text: hexadecimal, strict numbers, nearest words, wiping. */
#ifndef HORA_BASE_TEXT_H
#define HORA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Upper-case hex of n bytes with a NUL; out has room for 2n + 1. */
void hex_encode(const void *bytes, size_t n, char *out);

/*
 * Decode an even number of hex digits, either case, up to the NUL. Returns the
 * number of bytes, or -1 when a digit is bad or `size` is too small.
 */
int hex_decode(const char *text, void *out, size_t size);

/* Whole word as a decimal integer in [min, max]; false otherwise. */
bool parse_long(const char *word, long long min, long long max, long long *ret);

/* Whole word as a finite decimal number (C locale); false otherwise. */
bool parse_double(const char *word, double *ret);

/* Edit distance (insert, delete, replace, swap of neighbours), case folded. */
unsigned text_distance(const char *a, const char *b);

/* ASCII comparison without case, whatever the locale. */
bool text_equal_nocase(const char *a, const char *b);

/* Copy with a NUL; false (and a cut copy) when src does not fit. */
bool text_copy(char *dst, size_t size, const char *src);

/*
 * Control characters (those beyond ASCII, too), what separates lines or turns the
 * direction of reading in Unicode, and bytes that are no UTF-8 become '?': text from
 * outside must not forge lines or talk to a terminal.
 */
void text_defuse(char *text);

/* Overwrite n bytes so that the compiler may not leave it out. */
void wipe(void *p, size_t n);

#endif
