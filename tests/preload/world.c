/* SPDX-License-Identifier: Apache-2.0 */
#include "preload/world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDLE_MAX 100000		/* waits that end at the instant they begin */
#define SETTLE_S 60000.0
#define NTP_EPOCH_S INT64_C(2208988800)

static const char *setting(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value ? value : otherwise;
}

static double number(const char *name, const char *otherwise)
{
	return strtod(setting(name, otherwise), NULL);
}

static void make(struct world *w)
{
	double jitter_s = number("SHIM_JITTER_S", "1e-4");
	uint64_t seed = (uint64_t)number("SHIM_SEED", "1");
	struct machine machine = {
		.calendar = { SIM_EPOCH_S, SIM_LEAP_S, 0 },
		.oscillator = { .start_ppm = 50,
			.wander = number("SHIM_WANDER", "1e-9") },
		.offset_s = number("SHIM_OFFSET_S", "1"),
	};
	struct way_row way = { .base_s = fmax(WAY_BASE_S, jitter_s),
		.up_s = jitter_s, .down_s = jitter_s };
	struct tally_plan plan = { .settle_s = SETTLE_S, .jitter_s = jitter_s,
		.band_s = 3 * jitter_s };

	w->run_s = plan.run_s = number("SHIM_RUN_S", "220000");
	w->jump_s = number("SHIM_JUMP_S", "0");
	w->jump_at_s = number("SHIM_JUMP_AT_S", "100000");
	plan.event_at_s = w->jump_s != 0 ? w->jump_at_s : 0;
	w->mono_steps = strcmp(setting("SHIM_MONO", "slewed"), "stepped") == 0;
	w->has_stamps = strcmp(setting("SHIM_STAMPS", "none"), "rx") == 0;
	w->is_strict = strcmp(setting("SHIM_CALLS", "all"), "few") == 0;
	/* The streams of the simulator: the same seed, the same conditions. */
	kernel_init(&w->kernel, &machine, rng_of(seed, 1), rng_of(seed, 4));
	way_init(&w->way, &way, rng_of(seed, 200));
	w->random = rng_of(seed, 500);
	w->first_wall_minus_mono_ns = w->kernel.wall_minus_mono_ns;
	for (int i = 0; i < WORLD_QUEUE; i++)
		w->packets[i].fd = -1;
	tally_init(&w->tally, &plan);
	w->out = fopen(setting("SHIM_OUT", "/dev/stderr"), "w");
	if (!w->out)
		abort();
}

struct world *world(void)
{
	static struct world the_world;

	if (!the_world.out)
		make(&the_world);
	return &the_world;
}

_Noreturn void world_abort(const char *why)
{
	fprintf(stderr, "shim: %s at %.9f s\n", why,
	    (double)world()->kernel.now_ns * 1e-9);
	_exit(99);
}

int64_t world_wall_ns(const struct world *w)
{
	return kernel_wall(&w->kernel).ns;
}

int64_t world_mono_ns(const struct world *w)
{
	int64_t steps_ns = w->mono_steps ? w->kernel.wall_minus_mono_ns -
	    w->first_wall_minus_mono_ns : 0;

	return w->kernel.mono.ns + steps_ns;
}

void world_set(struct world *w, int64_t wall_ns)
{
	w->kernel.wall_minus_mono_ns += wall_ns - world_wall_ns(w);
	w->kernel.steps++;
}

/* --- the server --- */

static void put_ntp(uint8_t *at, int64_t unix_ns)
{
	int64_t s = unix_ns / NS_PER_S;
	uint64_t fraction = ((uint64_t)(unix_ns % NS_PER_S) << 32) / NS_PER_S;
	uint64_t ntp = (uint64_t)(s + NTP_EPOCH_S) << 32 | fraction;

	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(ntp >> (56 - 8 * i));
}

/* RFC 5905 section 7.3: what a stratum 1 server says at true time at_ns. */
static void answer(const uint8_t request[48], int64_t at_ns, uint8_t out[48])
{
	static const struct calendar calendar = { SIM_EPOCH_S, SIM_LEAP_S, 0 };
	int64_t utc_ns = sim_utc(&calendar, at_ns).ns;

	memset(out, 0, 48);
	out[0] = (uint8_t)((request[0] & 0x38) | 4);	/* version; server */
	out[1] = 1;					/* stratum */
	out[2] = request[2];				/* poll */
	out[3] = (uint8_t)-29;				/* precision, 2 ns */
	memcpy(out + 12, "GPS", 3);
	put_ntp(out + 16, utc_ns - 16 * NS_PER_S);
	memcpy(out + 24, request + 40, 8);
	put_ntp(out + 32, utc_ns);
	put_ntp(out + 40, utc_ns);
}

void world_send(struct world *w, int fd, const uint8_t *bytes, size_t length)
{
	double t = (double)w->kernel.now_ns * 1e-9;
	struct world_packet *p = NULL;
	int64_t there_ns, back_ns;

	w->sent++;
	w->late_sent += t >= SETTLE_S;
	there_ns = interval_ns(way_up(&w->way, t));
	if (length < 48 || (bytes[0] & 7) != 3)
		return;
	back_ns = interval_ns(way_down(&w->way, t));
	for (int i = 0; i < WORLD_QUEUE && !p; i++)
		if (w->packets[i].fd < 0)
			p = &w->packets[i];
	if (!p)
		world_abort("answers that nobody takes");
	*p = (struct world_packet){ .fd = fd, .length = 48,
		.at_ns = w->kernel.now_ns + there_ns + back_ns };
	answer(bytes, w->kernel.now_ns + there_ns, p->bytes);
}

struct world_packet *world_arrived(struct world *w, int fd)
{
	struct world_packet *first = NULL;

	for (int i = 0; i < WORLD_QUEUE; i++) {
		struct world_packet *p = &w->packets[i];

		if (p->fd == fd && p->at_ns <= w->kernel.now_ns &&
		    (!first || p->at_ns < first->at_ns))
			first = p;
	}
	return first;
}

/* --- time --- */

static void finish(struct world *w)
{
	struct tally_figures f;

	tally_finish(&w->tally, &f);
	fprintf(w->out, "rms_s %.6g\nmean_s %.6g\np95_s %.6g\nmax_s %.6g\n"
	    "freq_rms_ppm %.6g\nfirst_below_3j_s %.0f\nafter_rms_s %.6g\n"
	    "after_last_s %.0f\npackets %llu\ninterval_s %.1f\nsteps %d\n"
	    "waits_per_s %.4f\nadjustments_per_s %.4f\nfiles_written %llu\n",
	    f.rms_s, f.mean_s, f.p95_s, f.max_s, f.freq_rms_ppm, f.first_s,
	    f.after_rms_s, f.after_last_s, (unsigned long long)w->sent,
	    (w->run_s - SETTLE_S) / (double)w->late_sent, w->kernel.steps,
	    (double)w->waits / w->run_s, (double)w->adjustments / w->run_s,
	    (unsigned long long)w->writes);
	fclose(w->out);
	_exit(0);
}

static void second(struct world *w)
{
	struct kernel *k = &w->kernel;
	double t = (double)k->now_ns * 1e-9;

	kernel_second(k);
	tally_add(&w->tally, t, kernel_error_s(k),
	    (1 + k->freq) * (1 + k->rate) - 1);
	if (w->jump_s != 0 && k->now_ns == interval_ns(w->jump_at_s))
		kernel_jump(k, w->jump_s);
	if (t >= w->run_s)
		finish(w);
}

/* What has arrived at this instant gets its stamp. */
static bool arrive(struct world *w)
{
	bool has_any = false;

	for (int i = 0; i < WORLD_QUEUE; i++) {
		struct world_packet *p = &w->packets[i];

		if (p->fd < 0 || p->at_ns > w->kernel.now_ns)
			continue;
		if (!p->is_stamped)
			p->rx = kernel_wall(&w->kernel);
		p->is_stamped = has_any = true;
	}
	return has_any;
}

/* Let time pass until `end` of the kernel's CLOCK_MONOTONIC, or a packet. */
static void pass(struct world *w, struct mono_time end, bool packets_wake)
{
	struct kernel *k = &w->kernel;

	while (!arrive(w) || !packets_wake) {
		int64_t second_ns = (k->now_ns / NS_PER_S + 1) * NS_PER_S;
		int64_t to_ns = second_ns, end_ns = end.ns == INT64_MAX ?
		    INT64_MAX : kernel_when(k, end);

		if (end_ns <= k->now_ns)
			break;
		if (end_ns < to_ns)
			to_ns = end_ns;
		for (int i = 0; i < WORLD_QUEUE; i++)
			if (w->packets[i].fd >= 0 && !w->packets[i].is_stamped &&
			    w->packets[i].at_ns < to_ns)
				to_ns = w->packets[i].at_ns;
		kernel_run(k, to_ns);
		if (to_ns == second_ns)
			second(w);
	}
}

void world_wait(struct world *w, int64_t timeout_ns, bool packets_wake)
{
	struct mono_time end = { INT64_MAX };
	int64_t begin_ns = w->kernel.now_ns;

	if (timeout_ns >= 0 && timeout_ns < INT64_MAX - w->kernel.mono.ns)
		end.ns = w->kernel.mono.ns + timeout_ns;
	pass(w, end, packets_wake);
	w->waits++;
	w->idle_waits = w->kernel.now_ns == begin_ns ? w->idle_waits + 1 : 0;
	if (w->idle_waits > IDLE_MAX)
		world_abort("the program waits for what does not come");
}
