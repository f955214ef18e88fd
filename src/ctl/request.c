/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/request.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define US_PER_S 1e6

static void sources_layout(const struct control_io *io, struct source_mask *m)
{
	control_address(io, &m->mask);
	control_address(io, &m->address);
}

static void burst_layout(const struct control_io *io, struct burst_request *b)
{
	sources_layout(io, &b->sources);
	control_i32(io, &b->good);
	control_i32(io, &b->total);
}

static void value_layout(const struct control_io *io, struct value_request *v)
{
	control_address(io, &v->address);
	control_i32(io, &v->value);
}

static void real_layout(const struct control_io *io, struct real_request *v)
{
	control_address(io, &v->address);
	control_float(io, &v->value);
}

static void makestep_layout(const struct control_io *io,
    struct makestep_request *m)
{
	control_i32(io, &m->updates);
	control_float(io, &m->threshold_s);
}

static void local_layout(const struct control_io *io, struct local_request *l,
    bool is_old)
{
	control_i32(io, &l->is_on);
	control_i32(io, &l->stratum);
	control_float(io, &l->distance_s);
	control_i32(io, &l->is_orphan);
	if (is_old)
		return;
	control_float(io, &l->activate_s);
	control_float(io, &l->wait_synced_s);
	control_float(io, &l->wait_unsynced_s);
}

/* Seconds and microseconds, of one sign. */
static void old_offset_layout(const struct control_io *io, double *offset_s)
{
	int32_t s = 0, us = 0;

	if (!io->in && fabs(*offset_s) < INT32_MAX) {
		s = (int32_t)*offset_s;
		us = (int32_t)lround((*offset_s - s) * US_PER_S);
	}
	control_i32(io, &s);
	control_i32(io, &us);
	*offset_s = s + us / US_PER_S;
}

static void access_layout(const struct control_io *io, struct access_request *a)
{
	control_address(io, &a->address);
	control_i32(io, &a->bits);
}

static void clients_layout(const struct control_io *io,
    struct clients_request *c)
{
	control_u32(io, &c->first);
	control_u32(io, &c->count);
	control_u32(io, &c->least_hits);
	control_u32(io, &c->is_reset);
}

static void selectopts_layout(const struct control_io *io,
    struct selectopts_request *s)
{
	control_address(io, &s->address);
	control_u32(io, &s->refid);
	control_u32(io, &s->mask);
	control_u32(io, &s->options);
}

static void offset_layout(const struct control_io *io, struct offset_request *o)
{
	control_address(io, &o->address);
	control_u32(io, &o->refid);
	control_float(io, &o->offset_s);
}

/* A name without an end has a status of its own, which is not for here. */
static void name_layout(const struct control_io *io,
    char name[CONTROL_NAME_SIZE])
{
	const uint8_t *bytes;

	if (!io->in) {
		control_name(io, name);
		return;
	}
	name[0] = '\0';
	bytes = take_bytes(io->in, CONTROL_NAME_SIZE);
	if (bytes && memchr(bytes, 0, CONTROL_NAME_SIZE))
		memcpy(name, bytes, CONTROL_NAME_SIZE);
}

static void add_layout(const struct control_io *io, struct add_request *a)
{
	control_u32(io, &a->type);
	name_layout(io, a->name);
	control_u32(io, &a->port);
	control_i32(io, &a->minpoll);
	control_i32(io, &a->maxpoll);
	control_i32(io, &a->presend);
	control_u32(io, &a->minstratum);
	control_u32(io, &a->polltarget);
	control_u32(io, &a->version);
	control_u32(io, &a->maxsources);
	control_i32(io, &a->minsamples);
	control_i32(io, &a->maxsamples);
	control_u32(io, &a->key);
	control_u32(io, &a->ntsport);
	control_float(io, &a->maxdelay_s);
	control_float(io, &a->maxdelayratio);
	control_float(io, &a->maxdelaydevratio);
	control_float(io, &a->mindelay_s);
	control_float(io, &a->asymmetry);
	control_float(io, &a->offset_s);
	control_u32(io, &a->flags);
	control_i32(io, &a->filter);
	control_u32(io, &a->certset);
	control_float(io, &a->maxdelayquant);
	control_i32(io, &a->maxunreach);
}

/* Flags that ADD_SOURCE_2 has at another place; the first 11 are the same. */
#define SAME_FLAGS 0x7ffu
static const struct {
	uint32_t flag, on_wire;
} moved_flags[] = {
	{ ADD_IPV4, 0x800 }, { ADD_IPV6, 0x1000 },
	{ ADD_NET_CORRECTION, 0x10000 }, { ADD_MONO_ROOT, 0x80000000 },
	{ ADD_UNKNOWN, 0x2000 },	/* one that nobody knows, for all */
};
#define MOVED_FLAGS (sizeof(moved_flags) / sizeof(moved_flags[0]))

static void moved_flags_layout(const struct control_io *io, uint32_t *flags)
{
	uint32_t wire = *flags & SAME_FLAGS, known = SAME_FLAGS;

	for (size_t i = 0; i < MOVED_FLAGS; i++)
		if (*flags & moved_flags[i].flag)
			wire |= moved_flags[i].on_wire;
	control_u32(io, &wire);
	if (!io->in)
		return;
	*flags = wire & SAME_FLAGS;
	for (size_t i = 0; i < MOVED_FLAGS; i++) {
		known |= moved_flags[i].on_wire;
		if (wire & moved_flags[i].on_wire)
			*flags |= moved_flags[i].flag;
	}
	if (wire & ~known)
		*flags |= ADD_UNKNOWN;
}

/*
 * The form of 4.9: the same in another order. A longest interval between two
 * NTS-KE is new; hora has none, and says chrony's.
 */
static void add_2_layout(const struct control_io *io, struct add_request *a)
{
	uint32_t ke_retry_log2_s = 19;

	control_u32(io, &a->type);
	name_layout(io, a->name);
	control_u32(io, &a->port);
	control_i32(io, &a->minpoll);
	control_i32(io, &a->maxpoll);
	control_i32(io, &a->presend);
	control_u32(io, &a->minstratum);
	control_u32(io, &a->polltarget);
	control_u32(io, &a->version);
	control_u32(io, &a->maxsources);
	control_i32(io, &a->minsamples);
	control_i32(io, &a->maxsamples);
	control_i32(io, &a->maxunreach);
	control_i32(io, &a->filter);
	control_u32(io, &a->key);
	control_u32(io, &a->ntsport);
	control_u32(io, &a->certset);
	control_u32(io, &ke_retry_log2_s);
	control_float(io, &a->maxdelay_s);
	control_float(io, &a->maxdelayratio);
	control_float(io, &a->maxdelaydevratio);
	control_float(io, &a->maxdelayquant);
	control_float(io, &a->mindelay_s);
	control_float(io, &a->asymmetry);
	control_float(io, &a->offset_s);
	moved_flags_layout(io, &a->flags);
	control_pad(io, 32, 0);
}

/* The body after the header, in either direction; false: no layout. */
static bool body(const struct control_io *io, struct request *rq)
{
	switch (rq->code) {
	case CONTROL_NOTHING:
	case CONTROL_DUMP:
	case CONTROL_SOURCE_COUNT:
	case CONTROL_REKEY:
	case CONTROL_WRITERTC:
	case CONTROL_TRACKING:
	case CONTROL_RTCDATA:
	case CONTROL_TRIMRTC:
	case CONTROL_CYCLELOGS:
	case CONTROL_MANUAL_LIST:
	case CONTROL_MAKESTEP:
	case CONTROL_ACTIVITY:
	case CONTROL_RESELECT:
	case CONTROL_SMOOTHING:
	case CONTROL_REFRESH:
	case CONTROL_SERVERSTATS:
	case CONTROL_SHUTDOWN:
	case CONTROL_ONOFFLINE:
	case CONTROL_RESET_SOURCES:
	case CONTROL_RELOAD_SOURCES:
	case CONTROL_RELOAD_CONFIG:
		return true;
	case CONTROL_ONLINE:
	case CONTROL_OFFLINE:
		sources_layout(io, &rq->sources);
		return true;
	case CONTROL_BURST:
		burst_layout(io, &rq->burst);
		return true;
	case CONTROL_MINPOLL:
	case CONTROL_MAXPOLL:
	case CONTROL_MINSTRATUM:
	case CONTROL_POLLTARGET:
		value_layout(io, &rq->value);
		return true;
	case CONTROL_MAXDELAY:
	case CONTROL_MAXDELAYRATIO:
	case CONTROL_MAXDELAYDEVRATIO:
		real_layout(io, &rq->real);
		return true;
	case CONTROL_MAXUPDATESKEW:
	case CONTROL_DFREQ:
	case CONTROL_RESELECTDIST:
	case CONTROL_DOFFSET:
		control_float(io, &rq->number);
		return true;
	case CONTROL_DOFFSET_OLD:
		old_offset_layout(io, &rq->number);
		return true;
	case CONTROL_SETTIME:
		control_time(io, &rq->time);
		return true;
	case CONTROL_MANUAL:
	case CONTROL_SMOOTHTIME:
		control_i32(io, &rq->option);
		return true;
	case CONTROL_MANUAL_DELETE:
		control_i32(io, &rq->sample);
		return true;
	case CONTROL_SOURCE_DATA:
	case CONTROL_SOURCESTATS:
	case CONTROL_SELECTDATA:
		control_u32(io, &rq->index);
		return true;
	case CONTROL_ALLOW:
	case CONTROL_ALLOW_ALL:
	case CONTROL_DENY:
	case CONTROL_DENY_ALL:
	case CONTROL_CMDALLOW:
	case CONTROL_CMDALLOW_ALL:
	case CONTROL_CMDDENY:
	case CONTROL_CMDDENY_ALL:
		access_layout(io, &rq->access);
		return true;
	case CONTROL_ACCHECK:
	case CONTROL_CMDACCHECK:
	case CONTROL_DELETE:
	case CONTROL_NTPDATA:
	case CONTROL_SOURCENAME:
	case CONTROL_AUTHDATA:
		control_address(io, &rq->address);
		return true;
	case CONTROL_MAKESTEP_LIMIT:
		makestep_layout(io, &rq->makestep);
		return true;
	case CONTROL_LOCAL:
	case CONTROL_LOCAL_OLD:
		local_layout(io, &rq->local, rq->code == CONTROL_LOCAL_OLD);
		return true;
	case CONTROL_CLIENTS:
		clients_layout(io, &rq->clients);
		return true;
	case CONTROL_SELECTOPTS:
		selectopts_layout(io, &rq->selectopts);
		return true;
	case CONTROL_OFFSET:
		offset_layout(io, &rq->offset);
		return true;
	case CONTROL_ADD_SOURCE:
		add_layout(io, &rq->add);
		return true;
	case CONTROL_ADD_SOURCE_2:
		add_2_layout(io, &rq->add);
		return true;
	}
	return false;
}

size_t request_encode(const struct request *rq, uint8_t out[CONTROL_REQUEST_MAX])
{
	const struct control_rule *rule = control_rule(rq->code);
	struct writer w = writer_of(out, CONTROL_REQUEST_MAX);
	struct control_io io = { .out = &w };
	struct request copy = *rq;
	struct control_request_header header = {
		.version = rq->is_unpadded ? CONTROL_VERSION_UNPADDED :
		    CONTROL_VERSION,
		.type = CONTROL_REQUEST,
		.command = rq->code,
		.attempt = rq->attempt,
		.sequence = rq->sequence,
	};

	control_request_header(&io, &header);
	body(&io, &copy);
	assert(rule && !w.bad && writer_length(&w) <= rule->full);
	if (!rq->is_unpadded)
		put_zero(&w, rule->full - writer_length(&w));
	return writer_length(&w);
}

bool request_decode(const struct control_request_header *header,
    const uint8_t *packet, size_t length, struct request *ret)
{
	struct reader r = reader_of(packet, length);
	struct control_io io = { .in = &r };

	*ret = (struct request){
		.code = header->command,
		.attempt = header->attempt,
		.sequence = header->sequence,
	};
	take_bytes(&r, CONTROL_REQUEST_HEADER);
	return body(&io, ret) && !r.bad;
}
