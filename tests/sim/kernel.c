/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/kernel.h"

#include <errno.h>

#define FREQ_MAX (500L << 16)
#define MAXERROR_US 16000000L

void kernel_init(struct kernel *k, const struct machine *m, struct rng rng,
    struct rng noise)
{
	*k = (struct kernel){
		.oscillator = m->oscillator,
		.calendar = m->calendar,
		.rng = rng,
		.noise_rng = noise,
		.noise_s = m->noise_s,
		.mono = { 1000 * NS_PER_S },	/* up for a while */
		.timex = { .tick = 1000000 / SIM_USER_HZ,
			.status = STA_UNSYNC, .maxerror = MAXERROR_US,
			.esterror = MAXERROR_US },
	};
	k->wall_minus_mono_ns = sim_utc(&m->calendar, 0).ns +
	    interval_ns(m->offset_s) - k->mono.ns;
	k->freq = m->oscillator.start_ppm * 1e-6;
}

void kernel_run(struct kernel *k, int64_t to_ns)
{
	int64_t dt_ns = to_ns - k->now_ns;
	double extra = k->freq + k->rate + k->freq * k->rate;

	if (k->is_asleep) {
		k->now_ns = to_ns;
		return;
	}
	k->fraction_ns += (double)dt_ns * extra;
	double whole = floor(k->fraction_ns);

	k->fraction_ns -= whole;
	k->mono.ns += dt_ns + (int64_t)whole;
	k->now_ns = to_ns;
}

void kernel_second(struct kernel *k)
{
	const struct oscillator *o = &k->oscillator;
	double t = (double)k->now_ns * 1e-9, ppm = o->start_ppm;

	k->walk += o->wander * rng_normal(&k->rng);
	if (o->sine_period_s > 0)
		ppm += o->sine_ppm *
		    sin(6.283185307179586 * t / o->sine_period_s);
	if (o->step_at_s > 0 && t >= o->step_at_s)
		ppm += o->step_ppm;
	k->freq = ppm * 1e-6 + o->drift * t + k->walk;
	/* The kernel lets its error bound grow by 500 ppm. */
	if (k->timex.maxerror < MAXERROR_US)
		k->timex.maxerror += 500;
}

struct wall_time kernel_wall(const struct kernel *k)
{
	return (struct wall_time){ k->mono.ns + k->wall_minus_mono_ns };
}

struct reading kernel_read(struct kernel *k)
{
	struct mono_time mono = k->mono;

	if (k->noise_s > 0) {
		double late_s = k->noise_s * fabs(rng_normal(&k->noise_rng));

		mono = mono_add(mono, -late_s);
		if (mono.ns < k->last_read.ns)
			mono = k->last_read;
		k->last_read = mono;
	}
	return (struct reading){ { mono.ns + k->wall_minus_mono_ns }, mono,
		{ mono.ns + k->slept_ns } };
}

double kernel_error_s(const struct kernel *k)
{
	return ((double)(kernel_wall(k).ns - sim_utc(&k->calendar, k->now_ns).ns) +
	    k->fraction_ns) * 1e-9;
}

int64_t kernel_when(const struct kernel *k, struct mono_time mono)
{
	double rate = (1 + k->freq) * (1 + k->rate);
	double left_ns = (double)(mono.ns - k->mono.ns) - k->fraction_ns;

	if (k->is_asleep)
		return INT64_MAX;
	if (left_ns <= 0)
		return k->now_ns;
	if (left_ns > 1e18)
		return INT64_MAX;
	return k->now_ns + (int64_t)ceil(left_ns / rate);
}

int64_t kernel_leap_due(const struct kernel *k)
{
	int64_t midnight_ns = (k->calendar.epoch_s + k->calendar.leap_at_s) *
	    NS_PER_S;

	if (k->has_leapt || (k->timex.status & (STA_INS | STA_DEL)) == 0)
		return INT64_MAX;
	/* A second left out is the last of the day. */
	if ((k->timex.status & STA_DEL) != 0)
		midnight_ns -= NS_PER_S;
	return kernel_when(k, (struct mono_time){ midnight_ns -
	    k->wall_minus_mono_ns });
}

void kernel_leap(struct kernel *k)
{
	k->wall_minus_mono_ns += (k->timex.status & STA_DEL) != 0 ? NS_PER_S :
	    -NS_PER_S;
	k->has_leapt = true;
	k->jumps++;
}

void kernel_sleep(struct kernel *k)
{
	k->is_asleep = true;
	k->asleep_ns = k->now_ns;
}

void kernel_wake(struct kernel *k, double error_s)
{
	int64_t slept_ns = k->now_ns - k->asleep_ns;

	k->is_asleep = false;
	k->slept_ns += slept_ns;
	/* What was known of the error is lost: the clock is set to UTC. */
	k->wall_minus_mono_ns = sim_utc(&k->calendar, k->now_ns).ns +
	    interval_ns(error_s) - k->mono.ns;
	k->jumps++;
}

void kernel_jump(struct kernel *k, double step_s)
{
	k->wall_minus_mono_ns += interval_ns(step_s);
	k->jumps++;
}

/* Values that the kernel would refuse with EINVAL (adjtimex(2)). */
static int is_valid(const struct timex *t)
{
	if ((t->modes & ADJ_TICK) != 0 && (t->tick < 900000 / SIM_USER_HZ ||
	    t->tick > 1100000 / SIM_USER_HZ))
		return 0;
	if ((t->modes & ADJ_SETOFFSET) != 0) {
		long limit = (t->modes & ADJ_NANO) != 0 ? 1000000000 : 1000000;

		if (t->time.tv_usec < 0 || t->time.tv_usec >= limit)
			return 0;
	}
	return 1;
}

static void set_offset(struct kernel *k, const struct timex *t)
{
	int64_t ns = (t->modes & ADJ_NANO) != 0 ? t->time.tv_usec :
	    t->time.tv_usec * 1000;

	ns += t->time.tv_sec * NS_PER_S;
	k->wall_minus_mono_ns += ns;
	k->steps++;
	k->last_step_s = (double)ns * 1e-9;
	k->timex.status |= STA_UNSYNC;		/* as ntp_clear() does */
	k->timex.maxerror = k->timex.esterror = MAXERROR_US;
}

int kernel_adjtimex(struct kernel *k, const struct timex *t)
{
	if ((t->modes & ADJ_OFFSET_SINGLESHOT) == ADJ_OFFSET_SINGLESHOT)
		return t->offset == 0 ? 0 : EINVAL;	/* adjtime: only off */
	if (!is_valid(t))
		return EINVAL;
	if ((t->modes & ADJ_SETOFFSET) != 0)
		set_offset(k, t);
	if ((t->modes & ADJ_STATUS) != 0)
		k->timex.status = t->status;
	if ((t->modes & ADJ_MAXERROR) != 0)
		k->timex.maxerror = t->maxerror;
	if ((t->modes & ADJ_ESTERROR) != 0)
		k->timex.esterror = t->esterror;
	if ((t->modes & ADJ_TICK) != 0)
		k->timex.tick = t->tick;
	if ((t->modes & ADJ_FREQUENCY) != 0)
		k->timex.freq = t->freq > FREQ_MAX ? FREQ_MAX :
		    t->freq < -FREQ_MAX ? -FREQ_MAX : t->freq;
	k->rate = (double)(k->timex.tick - 1000000 / SIM_USER_HZ) *
	    SIM_USER_HZ * 1e-6 + (double)k->timex.freq / 65536 * 1e-6;
	return 0;
}
