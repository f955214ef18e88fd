/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-serve/serve.h"

#include "ntp/packet_mac.h"
#include "wire/ntp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Random bits with which neither the leak nor the kiss code strikes. */
#define UNLUCKY UINT32_MAX

static const struct wall_time now = { INT64_C(1700000000) * NS_PER_S };
static const struct mono_time mono = { NS_PER_S };

#define RECORDS 16		/* of clients; as many pairs of timestamps */

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
	lab->page = calloc(1, server_page_size(RECORDS));
	assert_non_null(lab->page);
	lab->rule = (struct access_rule_config){
		.is_allow = true,
		.prefix = { { .family = IP_V4, .bytes = { 10 } }, 8 },
	};
	lab->config.allow = &lab->rule;
	lab->config.allow_count = 1;
	lab->config.port = 123;
	lab->config.clientloglimit = RECORDS * 128;
	lab->config.ratelimit = (struct ratelimit_config){
		.enabled = true, .interval_log2_s = 3, .burst = 2, .leak = 2,
		.kod = 1,
	};
	assert_int_equal(serve_rules_init(&lab->rules, &lab->config,
	    lab->page), 0);
	assert_int_equal(serve_worker_init(&lab->worker, &lab->rules, 1, 2), 0);
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

/* --- interleaved mode ------------------------------------------------------- */

#define CLIENT_RECEIVE UINT64_C(0x1111222233334444)
#define CLIENT_TRANSMIT UINT64_C(0x5555666677778888)

/*
 * One exchange s seconds after `now`; the answer. `origin` as the client has it
 * from the last answer.
 */
static struct ntp_header exchange(struct lab *lab, double s, uint64_t origin,
    struct responder_request *q)
{
	static const struct responder_random random;
	struct ntp_header h = { .version = 4, .mode = 3, .origin = origin,
		.receive = CLIENT_RECEIVE, .transmit = CLIENT_TRANSMIT };
	uint8_t bytes[NTP_HEADER_SIZE], out[NTP_PACKET_MAX];
	struct serve_packet p = request_of(bytes, 10);

	ntp_header_write(&h, bytes);
	p.rx = wall_add(now, s);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, q),
	    DROP_OK);
	assert_int_equal(serve_answer(&lab->worker, &p, q, wall_add(p.rx, 1e-3),
	    &random, out, sizeof(out)), NTP_HEADER_SIZE);
	assert_int_equal(ntp_header_read(out, NTP_HEADER_SIZE, &h), DROP_OK);
	assert_true(h.receive & 1);
	assert_false(h.transmit & 1);
	return h;
}

static bool is_interleaved(const struct ntp_header *h)
{
	if (h->origin == CLIENT_RECEIVE)
		return true;
	assert_true(h->origin == CLIENT_TRANSMIT);
	return false;
}

static void third_answer_is_interleaved(void **state)
{
	struct lab *lab = lab_new();
	struct responder_request q;
	struct ntp_header a, b, c;
	double told_s;

	(void)state;
	lab->rules.ratelimit.enabled = false;
	a = exchange(lab, 0, 0, &q);
	assert_false(is_interleaved(&a));
	assert_false(serve_keeps(&lab->worker, &q));
	assert_int_equal(lab->worker.stamps.held, 0);
	b = exchange(lab, 1, a.receive, &q);
	assert_false(is_interleaved(&b));
	assert_true(serve_keeps(&lab->worker, &q));
	assert_true(q.receive == b.receive);
	/* the kernel: 0.25 ms after the reading that was told */
	serve_sent(&lab->worker, q.receive, 0.25e-3);
	assert_int_equal(lab->page->stamps_held, 1);
	c = exchange(lab, 2, b.receive, &q);
	assert_true(is_interleaved(&c));
	told_s = wall_sub(wall_from_ntp(c.transmit), wall_from_ntp(b.receive));
	assert_true(told_s > 1.25e-3 - 2e-6 && told_s < 1.25e-3 + 2e-6);
	assert_int_equal(count(lab, SERVER_NTP_INTERLEAVED), 1);
	assert_int_equal(count(lab, SERVER_NTP_KERNEL_TX), 1);
	assert_int_equal(count(lab, SERVER_NTP_DAEMON_TX), 2);
	/* used up; a stamp that comes late finds nothing */
	b = exchange(lab, 3, b.receive, &q);
	assert_false(is_interleaved(&b));
	/* without the kernel's stamp the own reading serves */
	c = exchange(lab, 4, b.receive, &q);
	assert_true(is_interleaved(&c));
	assert_int_equal(count(lab, SERVER_NTP_KERNEL_TX), 1);
	assert_int_equal(lab->page->stamps_held, 2);
	assert_int_equal(lab->page->stamps_span_s, 2);
	lab_free(lab);
}

static void no_kiss_is_kept(void **state)
{
	static const struct responder_random random;
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE], out[NTP_PACKET_MAX];
	struct serve_packet p = request_of(bytes, 10);
	struct ntp_header h = { .version = 4, .mode = 3, .receive = 2,
		.transmit = 4 };
	struct responder_request q;

	(void)state;
	h.origin = exchange(lab, 0, 1, &q).receive;
	exchange(lab, 0, 0, &q);
	ntp_header_write(&h, bytes);
	/* over the limit, and with the chance of a kiss code */
	assert_int_equal(serve_judge(&lab->worker, &p, mono, 0xfffe0001, &q),
	    DROP_OK);
	assert_true(q.has_kod && q.is_interleaved);
	serve_answer(&lab->worker, &p, &q, now, &random, out, sizeof(out));
	assert_int_equal(ntp_header_read(out, NTP_HEADER_SIZE, &h), DROP_OK);
	assert_true(h.origin == 4);
	assert_false(serve_keeps(&lab->worker, &q));
	assert_int_equal(lab->worker.stamps.held, 1);
	lab_free(lab);
}

static void corrections_forget(void **state)
{
	static const struct {
		const char *name;
		double moved_s[2];
		bool is_known;
	} cases[] = {
		{ "none", { 0, 0 }, true },
		{ "small", { 0.9e-3, 0 }, true },
		{ "forth and back", { 0.9e-3, -0.9e-3 }, true },
		{ "small ones add up", { 0.6e-3, 0.6e-3 }, false },
		{ "back", { -1.1e-3, 0 }, false },
		{ "a step", { 3600, 0 }, false },
	};
	struct lab *lab = lab_new();

	(void)state;
	lab->rules.ratelimit.enabled = false;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct time_ref ref = { .since = now, .is_valid = true,
			.until = wall_add(now, 1e6), .stratum = 1 };
		struct responder_request q;
		struct ntp_header h;

		lab->worker.ref = ref;
		lab->worker.moved_s = 0;
		h = exchange(lab, (double)i, 1, &q);
		for (int k = 0; k < 2; k++) {
			ref.offset_s += cases[i].moved_s[k];
			serve_worker_time(&lab->worker, &ref, now);
		}
		assert_true(lab->worker.ref.offset_s == ref.offset_s);
		assert_int_equal(lab->page->stamps_held, cases[i].is_known);
		h = exchange(lab, i + 0.5, h.receive, &q);
		if (is_interleaved(&h) != cases[i].is_known)
			fail_msg("%s", cases[i].name);
		stamps_forget(&lab->worker.stamps);
	}
	lab_free(lab);
}

/*
 * The monotonic clock (wire/mono_ef.h): what is served without the corrections
 * of its offset, at its rate.
 */
static void monotonic_clock(void **state)
{
	struct lab *lab = lab_new();
	struct time_ref ref = { .since = now, .is_valid = true,
		.until = wall_add(now, 1e6), .rate = 1e-5, .stratum = 1 };
	int64_t before_ns, after_ns;

	(void)state;
	serve_worker_time(&lab->worker, &ref, now);
	assert_int_equal(lab->worker.moved_ns, 0);
	before_ns = time_ref_correct(&ref, wall_add(now, 10)).ns;
	/* as foretold, then corrected by 2 s, then back by 0.5 s at another rate */
	ref.since = wall_add(now, 10);
	ref.offset_s = 10 * 1e-5;
	serve_worker_time(&lab->worker, &ref, ref.since);
	assert_int_equal(lab->worker.moved_ns, 0);
	ref.offset_s += 2;
	serve_worker_time(&lab->worker, &ref, ref.since);
	ref.offset_s -= 0.5;
	ref.rate = -2e-5;
	serve_worker_time(&lab->worker, &ref, ref.since);
	assert_int_equal(lab->worker.moved_ns, 3 * NS_PER_S / 2);
	after_ns = time_ref_correct(&lab->worker.ref, wall_add(now, 10)).ns;
	assert_true(after_ns - lab->worker.moved_ns == before_ns);
	lab_free(lab);
}

/* A slew that goes as foretold corrects nothing. */
static void slews_do_not(void **state)
{
	struct lab *lab = lab_new();
	struct time_ref before = { .since = now, .is_valid = true,
		.until = wall_add(now, 10), .offset_s = 1, .rate = -0.1,
		.stratum = 1 }, after = before;
	struct responder_request q;

	(void)state;
	lab->rules.ratelimit.enabled = false;
	lab->worker.ref = before;
	exchange(lab, 0, 1, &q);
	after.since = wall_add(now, 5);
	after.offset_s = 0.5;
	serve_worker_time(&lab->worker, &after, wall_add(now, 5));
	assert_int_equal(lab->worker.stamps.held, 1);
	lab_free(lab);
}

static void memory_is_bounded(void **state)
{
	struct lab *lab = lab_new();
	struct responder_request q;

	(void)state;
	lab->rules.ratelimit.enabled = false;
	for (int i = 0; i < 1000; i++)
		exchange(lab, i, 1, &q);
	assert_int_equal(lab->worker.stamps.size, 16);
	assert_int_equal(lab->worker.stamps.held, 16);
	assert_int_equal(lab->page->stamps_held, 16);
	assert_int_equal(lab->page->stamps_span_s, 15);
	lab_free(lab);
}

static void noclientlog_keeps_nothing(void **state)
{
	struct lab *lab = lab_new();
	struct serve_rules rules;
	struct responder_request q;
	struct ntp_header h;

	(void)state;
	lab->config.noclientlog = true;
	lab->config.ratelimit.enabled = false;
	assert_int_equal(serve_rules_init(&rules, &lab->config, lab->page), 0);
	serve_worker_free(&lab->worker);
	assert_int_equal(serve_worker_init(&lab->worker, &rules, 1, 2), 0);
	h = exchange(lab, 0, 1, &q);
	assert_false(serve_keeps(&lab->worker, &q));
	h = exchange(lab, 1, h.receive, &q);
	assert_false(is_interleaved(&h));
	assert_int_equal(lab->page->stamps_held, 0);
	serve_rules_free(&rules);
	lab_free(lab);
}

/* A key as it comes from horad: number 3, SHA1, 16 bytes. */
static const uint8_t packed[] = { 0, 0, 0, 3, MAC_SHA1, 0, 16, '0', '1', '2',
	'3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f' };

static void symmetric_keys(void **state)
{
	static const struct mac_key key = { 3, MAC_SHA1, 16, packed + 7 };
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE + PACKET_MAC_MAX];
	struct serve_packet p = request_of(bytes, 10);
	struct responder_request q;

	(void)state;
	lab->rules.ratelimit.enabled = false;
	p.length = packet_mac_put(&key, bytes, NTP_HEADER_SIZE, sizeof(bytes));
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_KEY_UNKNOWN);
	assert_true(serve_worker_mac_keys(&lab->worker, packed,
	    sizeof(packed)));
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_OK);
	assert_int_equal(count(lab, SERVER_NTP_AUTHENTICATED), 1);
	bytes[71] ^= 1;
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_AUTH_BAD);
	bytes[71] ^= 1;
	/* What is wrong replaces what was: no key is used that is not known. */
	assert_false(serve_worker_mac_keys(&lab->worker, packed,
	    sizeof(packed) - 1));
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_KEY_UNKNOWN);
	assert_true(serve_worker_mac_keys(&lab->worker, packed,
	    sizeof(packed)));
	assert_true(serve_worker_mac_keys(&lab->worker, NULL, 0));
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_KEY_UNKNOWN);
	assert_int_equal(count(lab, SERVER_NTP_RECEIVED), 5);
	assert_int_equal(count(lab, SERVER_NTP_AUTHENTICATED), 1);
	assert_int_equal(lab->page->drops[DROP_KEY_UNKNOWN], 3);
	assert_int_equal(lab->page->drops[DROP_AUTH_BAD], 1);
	lab_free(lab);
}

/* Guessing is limited like asking. */
static void bad_macs_cost_tokens(void **state)
{
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE + PACKET_MAC_MAX] = { 0 };
	struct serve_packet p = request_of(bytes, 10);
	struct responder_request q;

	(void)state;
	assert_true(serve_worker_mac_keys(&lab->worker, packed,
	    sizeof(packed)));
	bytes[NTP_HEADER_SIZE + 3] = 3;
	p.length = NTP_HEADER_SIZE + 24;
	for (int i = 0; i < 2; i++)
		assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY,
		    &q), DROP_AUTH_BAD);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_RATE);
	lab_free(lab);
}

static void sockets_wanted(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	assert_true(serve_wants_socket(&lab->rules, 123, IP_V4));
	assert_false(serve_wants_socket(&lab->rules, 123, IP_V6));
	assert_false(serve_wants_socket(&lab->rules, 0, IP_V4));
	lab_free(lab);
}

/* Another configuration: the clients' tokens are those that they had. */
static void other_rules(void **state)
{
	struct access_rule_config rules[2];
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE];
	struct serve_packet p = request_of(bytes, 10);
	struct responder_request q;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY,
		    &q), DROP_OK);
	rules[0] = lab->rule;
	rules[1] = (struct access_rule_config){ .is_allow = false,
		.prefix = { { .family = IP_V4, .bytes = { 10, 7 } }, 16 } };
	lab->config.allow = rules;
	lab->config.allow_count = 2;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), 0);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_RATE);
	p.peer.ip.bytes[1] = 7;
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_ACCESS);
	p.peer.ip.bytes[1] = 0;
	lab->config.ratelimit.enabled = false;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), 0);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_OK);
	lab->config.pair_count = 1;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), 0);
	assert_true(lab->rules.has_nts);
	assert_ptr_equal(lab->rules.page, lab->page);
	lab_free(lab);
}

/* A family in which nobody was allowed has no socket. */
static void another_family_needs_a_start(void **state)
{
	struct access_rule_config all = { .is_allow = true };
	struct lab *lab = lab_new();
	uint8_t bytes[NTP_HEADER_SIZE];
	struct serve_packet p = request_of(bytes, 11);
	struct responder_request q;

	(void)state;
	lab->config.allow = &all;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), -EAGAIN);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_ACCESS);
	all = (struct access_rule_config){ .is_allow = true, .prefix =
	    { { .family = IP_V4 }, 0 } };
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), 0);
	assert_int_equal(serve_judge(&lab->worker, &p, mono, UNLUCKY, &q),
	    DROP_OK);
	lab->config.allow_count = 0;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), 0);
	assert_false(serve_wants_socket(&lab->rules, 123, IP_V4));
	/* one that no table can hold changes nothing */
	all = (struct access_rule_config){ .is_allow = true, .prefix =
	    { { .family = IP_V4 }, 33 } };
	lab->config.allow_count = 1;
	assert_int_equal(serve_rules_renew(&lab->rules, &lab->config), -EINVAL);
	assert_false(serve_wants_socket(&lab->rules, 123, IP_V4));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_first),
		cmocka_unit_test(junk_costs_no_tokens),
		cmocka_unit_test(rate),
		cmocka_unit_test(receive_stamps),
		cmocka_unit_test(third_answer_is_interleaved),
		cmocka_unit_test(no_kiss_is_kept),
		cmocka_unit_test(corrections_forget),
		cmocka_unit_test(slews_do_not),
		cmocka_unit_test(monotonic_clock),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(noclientlog_keeps_nothing),
		cmocka_unit_test(symmetric_keys),
		cmocka_unit_test(bad_macs_cost_tokens),
		cmocka_unit_test(sockets_wanted),
		cmocka_unit_test(other_rules),
		cmocka_unit_test(another_family_needs_a_start),
	};

	return cmocka_run_group_tests_name("hora-serve/serve", tests, NULL,
	    NULL);
}
