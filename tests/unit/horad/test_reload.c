/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/reload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALL (R(CLOCK) | R(ENGINE) | R(SERVE) | R(KE_CLIENT))

/* Effects as a line of text: "begin", "take", "rename", ">C" handed (">c": the
 * text alone), "end done TEXT", "=7 done". */
struct world {
	struct reload r;
	char seen[1024];
	bool is_refused, has_no_memory;
	unsigned roles;
};

static const char letters[ROLE_COUNT] = { 'H', 'C', 'E', 'S', 'K', 'L' };
static const char small[ROLE_COUNT] = { 'h', 'c', 'e', 's', 'k', 'l' };

static void note(struct world *w, const char *format, ...)
{
	size_t n = strlen(w->seen);
	va_list ap;

	va_start(ap, format);
	vsnprintf(w->seen + n, sizeof(w->seen) - n, format, ap);
	va_end(ap);
}

static void do_begin(void *arg)
{
	note(arg, "begin ");
}

static bool do_take(void *arg, char text[IPC_TEXT_SIZE])
{
	struct world *w = arg;

	note(w, "take ");
	if (w->is_refused)
		strcpy(text, "bad");
	return !w->is_refused;
}

static bool do_rename(void *arg, char text[IPC_TEXT_SIZE])
{
	struct world *w = arg;

	note(w, "rename ");
	if (w->has_no_memory)
		strcpy(text, "full");
	return !w->has_no_memory;
}

static unsigned do_roles(void *arg)
{
	return ((struct world *)arg)->roles;
}

static void do_hand(void *arg, enum role role, bool is_text_only)
{
	note(arg, ">%c ", is_text_only ? small[role] : letters[role]);
}

static void do_end(void *arg, const struct ipc_answer *done)
{
	note(arg, "end %s%s ", done->is_done ? "done" : "failed", done->text);
}

static void do_answer(void *arg, const struct ipc_answer *done)
{
	note(arg, "=%u %s%s ", done->id, done->is_done ? "done" : "failed",
	    done->text);
}

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

static void expect(struct world *w, const char *seen)
{
	assert_string_equal(w->seen, seen);
	w->seen[0] = '\0';
}

static int setup(void **state)
{
	static struct world w;
	struct reload_effects effects = { &w, do_begin, do_take,
		do_rename, do_roles, do_hand, do_end, do_answer };

	memset(&w, 0, sizeof(w));
	w.roles = ALL;
	reload_init(&w.r, &effects);
	reload_enable(&w.r, at(0));
	*state = &w;
	return 0;
}

/* All roles but those of `except` say that they work by number n. */
static void apply(struct world *w, unsigned except, uint32_t n)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		if (ALL & ~except & 1u << r)
			reload_applied(&w->r, (enum role)r, n, at(1));
}

static void the_clock_goes_first(void **state)
{
	struct world *w = *state;

	assert_int_equal(reload_wake(&w->r).ns, MONO_NEVER.ns);
	reload_ask(&w->r, 7, at(0));
	expect(w, "begin take >C ");
	assert_int_equal(w->r.number, 2);
	assert_int_equal(reload_wake(&w->r).ns, at(RELOAD_LIMIT_S).ns);
	reload_applied(&w->r, ROLE_CLOCK, 2, at(0));
	expect(w, ">E >S >L ");
	reload_applied(&w->r, ROLE_ENGINE, 2, at(0));
	reload_applied(&w->r, ROLE_SERVE, 2, at(0));
	reload_applied(&w->r, ROLE_ENGINE, 2, at(0));	/* said twice */
	expect(w, "");
	reload_applied(&w->r, ROLE_KE_CLIENT, 2, at(0));
	expect(w, "end done =7 done ");
	assert_int_equal(reload_wake(&w->r).ns, MONO_NEVER.ns);
}

static void without_a_clock_all_go_at_once(void **state)
{
	struct world *w = *state;

	w->roles = R(ENGINE);
	reload_ask(&w->r, 0, at(0));
	expect(w, "begin take >E ");
	reload_applied(&w->r, ROLE_ENGINE, 2, at(0));
	expect(w, "end done ");
	/* nobody is there, with supervised roles */
	w->roles = 0;
	reload_ask(&w->r, 0, at(0));
	expect(w, "begin take end done ");
}

static void a_refused_one_reaches_nobody(void **state)
{
	struct world *w = *state;

	w->is_refused = true;
	reload_ask(&w->r, 3, at(0));
	expect(w, "begin take end failedbad =3 failedbad ");
	assert_int_equal(w->r.number, 1);
	assert_int_equal(reload_wake(&w->r).ns, MONO_NEVER.ns);
}

static void those_that_come_meanwhile_are_one_more(void **state)
{
	struct world *w = *state;

	reload_ask(&w->r, 1, at(0));
	for (uint32_t id = 2; id < 5; id++)
		reload_ask(&w->r, id % 3 ? id : 0, at(0));
	expect(w, "begin take >C ");
	apply(w, 0, 2);
	expect(w, ">E >S >L end done =1 done begin take >C ");
	apply(w, 0, 3);
	expect(w, ">E >S >L end done =2 done =4 done ");
}

static void only_so_many_may_wait(void **state)
{
	struct world *w = *state;
	char seen[1024] = ">E >S >L end done =1 done begin take >C ";

	reload_ask(&w->r, 1, at(0));
	expect(w, "begin take >C ");
	for (uint32_t id = 2; id < 2 + RELOAD_ASKERS; id++)
		reload_ask(&w->r, id, at(0));
	expect(w, "");
	reload_ask(&w->r, 99, at(0));
	expect(w, "=99 failedtoo many requests are waiting ");
	apply(w, 0, 2);
	expect(w, seen);
	strcpy(seen, ">E >S >L end done ");
	for (int id = 2; id < 2 + RELOAD_ASKERS; id++)
		sprintf(seen + strlen(seen), "=%d done ", id);
	apply(w, 0, 3);
	expect(w, seen);
}

static void what_an_older_one_says_does_not_count(void **state)
{
	struct world *w = *state;

	reload_ask(&w->r, 1, at(0));
	reload_applied(&w->r, ROLE_CLOCK, 1, at(0));
	reload_applied(&w->r, ROLE_CLOCK, 3, at(0));
	expect(w, "begin take >C ");
	/* ready, but by the configuration before */
	reload_ready(&w->r, ROLE_CLOCK, at(0));
	expect(w, "");
	/* one that was started since has the new one */
	reload_greeted(&w->r, ROLE_CLOCK);
	expect(w, "");
	reload_ready(&w->r, ROLE_CLOCK, at(0));
	expect(w, ">E >S >L ");
}

static void nobody_is_waited_for_for_ever(void **state)
{
	struct world *w = *state;

	reload_ask(&w->r, 1, at(0));
	apply(w, R(SERVE) | R(KE_CLIENT), 2);
	expect(w, "begin take >C >E >S >L ");
	reload_ask(&w->r, 2, at(1));
	reload_timer(&w->r, at(RELOAD_LIMIT_S - 0.001));
	expect(w, "");
	w->roles = R(ENGINE);
	reload_timer(&w->r, at(RELOAD_LIMIT_S));
	expect(w, "end failedhora-serve, hora-ke-client did not take over the "
	    "configuration in 10 s =1 failedhora-serve, hora-ke-client did "
	    "not take over the configuration in 10 s begin take >E ");
}

/* A clock that hangs keeps nothing from the others. */
static void the_others_get_it_all_the_same(void **state)
{
	struct world *w = *state;

	reload_ask(&w->r, 1, at(0));
	expect(w, "begin take >C ");
	reload_timer(&w->r, at(RELOAD_LIMIT_S));
	expect(w, ">E >S >L end failedhora-clock did not take over the "
	    "configuration in 10 s =1 failedhora-clock did not take over the "
	    "configuration in 10 s ");
}

static void the_start_comes_first(void **state)
{
	struct world *w = *state;

	w->r.is_enabled = false;
	reload_ask(&w->r, 0, at(0));
	reload_ask(&w->r, 0, at(0));
	expect(w, "");
	reload_enable(&w->r, at(0));
	expect(w, "begin take >C ");
	apply(w, 0, 2);
	expect(w, ">E >S >L end done ");
}

/* A new engine counts its requests from 1. */
static void the_next_engine_waits_for_its_own(void **state)
{
	struct world *w = *state;

	reload_ask(&w->r, 9, at(0));
	reload_engine_gone(&w->r);
	reload_ask(&w->r, 1, at(0));
	apply(w, 0, 2);
	expect(w, "begin take >C >E >S >L end done begin take >C ");
	apply(w, 0, 3);
	expect(w, ">E >S >L end done =1 done ");
}

static void other_addresses_go_without_a_word(void **state)
{
	struct world *w = *state;

	reload_rename(&w->r, 0, at(0));
	expect(w, "rename >c ");
	assert_int_equal(w->r.number, 2);
	/* more of them, and a reload, while that runs: one more */
	reload_rename(&w->r, 0, at(0));
	reload_ask(&w->r, 1, at(0));
	apply(w, 0, 2);
	expect(w, ">e >s >l begin take >C ");
	/* and after that nothing is left */
	apply(w, 0, 3);
	expect(w, ">E >S >L end done =1 done ");
	/* while a reload runs: one more */
	reload_ask(&w->r, 2, at(0));
	reload_rename(&w->r, 0, at(0));
	apply(w, 0, 4);
	expect(w, "begin take >C >E >S >L end done =2 done rename >c ");
	apply(w, 0, 5);
	expect(w, ">e >s >l ");
	assert_int_equal(reload_wake(&w->r).ns, MONO_NEVER.ns);
}

static void they_are_taken_when_a_reload_is_refused(void **state)
{
	struct world *w = *state;

	w->r.is_enabled = false;
	w->is_refused = true;
	reload_ask(&w->r, 1, at(0));
	reload_rename(&w->r, 0, at(0));
	expect(w, "");
	reload_enable(&w->r, at(0));
	expect(w, "begin take end failedbad =1 failedbad rename >c ");
}

static void they_wait_for_nobody_for_ever(void **state)
{
	struct world *w = *state;

	reload_rename(&w->r, 0, at(0));
	reload_timer(&w->r, at(RELOAD_LIMIT_S));
	expect(w, "rename >c >e >s >l end failedhora-clock did not take over "
	    "the configuration in 10 s ");
	w->has_no_memory = true;
	reload_rename(&w->r, 0, at(20));
	expect(w, "rename end failedfull ");
	assert_int_equal(w->r.number, 2);
	assert_int_equal(reload_wake(&w->r).ns, MONO_NEVER.ns);
}

/* A rule by command is answered at the end of a round, as a reload is. */
static void rules_are_answered(void **state)
{
	struct world *w = *state;

	reload_rename(&w->r, 4, at(0));
	expect(w, "rename >c ");
	reload_rename(&w->r, 5, at(0));
	apply(w, 0, 2);
	expect(w, ">e >s >l =4 done rename >c ");
	apply(w, 0, 3);
	expect(w, ">e >s >l =5 done ");
	/* a reload that works takes them along */
	reload_rename(&w->r, 0, at(0));
	reload_rename(&w->r, 6, at(0));
	reload_ask(&w->r, 7, at(0));
	apply(w, 0, 4);
	expect(w, "rename >c >e >s >l begin take >C ");
	apply(w, 0, 5);
	expect(w, ">E >S >L end done =7 done =6 done ");
	/* one that is refused does not */
	w->is_refused = true;
	w->r.is_enabled = false;
	reload_rename(&w->r, 8, at(0));
	reload_ask(&w->r, 9, at(0));
	reload_enable(&w->r, at(0));
	expect(w, "begin take end failedbad =9 failedbad rename >c ");
	/* who waits for a role that says nothing is told so */
	reload_timer(&w->r, at(RELOAD_LIMIT_S));
	expect(w, ">e >s >l end failedhora-clock did not take over the "
	    "configuration in 10 s =8 failedhora-clock did not take over the "
	    "configuration in 10 s ");
	w->has_no_memory = true;
	reload_rename(&w->r, 10, at(20));
	expect(w, "rename end failedfull =10 failedfull ");
	/* a new engine counts from 1 */
	w->has_no_memory = false;
	reload_rename(&w->r, 11, at(20));
	reload_rename(&w->r, 12, at(20));
	reload_engine_gone(&w->r);
	apply(w, 0, 7);
	expect(w, "rename >c >e >s >l rename >c ");
	apply(w, 0, 8);
	expect(w, ">e >s >l ");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup(f, setup)
	const struct CMUnitTest tests[] = {
		T(the_clock_goes_first),
		T(without_a_clock_all_go_at_once),
		T(a_refused_one_reaches_nobody),
		T(those_that_come_meanwhile_are_one_more),
		T(only_so_many_may_wait),
		T(what_an_older_one_says_does_not_count),
		T(nobody_is_waited_for_for_ever),
		T(the_others_get_it_all_the_same),
		T(the_start_comes_first),
		T(the_next_engine_waits_for_its_own),
		T(other_addresses_go_without_a_word),
		T(they_are_taken_when_a_reload_is_refused),
		T(they_wait_for_nobody_for_ever),
		T(rules_are_answered),
	};

	return cmocka_run_group_tests_name("horad/reload", tests, NULL, NULL);
}
