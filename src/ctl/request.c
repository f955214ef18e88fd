/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/request.h"

#include "conf/config.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define US_PER_S 1e6

/* Each layout is the body after the header, in either direction. */
typedef void layout_fn(const struct control_io *io, struct request *rq);

static void mask_layout(const struct control_io *io, struct source_mask *m)
{
	control_address(io, &m->mask);
	control_address(io, &m->address);
}

static void sources_layout(const struct control_io *io, struct request *rq)
{
	mask_layout(io, &rq->sources);
}

static void burst_layout(const struct control_io *io, struct request *rq)
{
	struct burst_request *b = &rq->burst;

	mask_layout(io, &b->sources);
	control_i32(io, &b->good);
	control_i32(io, &b->total);
}

static void value_layout(const struct control_io *io, struct request *rq)
{
	struct value_request *v = &rq->value;

	control_address(io, &v->address);
	control_i32(io, &v->value);
}

static void real_layout(const struct control_io *io, struct request *rq)
{
	struct real_request *v = &rq->real;

	control_address(io, &v->address);
	control_float(io, &v->value);
}

static void makestep_layout(const struct control_io *io, struct request *rq)
{
	struct makestep_request *m = &rq->makestep;

	control_i32(io, &m->updates);
	control_float(io, &m->threshold_s);
}

static void local_old_layout(const struct control_io *io, struct request *rq)
{
	struct local_request *l = &rq->local;

	control_i32(io, &l->is_on);
	control_i32(io, &l->stratum);
	control_float(io, &l->distance_s);
	control_i32(io, &l->is_orphan);
}

static void local_layout(const struct control_io *io, struct request *rq)
{
	struct local_request *l = &rq->local;

	local_old_layout(io, rq);
	control_float(io, &l->activate_s);
	control_float(io, &l->wait_synced_s);
	control_float(io, &l->wait_unsynced_s);
}

static void number_layout(const struct control_io *io, struct request *rq)
{
	control_float(io, &rq->number);
}

/* Seconds and microseconds, of one sign. */
static void old_offset_layout(const struct control_io *io, struct request *rq)
{
	double offset_s = rq->number;
	int32_t s = 0, us = 0;

	if (!io->in && fabs(offset_s) < INT32_MAX) {
		s = (int32_t)offset_s;
		us = (int32_t)lround((offset_s - s) * US_PER_S);
	}
	control_i32(io, &s);
	control_i32(io, &us);
	rq->number = s + us / US_PER_S;
}

static void time_layout(const struct control_io *io, struct request *rq)
{
	control_time(io, &rq->time);
}

static void option_layout(const struct control_io *io, struct request *rq)
{
	control_i32(io, &rq->option);
}

static void sample_layout(const struct control_io *io, struct request *rq)
{
	control_i32(io, &rq->sample);
}

static void index_layout(const struct control_io *io, struct request *rq)
{
	control_u32(io, &rq->index);
}

static void address_layout(const struct control_io *io, struct request *rq)
{
	control_address(io, &rq->address);
}

static void access_layout(const struct control_io *io, struct request *rq)
{
	struct access_request *a = &rq->access;

	control_address(io, &a->address);
	control_i32(io, &a->bits);
}

static void clients_layout(const struct control_io *io, struct request *rq)
{
	struct clients_request *c = &rq->clients;

	control_u32(io, &c->first);
	control_u32(io, &c->count);
	control_u32(io, &c->least_hits);
	control_u32(io, &c->is_reset);
}

static void selectopts_layout(const struct control_io *io, struct request *rq)
{
	struct selectopts_request *s = &rq->selectopts;

	control_address(io, &s->address);
	control_u32(io, &s->refid);
	control_u32(io, &s->mask);
	control_u32(io, &s->options);
}

static void offset_layout(const struct control_io *io, struct request *rq)
{
	struct offset_request *o = &rq->offset;

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

static void add_layout(const struct control_io *io, struct request *rq)
{
	struct add_request *a = &rq->add;

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
	a->maxntsretry = MAXNTSRETRY_USUAL;
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

/* The form of 4.9: the same in another order, and maxntsretry. */
static void add_2_layout(const struct control_io *io, struct request *rq)
{
	struct add_request *a = &rq->add;

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
	control_i32(io, &a->maxntsretry);
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

/* Requests with a body; that of all others is empty. */
static const struct {
	uint16_t code;
	layout_fn *layout;
} bodies[] = {
	{ CONTROL_ONLINE, sources_layout },
	{ CONTROL_OFFLINE, sources_layout },
	{ CONTROL_BURST, burst_layout },
	{ CONTROL_MINPOLL, value_layout },
	{ CONTROL_MAXPOLL, value_layout },
	{ CONTROL_MINSTRATUM, value_layout },
	{ CONTROL_POLLTARGET, value_layout },
	{ CONTROL_MAXDELAY, real_layout },
	{ CONTROL_MAXDELAYRATIO, real_layout },
	{ CONTROL_MAXDELAYDEVRATIO, real_layout },
	{ CONTROL_MAXUPDATESKEW, number_layout },
	{ CONTROL_DFREQ, number_layout },
	{ CONTROL_RESELECTDIST, number_layout },
	{ CONTROL_DOFFSET, number_layout },
	{ CONTROL_DOFFSET_OLD, old_offset_layout },
	{ CONTROL_SETTIME, time_layout },
	{ CONTROL_MANUAL, option_layout },
	{ CONTROL_SMOOTHTIME, option_layout },
	{ CONTROL_MANUAL_DELETE, sample_layout },
	{ CONTROL_SOURCE_DATA, index_layout },
	{ CONTROL_SOURCESTATS, index_layout },
	{ CONTROL_SELECTDATA, index_layout },
	{ CONTROL_ALLOW, access_layout },
	{ CONTROL_ALLOW_ALL, access_layout },
	{ CONTROL_DENY, access_layout },
	{ CONTROL_DENY_ALL, access_layout },
	{ CONTROL_CMDALLOW, access_layout },
	{ CONTROL_CMDALLOW_ALL, access_layout },
	{ CONTROL_CMDDENY, access_layout },
	{ CONTROL_CMDDENY_ALL, access_layout },
	{ CONTROL_ACCHECK, address_layout },
	{ CONTROL_CMDACCHECK, address_layout },
	{ CONTROL_DELETE, address_layout },
	{ CONTROL_NTPDATA, address_layout },
	{ CONTROL_SOURCENAME, address_layout },
	{ CONTROL_AUTHDATA, address_layout },
	{ CONTROL_MAKESTEP_LIMIT, makestep_layout },
	{ CONTROL_LOCAL, local_layout },
	{ CONTROL_LOCAL_OLD, local_old_layout },
	{ CONTROL_CLIENTS, clients_layout },
	{ CONTROL_SELECTOPTS, selectopts_layout },
	{ CONTROL_OFFSET, offset_layout },
	{ CONTROL_ADD_SOURCE, add_layout },
	{ CONTROL_ADD_SOURCE_2, add_2_layout },
};

/* The body after the header; false: no such request. */
static bool body(const struct control_io *io, struct request *rq)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (bodies[i].code == rq->code) {
			bodies[i].layout(io, rq);
			return true;
		}
	return control_rule(rq->code) != NULL;
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
