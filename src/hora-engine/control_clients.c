/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report of clients (reference: control-protocol.md 9, reply 21): three
 * tables, of NTP, NTS-KE and commands over UDP, as if they were one. Its indices
 * are those of the records of the first, then of the second, then of the third,
 * which have one size. An address is told of at its record in the first of the
 * tables that has it, with what the others have of it.
 *
 * The first two are pages that the servers write; nothing in them is trusted.
 */
#include "hora-engine/control_commands.h"

/*
 * Records looked at for one reply: some milliseconds of work at most. Where no
 * more lines are found in them, the rest of the reply are records without an
 * address, which clients leave out: chronyc asks on only when a reply is full.
 */
#define LOOKS_MAX 8192

struct tables {
	struct client_table of[CLIENT_SERVICES];	/* size 0: not in use */
	uint32_t records;		/* of each */
	struct mono_time now;
};

/* Only read: the memory is mapped without the right to write. */
static struct client_table table_of(const struct server_page *page,
    uint32_t records)
{
	struct client_table t = { 0 };

	/* One that nobody ever wrote is not touched: that would fill it. */
	if (page && __atomic_load_n(&page->clients.seed, __ATOMIC_RELAXED) != 0)
		t = server_clients((struct server_page *)(uintptr_t)page,
		    records);
	return t;
}

static struct tables tables_of(const struct control_context *c)
{
	uint32_t records = config_client_records(c->e->config);

	return (struct tables){
		.of = {
			[CLIENT_NTP] = table_of(c->e->serve_page, records),
			[CLIENT_KE] = table_of(c->e->ke_page, records),
			[CLIENT_COMMAND] = c->e->askers,
		},
		.records = records,
		.now = c->now->mono,
	};
}

/* --- one line ------------------------------------------------------------- */

static int8_t interval_of(bool is_known, float log2_s)
{
	/* Comparisons with NaN are false. */
	if (!is_known || !(log2_s >= -60 && log2_s <= 60))
		return CLIENT_NO_INTERVAL;
	return (int8_t)(log2_s < 0 ? log2_s - 0.5f : log2_s + 0.5f);
}

static uint32_t age_of(const struct client_record *r, struct mono_time now)
{
	uint64_t age_s;

	if (!r->is_known)
		return CONTROL_NO_AGE;
	if (r->last.ns >= now.ns)
		return 0;
	age_s = ((uint64_t)now.ns - (uint64_t)r->last.ns) / NS_PER_S;
	return age_s < CONTROL_NO_AGE ? (uint32_t)age_s : CONTROL_NO_AGE - 1;
}

static void fill(struct client_line *line, enum client_service service,
    const struct client_record *r, struct mono_time now)
{
	line->hits[service] = r->hits;
	line->drops[service] = r->drops;
	line->interval[service] = interval_of(r->has_interval,
	    r->interval_log2_s);
	line->age_s[service] = age_of(r, now);
	if (service == CLIENT_NTP)
		line->limited_interval = interval_of(r->has_limited_interval,
		    r->limited_interval_log2_s);
}

/*
 * The line at an index of one table. False: there is no client, or it is told of
 * elsewhere.
 */
static bool line_at(const struct tables *t, enum client_service service,
    uint32_t index, struct client_line *ret)
{
	struct client_record r, other;

	if (!client_read(&t->of[service], index, &r))
		return false;
	*ret = (struct client_line){ .address.ip = r.ip,
		.limited_interval = CLIENT_NO_INTERVAL };
	for (int s = 0; s < CLIENT_SERVICES; s++) {
		ret->interval[s] = CLIENT_NO_INTERVAL;
		ret->age_s[s] = CONTROL_NO_AGE;
		if (s == (int)service)
			fill(ret, service, &r, t->now);
		else if (!client_find(&t->of[s], &r.ip, &other))
			continue;
		else if (s < (int)service)
			return false;
		else
			fill(ret, (enum client_service)s, &other, t->now);
	}
	return true;
}

static bool has_hits(const struct client_line *line, uint32_t least)
{
	for (int s = 0; s < CLIENT_SERVICES; s++)
		if (line->hits[s] >= least)
			return true;
	return false;
}

/* --- the walk ------------------------------------------------------------- */

static void collect(const struct tables *t, const struct clients_request *rq,
    struct clients_report *ret)
{
	uint32_t wanted = rq->count < CLIENT_LINES ? rq->count : CLIENT_LINES;
	uint32_t looks = 0, i = rq->first;

	ret->size = CLIENT_SERVICES * t->records;
	while (i < ret->size && ret->count < wanted && looks < LOOKS_MAX) {
		enum client_service s = (enum client_service)(i / t->records);
		struct client_line *line = &ret->lines[ret->count];

		if (t->of[s].size == 0) {
			i = (s + 1u) * t->records;
			continue;
		}
		looks++;
		if (line_at(t, s, i % t->records, line) &&
		    has_hits(line, rq->least_hits))
			ret->count++;
		else
			*line = (struct client_line){ 0 };
		i++;
	}
	ret->next = i < ret->size ? i : ret->size;
	if (ret->next < ret->size)
		ret->count = wanted;
}

/* The part of one table in indices of the report. */
static void part(uint32_t records, enum client_service s, uint32_t first,
    uint32_t next, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t begin = s * records, end = begin + records;

	*ret_first = (first < begin ? begin : first > end ? end : first) - begin;
	*ret_end = (next < begin ? begin : next > end ? end : next) - begin;
}

/*
 * What was looked at counts from 0 again: here, and soon in the servers, which
 * are told by horad.
 */
static void reset(const struct control_context *c, const struct tables *t,
    uint32_t first, uint32_t next)
{
	struct ipc_request rq = { .task = IPC_TASK_CLIENTS_RESET };
	struct ipc_clients *which = &rq.clients;
	uint32_t from, to;

	part(t->records, CLIENT_COMMAND, first, next, &from, &to);
	client_reset(&c->e->askers, from, to);
	part(t->records, CLIENT_NTP, first, next, &which->ntp_first,
	    &which->ntp_end);
	part(t->records, CLIENT_KE, first, next, &which->ke_first,
	    &which->ke_end);
	if (which->ntp_first < which->ntp_end || which->ke_first < which->ke_end)
		c->e->fx.request(c->e->fx.arg, &rq);
}

enum control_status answer_clients(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	struct tables t = tables_of(c);

	if (t.records == 0)
		return CONTROL_NO_CLIENT_LOG;
	/* Who may look over UDP may not change anything. */
	if (rq->clients.is_reset && !c->is_unix)
		return CONTROL_UNAUTHORISED;
	collect(&t, &rq->clients, &ret->clients);
	if (rq->clients.is_reset)
		reset(c, &t, rq->clients.first, ret->clients.next);
	return CONTROL_OK;
}
