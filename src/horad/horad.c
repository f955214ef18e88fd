/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/horad.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEALTHY_S 60.0		/* up for so long: earlier deaths are forgiven */
#define WILLING_S 1.0		/* up for so long: it may end by itself */
#define FIRST_DELAY_S 0.5	/* the first restart is at once, then this */
#define MAX_DELAY_S 30.0
#define CHECK_INTERVAL_S 30.0	/* as often as roles say that they are alive */
#define SILENT_ROUNDS 4
#define LIVELY_S 45.0		/* as above, and what a loaded machine needs */
#define PHASE_S 5.0		/* for the roles of one phase to end in order */
#define KILL_S 1.0		/* for killed ones to be gone */

/* --- who there is, and who is given what ---------------------------------- */

static bool is_serving(const struct config *config, uint32_t flags,
    bool lets_in)
{
	if (config->port == 0 || (flags & IPC_ONCE_PRINT && !config->has_port))
		return false;
	for (size_t i = 0; i < config->allow_count; i++)
		if (config->allow[i].is_allow)
			return true;
	return lets_in;
}

unsigned horad_roles(const struct config *config, uint32_t flags, bool lets_in)
{
	unsigned roles = R(ENGINE) | R(KE_CLIENT);

	if (!(flags & IPC_NO_CLOCK))
		roles |= R(CLOCK);
	if (is_serving(config, flags, lets_in))
		roles |= R(SERVE);
	if (config->pair_count > 0)
		roles |= R(KE_SERVER);
	return roles;
}

size_t horad_handouts(enum role role, const struct handout **ret)
{
	static const struct handout clock[] = {
		{ HAND_CONFIG, 0, false },
		{ HAND_CLOCK_MEMORY, 0, false },
		{ HAND_CLOCK_ORDERS, 0, false },
		{ HAND_PEER, ROLE_ENGINE, false },
	};
	static const struct handout engine[] = {
		{ HAND_CONFIG, 0, false },
		{ HAND_ENGINE_MEMORY, 0, false },
		{ HAND_PAGE, IPC_PAGE_TIME_REF, true },
		{ HAND_PAGE, IPC_PAGE_SERVE, false },
		{ HAND_PAGE, IPC_PAGE_KE, false },
		{ HAND_PEER, ROLE_CLOCK, false },
		{ HAND_PEER, ROLE_KE_CLIENT, false },
		{ HAND_LEAPS, 0, false },
		{ HAND_SOURCES, 0, false },
	};
	static const struct handout serve[] = {
		{ HAND_CONFIG, 0, false },
		{ HAND_PAGE, IPC_PAGE_SERVE, true },
		{ HAND_KEYRING, 0, false },
		{ HAND_MAC_KEYS, 0, false },
		/* With this it begins to answer. */
		{ HAND_PAGE, IPC_PAGE_TIME_REF, false },
	};
	static const struct handout ke_server[] = {
		{ HAND_CONFIG, 0, false },
		{ HAND_PAGE, IPC_PAGE_KE, true },
		{ HAND_KEYRING, 0, false },
		{ HAND_CREDENTIALS, 0, false },
	};
	static const struct handout ke_client[] = {
		{ HAND_CONFIG, 0, false },
		{ HAND_PEER, ROLE_ENGINE, false },
	};
#define ROW(role) { role, sizeof(role) / sizeof(role[0]) }
	static const struct {
		const struct handout *items;
		size_t count;
	} rows[ROLE_COUNT] = {
		[ROLE_CLOCK] = ROW(clock),
		[ROLE_ENGINE] = ROW(engine),
		[ROLE_SERVE] = ROW(serve),
		[ROLE_KE_SERVER] = ROW(ke_server),
		[ROLE_KE_CLIENT] = ROW(ke_client),
	};
#undef ROW

	*ret = rows[role].items;
	return rows[role].count;
}

/* --- small things --------------------------------------------------------- */

static bool is_alive(const struct role_life *life)
{
	return life->state >= ROLE_WAITING;
}

/* Those that a reload, or a rule by command, may give something to do. */
static bool may_be_wanted(const struct horad *h, enum role role)
{
	return (h->wanted | R(SERVE) | R(KE_SERVER)) & 1u << role;
}

bool horad_is_in_reach(const struct horad *h, enum role role)
{
	return !h->is_supervised || is_alive(&h->roles[role]);
}

bool horad_has(const struct horad *h, enum role role)
{
	return h->roles[role].state >= ROLE_GREETED;
}

static void enter(struct role_life *life, enum role_state state,
    struct mono_time since)
{
	life->state = state;
	life->since = since;
}

static void log_role(struct horad *h, enum severity severity, enum role role,
    const char *what)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %s", role_name(role), what);
	h->effects.log(h->effects.arg, severity, text);
}

/* --- starting ------------------------------------------------------------- */

static double restart_delay_s(unsigned failures)
{
	double delay_s = FIRST_DELAY_S;

	if (failures <= 1)
		return 0;
	for (unsigned i = 2; i < failures && delay_s < MAX_DELAY_S; i++)
		delay_s *= 2;
	return delay_s < MAX_DELAY_S ? delay_s : MAX_DELAY_S;
}

static void start_later(struct role_life *life, struct mono_time now)
{
	life->failures++;
	enter(life, ROLE_DOWN, mono_add(now, restart_delay_s(life->failures)));
}

static void start_role(struct horad *h, enum role role, struct mono_time now)
{
	struct role_life *life = &h->roles[role];
	int rc;

	if (h->is_supervised)
		return;
	life->has_stopped = false;
	life->silent_rounds = 0;
	enter(life, ROLE_STARTED, now);
	rc = h->effects.start(h->effects.arg, role);
	if (rc == 0)
		return;
	log_role(h, SEV_ERROR, role, strerror(-rc));
	start_later(life, now);
	if (!h->is_announced)
		horad_stop(h, EXIT_FAILURE, now);
}

void horad_init(struct horad *h, const struct horad_effects *effects,
    unsigned roles, bool is_supervised)
{
	*h = (struct horad){ .effects = *effects,
		.wanted = roles, .is_supervised = is_supervised };
	for (int r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			h->roles[r].state = ROLE_DOWN;
}

void horad_start(struct horad *h, struct mono_time now)
{
	h->next_check = mono_add(now, CHECK_INTERVAL_S);
	for (int r = 0; r < ROLE_COUNT; r++)
		h->roles[r].heard = now;	/* their time begins */
	if (h->is_supervised) {
		/* The roles' units wait for ours. */
		h->is_announced = true;
		h->effects.ready(h->effects.arg);
	}
	for (int r = 0; r < ROLE_COUNT && !h->is_stopping; r++)
		if (h->roles[r].state == ROLE_DOWN)
			start_role(h, (enum role)r, now);
}

/* Give it everything, from now on it is at work. */
static void greet(struct horad *h, enum role role, struct mono_time now)
{
	struct role_life *life = &h->roles[role];
	const struct handout *items;
	size_t count = horad_handouts(role, &items);

	life->has_stopped = false;
	life->silent_rounds = 0;
	enter(life, ROLE_GREETED, now);
	for (size_t i = 0; i < count; i++)
		if (items[i].kind != HAND_PEER ||
		    horad_has(h, (enum role)items[i].what))
			h->effects.hand_out(h->effects.arg, role, &items[i],
			    life->was_greeted);
	life->was_greeted = true;
}

void horad_set_roles(struct horad *h, unsigned roles, struct mono_time now)
{
	h->wanted = roles;
	for (int r = 0; r < ROLE_COUNT && !h->is_stopping; r++) {
		struct role_life *life = &h->roles[r];
		bool is_wanted = roles & 1u << r;

		if (is_wanted && life->state == ROLE_UNUSED) {
			enter(life, ROLE_DOWN, now);
			if (h->is_supervised)
				log_role(h, SEV_INFO, (enum role)r,
				    "has something to do now: start it");
			start_role(h, (enum role)r, now);
		} else if (is_wanted && life->state == ROLE_WAITING &&
		    life->since.ns <= now.ns) {
			greet(h, (enum role)r, now);
		} else if (!is_wanted && horad_has(h, (enum role)r)) {
			h->effects.stop(h->effects.arg, (enum role)r);
		} else if (!is_wanted && life->state == ROLE_DOWN) {
			enter(life, ROLE_UNUSED, now);
		}
	}
}

bool horad_counts_on(const struct horad *h, enum role role)
{
	if (!(h->wanted & 1u << role))
		return false;
	return !h->is_supervised || horad_has(h, role);
}

/* --- while it runs -------------------------------------------------------- */

void horad_hello(struct horad *h, enum role role, struct mono_time now)
{
	struct role_life *life = &h->roles[role];
	bool is_wanted = h->wanted & 1u << role;
	bool is_early = h->is_supervised && life->state == ROLE_DOWN &&
	    life->since.ns > now.ns;

	/* While everything ends, or one that never has anything to do. */
	if (h->is_stopping || (!is_wanted &&
	    (!h->is_supervised || !may_be_wanted(h, role)))) {
		if (!h->is_stopping)
			log_role(h, SEV_INFO, role,
			    "has nothing to do in this configuration");
		h->effects.stop(h->effects.arg, role);
		return;
	}
	/* Once a life: each gives fresh channels to the neighbours, who must
	 * not be drowned in them. */
	if (life->state == ROLE_WAITING || horad_has(h, role))
		return;
	if (is_wanted && !is_early) {
		greet(h, role, now);
		return;
	}
	/* Whoever started it does not know when it is needed, and starts one
	 * that dies over and over again at once. */
	if (!is_wanted)
		log_role(h, SEV_INFO, role,
		    "waits for a configuration that has a use for it");
	enter(life, ROLE_WAITING, is_early ? life->since : now);
}

void horad_ready(struct horad *h, enum role role, struct mono_time now)
{
	if (h->roles[role].state != ROLE_GREETED)
		return;
	enter(&h->roles[role], ROLE_UP, now);
	if (h->is_announced || h->is_stopping)
		return;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (h->roles[r].state != ROLE_UNUSED &&
		    h->roles[r].state != ROLE_UP)
			return;
	h->is_announced = true;
	h->effects.ready(h->effects.arg);
}

void horad_alive(struct horad *h, enum role role, struct mono_time now)
{
	h->roles[role].silent_rounds = 0;
	h->roles[role].heard = now;
}

bool horad_is_lively(const struct horad *h, struct mono_time now)
{
	static const enum role steering[] = { ROLE_CLOCK, ROLE_ENGINE };

	for (size_t i = 0; i < sizeof(steering) / sizeof(steering[0]); i++)
		if (h->wanted & 1u << steering[i] &&
		    mono_sub(now, h->roles[steering[i]].heard) > LIVELY_S)
			return false;
	return true;
}

void horad_stopped(struct horad *h, enum role role)
{
	h->roles[role].has_stopped = true;
}

static void check_silent(struct horad *h, struct mono_time now)
{
	if (now.ns < h->next_check.ns)
		return;
	h->next_check = mono_add(now, CHECK_INTERVAL_S);
	for (int r = 0; r < ROLE_COUNT; r++)
		if (h->roles[r].state >= ROLE_STARTED &&
		    ++h->roles[r].silent_rounds >= SILENT_ROUNDS) {
			log_role(h, SEV_ERROR, (enum role)r,
			    "does not answer any more");
			h->effects.kill(h->effects.arg, (enum role)r);
		}
}

/* --- the end -------------------------------------------------------------- */

/*
 * The engine first: nothing changes the clock after it. Then the clock, which
 * ends its slew. The others lose nothing.
 */
static const unsigned phases[] = {
	R(ENGINE), R(CLOCK), R(SERVE) | R(KE_SERVER) | R(KE_CLIENT),
};
#define PHASES ((int)(sizeof(phases) / sizeof(phases[0])))

static bool is_phase_over(const struct horad *h)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		if (phases[h->phase] & 1u << r && is_alive(&h->roles[r]))
			return false;
	return true;
}

static void each_of_phase(struct horad *h, void (*fn)(void *arg, enum role role))
{
	for (int r = 0; r < ROLE_COUNT; r++)
		if (phases[h->phase] & 1u << r && is_alive(&h->roles[r]))
			fn(h->effects.arg, (enum role)r);
}

static void go_on_ending(struct horad *h, struct mono_time now)
{
	while (h->phase < PHASES && is_phase_over(h)) {
		if (++h->phase == PHASES)
			break;
		h->phase_end = mono_add(now, PHASE_S);
		each_of_phase(h, h->effects.stop);
	}
	if (h->phase == PHASES && !h->is_finished) {
		h->is_finished = true;
		h->effects.finished(h->effects.arg, h->status);
	}
}

void horad_stop(struct horad *h, int status, struct mono_time now)
{
	if (h->is_stopping)
		return;
	h->is_stopping = true;
	h->status = status;
	h->effects.stopping(h->effects.arg);
	h->phase_end = mono_add(now, PHASE_S);
	each_of_phase(h, h->effects.stop);
	go_on_ending(h, now);
}

static void end_by_force(struct horad *h, struct mono_time now)
{
	if (h->is_finished || now.ns < h->phase_end.ns)
		return;
	for (int r = 0; r < ROLE_COUNT; r++)
		if (phases[h->phase] & 1u << r && is_alive(&h->roles[r]))
			log_role(h, SEV_ERROR, (enum role)r,
			    "does not end in order");
	h->phase_end = mono_add(now, KILL_S);
	each_of_phase(h, h->effects.kill);
}

void horad_gone(struct horad *h, enum role role, struct mono_time now)
{
	struct role_life *life = &h->roles[role];

	if (!is_alive(life))
		return;
	if (h->is_stopping) {
		enter(life, ROLE_DOWN, MONO_NEVER);
		go_on_ending(h, now);
		return;
	}
	if (!h->is_announced && !h->is_supervised) {
		enter(life, ROLE_DOWN, MONO_NEVER);
		log_role(h, SEV_FATAL, role, "could not start");
		horad_stop(h, EXIT_FAILURE, now);
		return;
	}
	if (!(h->wanted & 1u << role)) {
		if (life->state != ROLE_WAITING)
			log_role(h, SEV_INFO, role,
			    "has nothing to do any more");
		enter(life, ROLE_UNUSED, now);
		return;
	}
	if (life->state == ROLE_UP && mono_sub(now, life->since) >= HEALTHY_S)
		life->failures = 0;
	/* One that said so asks for a new start: no failure, now and then. */
	if (life->has_stopped && mono_sub(now, life->since) >= WILLING_S)
		enter(life, ROLE_DOWN, now);
	else
		start_later(life, now);
	log_role(h, SEV_WARNING, role, h->is_supervised ?
	    "is gone until it is started again" : life->has_stopped ?
	    "has ended; it is started again" :
	    "has died; it is started again");
	if (life->since.ns <= now.ns)
		start_role(h, role, now);
}

/* --- time ----------------------------------------------------------------- */

/* It is there and needed, and died too often to be let go on at once. */
static bool is_held_back(const struct horad *h, enum role role)
{
	return h->wanted & 1u << role && h->roles[role].state == ROLE_WAITING;
}

void horad_timer(struct horad *h, struct mono_time now)
{
	if (h->is_stopping) {
		end_by_force(h, now);
		return;
	}
	for (int r = 0; r < ROLE_COUNT && !h->is_stopping; r++) {
		if (h->roles[r].since.ns > now.ns)
			continue;
		if (h->roles[r].state == ROLE_DOWN)
			start_role(h, (enum role)r, now);
		else if (is_held_back(h, (enum role)r))
			greet(h, (enum role)r, now);
	}
	check_silent(h, now);
}

struct mono_time horad_wake(const struct horad *h)
{
	struct mono_time wake = h->next_check;

	if (h->is_stopping)
		return h->is_finished ? MONO_NEVER : h->phase_end;
	for (int r = 0; r < ROLE_COUNT; r++)
		if ((h->is_supervised ? is_held_back(h, (enum role)r) :
		    h->roles[r].state == ROLE_DOWN) &&
		    h->roles[r].since.ns < wake.ns)
			wake = h->roles[r].since;
	return wake;
}
