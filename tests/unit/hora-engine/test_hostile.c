/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Servers that say anything: whatever is in a response that belongs to its
 * request, the engine goes on. Worth most in a build with SANITIZE=1.
 */
#include "unit/hora-engine/world.h"

#include "wire/ntp.h"

#define SEEDS 20
#define STEPS 1000
#define SOURCES 2

static uint64_t draw(struct world *w)
{
	uint64_t v;

	fx_random(w, &v, sizeof(v));
	return v;
}

/* A time of any era, one near its end, or one that is nearly right. */
static uint64_t any_time(struct world *w)
{
	static const double near_s[] = { 0, 1e-9, 0.5, 100, 1e6, 1e9 };
	double s = near_s[draw(w) % 6] * (draw(w) % 2 ? 1 : -1);

	switch (draw(w) % 4) {
	case 0:
		return draw(w) | 1;
	case 1:
		return ntp_from_wall(draw(w) % 2 ? wall_last() : wall_first());
	default:
		return ntp_from_wall(wall_add(world_true(w), s));
	}
}

/* All but what ties it to the request. */
static void twist(struct world *w, struct fake_event *ev)
{
	struct ntp_header h;

	assert_int_equal(ntp_header_read(ev->packet, ev->length, &h), DROP_OK);
	h.receive = any_time(w);
	h.transmit = draw(w) % 16 ? h.receive + (draw(w) & 0xffffff) :
	    any_time(w);
	h.reference = draw(w);
	if (draw(w) % 16 == 0)
		h.precision = (int8_t)draw(w);
	if (draw(w) % 32 == 0) {
		h.root_delay = (uint32_t)draw(w);
		h.root_dispersion = (uint32_t)draw(w);
		h.stratum = (uint8_t)draw(w);
		h.leap = draw(w) & 3;
		h.poll = (int8_t)draw(w);
		h.refid = (uint32_t)draw(w);
	}
	ntp_header_write(&h, ev->packet);
}

static int send_request(void *arg, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct world *w = arg;
	int rc = fx_send_request(w, request, ret_sent, ret_local);

	for (int i = 0; i < WORLD_EVENTS; i++)
		if (w->events[i].is_used && w->events[i].what == REPLY &&
		    w->events[i].source == request->source)
			twist(w, &w->events[i]);
	return rc;
}

/* As hora-clock does it: no step out of the years that NTP can tell. */
static int clock_step(void *arg, const struct ipc_clock_step *m)
{
	struct world *w = arg;
	struct wall_time now = world_now(w).wall;

	w->refuses = !isfinite(m->step_s) ||
	    m->step_s < wall_sub(wall_first(), now) ||
	    m->step_s > wall_sub(wall_last(), now);
	return fx_clock_step(w, m);
}

static void start(struct world *w, bool twisted)
{
	struct engine_effects fx = world_effects(w);
	struct engine_now now = world_now(w);

	if (twisted)
		fx.send_request = send_request;
	fx.clock_step = clock_step;
	w->e = engine_new(&w->config, &w->options, &fx, -24, &now);
	assert_non_null(w->e);
	report_change(w, 0, IPC_CLOCK_INITIAL, 0);
	engine_memory(w->e, &now, &w->memory);
}

static void run(struct world *w)
{
	for (int i = 0; i < STEPS; i++) {
		struct engine_now now;

		w->log_count = 0;
		if (!world_step(w, INT64_MAX))
			return;
		assert_true(isfinite(w->adjust.base_ppm));
		assert_true(isfinite(w->adjust.slew_s));
		assert_true(isfinite(w->published.offset_s));
		now = world_now(w);
		if (i % 50 == 0)
			engine_makestep(w->e, &now);
	}
}

/* A world with two servers, of which the engine asks one or both. */
static struct world *new_world(uint64_t seed)
{
	struct world *w = world_new();

	w->random = seed;
	for (int i = 1; i <= SOURCES; i++) {
		char name[IP_TEXT_SIZE];
		struct ip_addr ip = world_ip(i);

		world_server(w, i);
		world_line(w, SOURCE_SERVER, ip_text(&ip, name));
	}
	w->config.log = LOG_MEASUREMENTS | LOG_STATISTICS | LOG_TRACKING;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = seed % 2 ? -1 : 3;
	w->config.source_count = seed % 3 ? SOURCES : 1;
	return w;
}

static void test_any_response(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct world *w = new_world(seed);

		start(w, true);
		run(w);
		assert_true(w->servers[0].requests > 1);
		world_end(w);
	}
}

/* Credible, since they agree with themselves: clocks that run away. */
static void test_any_drift(void **state)
{
	static const double offsets_s[] = { 0, 1e9, 2.3e9, -4e8, -1.2e9 };
	int selected = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		for (int power = -4; power < 10; power++) {
			struct world *w = new_world(seed);

			for (int i = 0; i < SOURCES; i++) {
				w->servers[i].offset_s = offsets_s[seed % 5];
				w->servers[i].drift = seed % 2 ?
				    pow(10, power) : -pow(10, power);
			}
			start(w, false);
			run(w);
			selected += w->steps + w->adjusts > 1;
			world_end(w);
		}
	assert_true(selected > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_response),
		cmocka_unit_test(test_any_drift),
	};

	return cmocka_run_group_tests_name("hora-engine/hostile", tests, NULL,
	    NULL);
}
