/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of sources: configured lines, the sources they give, their
 * addresses. Which address a name gets is decided in names.h.
 */
#ifndef HORA_ENGINE_SOURCES_H
#define HORA_ENGINE_SOURCES_H

#include "hora-engine/engine.h"

/* The source with this address (any port), or NULL. */
struct source *engine_find(const struct engine *e, const struct ip_addr *address);
/* The source with this id ("ID#0000000002" before it is resolved), or NULL. */
struct source *engine_find_id(const struct engine *e, uint32_t id);
/* Its index in e->sources and e->candidates. */
int engine_index(const struct engine *e, const struct source *s);

enum add_result {
	ADD_OK,
	ADD_IN_USE,		/* the address is a source's */
	ADD_TOO_MANY,		/* or memory is short */
	ADD_FAMILY,		/* address and ipv4/ipv6 option contradict */
	ADD_NAME,		/* empty or not printable */
};
/* In words, for the log; static. */
const char *add_result_text(enum add_result r);

/*
 * A line of the log about a line of sources. What a list of thousands changes
 * must not drown horad: the rest are counted, and sources_said says so.
 */
void sources_say(struct engine *e, enum severity severity, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
void sources_said(struct engine *e);

/*
 * Add a line with its sources; a name waits for names.h. Says so in the log,
 * success too unless it comes from the configuration.
 */
enum add_result sources_add(struct engine *e, const struct engine_now *now,
    const struct source_config *config, enum line_origin origin);

/* Remove one source; the line goes with its last one. */
void sources_remove(struct engine *e, struct source *s);

/* Remove a line with all its sources. */
void sources_remove_line(struct engine *e, const struct source_line *line);

/* Remove every source and line. */
void sources_clear(struct engine *e);

/* Is the address that of a source other than `except`, or of its NTS-KE? */
bool sources_in_use(const struct engine *e, const struct ip_addr *address,
    const struct source *except);

/* The address that the name gave: of NTS-KE with NTS. */
const struct ip_addr *sources_named_address(const struct source *s);

/*
 * Give the source an address that its name has: it starts over, with NTS at
 * the NTS-KE.
 */
void sources_place(struct engine *e, const struct engine_now *now,
    struct source *s, const struct net_addr *address);

/*
 * NTS-KE says that the NTP server is at `address`. False, and nothing has
 * changed, when another source uses it.
 */
bool sources_negotiate(struct engine *e, const struct engine_now *now,
    struct source *s, const struct net_addr *address);

/*
 * The source gave a good sample: a pool that has enough of them lets its other
 * sources go.
 */
void sources_confirm(struct engine *e, struct source *s);

#endif
