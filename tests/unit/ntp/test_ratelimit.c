/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/ratelimit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Random bits with which neither the leak nor the kiss code strikes. */
#define UNLUCKY UINT32_MAX

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

static struct ip_addr v4(uint32_t n)
{
	return (struct ip_addr){ IP_V4, { (uint8_t)(n >> 24),
	    (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n } };
}

/* A table with its memory. */
struct lab {
	struct client_head head;
	struct client_record *records;
	struct client_table table;
};

static struct lab *lab_new(uint32_t size)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	assert_non_null(lab);
	lab->records = calloc(size, sizeof(*lab->records));
	assert_non_null(lab->records);
	lab->table = (struct client_table){ &lab->head, lab->records, size };
	client_table_init(&lab->table, 6);
	return lab;
}

static void lab_free(struct lab *lab)
{
	free(lab->records);
	free(lab);
}

static const struct ip_addr someone = { IP_V4, { 10, 0, 0, 1 } };

/* The one client of a table of his own. */
static enum rate_verdict judge(struct lab *lab,
    const struct ratelimit_config *limit, struct mono_time now, uint32_t random)
{
	return client_judge(&lab->table, &someone, limit, now, random);
}

static struct client_record *record(struct lab *lab)
{
	return client_get(&lab->table, &someone);
}

static const struct ratelimit_config limit = {
	.enabled = true, .interval_log2_s = 3, .burst = 4, .leak = 2, .kod = 1,
};

static void bucket(void **state)
{
	/* interval 8 s, burst 4 */
	static const struct {
		double s;
		enum rate_verdict verdict;
	} steps[] = {
		{ 100, RATE_PASS }, { 100, RATE_PASS }, { 100, RATE_PASS },
		{ 100, RATE_PASS }, { 100, RATE_DROP }, { 107.9, RATE_DROP },
		{ 108, RATE_PASS }, { 108, RATE_DROP }, { 115.9, RATE_DROP },
		{ 124, RATE_PASS }, { 124, RATE_PASS }, { 124, RATE_DROP },
		/* a long pause fills the bucket, and no more */
		{ 1e6, RATE_PASS }, { 1e6, RATE_PASS }, { 1e6, RATE_PASS },
		{ 1e6, RATE_PASS }, { 1e6, RATE_DROP },
	};
	struct lab *lab = lab_new(16);

	(void)state;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum rate_verdict v = judge(lab, &limit,
		    at(steps[i].s), UNLUCKY);

		if (v != steps[i].verdict)
			fail_msg("step %zu: verdict %d", i, v);
	}
	assert_int_equal(record(lab)->hits, 17);
	assert_int_equal(record(lab)->drops, 6);
	lab_free(lab);
}

static void short_interval_is_exact(void **state)
{
	struct ratelimit_config l = limit;
	struct lab *lab = lab_new(16);

	(void)state;
	l.interval_log2_s = -10;
	l.burst = 1;
	assert_int_equal(judge(lab, &l, at(1), UNLUCKY), RATE_PASS);
	assert_int_equal(judge(lab, &l, at(1.00097), UNLUCKY), RATE_DROP);
	assert_int_equal(judge(lab, &l, at(1.00098), UNLUCKY), RATE_PASS);
	lab_free(lab);
}

static void chance(void **state)
{
	static const struct {
		const char *name;
		uint32_t random;
		enum rate_verdict verdict;
	} cases[] = {
		{ "leak", 0xffff0000 | 4, RATE_PASS },
		{ "no leak", 0xffff0000 | 1, RATE_DROP },
		{ "kiss", 0xfffe0001, RATE_KOD },
		{ "leak goes before kiss", 0xfffe0000, RATE_PASS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lab *lab = lab_new(16);
		enum rate_verdict v;

		for (int n = 0; n < limit.burst; n++)
			judge(lab, &limit, at(1), UNLUCKY);
		v = judge(lab, &limit, at(2), cases[i].random);
		if (v != cases[i].verdict)
			fail_msg("%s: verdict %d", cases[i].name, v);
		lab_free(lab);
	}
}

/* A leaked answer empties the bucket: the next one is not owed. */
static void leak_empties(void **state)
{
	struct lab *lab = lab_new(16);

	(void)state;
	for (int n = 0; n < limit.burst; n++)
		judge(lab, &limit, at(1), UNLUCKY);
	assert_int_equal(judge(lab, &limit, at(8), 4), RATE_PASS);
	assert_int_equal(judge(lab, &limit, at(9), UNLUCKY), RATE_DROP);
	assert_int_equal(judge(lab, &limit, at(16), UNLUCKY), RATE_PASS);
	lab_free(lab);
}

static void without_kod(void **state)
{
	struct ratelimit_config l = limit;
	struct lab *lab = lab_new(16);

	(void)state;
	l.kod = 0;
	l.burst = 1;
	judge(lab, &l, at(1), UNLUCKY);
	assert_int_equal(judge(lab, &l, at(1), 1), RATE_DROP);
	lab_free(lab);
}

/* Asking faster without an answer turns the leak around. */
static void eager_client(void **state)
{
	struct ratelimit_config l = limit;
	struct lab *lab = lab_new(16);
	double s = 1;

	(void)state;
	l.burst = 2;
	for (int i = 0; i < 2; i++)
		judge(lab, &l, at(s += 4), UNLUCKY);
	for (int i = 0; i < 6 && !record(lab)->is_limited; i++)
		judge(lab, &l, at(s += 4), UNLUCKY);
	assert_true(record(lab)->is_limited);
	/* after an answer 4 s, after none 0.1 s */
	assert_int_equal(judge(lab, &l, at(s + 0.1), UNLUCKY), RATE_PASS);

	/* the same without hurry is dropped */
	record(lab)->limited_interval_log2_s = record(lab)->interval_log2_s - 1;
	record(lab)->credit_ns = 0;
	record(lab)->is_limited = false;
	assert_int_equal(judge(lab, &l, at(s + 0.2), UNLUCKY), RATE_DROP);
	lab_free(lab);
}

static void disabled_counts_only(void **state)
{
	struct ratelimit_config l = limit;
	struct lab *lab = lab_new(16);

	(void)state;
	l.enabled = false;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(judge(lab, &l, at(1), UNLUCKY),
		    RATE_PASS);
	assert_int_equal(record(lab)->hits, 1000);
	assert_int_equal(record(lab)->drops, 0);
	lab_free(lab);
}

static void clock_before_last(void **state)
{
	struct lab *lab = lab_new(16);

	(void)state;
	judge(lab, &limit, at(10), UNLUCKY);
	judge(lab, &limit, at(5), UNLUCKY);
	assert_int_equal(record(lab)->credit_ns, 2 * 8 * NS_PER_S);
	lab_free(lab);
}

static void table_finds_and_replaces(void **state)
{
	enum { SIZE = 4096 };
	struct lab *lab = lab_new(SIZE);
	struct ip_addr first = v4(0x0a000001), other = { IP_V6, { 10, 0, 0, 1 } };
	struct client_table *t = &lab->table;
	struct client_record *r;
	uint32_t n = SIZE * 8;

	(void)state;
	client_table_init(t, 8);
	assert_int_equal(lab->head.seed, 7);		/* chosen once */
	r = client_get(t, &first);
	client_judge(t, &first, &limit, at(1), UNLUCKY);
	assert_ptr_equal(client_get(t, &first), r);
	/* the same bytes of another family are another client */
	assert_ptr_not_equal(client_get(t, &other), r);
	for (uint32_t i = 0; i < n; i++) {
		struct ip_addr ip = v4(0x0b000000 + i);

		client_judge(t, &ip, &limit, at(2 + i * 1e-3), UNLUCKY);
		/* the first one stays known as long as it asks */
		client_judge(t, &first, &limit, at(2 + i * 1e-3), UNLUCKY);
	}
	assert_int_equal(client_get(t, &first)->hits, n + 1);
	assert_true(lab->head.replaced >= n - SIZE);
	assert_true(lab->head.replaced < n);
	lab_free(lab);
}

static void no_table(void **state)
{
	struct client_table none = { 0 };

	(void)state;
	assert_null(client_get(&none, &someone));
	for (int i = 0; i < 100; i++)
		assert_int_equal(client_judge(&none, &someone, &limit, at(1),
		    UNLUCKY), RATE_PASS);
}

/* --- IPv6: all of a /64 ------------------------------------------------------ */

static struct ip_addr v6(uint8_t net, uint32_t host)
{
	return (struct ip_addr){ IP_V6, { 0x20, 1, 0xd, 0xb8, [7] = net,
	    [12] = (uint8_t)(host >> 24), (uint8_t)(host >> 16),
	    (uint8_t)(host >> 8), (uint8_t)host } };
}

/* Answers to one request at `s` from each of n new addresses. */
static unsigned answers(struct lab *lab, uint8_t net, uint32_t from, uint32_t n,
    double s)
{
	unsigned passed = 0;

	for (uint32_t i = from; i < from + n; i++) {
		struct ip_addr ip = v6(net, i);

		passed += client_judge(&lab->table, &ip, &limit, at(s),
		    UNLUCKY) == RATE_PASS;
	}
	return passed;
}

static void a_net_has_its_share(void **state)
{
	struct lab *lab = lab_new(65536);
	struct ip_addr honest = v6(1, 1);

	(void)state;
	/* burst 4, one in 8 s for an address; 64 times as much for the net */
	assert_int_equal(answers(lab, 1, 1000, 1000, 1), 4 * 64);
	assert_int_equal(answers(lab, 1, 2000, 1000, 2), 8);
	assert_int_equal(answers(lab, 1, 3000, 1000, 10), 64);
	/* others do not suffer; IPv4 knows no such thing */
	assert_int_equal(answers(lab, 2, 1000, 200, 10), 200);
	for (uint32_t i = 0; i < 1000; i++) {
		struct ip_addr ip = v4(i);

		assert_int_equal(client_judge(&lab->table, &ip, &limit, at(10),
		    UNLUCKY), RATE_PASS);
	}
	/* what the net did not get counts as dropped, for the address, too */
	assert_int_equal(client_judge(&lab->table, &honest, &limit, at(10),
	    UNLUCKY), RATE_DROP);
	assert_int_equal(client_get(&lab->table, &honest)->drops, 1);
	lab_free(lab);
}

/* One host that floods is held by its own limit: its neighbours go on. */
static void a_flood_leaves_the_neighbours(void **state)
{
	struct lab *lab = lab_new(65536);
	struct ip_addr flood = v6(1, 1);

	(void)state;
	for (int s = 1; s <= 60; s++) {
		for (int i = 0; i < 1000; i++)
			client_judge(&lab->table, &flood, &limit,
			    at(s + i * 1e-3), UNLUCKY);
		/* hosts that ask every 64 s, four of them each second */
		assert_int_equal(answers(lab, 1, 1000 + 4 * (uint32_t)s, 4,
		    s + 0.999), 4);
	}
	lab_free(lab);
}

/* Hurry turns the leak around for a client, but not for a network. */
static void a_net_is_not_eager(void **state)
{
	struct lab *lab = lab_new(65536);
	double s = 1;

	(void)state;
	/* slow while it is answered, fast when not */
	for (uint32_t i = 0; i < 256; i++)
		answers(lab, 1, i, 1, s += 0.1);
	for (uint32_t i = 0; i < 20000; i++)
		answers(lab, 1, 1000 + i, 1, s += 1e-4);
	assert_true(answers(lab, 1, 50000, 100, s) <= 1);
	lab_free(lab);
}

/* --- who only reads ---------------------------------------------------------- */

static void readers_see_clients(void **state)
{
	const struct ratelimit_config off = { .enabled = false };
	struct lab *lab = lab_new(64);
	struct ip_addr six = { IP_V6, { 0x20, 1, 0xd, 0xb8 } }, none = { 0 };
	struct client_record r;
	int seen = 0;

	(void)state;
	for (uint32_t i = 1; i <= 3; i++)
		client_judge(&lab->table, &(struct ip_addr){ IP_V4, { 10, 0, 0,
			(uint8_t)i } }, &off, at(i), 0);
	client_judge(&lab->table, &six, &(struct ratelimit_config){
		.enabled = true, .burst = 1 }, at(9), 0);
	for (uint32_t i = 0; i < 64; i++)
		seen += client_read(&lab->table, i, &r);
	assert_int_equal(seen, 4);	/* without the one of the /64 */
	assert_false(client_read(&lab->table, 64, &r));
	assert_false(client_read(&lab->table, UINT32_MAX, &r));
	assert_true(client_find(&lab->table, &someone, &r));
	assert_true(ip_equal(&r.ip, &someone));
	assert_int_equal(r.hits, 1);
	assert_int_equal(r.last.ns, at(1).ns);
	assert_true(r.is_known);
	assert_true(client_find(&lab->table, &six, &r));
	assert_false(r.is_net);
	/* finding makes none */
	assert_false(client_find(&lab->table, &(struct ip_addr){ IP_V4,
		{ 99 } }, &r));
	assert_false(client_find(&lab->table, &none, &r));
	assert_false(client_find(&(struct client_table){ 0 }, &someone, &r));
	for (uint32_t i = 0; i < 64; i++)
		seen -= client_read(&lab->table, i, &r);
	assert_int_equal(seen, 0);
	lab_free(lab);
}

static void rubbish_is_copied_unharmed(void **state)
{
	struct lab *lab = lab_new(16);
	struct client_record r;

	(void)state;
	memset(lab->records, 0xff, 16 * sizeof(*lab->records));
	for (uint32_t i = 0; i < 16; i++)
		assert_false(client_read(&lab->table, i, &r));
	lab->records[3].ip.family = IP_V4;
	assert_false(client_read(&lab->table, 3, &r));	/* a /64 */
	lab->records[3].is_net = false;
	assert_true(client_read(&lab->table, 3, &r));
	assert_true(r.is_known && r.is_limited && r.has_interval &&
	    r.has_limited_interval);
	lab_free(lab);
}

static void resets_take_no_tokens(void **state)
{
	const struct ratelimit_config tight = { .enabled = true,
		.interval_log2_s = 3, .burst = 2, .leak = 4 };
	struct lab *lab = lab_new(16);

	(void)state;
	for (int i = 0; i < 3; i++)
		judge(lab, &tight, at(1 + i), UNLUCKY);
	assert_int_equal(record(lab)->hits, 3);
	assert_int_equal(record(lab)->drops, 1);
	/* other ranges, and ones that are none */
	client_reset(&lab->table, 16, UINT32_MAX);
	client_reset(&lab->table, UINT32_MAX, 0);
	client_reset(&lab->table, 3, 3);
	assert_int_equal(record(lab)->hits, 3);
	client_reset(&lab->table, 0, UINT32_MAX);
	assert_int_equal(record(lab)->hits, 0);
	assert_int_equal(record(lab)->drops, 0);
	assert_true(record(lab)->has_interval);
	/* the bucket is as empty as before */
	assert_int_equal(judge(lab, &tight, at(4), UNLUCKY), RATE_DROP);
	assert_int_equal(record(lab)->hits, 1);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bucket),
		cmocka_unit_test(short_interval_is_exact),
		cmocka_unit_test(chance),
		cmocka_unit_test(leak_empties),
		cmocka_unit_test(without_kod),
		cmocka_unit_test(eager_client),
		cmocka_unit_test(disabled_counts_only),
		cmocka_unit_test(clock_before_last),
		cmocka_unit_test(table_finds_and_replaces),
		cmocka_unit_test(no_table),
		cmocka_unit_test(a_net_has_its_share),
		cmocka_unit_test(a_flood_leaves_the_neighbours),
		cmocka_unit_test(a_net_is_not_eager),
		cmocka_unit_test(readers_see_clients),
		cmocka_unit_test(rubbish_is_copied_unharmed),
		cmocka_unit_test(resets_take_no_tokens),
	};

	return cmocka_run_group_tests_name("ntp/ratelimit", tests, NULL, NULL);
}
