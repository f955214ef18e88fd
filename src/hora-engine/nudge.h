/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An operator's corrections of what is known of the clock: the commands dfreq and
 * doffset (reference: control-protocol.md 10). They hold until the sources say
 * something else at the next update. Without a clock to steer (-x) they change
 * what is served.
 */
#ifndef HORA_ENGINE_NUDGE_H
#define HORA_ENGINE_NUDGE_H

#include "hora-engine/engine.h"

/* The clock gains by so much more than was known; at most maxdrift in all. */
void nudge_frequency(struct engine *e, const struct engine_now *now,
    double freq_ppm);

/*
 * The clock is fast by so much more than was known: slew that away. False, and
 * nothing happened: the time would be one that NTP can not tell, the clock is
 * being stepped, or may not be slewed.
 */
bool nudge_offset(struct engine *e, const struct engine_now *now,
    double offset_s);

#endif
