/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-serve/serve.h"

#include "wire/ntp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Random bits with which neither the leak nor the kiss code strikes. */
#define UNLUCKY UINT32_MAX

static const struct wall_time now = { INT64_C(1700000000) * NS_PER_S };
static const struct mono_time mono = { NS_PER_S };

struct lab {
	struct access_rule_config rule;
	struct config config;
	struct server_page *page;
	struct serve_rules rules;
	struct serve_worker worker;
};

/* 10.0.0.0/8 is allowed; two answers, then one in 8 s. */
static struct lab *lab_new(void)
{
	struct lab *lab = calloc(1, sizeof(*lab));

	assert_non_null(lab);
	lab->page = calloc(1, sizeof(*lab->page));
	assert_non_null(lab->page);
	lab->rule = (struct access_rule_config){
		.is_allow = true,
		.prefix = { { .family = IP_V4, .bytes = { 10 } }, 8 },
	};
	lab->config.allow = &lab->rule;
	lab->config.allow_count = 1;
	lab->config.port = 123;
	lab->config.ratelimit = (struct ratelimit_config){
		.enabled = true, .interval_log2_s = 3, .burst = 2, .leak = 2,
		.kod = 1,
	};
	client_table_init(&lab->page->clients, 1);
	assert_int_equal(serve_rules_init(&lab->rules, &lab->config,
	    lab->page), 0);
	serve_worker_init(&lab->worker, &lab->rules);
	return lab;
}

static void lab_free(struct lab *lab)
{
	serve_worker_free(&lab->worker);
	serve_rules_free(&lab->rules);
	free(lab->page);
	free(lab);
}

static struct serve_packet request_of(uint8_t bytes[NTP_HEADER_SIZE],
    uint8_t first)
{
	struct ntp_header h = { .version = 4, .mode = 3, .transmit = 1 };

	ntp_header_write(&h, bytes);
	return (struct serve_packet){
		.peer = { .ip = { IP_V4, { first, 0, 0, 1 } }, .port = 50000 },
		.bytes = bytes, .length = NTP_HEADER_SIZE,
		.has_rx = true, .rx = now,
	};
}

static uint64_t count(const struct lab *lab, enum server_counter c)
{
	return server_counter(lab->page, c);
}

static void access_first(void **state)
{
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE];
	struct serve_packet p = request_of(bytes, 11);
	struct responder_request q;

	(void)state;
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_ACCESS);
	assert_int_equal(lab->page->drops[DROP_ACCESS], 1);
	assert_int_equal(count(lab, SERVER_NTP_RECEIVED), 0);
	p = request_of(bytes, 10);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_OK);
	assert_int_equal(count(lab, SERVER_NTP_RECEIVED), 1);
	lab_free(lab);
}

static void junk_costs_no_tokens(void **state)
{
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE];
	struct serve_packet p = request_of(bytes, 10), junk = p;
	struct responder_request q;

	(void)state;
	junk.length = 47;
	for (int i = 0; i < 10; i++)
		assert_int_equal(serve_judge(&lab->worker, &junk, mono,
		    UNLUCKY, &q), DROP_SHORT);
	assert_int_equal(lab->page->drops[DROP_SHORT], 10);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_OK);
	assert_int_equal(count(lab, SERVER_NTP_RECEIVED), 1);
	lab_free(lab);
}

static void rate(void **state)
{
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE], out[NTP_PACKET_MAX];
	static const struct responder_random random;
	struct serve_packet p = request_of(bytes, 10);
	struct responder_request q;
	struct ntp_header h;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY,
		    &q), DROP_OK);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_RATE);
	/* the chance of a kiss code: an even upper half, no leak */
	assert_int_equal(serve_judge(&lab->worker, &p, mono, 0xfffe0001, &q),
	    DROP_OK);
	assert_int_equal(serve_answer(&lab->worker, &p, &q, now, &random, out,
	    sizeof(out)), NTP_HEADER_SIZE);
	assert_int_equal(ntp_header_read(out, NTP_HEADER_SIZE, &h), DROP_OK);
	assert_int_equal(h.refid, NTP_KOD_RATE);
	assert_int_equal(h.poll, 3);
	assert_int_equal(count(lab, SERVER_NTP_RECEIVED), 4);
	assert_int_equal(count(lab, SERVER_NTP_DROPPED), 2);
	lab_free(lab);
}

static void receive_stamps(void **state)
{
	static const struct {
		const char *name;
		bool has_rx;
		double age_s;
		bool kernel;		/* counted as the kernel's */
		double told_s;		/* transmit - receive in the answer */
	} cases[] = {
		{ "fresh stamp", true, 0.5, true, 0.5 },
		{ "own reading", false, 0.5, false, 0.5 },
		{ "as old as may be", true, 1.0, true, 1.0 },
		{ "the clock was stepped forward", true, 1.1, false, 0 },
		{ "the clock was stepped back", true, -0.1, false, 0 },
	};
	struct lab *lab = lab_new();
	static const struct responder_random random;

	(void)state;
	lab->rules.ratelimit.enabled = false;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[NTP_HEADER_SIZE], out[NTP_PACKET_MAX];
		struct serve_packet p = request_of(bytes, 10);
		uint64_t kernel = count(lab, SERVER_NTP_KERNEL_RX);
		uint64_t daemon = count(lab, SERVER_NTP_DAEMON_RX);
		struct responder_request q;
		struct ntp_header h;
		double told_s;

		p.has_rx = cases[i].has_rx;
		p.rx = wall_add(now, -cases[i].age_s);
		assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY,
		    &q), DROP_OK);
		serve_answer(&lab->worker, &p, &q, now, &random, out,
		    sizeof(out));
		assert_int_equal(ntp_header_read(out, NTP_HEADER_SIZE, &h),
		    DROP_OK);
		told_s = wall_sub(wall_from_ntp(h.transmit),
		    wall_from_ntp(h.receive));
		if (!(told_s > cases[i].told_s - 1e-5 &&
		    told_s < cases[i].told_s + 1e-5))
			fail_msg("%s: %g s", cases[i].name, told_s);
		assert_int_equal(count(lab, SERVER_NTP_KERNEL_RX) - kernel,
		    cases[i].kernel);
		assert_int_equal(count(lab, SERVER_NTP_DAEMON_RX) - daemon,
		    !cases[i].kernel);
	}
	lab_free(lab);
}

static void sockets_wanted(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	assert_true(serve_wants_socket(&lab->rules, &lab->config, IP_V4));
	assert_false(serve_wants_socket(&lab->rules, &lab->config, IP_V6));
	lab->config.port = 0;
	assert_false(serve_wants_socket(&lab->rules, &lab->config, IP_V4));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_first),
		cmocka_unit_test(junk_costs_no_tokens),
		cmocka_unit_test(rate),
		cmocka_unit_test(receive_stamps),
		cmocka_unit_test(sockets_wanted),
	};

	return cmocka_run_group_tests_name("hora-serve/serve", tests, NULL,
	    NULL);
}
