/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/orders.h"

#include "horad/named_keys.h"

#include "ctl/request.h"
#include "unit/horad/place.h"

#include <math.h>

static bool read_order(const struct request *rq, struct ipc_clock_order *ret)
{
	uint8_t bytes[CONTROL_REQUEST_MAX];
	size_t n = request_encode(rq, bytes);
	struct order order;
	bool is_any = orders_read(bytes, n, &order);

	assert_int_equal(is_any, order.is_for_clock || order.key != 0);
	*ret = order.clock;
	return order.is_for_clock;
}

/* Exactly what the engine would act on. */
static void orders_are_read(void **state)
{
	static const struct {
		uint16_t code;
		enum ipc_order_kind kind;
	} rows[] = {
		{ CONTROL_MAKESTEP, IPC_ORDER_STEP },
		{ CONTROL_SETTIME, IPC_ORDER_CHANGE },
		{ CONTROL_MANUAL_DELETE, IPC_ORDER_CHANGE },
		{ CONTROL_DOFFSET, IPC_ORDER_CHANGE },
		{ CONTROL_DOFFSET_OLD, IPC_ORDER_CHANGE },
		{ CONTROL_MAKESTEP_LIMIT, IPC_ORDER_MAKESTEP },
	};
	struct request rq = { 0 };
	struct ipc_clock_order order;
	struct order any;
	uint8_t bytes[CONTROL_REQUEST_MAX];
	size_t n;

	(void)state;
	for (unsigned code = 0; code < 20000; code++) {
		bool is_order = false;

		if (!control_rule(code))
			continue;
		rq.code = (uint16_t)code;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].code == code) {
				is_order = true;
				assert_true(read_order(&rq, &order));
				assert_int_equal(order.kind, rows[i].kind);
			}
		if (!is_order)
			assert_false(read_order(&rq, &order));
	}
	rq = (struct request){ .code = CONTROL_MAKESTEP };
	n = request_encode(&rq, bytes);
	assert_false(orders_read(bytes, n - 1, &any));
	assert_false(orders_read(bytes, 0, &any));
	bytes[1] = CONTROL_REPLY;
	assert_false(orders_read(bytes, n, &any));
}

static void limits_of_makestep(void **state)
{
	static const double extremes[] = { NAN, INFINITY, -INFINITY, -5, 1e300 };
	struct request rq = { .code = CONTROL_MAKESTEP_LIMIT };
	struct ipc_clock_order order, left;
	struct orders o = { 0 };

	(void)state;
	rq.makestep = (struct makestep_request){ 4, 0.25 };
	assert_true(read_order(&rq, &order));
	assert_int_equal(order.limit, 4);
	assert_true(order.threshold_s == 0.25);
	assert_false(orders_again(&o, 0, &left));
	orders_keep(&o, &order, 10);
	assert_true(orders_again(&o, 10, &left));
	assert_int_equal(left.limit, 4);
	assert_true(orders_again(&o, 13, &left));
	assert_int_equal(left.limit, 1);
	assert_true(orders_again(&o, 1000, &left));
	assert_int_equal(left.limit, 0);
	order.kind = IPC_ORDER_STEP;	/* does not last */
	orders_keep(&o, &order, 11);
	assert_true(orders_again(&o, 11, &left));
	assert_int_equal(left.kind, IPC_ORDER_MAKESTEP);
	assert_int_equal(left.limit, 3);
	order.kind = IPC_ORDER_MAKESTEP;
	order.limit = -1;
	orders_keep(&o, &order, 11);
	assert_true(orders_again(&o, 99, &left));
	assert_int_equal(left.limit, -1);
	for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++) {
		rq.makestep.threshold_s = extremes[i];
		assert_true(read_order(&rq, &order));
		assert_true(order.threshold_s >= 0 && order.threshold_s <= 1e9);
	}
}

/* The engine may have the keys that sources name, and no others. */
static void keys_are_named(void **state)
{
	struct source_config line = { .key = 7 }, of_file = { .key = 8 };
	struct config config = { .sources = &line, .source_count = 1 };
	struct request rq = { .code = CONTROL_ADD_SOURCE_2 };
	uint8_t bytes[CONTROL_REQUEST_MAX];
	struct named_keys named = { 0 };
	struct order order;

	(void)state;
	assert_false(named_keys_have(&named, &config, 0));
	assert_true(named_keys_have(&named, &config, 7));
	assert_false(named_keys_have(&named, &config, 8));
	named_keys_files(&named, &of_file, 1);
	assert_true(named_keys_have(&named, &config, 8));
	named_keys_files(&named, NULL, 0);
	assert_false(named_keys_have(&named, &config, 8));
	rq.add.key = 9;
	rq.add.type = ADD_TYPE_SERVER;
	assert_true(orders_read(bytes, request_encode(&rq, bytes), &order));
	assert_int_equal(order.key, 9);
	assert_false(order.is_for_clock);
	named_keys_add(&named, order.key);
	assert_true(named_keys_have(&named, &config, 9));
	for (uint32_t i = 0; i < NAMED_KEYS_ADDED; i++)
		named_keys_add(&named, 100);
	assert_false(named_keys_have(&named, &config, 9));
	named_keys_free(&named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_are_read),
		cmocka_unit_test(limits_of_makestep),
		cmocka_unit_test(keys_are_named),
	};

	return cmocka_run_group_tests_name("horad/orders", tests, NULL, NULL);
}
