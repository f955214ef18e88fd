/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/parallel.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum state { WAITING, RUNNING, DONE, DIED };

struct worker {
	int job;			/* -1: none */
	pid_t pid;
	size_t got;
};

struct pool {
	const struct parallel *p;
	unsigned char *results;
	enum state *states;
	struct worker workers[PARALLEL_WORKERS_MAX];
	struct pollfd fds[PARALLEL_WORKERS_MAX];
	int next, told;			/* jobs begun and handed to done() */
};

int parallel_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > PARALLEL_WORKERS_MAX ? PARALLEL_WORKERS_MAX :
	    (int)n;
}

static _Noreturn void child(const struct parallel *p, int i, int fd)
{
	char *result = calloc(1, p->result_size);
	int status = 1;

	if (result != NULL) {
		p->job(p->arg, i, result);
		fflush(stdout);
		/* Less than a pipe holds: written at once. */
		status = write(fd, result, p->result_size) !=
		    (ssize_t)p->result_size;
	}
	_exit(status);
}

static bool begin(struct pool *pool, int k)
{
	struct worker *w = &pool->workers[k];
	int fds[2];

	if (pipe(fds) != 0)
		return false;
	fflush(stdout);
	w->pid = fork();
	if (w->pid == 0) {
		close(fds[0]);
		child(pool->p, pool->next, fds[1]);
	}
	close(fds[1]);
	if (w->pid < 0) {
		close(fds[0]);
		return false;
	}
	pool->fds[k] = (struct pollfd){ fds[0], POLLIN, 0 };
	w->job = pool->next++;
	w->got = 0;
	pool->states[w->job] = RUNNING;
	return true;
}

static void collect(struct pool *pool, int k)
{
	struct worker *w = &pool->workers[k];
	size_t size = pool->p->result_size;
	unsigned char *to = pool->results + (size_t)w->job * size;
	ssize_t n = read(pool->fds[k].fd, to + w->got, size - w->got);

	if (n < 0 && errno == EINTR)
		return;
	if (n > 0) {
		w->got += (size_t)n;
		if (w->got < size)
			return;
	}
	close(pool->fds[k].fd);
	pool->fds[k].fd = -1;
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	pool->states[w->job] = w->got == size ? DONE : DIED;
	w->job = -1;
}

static void tell(struct pool *pool)
{
	while (pool->told < pool->p->count &&
	    pool->states[pool->told] >= DONE) {
		int i = pool->told++;

		pool->p->done(pool->p->arg, i, pool->states[i] == DIED ? NULL :
		    pool->results + (size_t)i * pool->p->result_size);
	}
}

/* Fill idle workers and wait for one. False: no process could be started. */
static bool turn(struct pool *pool)
{
	int running = 0;

	for (int k = 0; k < pool->p->workers; k++) {
		if (pool->workers[k].job < 0 && pool->next < pool->p->count &&
		    !begin(pool, k))
			return false;
		running += pool->workers[k].job >= 0;
	}
	if (running == 0 ||
	    poll(pool->fds, (nfds_t)pool->p->workers, -1) <= 0)
		return true;
	for (int k = 0; k < pool->p->workers; k++)
		if (pool->workers[k].job >= 0 && pool->fds[k].revents != 0)
			collect(pool, k);
	tell(pool);
	return true;
}

bool parallel_run(const struct parallel *p)
{
	struct pool pool = { .p = p };
	size_t count = (size_t)p->count;
	bool is_ok;

	pool.results = calloc(count, p->result_size);
	pool.states = calloc(count, sizeof(*pool.states));
	is_ok = pool.results != NULL && pool.states != NULL;
	for (int k = 0; k < PARALLEL_WORKERS_MAX; k++) {
		pool.workers[k].job = -1;
		pool.fds[k].fd = -1;
	}
	while (is_ok && pool.told < p->count)
		is_ok = turn(&pool);
	/* After a failure: those that run end by themselves. */
	for (int k = 0; k < p->workers; k++)
		while (is_ok == false && pool.workers[k].job >= 0)
			collect(&pool, k);
	free(pool.results);
	free(pool.states);
	return is_ok;
}
