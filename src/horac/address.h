/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses among the words of a command. */
#ifndef HORA_HORAC_ADDRESS_H
#define HORA_HORAC_ADDRESS_H

#include "ctl/request.h"
#include "horac/session.h"

/* An address in numbers, of the family that is wanted. */
bool read_ip(const struct session *s, const char *word, struct ip_addr *ret);

/* The same, or a host name: its first address. */
bool read_host(const struct session *s, const char *word, struct ip_addr *ret);

/* "ID#0000000002": a source whose name has no address. */
bool read_id(const char *word, uint32_t *ret);

/* "ID#0000000002", an address, or a host name (its first address). */
bool read_address(const struct session *s, const char *word,
    struct control_addr *ret);

/*
 * NET: nothing, an address, MASK/ADDRESS or ADDRESS/BITS. Says on stderr what
 * is wrong with it.
 */
bool read_sources(const struct session *s, const char *word,
    struct source_mask *ret);

#define ADDRESS_TEXT_SIZE 64
/* "ID#0000000002" or the address in numbers. Returns buf. */
const char *address_text(const struct control_addr *a,
    char buf[ADDRESS_TEXT_SIZE]);

#endif
