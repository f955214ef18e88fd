/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NTS keys of one source (RFC 8915; reference: behaviour.md 3): when an
 * NTS-KE exchange is made and when not, and that horad always knows the cookies
 * that are still unused.
 */
#ifndef HORA_ENGINE_KEYS_H
#define HORA_ENGINE_KEYS_H

#include "hora-engine/engine.h"

/* Keys for a source, none yet. NULL when memory is short. */
struct source_keys *keys_new(void);
/* Wiped; NULL is allowed. */
void keys_free(struct source_keys *k);

/*
 * The source has this NTS-KE address now: forget what was, ask horad for what
 * it kept.
 */
void keys_place(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ip_addr *address, uint32_t scope_id);

/*
 * Before a poll: drop cookies that are not to be used any more (too old, or
 * the server does not know them).
 */
void keys_before_poll(struct engine *e, const struct engine_now *now,
    struct source *s);

/* The poll finds no cookie: start an exchange, if it is time. */
void keys_wanted(struct engine *e, const struct engine_now *now,
    struct source *s);

/* A genuine answer came: the retry control starts over. */
void keys_answered(struct engine *e, const struct engine_now *now,
    struct source *s);

/* What horad should keep of this source, as it is now. */
void keys_report(struct engine *e, const struct source *s);

/*
 * horad's answer to keys_place. True when there are keys; then *ret is the
 * address of the NTP server.
 */
bool keys_loaded(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ipc_nts_state *state, struct net_addr *ret);

/*
 * The exchange is over. True when there are keys; then *ret is the address of
 * the NTP server.
 */
bool keys_done(struct engine *e, const struct engine_now *now,
    struct source *s, const struct ipc_ke_done *done, struct net_addr *ret);

/* The keys are of no use (negotiated address in use): try again later. */
void keys_discard(struct engine *e, const struct engine_now *now,
    struct source *s);

/* hora-ke-client is gone: the running exchange counts as not started. */
void keys_lost(struct engine *e, const struct engine_now *now,
    struct source *s);

/* It is there (again): what could not be asked may be asked now. */
void keys_ask_again(const struct engine_now *now, struct source *s);

/* Limits of waiting, exchanges after a failure; and when the next is due. */
void keys_tick(struct engine *e, const struct engine_now *now,
    struct source *s);
struct mono_time keys_wake(const struct source *s);

#endif
