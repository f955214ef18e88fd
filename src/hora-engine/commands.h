/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the control socket can ask of the engine (reference:
 * control-protocol.md 10). Reports are made from struct engine directly.
 */
#ifndef HORA_ENGINE_COMMANDS_H
#define HORA_ENGINE_COMMANDS_H

#include "hora-engine/engine.h"
#include "hora-engine/sources.h"

/*
 * Which sources a command is about: the unresolved one with this number, unless
 * it is 0; else those that agree with `address` where the mask has ones; every
 * source when address.family is IP_NONE.
 */
struct source_match {
	uint32_t id;
	struct ip_addr mask, address;
};

/* online, offline: number of sources that matched. */
int engine_online(struct engine *e, const struct engine_now *now,
    const struct source_match *match, bool online);
/* onoffline: each resolved source by whether there is a route to it. */
void engine_onoffline(struct engine *e, const struct engine_now *now);
/* burst: `good` of at most `total`; number of sources that matched. */
int engine_burst(struct engine *e, const struct engine_now *now,
    const struct source_match *match, int good, int total);

/* makestep: step by what remains. False when there is no clock to step. */
bool engine_makestep(struct engine *e, const struct engine_now *now);
/* reselect: forget the selected source and select again. */
void engine_reselect(struct engine *e, const struct engine_now *now);
/* reset sources: drop all measurements. */
void engine_reset_sources(struct engine *e, const struct engine_now *now);
/* refresh: resolve all names again. */
void engine_refresh(struct engine *e, const struct engine_now *now);
/* shutdown: handed to horad. */
void engine_shutdown(struct engine *e);
/* dump: report everything that horad should save. */
void engine_dump(struct engine *e, const struct engine_now *now);

/* add source; the text of a result is add_result_text (sources.h). */
enum add_result engine_add(struct engine *e, const struct engine_now *now,
    const struct source_config *config);
/* `delete`: the source goes with all that is known of it. */
void engine_delete(struct engine *e, const struct engine_now *now,
    struct source *s);

/* Counts of `activity`. */
struct engine_activity {
	int online, offline, burst_online, burst_offline, unresolved;
};
/* Count the sources as they are now. */
struct engine_activity engine_activity(const struct engine *e);

/* Is the frequency, offset or leap of the clock known (leap not 3)? */
bool engine_is_synchronised(const struct engine *e);

#endif
