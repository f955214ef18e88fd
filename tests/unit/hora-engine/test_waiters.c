/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/waiters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

static struct control_later wish(enum ipc_task task, uint32_t sequence)
{
	return (struct control_later){ .is_set = true, .sequence = sequence,
		.command = (uint16_t)(100 + task), .request.task = task };
}

/* Client `peer` wants something; the id of its request, 0: it goes on. */
static uint32_t add(struct waiters *w, const char *peer, enum ipc_task task,
    uint32_t sequence, double now_s)
{
	struct control_later later = wish(task, sequence);

	switch (waiters_add(w, peer, strlen(peer), &later, at(now_s))) {
	case WAITERS_ASK:
		assert_int_not_equal(later.request.id, 0);
		return later.request.id;
	case WAITERS_AGAIN:
		return 0;
	case WAITERS_FULL:
		break;
	}
	fail_msg("no place");
	return 0;
}

static void each_gets_its_own_answer(void **state)
{
	struct waiters w = { 0 };
	struct waiter one;
	uint32_t a = add(&w, "a", IPC_TASK_REKEY, 1, 0);
	uint32_t b = add(&w, "bb", IPC_TASK_REKEY, 2, 0);

	(void)state;
	assert_int_not_equal(a, b);
	assert_false(waiters_take(&w, 0, &one));
	assert_false(waiters_take(&w, b + 1, &one));
	assert_true(waiters_take(&w, b, &one));
	assert_int_equal(one.later.sequence, 2);
	assert_int_equal(one.peer_length, 2);
	assert_memory_equal(one.peer, "bb", 2);
	assert_false(waiters_take(&w, b, &one));	/* once */
	assert_true(waiters_take(&w, a, &one));
	assert_int_equal(one.later.sequence, 1);
	assert_int_equal(waiters_wake(&w).ns, MONO_NEVER.ns);
}

static void who_asks_again_waits_for_the_same(void **state)
{
	struct waiters w = { 0 };
	struct waiter one;
	uint32_t a = add(&w, "a", IPC_TASK_REKEY, 1, 0), other;

	(void)state;
	assert_int_equal(add(&w, "a", IPC_TASK_REKEY, 5, 1), 0);
	assert_true(waiters_take(&w, a, &one));
	assert_int_equal(one.later.sequence, 5);
	/* something else takes the place of what it no longer waits for */
	a = add(&w, "a", IPC_TASK_REKEY, 6, 2);
	other = add(&w, "a", IPC_TASK_DUMP, 7, 3);
	assert_int_not_equal(other, 0);
	assert_false(waiters_take(&w, a, &one));
	assert_true(waiters_take(&w, other, &one));
	assert_int_equal(one.later.request.task, IPC_TASK_DUMP);
}

static void another_rule_is_another_request(void **state)
{
	struct waiters w = { 0 };
	struct control_later later = wish(IPC_TASK_RULE, 1);

	(void)state;
	later.request.rule.ip = (struct ip_addr){ IP_V4, { 10 } };
	later.request.rule.bits = 8;
	assert_int_equal(waiters_add(&w, "a", 1, &later, at(0)), WAITERS_ASK);
	later.request.id = 0;
	assert_int_equal(waiters_add(&w, "a", 1, &later, at(0)), WAITERS_AGAIN);
	later.request.rule.bits = 9;
	assert_int_equal(waiters_add(&w, "a", 1, &later, at(0)), WAITERS_ASK);
	later.request.rule.ip.bytes[0] = 11;
	assert_int_equal(waiters_add(&w, "a", 1, &later, at(0)), WAITERS_ASK);
	later.command++;		/* deny, not allow */
	assert_int_equal(waiters_add(&w, "a", 1, &later, at(0)), WAITERS_ASK);
}

static void nobody_waits_for_ever(void **state)
{
	struct waiters w = { 0 };
	struct waiter one;

	(void)state;
	add(&w, "a", IPC_TASK_REKEY, 1, 10);
	add(&w, "b", IPC_TASK_REKEY, 2, 11);
	add(&w, "a", IPC_TASK_REKEY, 3, 20);	/* gives no more time */
	assert_int_equal(waiters_wake(&w).ns, at(10 + WAITERS_LIMIT_S).ns);
	assert_false(waiters_expired(&w, at(9.999 + WAITERS_LIMIT_S), &one));
	assert_true(waiters_expired(&w, at(10 + WAITERS_LIMIT_S), &one));
	assert_int_equal(one.later.sequence, 3);
	assert_false(waiters_expired(&w, at(10 + WAITERS_LIMIT_S), &one));
	assert_int_equal(waiters_wake(&w).ns, at(11 + WAITERS_LIMIT_S).ns);
}

static void places_are_bounded(void **state)
{
	struct waiters w = { 0 };
	struct control_later later = wish(IPC_TASK_DUMP, 1);
	char peer[WAITERS_PEER_MAX + 1] = { 0 };
	struct waiter one;

	(void)state;
	assert_int_equal(waiters_add(&w, peer, sizeof(peer), &later, at(0)),
	    WAITERS_FULL);
	for (int i = 0; i < WAITERS_MAX; i++) {
		peer[0] = (char)('a' + i);
		assert_int_equal(waiters_add(&w, peer, WAITERS_PEER_MAX, &later,
		    at(0)), WAITERS_ASK);
	}
	peer[0] = 'Z';
	assert_int_equal(waiters_add(&w, peer, WAITERS_PEER_MAX, &later, at(0)),
	    WAITERS_FULL);
	peer[0] = 'a';
	assert_int_equal(waiters_add(&w, peer, WAITERS_PEER_MAX, &later, at(0)),
	    WAITERS_AGAIN);
	assert_true(waiters_take(&w, 1, &one));
	assert_int_equal(one.peer_length, WAITERS_PEER_MAX);
	peer[0] = 'Z';
	w.last_id = UINT32_MAX;
	assert_int_equal(waiters_add(&w, peer, WAITERS_PEER_MAX, &later, at(0)),
	    WAITERS_ASK);
	assert_int_not_equal(later.request.id, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_gets_its_own_answer),
		cmocka_unit_test(who_asks_again_waits_for_the_same),
		cmocka_unit_test(another_rule_is_another_request),
		cmocka_unit_test(nobody_waits_for_ever),
		cmocka_unit_test(places_are_bounded),
	};

	return cmocka_run_group_tests_name("hora-engine/waiters", tests, NULL,
	    NULL);
}
