/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/leaps.h"

#include "hora-engine/moved.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#define ASK_S 60		/* between two looks into the table */
#define FAR_S 60		/* before the leap: watch it only so often */
#define NEAR_S 1
#define DUE_S 0.001		/* at its instant, so exactly */

static void say_announced(const struct engine *e, double before_s)
{
	double moves_s = leap_moves_s(&e->leap);

	if (moves_s == before_s)
		return;
	if (moves_s == 0)
		say(e, SEV_WARNING, "A leap second is announced no more");
	else
		say(e, SEV_INFO, "A leap second is announced: one is %s at the "
		    "end of the UTC month", moves_s < 0 ? "inserted" :
		    "deleted");
}

void leaps_vote(struct engine *e, const struct engine_now *now,
    enum leap vote)
{
	double before_s = leap_moves_s(&e->leap);

	e->leap_voted = vote;
	if (vote != LEAP_INSERT && vote != LEAP_DELETE)
		vote = leap_table_at(&e->leap_table, now->wall);
	leap_vote(&e->leap, vote, now->wall);
	say_announced(e, before_s);
	e->leap_asked = now->mono;
	e->reference.leap = leap_status(&e->leap, now->wall);
}

bool leaps_take_jump(struct engine *e, const struct engine_now *now,
    int64_t set_ns)
{
	double moves_s = leap_moves_s(&e->leap);

	if (moves_s == 0 || e->leap.is_made ||
	    !leap_window(&e->leap, now->wall) ||
	    !moved_fits(set_ns, moves_s, e->clock.moved.look_doubt_s))
		return false;
	steer_leapt(e, moves_s);
	e->leap.is_made = true;
	return true;
}

void leaps_stepped(struct engine *e, double step_s)
{
	steer_leapt(e, step_s);
	e->leap.is_made = true;
}

/* True time by our own reckoning, which does not know of the leap yet. */
static struct wall_time reckoned(const struct engine *e,
    const struct engine_now *now)
{
	return wall_add(now->wall, reference_remaining(&e->reference,
	    &e->timeline, now->wall));
}

/* UTC has moved and the clock has not. */
static void move_truth(struct engine *e, const struct engine_now *now)
{
	enum leapsecmode mode = e->config->leapsecmode;

	steer_truth_moved(e, leap_moves_s(&e->leap));
	e->leap.is_made = true;
	if (mode == LEAPSEC_IGNORE)
		e->leap.is_left = true;
	else if (mode == LEAPSEC_SLEW)
		steer_correct(e, now);
	else
		steer_again(e, now);
	served_publish(e, now);
}

/* The instant has come, or passed, and nobody has moved anything yet. */
static void make(struct engine *e, const struct engine_now *now)
{
	enum leapsecmode mode = e->config->leapsecmode;

	if (e->clock.has_clock && mode == LEAPSEC_SYSTEM &&
	    !leap_passed(&e->leap, now->wall))
		return;		/* the kernel will */
	if (e->clock.has_clock && mode == LEAPSEC_STEP && !e->leap.is_asked &&
	    leap_window(&e->leap, now->wall)) {
		e->leap.is_asked = true;
		steer_step(e, now, leap_moves_s(&e->leap), IPC_STEP_LEAP);
		return;
	}
	move_truth(e, now);
}

/* The table speaks on a day without updates too. */
static void ask_table(struct engine *e, const struct engine_now *now)
{
	enum leap before = e->reference.leap;

	leaps_vote(e, now, e->leap_voted);
	if (e->reference.leap == before)
		return;
	served_status(e, now);
	served_publish(e, now);
}

bool leaps_tick(struct engine *e, const struct engine_now *now)
{
	if (e->reference.is_synchronised &&
	    mono_sub(now->mono, e->leap_asked) >= ASK_S)
		ask_table(e, now);
	if (leap_moves_s(&e->leap) == 0 || e->clock.step_id != 0)
		return false;
	if (!e->leap.is_made &&
	    reckoned(e, now).ns >= leap_instant(&e->leap).ns)
		make(e, now);
	if (!leap_passed(&e->leap, now->wall) || e->clock.step_id != 0)
		return false;
	leap_end(&e->leap);
	say(e, SEV_INFO, "The leap second has passed");
	e->reference.leap = LEAP_NORMAL;
	return true;
}

struct mono_time leaps_wake(const struct engine *e)
{
	const struct leap_state *l = &e->leap;
	struct engine_now last = { e->last_wall, e->last_tick, e->last_tick, 0 };
	double to_s = wall_sub(leap_instant(l), reckoned(e, &last));

	if (leap_moves_s(l) == 0)
		return MONO_NEVER;
	/* The clock may be set, and true time known better, meanwhile. */
	if (l->is_made || to_s <= 0)
		return mono_add(e->last_tick, NEAR_S);
	if (to_s > FAR_S + 2 * LEAP_WINDOW_S)
		return mono_add(e->last_tick, FAR_S);
	return mono_add(e->last_tick, to_s < NEAR_S ?
	    (to_s > DUE_S ? to_s : DUE_S) : NEAR_S);
}
