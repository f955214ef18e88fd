/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control protocol over an engine at rest: what is reported of each part of
 * its state, with which sign.
 */
#include "unit/hora-engine/rest.h"

static void test_at_rest(void **state)
{
	struct world *w = *state;
	union report r;

	assert_int_equal(tell(w, (struct request){ .code = CONTROL_SOURCE_COUNT },
	    &r), CONTROL_OK);
	assert_int_equal(r.count.count, 3);
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_TRACKING },
	    &r), CONTROL_OK);
	assert_int_equal(r.tracking.refid, 0);
	assert_int_equal(r.tracking.stratum, 0);
	assert_int_equal(r.tracking.leap, LEAP_UNSYNC);
	assert_true(r.tracking.ref_time.ns == 0);
	tell_near(r.tracking.root_delay_s, 1);
	tell_near(r.tracking.root_dispersion_s, 1);
	tell_near(r.tracking.skew_ppm, 0);
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_ACTIVITY },
	    &r), CONTROL_OK);
	assert_int_equal(r.activity.online, 1);
	assert_int_equal(r.activity.offline, 1);
	assert_int_equal(r.activity.unresolved, 1);
}

static void test_source_at_rest(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_SOURCE_DATA };
	union report r;

	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(r.source.address.ip.family == IP_V4);
	assert_int_equal(r.source.state, SOURCE_STATE_UNUSABLE);
	assert_int_equal(r.source.mode, SOURCE_MODE_CLIENT);
	assert_int_equal(r.source.poll, 6);
	assert_int_equal(r.source.age_s, CONTROL_NO_AGE);
	rq.index = 2;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(r.source.address.is_id);
	rq.index = 3;
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.index = UINT32_MAX;
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.code = CONTROL_SOURCESTATS;
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.index = 0;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.stats.refid, 0xc0000201);
	assert_int_equal(r.stats.samples, 0);
	tell_near(r.stats.stddev_s, 4);
	tell_near(r.stats.skew_ppm, 2000);
	rq.code = CONTROL_SELECTDATA;
	rq.index = 1;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.select.state, 'M');
	assert_int_equal(r.select.authentication, 1);
	assert_int_equal(r.select.leap, LEAP_UNSYNC);
	assert_int_equal(r.select.configured, 1);
	tell_near(r.select.score, 1);
}

static void test_by_address(void **state)
{
	static const uint16_t codes[] = {
		CONTROL_AUTHDATA, CONTROL_NTPDATA, CONTROL_SOURCENAME,
	};
	struct world *w = *state;
	union report r;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct request rq = { .code = codes[i] };

		assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
		rq.address.ip = tell_ip("192.0.2.9");
		assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
		rq.address.ip = tell_ip("192.0.2.1");
		assert_int_equal(tell(w, rq, &r), CONTROL_OK);
		/* An ID is a name only of what has no address. */
		rq.address = (struct control_addr){ .is_id = true,
			.id = w->e->sources[0]->id };
		assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
		rq.address.id = w->e->sources[2]->id;
		assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	}
	assert_string_equal(r.name.name, "time.example");
}

/* The last offset of tracking is positive when the clock was fast; what is to
 * be corrected, when it is slow. */
static void test_tracking_signs(void **state)
{
	struct world *w = *state;
	struct reference *ref = &w->e->reference;
	struct free_time f = timeline_free(&w->e->timeline, w->now.wall);
	union report r;

	ref->is_synchronised = ref->is_known = true;
	ref->at = f;
	ref->offset_s = 0.25;		/* the clock is slow */
	ref->last_offset_s = 0.125;
	ref->freq = 10e-6;		/* it loses */
	ref->residual_freq = 1e-6;
	ref->skew = 3e-6;
	ref->refid = 0xc0000201;
	ref->address = tell_ip("192.0.2.1");
	ref->stratum = 3;
	ref->ref_time = w->now.wall;
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_TRACKING },
	    &r), CONTROL_OK);
	tell_near(r.tracking.correction_s, 0.25);
	tell_near(r.tracking.last_offset_s, -0.125);
	tell_near(r.tracking.freq_ppm, -10);
	tell_near(r.tracking.residual_freq_ppm, -1);
	tell_near(r.tracking.skew_ppm, 3);
	assert_int_equal(r.tracking.stratum, 3);
	assert_int_equal(r.tracking.refid, 0xc0000201);
	assert_true(ip_equal(&r.tracking.address.ip, &ref->address));
	/* The local reference takes its place when it is active. */
	w->e->local_state.is_active = true;
	w->e->local.stratum = 10;
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_TRACKING },
	    &r), CONTROL_OK);
	assert_int_equal(r.tracking.refid, REFID_LOCAL);
	assert_int_equal(r.tracking.stratum, 10);
	assert_int_equal(r.tracking.leap, LEAP_NORMAL);
	assert_int_equal(r.tracking.address.ip.family, IP_NONE);
	tell_near(r.tracking.root_delay_s, 0);
}

/*
 * Free time runs away from the system clock with the correction of frequency:
 * reports must show the offset of the system clock. Here the kernel has run
 * 100 ppm fast for 1000 s to make up for a clock that loses as much, and the
 * source is 3 ms ahead all the time.
 */
static void test_offsets_of_the_system_clock(void **state)
{
	struct world *w = *state;
	struct source *s = w->e->sources[0];
	struct request rq = { .code = CONTROL_SOURCE_DATA };
	union report r;

	timeline_rate(&w->e->timeline, w->now.wall, 100);
	w->e->reference.freq = 100e-6;
	w->e->clock.rate_ppm = w->e->clock.base_ppm = 100;
	for (int i = 0; i < 4; i++) {
		struct sample sample = { .delay_s = 0.02 };
		struct wall_time at;

		w->now.wall.ns += 250 * NS_PER_S;
		w->now.mono.ns += 250 * NS_PER_S;
		at = w->now.wall;
		sample.at = timeline_free(&w->e->timeline, at);
		sample.offset_s = 0.003 +
		    (double)(at.ns - sample.at.ns) * 1e-9;
		assert_true(source_stats_add(&s->stats, &sample));
	}
	w->now.wall.ns += 16 * NS_PER_S;
	s->assoc.stratum = 2;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(fabs(r.source.measured_s + 0.003) < 1e-6);
	assert_true(fabs(r.source.adjusted_s + 0.003) < 1e-6);
	assert_int_equal(r.source.age_s, 16);
	assert_int_equal(r.source.stratum, 2);
	tell_near(r.source.error_s, 0.01);
	rq.code = CONTROL_SOURCESTATS;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.stats.samples, 4);
	assert_int_equal(r.stats.span_s, 749);	/* free seconds */
	/* 100 ppm, and 0.1 s of them, must not show; the rest is the delay's */
	assert_true(fabs(r.stats.residual_freq_ppm) < r.stats.skew_ppm);
	assert_true(r.stats.skew_ppm < 100);
	assert_true(fabs(r.stats.offset_s + 0.003) < 1e-3);
	rq.code = CONTROL_SELECTDATA;
	w->e->candidates[0].low_s = -0.01;
	w->e->candidates[0].high_s = 0.03;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	tell_near(r.select.high_s - r.select.low_s, 0.04);
	assert_true(fabs(r.select.low_s + 0.023) < 1e-3);
}

static void test_ntpdata(void **state)
{
	struct world *w = *state;
	struct source *s = w->e->sources[0];
	struct request rq = { .code = CONTROL_NTPDATA,
		.address = { .ip = tell_ip("192.0.2.1") } };
	union report r;

	s->assoc.count.sent = 5;
	s->assoc.report.version = 4;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.ntp.port, 123);
	assert_int_equal(r.ntp.sent, 5);
	assert_int_equal(r.ntp.version, 0);
	s->assoc.report = (struct assoc_report){
		.has_response = true, .version = 4, .mode = 4, .stratum = 1,
		.offset_s = -0.5, .tests = TESTS_GOOD, .is_authenticated = true,
		.tx = STAMP_KERNEL, .rx = STAMP_DAEMON, .at = { 5000000000 },
		.at_free = { 5250000000 },
	};
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	tell_near(r.ntp.offset_s, -0.25);
	assert_int_equal(r.ntp.flags, 0x83ff);
	assert_int_equal(r.ntp.tx, 'K');
	assert_int_equal(r.ntp.rx, 'D');
}

static void test_authdata(void **state)
{
	struct world *w = *state;
	struct source_keys *k = w->e->sources[1]->keys;
	struct request rq = { .code = CONTROL_AUTHDATA,
		.address = { .ip = tell_ip("2001:db8::1") } };
	union report r;

	assert_non_null(k);
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.auth.mode, AUTH_MODE_NTS);
	assert_int_equal(r.auth.ke_age_s, CONTROL_NO_AGE);
	k->client.aead = 15;
	k->client.key_length = 32;
	k->client.cookie_count = 8;
	k->client.cookies[0].length = 100;
	k->has_keys = true;
	k->ke_mono.ns = w->now.mono.ns - 42 * NS_PER_S;
	k->context = 2;
	k->attempts = 3;
	k->had_nak = true;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.auth.key_type, 15);
	assert_int_equal(r.auth.key_id, 2);
	assert_int_equal(r.auth.key_length, 256);
	assert_int_equal(r.auth.ke_age_s, 42);
	assert_int_equal(r.auth.ke_attempts, 3);
	assert_int_equal(r.auth.cookies, 8);
	assert_int_equal(r.auth.cookie_length, 100);
	assert_int_equal(r.auth.nak, 1);
	/* Keys of 1970 on a clock of 2200. */
	k->ke_mono.ns = w->now.mono.ns - INT64_C(7258118400) * NS_PER_S;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.auth.ke_age_s, CONTROL_NO_AGE - 1);
}

static void test_serverstats(void **state)
{
	struct world *w = *state;
	struct server_page *serve = test_calloc(1, sizeof(*serve));
	struct server_page *ke = test_calloc(1, sizeof(*ke));
	struct request rq = { .code = CONTROL_SERVERSTATS };
	union report r;

	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	serve->counters[SERVER_NTP_RECEIVED] = 11;
	serve->counters[SERVER_NTP_DROPPED] = 12;
	serve->counters[SERVER_NTP_AUTHENTICATED] = 13;
	ke->counters[SERVER_KE_ACCEPTED] = 14;
	ke->counters[SERVER_KE_DROPPED] = 15;
	w->e->serve_page = serve;
	w->e->ke_page = ke;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.server.counter[SERVERSTAT_NTP_HITS], 11);
	assert_int_equal(r.server.counter[SERVERSTAT_NTP_DROPS], 12);
	assert_int_equal(r.server.counter[SERVERSTAT_NTP_AUTHENTICATED], 13);
	assert_int_equal(r.server.counter[SERVERSTAT_KE_HITS], 14);
	assert_int_equal(r.server.counter[SERVERSTAT_KE_DROPS], 15);
	/* The one before and this one. */
	assert_int_equal(r.server.counter[SERVERSTAT_COMMAND_HITS], 2);
	w->e->serve_page = w->e->ke_page = NULL;
	test_free(serve);
	test_free(ke);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_at_rest),
		TEST(test_source_at_rest),
		TEST(test_by_address),
		TEST(test_tracking_signs),
		TEST(test_offsets_of_the_system_clock),
		TEST(test_ntpdata),
		TEST(test_authdata),
		TEST(test_serverstats),
	};

	return cmocka_run_group_tests_name("hora-engine/control_reports", tests, NULL,
	    NULL);
}
