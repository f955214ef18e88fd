/* SPDX-License-Identifier: Apache-2.0 */
/* An engine at rest with three sources, to ask by the control protocol. */
#ifndef TESTS_HORA_ENGINE_REST_H
#define TESTS_HORA_ENGINE_REST_H

#include "conf/parse.h"
#include "unit/hora-engine/tell.h"

#include <string.h>

static const char rest_text[] =
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

static inline void fx_random(void *arg, void *bytes, size_t n)
{
	(void)arg;
	memset(bytes, 7, n);
}
static inline int fx_send(void *arg, const struct engine_request *request,
    struct wall_time *sent, struct ip_addr *local)
{
	(void)arg, (void)request, (void)sent, (void)local;
	return 0;
}
static inline void fx_close(void *arg, uint32_t source)
{
	(void)arg, (void)source;
}
static inline bool fx_reach(void *arg, const struct net_addr *to)
{
	(void)arg, (void)to;
	return true;
}
static inline int fx_lookup(void *arg, const struct ipc_lookup *m)
{
	(void)arg, (void)m;
	return 0;
}
static inline int fx_ke(void *arg, const struct ipc_ke_start *m)
{
	(void)arg, (void)m;
	return 0;
}
static inline void fx_publish(void *arg, const struct time_ref *m)
{
	(void)arg, (void)m;
}
static inline void fx_log(void *arg, enum severity severity, const char *line)
{
	(void)arg, (void)severity, (void)line;
}
static inline void fx_logline(void *arg, const struct ipc_logline *m)
{
	(void)arg, (void)m;
}
static inline void fx_memory(void *arg, const struct ipc_engine_memory *m)
{
	(void)arg, (void)m;
}
static inline void fx_state(void *arg, const struct ipc_nts_state *m)
{
	(void)arg, (void)m;
}
static inline void fx_load(void *arg, const struct ipc_nts_load *m)
{
	(void)arg, (void)m;
}
static inline void fx_request(void *arg, const struct ipc_request *m)
{
	struct world *w = arg;

	w->tasks[m->task]++;
}

static inline int rest_begin(void **state)
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
	assert_true(conf_parse_text(rest_text, sizeof(rest_text) - 1,
	    &w.config, &error));
	w.e = engine_new(&w.config, &options, &fx, -20, &w.now);
	assert_non_null(w.e);
	assert_int_equal(w.e->count, 3);
	*state = &w;
	return 0;
}

static inline int rest_end(void **state)
{
	struct world *w = *state;

	engine_free(w->e);
	config_free(&w->config);
	return 0;
}

/* Status of the answer to `rq`; the report comes back in `ret`. */
static inline unsigned tell_from(struct world *w, bool is_unix,
    struct request *rq, union report *ret)
{
	struct control_later later;
	unsigned status = tell_engine(w->e, &w->now, is_unix, rq, w->is_done,
	    &later, ret);

	if (later.is_set)
		w->tasks[later.request.task]++;
	return status;
}

static inline unsigned tell(struct world *w, struct request rq,
    union report *ret)
{
	return tell_from(w, true, &rq, ret);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rest_begin, rest_end)

#endif
