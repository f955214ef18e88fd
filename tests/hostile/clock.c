/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A taken-over engine and the real hora-clock: this program plays horad, which gives
 * hora-clock its limits and a channel, and the engine at the other end of that
 * channel, which sends whatever it likes. The clock is struct machine.
 *
 * usage: clock HORA-CLOCK SHIM [SEED]
 * Prints "ok NAME" or "FAIL NAME: why".
 */
#include "hora-clock/clock.h"
#include "hostile/frames.h"
#include "hostile/machine.h"
#include "ipc/queue.h"
#include "os/sealed.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CONFIG "makestep 1 3\nmaxslewrate 1000\nmaxdrift 100\n" \
	"maxchange 0.5 1 -1\nrtcsync\n"
#define STEPS 3
#define MOST_RATE (1.1e-3 + 1e-9)	/* maxslewrate and maxdrift */
#define MAXCHANGE_S 0.5
#define FREE_CHANGES 1
#define ANSWER_MS 5000
#define NOON INT64_C(1781352000)	/* of a day without a leap second */

struct play {
	struct machine *machine;
	int machine_fd;
	int horad, engine;	/* our ends */
	pid_t pid;
	const char *program, *shim;
	unsigned seed, lines, asked;
	const char *test;
	int failed;
};

static void fail(struct play *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void fail(struct play *p, const char *format, ...)
{
	va_list args;

	printf("FAIL %s: ", p->test);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	p->failed++;
}

/* --- messages ---------------------------------------------------------------- */

/* horad reads what it is told; here it is counted. */
static void drain(struct play *p)
{
	static struct frame said;

	while (recv(p->horad, &said, sizeof(said), MSG_DONTWAIT) > 0)
		p->lines += said.type == IPC_LOG;
}

/* Wait for a message of this type; others are read over. */
static bool await(struct play *p, int from, enum ipc_type type,
    struct frame *ret)
{
	struct pollfd fds[2] = { { from, POLLIN, 0 }, { p->horad, POLLIN, 0 } };
	unsigned both = from == p->horad ? 1 : 2;

	while (poll(fds, both, ANSWER_MS) > 0) {
		if (both == 2 && fds[1].revents)
			drain(p);
		if (!fds[0].revents)
			continue;
		if (recv(from, ret, sizeof(*ret), 0) <= 0)
			return false;
		if (ret->type == (uint64_t)type)
			return true;
	}
	return false;
}

/* --- hora-clock ---------------------------------------------------------------- */

static void new_engine(struct play *p)
{
	struct ipc_peer peer = { ROLE_ENGINE };
	struct frame state;
	int pair[2];

	if (p->engine >= 0)
		close(p->engine);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		exit(2);
	send_message(p->horad, IPC_PEER, &peer, &pair[1], 1);
	close(pair[1]);
	p->engine = pair[0];
	if (!await(p, p->engine, IPC_CLOCK_CHANGED, &state))
		fail(p, "hora-clock does not greet a new engine");
}

static void give_config(const struct play *p, const char *text)
{
	struct ipc_config config = { .number = 1, .log_level = SEV_DEBUG,
		.length = (uint32_t)strlen(text), .filter_level = 1 };
	int fd;

	if (sealed_create("config", text, strlen(text), &fd) < 0)
		exit(2);
	send_message(p->horad, IPC_CONFIG, &config, &fd, 1);
	close(fd);
}

static void run_clock(const struct play *p, int channel)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", channel);
	setenv("HORA_CHANNEL", number, 1);
	snprintf(number, sizeof(number), "%d", p->machine_fd);
	setenv(MACHINE_FD, number, 1);
	setenv("LD_PRELOAD", p->shim, 1);
	execl(p->program, "hora-clock", (char *)NULL);
	_exit(98);
}

static void start(struct play *p, const char *config)
{
	struct frame hello;
	int pair[2];

	*p->machine = (struct machine){ .wall_ns = NOON * 1000000000,
		.mono_ns = INT64_C(5000000000000), .tick = 10000,
		.status = STA_UNSYNC };
	p->machine->real_ns = 0;
	{
		struct timespec ts;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		p->machine->real_ns = ts.tv_sec * INT64_C(1000000000) +
		    ts.tv_nsec;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
		exit(2);
	p->pid = fork();
	if (p->pid == 0) {
		close(pair[0]);
		run_clock(p, pair[1]);
	}
	close(pair[1]);
	p->horad = pair[0];
	p->engine = -1;
	give_config(p, config);
	if (!await(p, p->horad, IPC_READY, &hello)) {
		fail(p, "hora-clock does not start");
		exit(1);
	}
	new_engine(p);
}

/* It lives, answers, and ends in order. */
static void end(struct play *p)
{
	struct ipc_none none = { 0 };
	int status = -1;

	new_engine(p);
	send_message(p->horad, IPC_STOP, &none, NULL, 0);
	for (int i = 0; i < 100 && waitpid(p->pid, &status, WNOHANG) == 0; i++)
		usleep(50000);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(p, "hora-clock ended with %#x", (unsigned)status);
	if (!WIFEXITED(status) && !WIFSIGNALED(status)) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, &status, 0);
	}
	close(p->engine);
	close(p->horad);
	if (p->failed == 0)
		printf("ok %s\n", p->test);
	fflush(stdout);
}

static unsigned open_files(const struct play *p)
{
	char path[40];
	unsigned count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)p->pid);
	dir = opendir(path);
	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count;
}

/* kB of memory that it uses. */
static long resident(const struct play *p)
{
	char path[40], line[80];
	long kb = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

/* --- requests of the engine ------------------------------------------------------ */

/*
 * A second goes by at once for each few requests: otherwise what follows would be
 * refused for their number alone, which is another test (floods).
 */
static void pass(struct play *p)
{
	if (++p->asked % (CLOCK_ASKED_MOST / 2) != 0)
		return;
	p->machine->mono_ns += 1000000000;
	p->machine->wall_ns += 1000000000;
}

/* The result; -1: no answer. */
static int adjust(struct play *p, double base_ppm, double slew_s,
    double slew_ppm)
{
	struct ipc_clock_adjust a = { 1, base_ppm, slew_s, slew_ppm };
	struct frame got;

	pass(p);
	send_message(p->engine, IPC_CLOCK_ADJUST, &a, NULL, 0);
	return await(p, p->engine, IPC_CLOCK_CHANGED, &got) ?
	    (int)got.payload.CLOCK_CHANGED.result : -1;
}

static int step(struct play *p, uint32_t cause, double step_s)
{
	struct ipc_clock_step s = { 2, cause, step_s };
	struct frame got;

	pass(p);
	send_message(p->engine, IPC_CLOCK_STEP, &s, NULL, 0);
	return await(p, p->engine, IPC_CLOCK_CHANGED, &got) ?
	    (int)got.payload.CLOCK_CHANGED.result : -1;
}

/* --- what it must keep -------------------------------------------------------------- */

static void judge(struct play *p)
{
	const struct machine *m = p->machine;

	if (m->fastest > MOST_RATE)
		fail(p, "the clock ran %.1f ppm off", m->fastest * 1e6);
	if (m->steps > STEPS)
		fail(p, "%lu steps", (unsigned long)m->steps);
	if (m->refused > 0)
		fail(p, "the kernel refused %lu calls",
		    (unsigned long)m->refused);
}

/* makestep and maxchange, step after step, as each cause that there is. */
static void steps_again_and_again(struct play *p)
{
	int done = 0;

	start(p, CONFIG);
	for (int i = 0; i < 2000; i++)
		for (uint32_t cause = 0; cause < 6; cause++)
			done += step(p, cause, i % 3 ? 3600 : -3600) ==
			    IPC_CLOCK_DONE;
	/* maxchange: the first one is free, and no more */
	if (done != FREE_CHANGES)
		fail(p, "%d steps of an hour", done);
	/* The log is not flooded either; a second is 250 requests here. */
	if (p->lines > 12000 / 250 * CLOCK_SAID_MOST + 20)
		fail(p, "%u lines of log", p->lines);
	usleep(1100000);
	if (step(p, IPC_STEP_OPERATOR, 5) != IPC_CLOCK_REFUSED)
		fail(p, "an operator's step was made up");
	judge(p);
	end(p);
}

/* The same without maxchange: so many as makestep says. */
static void steps_within_makestep(struct play *p)
{
	int done = 0;

	start(p, "makestep 1 3\nmaxslewrate 1000\nmaxdrift 100\n");
	for (int i = 0; i < 1000; i++) {
		done += step(p, IPC_STEP_MAKESTEP, 0.999) == IPC_CLOCK_DONE;
		done += step(p, IPC_STEP_OPERATOR, 1e6) == IPC_CLOCK_DONE;
		done += step(p, IPC_STEP_LEAP, 1) == IPC_CLOCK_DONE;
	}
	if (done != 0)
		fail(p, "%d steps below the threshold or made up", done);
	for (int i = 0; i < 1000; i++)
		done += step(p, IPC_STEP_MAKESTEP, 100) == IPC_CLOCK_DONE;
	if (done != STEPS)
		fail(p, "%d steps", done);
	judge(p);
	end(p);
}

/* The order of an operator, which horad tells, is good for one. */
static void an_order_is_for_one_step(struct play *p)
{
	struct ipc_clock_order order = { .kind = IPC_ORDER_STEP };

	start(p, "makestep 1 0\n");
	send_message(p->horad, IPC_CLOCK_ORDER, &order, NULL, 0);
	if (step(p, IPC_STEP_OPERATOR, 33) != IPC_CLOCK_DONE)
		fail(p, "what an operator has ordered is refused");
	usleep(1100000);
	if (step(p, IPC_STEP_OPERATOR, 33) != IPC_CLOCK_REFUSED ||
	    p->machine->steps != 1)
		fail(p, "two steps by one order");
	/* The engine can not order. */
	send_message(p->engine, IPC_CLOCK_ORDER, &order, NULL, 0);
	new_engine(p);
	if (step(p, IPC_STEP_OPERATOR, 33) != IPC_CLOCK_REFUSED)
		fail(p, "the engine gave an order");
	judge(p);
	end(p);
}

static const double extremes[] = {
	0, -0.0, 1e-300, -1e-300, 1e-9, 1e-3, -1e-3, 0.4, -0.4, 0.5, 1, -1, 2, 99,
	100, -100, 101, 999, 1000, 1001, 1e5, -1e5, 1e9, -1e9, 1e18, 1e300,
	-1e300, NAN, INFINITY, -INFINITY, 4294967296.0, 9.3e18, -9.3e18,
};
#define EXTREMES (sizeof(extremes) / sizeof(extremes[0]))

static double any(struct play *p)
{
	return extremes[(unsigned)rand_r(&p->seed) % EXTREMES];
}

static void say_status(struct play *p)
{
	struct ipc_clock_status s = {
		.is_synchronised = (unsigned)rand_r(&p->seed),
		.leap = (unsigned)rand_r(&p->seed) % 5,
		.max_error_s = any(p), .est_error_s = any(p),
		.tai_offset_s = rand_r(&p->seed) % 3 ? 37 :
		    (int)rand_r(&p->seed),
	};

	send_message(p->engine, IPC_CLOCK_STATUS, &s, NULL, 0);
}

/* Every combination of values, then by lot, always judged by what the clock did. */
static void extreme_values(struct play *p)
{
	start(p, CONFIG);
	for (size_t i = 0; i < EXTREMES; i++)
		for (size_t j = 0; j < EXTREMES; j++) {
			if (adjust(p, extremes[i], extremes[j], 500) < 0 ||
			    adjust(p, 3, extremes[i], extremes[j]) < 0)
				fail(p, "no answer");
			if (p->failed)
				break;
		}
	for (int i = 0; i < 20000 && !p->failed; i++) {
		int r = (int)((unsigned)rand_r(&p->seed) % 8);

		pass(p);
		if (r == 0)
			say_status(p);
		else if (r == 1 ? step(p, (unsigned)rand_r(&p->seed) % 6,
		    any(p)) < 0 : adjust(p, any(p), any(p), any(p)) < 0)
			fail(p, "no answer");
	}
	judge(p);
	if (p->machine->status & (STA_INS | STA_DEL))
		fail(p, "a leap second was set up");
	end(p);
}

/* Where the clock can be led to in a while: never beyond rate times time. */
static void slews_for_ever(struct play *p)
{
	struct machine *m = p->machine;
	int64_t real, ahead;
	int refused = 0;

	start(p, CONFIG);
	real = m->real_ns;
	ahead = m->wall_ns - real;
	for (int i = 0; i < 30; i++) {
		refused += adjust(p, 100, 1e6, 1000) == IPC_CLOCK_REFUSED;
		refused += adjust(p, 100, 0.5, 1000) == IPC_CLOCK_REFUSED;
		usleep(50000);
	}
	adjust(p, 0, 0, 0);
	real = m->real_ns - real;
	ahead = m->wall_ns - m->real_ns - ahead;
	if (fabs((double)ahead) > (double)real * MOST_RATE + 1e6)
		fail(p, "led away by %g s in %g s", (double)ahead * 1e-9,
		    (double)real * 1e-9);
	/* maxchange: the first great one is free */
	if (refused < 28)
		fail(p, "only %d slews beyond maxchange refused", refused);
	judge(p);
	end(p);
}

/* What breaks the table of messages ends the channel, and nothing else. */
static void what_is_no_message(struct play *p)
{
	static const size_t lengths[] = { 0, 1, 7, 8, 9, 12, 31, 33, 100, 60000 };
	static unsigned char bytes[60000];
	unsigned before;
	int fds[250];

	start(p, CONFIG);
	before = open_files(p);
	memset(bytes, 0xff, sizeof(bytes));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (uint64_t type = 0; type < IPC_TYPES + 3; type++) {
			uint64_t t = type == IPC_TYPES + 2 ? UINT64_MAX : type;

			if (lengths[i] == ipc_length(IPC_CLOCK_ADJUST))
				continue;
			memcpy(bytes, &t, sizeof(t));
			send_frame(p->engine, bytes, lengths[i], NULL, 0);
			new_engine(p);
			if (p->failed)
				break;
		}
	/* Descriptors with what has none, few and many. */
	for (unsigned count = 1; count <= 250 && !p->failed; count += 83) {
		struct frame frame = { .type = IPC_CLOCK_STATUS };

		for (unsigned i = 0; i < count; i++)
			fds[i] = STDERR_FILENO;
		send_frame(p->engine, &frame, FRAME_HEAD +
		    ipc_length(IPC_CLOCK_STATUS), fds, count);
		new_engine(p);
	}
	if (open_files(p) != before)
		fail(p, "%u open files, %u before", open_files(p), before);
	if (p->machine->steps > 0)
		fail(p, "the clock was stepped");
	judge(p);
	end(p);
}

/* Messages without end whose answers nobody reads. */
static void floods(struct play *p)
{
	struct ipc_clock_adjust a = { 1, 0, 0.1, 500 };
	struct timespec at_once = { 0, 20000000 };
	long before;

	start(p, CONFIG);
	before = resident(p);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 20000; i++) {
			struct pollfd f = { p->engine, POLLOUT, 0 };

			/* It may have hung up on us. */
			if (ppoll(&f, 1, &at_once, NULL) == 1 &&
			    f.revents != POLLOUT)
				break;
			send_message(p->engine, IPC_CLOCK_ADJUST, &a, NULL, 0);
			drain(p);
		}
		new_engine(p);
	}
	if (resident(p) > before + 2000)
		fail(p, "%ld kB, %ld before", resident(p), before);
	judge(p);
	end(p);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(struct play *p);
	} tests[] = {
		{ "steps_again_and_again", steps_again_and_again },
		{ "steps_within_makestep", steps_within_makestep },
		{ "an_order_is_for_one_step", an_order_is_for_one_step },
		{ "extreme_values", extreme_values },
		{ "slews_for_ever", slews_for_ever },
		{ "what_is_no_message", what_is_no_message },
		{ "floods", floods },
	};
	struct play p = { .engine = -1 };
	int failed = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: clock HORA-CLOCK SHIM [SEED]\n");
		return 64;
	}
	signal(SIGPIPE, SIG_IGN);
	p.program = argv[1];
	p.shim = argv[2];
	p.machine_fd = memfd_create("machine", 0);
	if (p.machine_fd < 0 || ftruncate(p.machine_fd, sizeof(*p.machine)) < 0)
		return 2;
	p.machine = mmap(NULL, sizeof(*p.machine), PROT_READ | PROT_WRITE,
	    MAP_SHARED, p.machine_fd, 0);
	if (p.machine == MAP_FAILED)
		return 2;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		p.seed = argc > 3 ? (unsigned)atoi(argv[3]) : 1;
		p.test = tests[i].name;
		p.failed = 0;
		p.lines = 0;
		tests[i].test(&p);
		failed += p.failed > 0;
	}
	return failed > 0;
}
