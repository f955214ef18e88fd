/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/io.h"

#include "hora-clock/clock.h"
#include "hora-clock/orders.h"
#include "os/clockadj.h"
#include "os/now.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct clock_io {
	struct role_link *link;
	struct loop *loop;
	struct channel *engine;		/* NULL = not there */
	struct clock clock;
	struct loop_timer timer, check;
	bool is_started;		/* the clock is ours */
	bool has_memory;
	struct ipc_clock_memory memory;	/* of an earlier hora-clock */
	bool is_single;			/* all roles are in this process */
	uint32_t flags;			/* of the command line */
};

static void tell(struct clock_io *io, const struct clock_out *out)
{
	if (out->changed && io->engine)
		channel_send(io->engine, IPC_CLOCK_CHANGED, &out->report, NULL);
	if (out->why)
		role_log(io->link, out->severity, "%s", out->why);
}

static void remember(struct clock_io *io, const struct clock_out *out)
{
	if (out->remember)
		role_link_send(io->link, IPC_CLOCK_MEMORY, &out->memory);
}

/* The step that was asked for, s. */
static double step_of(const struct timex *t)
{
	return t->modes & ADJ_SETOFFSET ? (double)t->time.tv_sec +
	    (double)t->time.tv_usec * 1e-9 : 0;
}

/* Make the calls of `out`; none after a failure. */
static struct clock_done call(const struct clock_io *io, struct clock_out *out)
{
	struct clock_done done = { 0 };

	for (int i = 0; i < out->op_count && done.error == 0; i++) {
		double step_s = step_of(&out->op[i]);
		struct mono_time before = mono_now();

		done.before = wall_now();
		done.error = -clockadj(&out->op[i]);
		done.after = wall_now();
		done.status = out->op[i].status;
		if (io->is_single && done.error == 0)
			mono_leave_out(before, mono_now(), step_s);
		if (done.error == EINVAL && i < out->optional)
			done.error = 0;
	}
	done.now = mono_now();
	return done;
}

static void decide(struct clock_io *io, struct clock_in *in)
{
	struct clock_out out;
	struct clock_done done;

	/* Read anew: the time of the loop is that of the round's begin. */
	in->now = mono_now();
	in->wall = wall_now();
	clock_step(&io->clock, in, &out);
	remember(io, &out);
	if (out.op_count > 0) {
		done = call(io, &out);
		clock_done(&io->clock, &done, &out);
		remember(io, &out);
	}
	tell(io, &out);
	loop_timer_set(io->loop, &io->timer, io->clock.wake);
}

/* Another program may have changed the clock: seen before it is changed again. */
static void look(struct clock_io *io)
{
	struct timex kernel = { 0 };
	struct clock_in in = { .event = CLOCK_ON_CHECK, .kernel = &kernel };

	if (!io->is_started || io->clock.limits.no_clock)
		return;
	if (clockadj(&kernel) == 0)
		decide(io, &in);
}

static void event(struct clock_io *io, struct clock_in *in)
{
	look(io);
	decide(io, in);
}

static void on_check(void *arg)
{
	struct clock_io *io = arg;

	look(io);
	loop_timer_set(io->loop, &io->check, mono_add(loop_now(io->loop),
	    CLOCK_CHECK_S));
}

static void on_timer(void *arg)
{
	struct clock_in in = { .event = CLOCK_ON_TIMER };

	event(arg, &in);
}

/* --- the engine ----------------------------------------------------------- */

static void on_engine(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct clock_io *io = arg;
	struct clock_in in = { 0 };

	(void)fds;
	switch ((unsigned)type) {
	case IPC_CLOCK_ADJUST:
		in.event = CLOCK_ON_ADJUST;
		in.adjust = &payload->CLOCK_ADJUST;
		break;
	case IPC_CLOCK_STEP:
		in.event = CLOCK_ON_STEP;
		in.step = &payload->CLOCK_STEP;
		break;
	case IPC_CLOCK_STATUS:
		in.event = CLOCK_ON_STATUS;
		in.status = &payload->CLOCK_STATUS;
		break;
	default:
		return;
	}
	event(io, &in);
}

static void on_engine_gone(void *arg)
{
	struct clock_io *io = arg;

	channel_close(io->engine);
	io->engine = NULL;
}

static void begin(struct clock_io *io)
{
	struct timex kernel = { 0 };
	struct clock_in in = { .event = CLOCK_ON_START, .kernel = &kernel,
		.memory = io->has_memory ? &io->memory : NULL };

	clockadj(&kernel);
	decide(io, &in);
	io->is_started = true;
	if (!io->clock.limits.no_clock)
		on_check(io);
}

/* The first engine starts us: only then is there anybody to tell. */
static void greet(struct clock_io *io)
{
	struct ipc_clock_changed state;

	if (!io->is_started) {
		begin(io);
		return;
	}
	clock_current(&io->clock, wall_now(), mono_now(), &state);
	channel_send(io->engine, IPC_CLOCK_CHANGED, &state, NULL);
}

static void take_engine(struct clock_io *io, int fd)
{
	int rc;

	channel_close(io->engine);
	io->engine = NULL;
	rc = channel_open(io->loop, fd, ROLE_CLOCK, ROLE_ENGINE, on_engine,
	    on_engine_gone, io, &io->engine);
	if (rc) {
		close(fd);
		role_log(io->link, SEV_ERROR,
		    "Could not open the channel to the engine: %s",
		    strerror(-rc));
		return;
	}
	greet(io);
}

/* --- the role ------------------------------------------------------------- */

/* Write back what is there: the right to do so shows before it is needed. */
static int try_clock(struct role_link *link)
{
	struct timex t = { 0 };
	int rc = clockadj(&t);

	if (rc == 0) {
		t.modes = ADJ_FREQUENCY;
		rc = clockadj(&t);
	}
	if (rc == -EPERM)
		role_log(link, SEV_FATAL, "No right to change the clock "
		    "(CAP_SYS_TIME): start as root, or leave it alone with -x");
	else if (rc)
		role_log(link, SEV_FATAL, "Could not use the system clock: %s",
		    strerror(-rc));
	return rc;
}

static int clock_open(struct role_link *link, const struct config *config,
    const struct ipc_config *options, bool is_single, void **ret_state)
{
	struct clock_limits limits = clock_limits_from(config, options->flags,
	    sysconf(_SC_CLK_TCK));
	struct clock_io *io;
	int rc = limits.no_clock ? 0 : try_clock(link);

	if (rc)
		return rc;
	io = calloc(1, sizeof(*io));
	if (!io)
		return -ENOMEM;
	io->link = link;
	io->loop = role_link_loop(link);
	io->is_single = is_single;
	io->flags = options->flags;
	loop_timer_init(&io->timer, on_timer, io);
	loop_timer_init(&io->check, on_check, io);
	clock_init(&io->clock, &limits);
	*ret_state = io;
	return 0;
}

static int clock_io_start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	return clock_open(link, config, options, false, ret_state);
}

static int clock_start_single(struct role_link *link,
    const struct config *config, const struct ipc_config *options,
    void **ret_state)
{
	return clock_open(link, config, options, true, ret_state);
}

static int clock_io_reload(void *state, const struct config *config)
{
	struct clock_io *io = state;
	struct clock_limits limits = clock_limits_from(config, io->flags,
	    io->clock.limits.user_hz);

	clock_renew(&io->clock, &limits);
	return 0;
}

static void clock_io_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct clock_io *io = state;

	if (type == IPC_PEER) {
		take_engine(io, fds[0]);
	} else if (type == IPC_CLOCK_ORDER) {
		clock_order(&io->clock, &payload->CLOCK_ORDER, mono_now());
	} else if (type == IPC_CLOCK_MEMORY && !io->is_started) {
		io->memory = payload->CLOCK_MEMORY;
		io->has_memory = true;
		/* A slew must end on time, whether there is an engine or not. */
		if (io->memory.slew_ppm != 0)
			begin(io);
	}
}

static void clock_io_stop(void *state)
{
	struct clock_io *io = state;
	struct clock_in in = { .event = CLOCK_ON_STOP };

	if (io->is_started)
		decide(io, &in);
	loop_timer_cancel(&io->timer);
	loop_timer_cancel(&io->check);
	role_link_stopped(io->link);
}

static void clock_io_free(void *state)
{
	struct clock_io *io = state;

	if (!io)
		return;
	loop_timer_cancel(&io->timer);
	loop_timer_cancel(&io->check);
	channel_close(io->engine);
	free(io);
}

const struct role_program clock_program = {
	.role = ROLE_CLOCK,
	.start = clock_io_start,
	.reload = clock_io_reload,
	.message = clock_io_message,
	.stop = clock_io_stop,
	.free = clock_io_free,
};

const struct role_program clock_single_program = {
	.role = ROLE_CLOCK,
	.start = clock_start_single,
	.reload = clock_io_reload,
	.message = clock_io_message,
	.stop = clock_io_stop,
	.free = clock_io_free,
};
