/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control protocol over an engine at rest: what is reported of each part of
 * its state, with which sign, and what a command reaches.
 */
#include "hora-engine/control.h"

#include "conf/parse.h"
#include "ctl/reply.h"
#include "ctl/request.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const char text[] =
	"server 192.0.2.1\n"
	"server 2001:db8::1 offline noselect nts\n"
	"server time.example prefer\n";

/* What the engine wanted done. */
struct world {
	struct config config;
	struct engine *e;
	struct engine_now now;
	int tasks[IPC_TASK_EXIT + 1];
	bool is_done;			/* what horad says */
};

static void fx_random(void *arg, void *bytes, size_t n)
{
	(void)arg;
	memset(bytes, 7, n);
}
static int fx_send(void *arg, uint32_t source, const struct net_addr *to,
    const uint8_t *packet, size_t length, struct wall_time *sent,
    struct ip_addr *local)
{
	(void)arg, (void)source, (void)to, (void)packet, (void)length;
	(void)sent, (void)local;
	return 0;
}
static void fx_close(void *arg, uint32_t source)
{
	(void)arg, (void)source;
}
static bool fx_reach(void *arg, const struct net_addr *to)
{
	(void)arg, (void)to;
	return true;
}
static int fx_lookup(void *arg, const struct ipc_lookup *m)
{
	(void)arg, (void)m;
	return 0;
}
static int fx_ke(void *arg, const struct ipc_ke_start *m)
{
	(void)arg, (void)m;
	return 0;
}
static void fx_publish(void *arg, const struct time_ref *m)
{
	(void)arg, (void)m;
}
static void fx_log(void *arg, enum severity severity, const char *line)
{
	(void)arg, (void)severity, (void)line;
}
static void fx_logline(void *arg, const struct ipc_logline *m)
{
	(void)arg, (void)m;
}
static void fx_memory(void *arg, const struct ipc_engine_memory *m)
{
	(void)arg, (void)m;
}
static void fx_state(void *arg, const struct ipc_nts_state *m)
{
	(void)arg, (void)m;
}
static void fx_load(void *arg, const struct ipc_nts_load *m)
{
	(void)arg, (void)m;
}
static void fx_request(void *arg, const struct ipc_request *m)
{
	struct world *w = arg;

	w->tasks[m->task]++;
}

static int begin(void **state)
{
	static struct world w;
	const struct ipc_config options = { .flags = IPC_NO_CLOCK };
	struct engine_effects fx = {
		.arg = &w, .random = fx_random, .send_request = fx_send,
		.close_request = fx_close, .can_reach = fx_reach,
		.lookup = fx_lookup, .ke_start = fx_ke, .publish = fx_publish,
		.log = fx_log, .logline = fx_logline, .memory = fx_memory,
		.nts_state = fx_state, .nts_load = fx_load,
		.request = fx_request,
	};
	struct conf_error error;

	memset(&w, 0, sizeof(w));
	w.now.wall.ns = INT64_C(1795370565) * NS_PER_S + 250000000;
	w.now.mono.ns = 1000 * NS_PER_S;
	assert_true(conf_parse_text(text, sizeof(text) - 1, &w.config, &error));
	w.e = engine_new(&w.config, &options, &fx, -20, &w.now);
	assert_non_null(w.e);
	assert_int_equal(w.e->count, 3);
	*state = &w;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;

	engine_free(w->e);
	config_free(&w->config);
	return 0;
}

static struct ip_addr ip(const char *address)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(address, &a));
	return a;
}

/* Status of the answer to `rq`; the report comes back in `ret`. */
static unsigned tell_from(struct world *w, bool is_unix, struct request *rq,
    union report *ret)
{
	uint8_t request[CONTROL_REQUEST_MAX], bytes[CONTROL_REPLY_MAX];
	const struct control_peer peer = { .is_unix = is_unix };
	struct control_later later;
	struct reply reply;
	size_t n = request_encode(rq, request);

	n = engine_control(w->e, &w->now, &peer, request, n, bytes,
	    sizeof(bytes), &later);
	if (later.is_set) {
		assert_int_equal(n, 0);
		w->tasks[later.request.task]++;
		n = engine_control_later(&later, w->is_done, "", bytes,
		    sizeof(bytes));
	}
	assert_true(n > 0);
	assert_true(reply_decode(bytes, n, rq->code, rq->sequence, &reply));
	*ret = reply.report;
	return reply.status;
}

static unsigned tell(struct world *w, struct request rq, union report *ret)
{
	return tell_from(w, true, &rq, ret);
}

static void near(double a, double b)
{
	if (!(fabs(a - b) <= 1e-6 * fabs(b) + 1e-12))
		fail_msg("%.12g instead of %.12g", a, b);
}

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
	near(r.tracking.root_delay_s, 1);
	near(r.tracking.root_dispersion_s, 1);
	near(r.tracking.skew_ppm, 0);
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
	near(r.stats.stddev_s, 4);
	near(r.stats.skew_ppm, 2000);
	rq.code = CONTROL_SELECTDATA;
	rq.index = 1;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.select.state, 'M');
	assert_int_equal(r.select.authentication, 1);
	assert_int_equal(r.select.leap, LEAP_UNSYNC);
	assert_int_equal(r.select.configured, 1);
	near(r.select.score, 1);
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
		rq.address.ip = ip("192.0.2.9");
		assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
		rq.address.ip = ip("192.0.2.1");
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
	ref->address = ip("192.0.2.1");
	ref->stratum = 3;
	ref->ref_time = w->now.wall;
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_TRACKING },
	    &r), CONTROL_OK);
	near(r.tracking.correction_s, 0.25);
	near(r.tracking.last_offset_s, -0.125);
	near(r.tracking.freq_ppm, -10);
	near(r.tracking.residual_freq_ppm, -1);
	near(r.tracking.skew_ppm, 3);
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
	near(r.tracking.root_delay_s, 0);
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
	near(r.source.error_s, 0.01);
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
	near(r.select.high_s - r.select.low_s, 0.04);
	assert_true(fabs(r.select.low_s + 0.023) < 1e-3);
}

static void test_ntpdata(void **state)
{
	struct world *w = *state;
	struct source *s = w->e->sources[0];
	struct request rq = { .code = CONTROL_NTPDATA,
		.address = { .ip = ip("192.0.2.1") } };
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
	near(r.ntp.offset_s, -0.25);
	assert_int_equal(r.ntp.flags, 0x83ff);
	assert_int_equal(r.ntp.tx, 'K');
	assert_int_equal(r.ntp.rx, 'D');
}

static void test_authdata(void **state)
{
	struct world *w = *state;
	struct source_keys *k = w->e->sources[1]->keys;
	struct request rq = { .code = CONTROL_AUTHDATA,
		.address = { .ip = ip("2001:db8::1") } };
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

static void test_online(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_OFFLINE };
	union report r;

	rq.sources.address.ip = ip("192.0.2.0");
	rq.sources.mask.ip = ip("255.255.255.0");
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_false(w->e->sources[0]->online);
	assert_true(w->e->sources[2]->online);
	rq.sources.mask.ip = ip("255.255.255.255");
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_ONLINE }, &r),
	    CONTROL_OK);
	for (int i = 0; i < 3; i++)
		assert_true(w->e->sources[i]->online);
	/* One without an address, by its number; 0 is no number. */
	rq = (struct request){ .code = CONTROL_OFFLINE };
	rq.sources.address = (struct control_addr){ .is_id = true };
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.sources.address.id = w->e->sources[0]->id;
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
	rq.sources.address.id = w->e->sources[2]->id;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(w->e->sources[0]->online);
	assert_false(w->e->sources[2]->online);
	rq = (struct request){ .code = CONTROL_BURST,
		.burst = { .good = 2, .total = 4 } };
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(w->e->sources[0]->assoc.burst_good, 2);
	rq.burst.sources.address.ip = ip("192.0.2.9");
	rq.burst.sources.mask.ip = ip("255.255.255.255");
	assert_int_equal(tell(w, rq, &r), CONTROL_NO_SOURCE);
}

static void test_tasks(void **state)
{
	static const struct { uint16_t code; enum ipc_task task; } rows[] = {
		{ CONTROL_CYCLELOGS, IPC_TASK_CYCLELOGS },
		{ CONTROL_REKEY, IPC_TASK_REKEY },
		{ CONTROL_DUMP, IPC_TASK_DUMP },
		{ CONTROL_RELOAD_SOURCES, IPC_TASK_RELOAD_SOURCES },
	};
	struct world *w = *state;
	union report r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct request rq = { .code = rows[i].code };

		assert_int_equal(tell_from(w, false, &rq, &r),
		    CONTROL_UNAUTHORISED);
		assert_int_equal(w->tasks[rows[i].task], 0);
		/* horad says when it is done, and how it went */
		w->is_done = true;
		assert_int_equal(tell(w, rq, &r), CONTROL_OK);
		assert_int_equal(w->tasks[rows[i].task], 1);
		w->is_done = false;
		assert_int_equal(tell(w, rq, &r), CONTROL_FAILED);
	}
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_SHUTDOWN },
	    &r), CONTROL_OK);
	assert_int_equal(w->tasks[IPC_TASK_SHUTDOWN], 1);
	/* Without a clock there is nothing to step. */
	assert_int_equal(tell(w, (struct request){ .code = CONTROL_MAKESTEP },
	    &r), CONTROL_FAILED);
}

static void test_manual(void **state)
{
	struct world *w = *state;
	struct request set = { .code = CONTROL_SETTIME };
	struct request rq = { .code = CONTROL_MANUAL, .option = MANUAL_ON };
	struct request drop = { .code = CONTROL_MANUAL_DELETE, .sample = 1 };
	struct request list = { .code = CONTROL_MANUAL_LIST };
	union report r;

	w->e->phase = ENGINE_RUNNING;
	set.time = wall_add(w->now.wall, 2.5);
	assert_int_equal(tell_from(w, false, &set, &r), CONTROL_UNAUTHORISED);
	assert_int_equal(tell(w, set, &r), CONTROL_NOT_ENABLED);
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(tell(w, set, &r), CONTROL_OK);
	near(r.manual_time.offset_s, -2.5);
	near(r.manual_time.freq_change_ppm, 0);
	assert_int_equal(tell(w, set, &r), CONTROL_FAILED);
	assert_int_equal(tell_from(w, false, &list, &r), CONTROL_OK);
	assert_int_equal(r.manual_samples.count, 1);
	near(r.manual_samples.samples[0].original_s, -2.5);
	near(r.manual_samples.samples[0].slewed_s, 0);
	assert_int_equal(tell(w, drop, &r), CONTROL_BAD_SAMPLE);
	drop.sample = 0;
	assert_int_equal(tell(w, drop, &r), CONTROL_OK);
	assert_int_equal(tell(w, list, &r), CONTROL_OK);
	assert_int_equal(r.manual_samples.count, 0);
	rq.option = 3;
	assert_int_equal(tell(w, rq, &r), CONTROL_INVALID);
	rq.option = MANUAL_OFF;
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_int_equal(tell(w, set, &r), CONTROL_NOT_ENABLED);
}

static void test_refresh(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_REFRESH };
	union report r;

	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	assert_false(w->e->lines[2]->is_refresh);
	assert_int_equal(tell(w, rq, &r), CONTROL_OK);
	assert_true(w->e->lines[2]->is_refresh);
	assert_false(w->e->lines[0]->is_refresh);
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

/* Replies to n requests for tracking from an address. */
static int replies(struct world *w, const char *from, int n)
{
	struct request rq = { .code = CONTROL_TRACKING };
	const struct control_peer peer = { .address = ip(from) };
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	size_t length = request_encode(&rq, request);
	struct control_later later;
	int got = 0;

	for (int i = 0; i < n; i++)
		got += engine_control(w->e, &w->now, &peer, request, length,
		    reply, sizeof(reply), &later) > 0;
	return got;
}

static void test_cmdratelimit(void **state)
{
	struct world *w = *state;
	struct config *c = &w->config;

	/* off by default, and counted */
	assert_int_equal(replies(w, "10.0.0.1", 100), 100);
	assert_int_equal(client_get(&w->e->askers, &(struct ip_addr){ IP_V4,
	    { 10, 0, 0, 1 } })->hits, 100);
	c->cmdratelimit.enabled = true;
	assert_int_equal(replies(w, "127.0.0.1", 100), 100);
	assert_int_equal(replies(w, "::1", 100), 100);
	/* 127/8 is not loopback to the control protocol */
	assert_in_range(replies(w, "127.0.0.2", 100), 8, 70);
	assert_in_range(replies(w, "10.0.0.2", 100), 8, 70);
	assert_int_equal(w->e->command_hits, 500);
	assert_in_range(w->e->command_drops, 60, 184);
	/* the Unix socket never */
	for (int i = 0; i < 100; i++) {
		union report r;

		assert_int_equal(tell(w, (struct request){
		    .code = CONTROL_TRACKING }, &r), CONTROL_OK);
	}
}

static void test_no_records(void **state)
{
	struct world *w = *state;

	w->config.noclientlog = true;
	assert_int_equal(replies(w, "10.0.0.1", 100), 100);
	assert_int_equal(w->e->askers.size, 0);
}

static void test_opencommands(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_SERVERSTATS };
	union report r;

	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	w->config.opencommands = OPEN_BIT(SERVERSTATS);
	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_OK);
	rq.code = CONTROL_TRACKING;
	assert_int_equal(tell_from(w, false, &rq, &r), CONTROL_UNAUTHORISED);
	assert_int_equal(tell_from(w, true, &rq, &r), CONTROL_OK);
}

static void test_small_buffer(void **state)
{
	struct world *w = *state;
	struct request rq = { .code = CONTROL_TRACKING };
	const struct control_peer peer = { .is_unix = true };
	uint8_t request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	struct control_later later;
	size_t n = request_encode(&rq, request);

	assert_int_equal(engine_control(w->e, &w->now, &peer, request, n, reply,
	    sizeof(reply) - 1, &later), 0);
	assert_int_equal(engine_control(w->e, &w->now, &peer, request, n, reply,
	    sizeof(reply), &later), 104);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

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
		TEST(test_online),
		TEST(test_tasks),
		TEST(test_manual),
		TEST(test_refresh),
		TEST(test_serverstats),
		TEST(test_cmdratelimit),
		TEST(test_no_records),
		TEST(test_opencommands),
		TEST(test_small_buffer),
	};

	return cmocka_run_group_tests_name("hora-engine/control", tests, NULL,
	    NULL);
}
