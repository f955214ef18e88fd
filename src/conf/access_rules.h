/* SPDX-License-Identifier: Apache-2.0 */
/* The words of allow and deny (reference: configuration.md 5). */
#ifndef HORA_CONF_ACCESS_RULES_H
#define HORA_CONF_ACCESS_RULES_H

#include "conf/config.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A subnet: ADDRESS, ADDRESS/BITS, or one to three decimal numbers of an IPv4
 * address (10 = 10.0.0.0/8) with an optional /BITS. Host bits become zero.
 * Returns NULL, or why it is none, as the end of a sentence about the word.
 */
const char *subnet_parse(const char *word, struct ip_prefix *ret);

/*
 * [all] [SUBNET|NAME]; no subnet is every address of both families. is_allow is
 * left to the caller, and so is `name`: *ret_name is the word that is a host
 * name, or NULL. On an error returns why and in *ret_word the word that is to
 * blame; else NULL.
 */
const char *access_rule_parse(const char *const *words, size_t count,
    struct access_rule_config *ret, const char **ret_name,
    const char **ret_word);

/*
 * The nodes that a rule sets in a table of access (ntp/access.h), at the most:
 * an earlier rule may have set the same ones. 0 of a name: ACCESS_RULES_NODES
 * leaves room for the addresses of all of them.
 */
unsigned access_rule_nodes(const struct access_rule_config *rule);

/* The most nodes of all rules; 8 is the room that each new rule must find. */
#define ACCESS_RULES_NODES (CONFIG_ACCESS_NODES - CONFIG_RULE_NAMES - 8)

#endif
