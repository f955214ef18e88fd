/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/reply.h"

/* Bytes that a later version may use are sent as these. */
#define RESERVED 0xff

/* Oldest version of a reply that is understood when it only says no. */
#define OLDEST_VERSION 4

/* Daemons before 4.3 had reserved bytes where the good count is. */
#define NO_COUNT UINT32_MAX

static void tracking_layout(const struct control_io *io,
    struct tracking_report *r)
{
	control_u32(io, &r->refid);
	control_address(io, &r->address);
	control_u16(io, &r->stratum);
	control_u16(io, &r->leap);
	control_time(io, &r->ref_time);
	control_float(io, &r->correction_s);
	control_float(io, &r->last_offset_s);
	control_float(io, &r->rms_offset_s);
	control_float(io, &r->freq_ppm);
	control_float(io, &r->residual_freq_ppm);
	control_float(io, &r->skew_ppm);
	control_float(io, &r->root_delay_s);
	control_float(io, &r->root_dispersion_s);
	control_float(io, &r->update_interval_s);
}

static void source_layout(const struct control_io *io, struct source_report *r)
{
	control_address(io, &r->address);
	control_i16(io, &r->poll);
	control_u16(io, &r->stratum);
	control_u16(io, &r->state);
	control_u16(io, &r->mode);
	control_u16(io, &r->flags);
	control_u16(io, &r->reach);
	control_u32(io, &r->age_s);
	control_float(io, &r->measured_s);
	control_float(io, &r->adjusted_s);
	control_float(io, &r->error_s);
}

static void stats_layout(const struct control_io *io, struct stats_report *r)
{
	control_u32(io, &r->refid);
	control_address(io, &r->address);
	control_u32(io, &r->samples);
	control_u32(io, &r->runs);
	control_u32(io, &r->span_s);
	control_float(io, &r->stddev_s);
	control_float(io, &r->residual_freq_ppm);
	control_float(io, &r->skew_ppm);
	control_float(io, &r->offset_s);
	control_float(io, &r->offset_error_s);
}

static void activity_layout(const struct control_io *io,
    struct activity_report *r)
{
	control_i32(io, &r->online);
	control_i32(io, &r->offline);
	control_i32(io, &r->burst_online);
	control_i32(io, &r->burst_offline);
	control_i32(io, &r->unresolved);
}

static void auth_layout(const struct control_io *io, struct auth_report *r)
{
	control_u16(io, &r->mode);
	control_u16(io, &r->key_type);
	control_u32(io, &r->key_id);
	control_u16(io, &r->key_length);
	control_u16(io, &r->ke_attempts);
	control_u32(io, &r->ke_age_s);
	control_u16(io, &r->cookies);
	control_u16(io, &r->cookie_length);
	control_u16(io, &r->nak);
	control_pad(io, 2, 0);
}

/* Replies 16 and 26 are alike up to the count of good packets. */
static void ntp_layout(const struct control_io *io, struct ntp_report *r,
    bool has_stamp_counts)
{
	control_address(io, &r->remote);
	control_address(io, &r->local);
	control_u16(io, &r->port);
	control_u8(io, &r->leap);
	control_u8(io, &r->version);
	control_u8(io, &r->mode);
	control_u8(io, &r->stratum);
	control_i8(io, &r->poll);
	control_i8(io, &r->precision);
	control_float(io, &r->root_delay_s);
	control_float(io, &r->root_dispersion_s);
	control_u32(io, &r->refid);
	control_time(io, &r->ref_time);
	control_float(io, &r->offset_s);
	control_float(io, &r->delay_s);
	control_float(io, &r->dispersion_s);
	control_float(io, &r->response_time_s);
	control_float(io, &r->asymmetry);
	control_u16(io, &r->flags);
	control_u8(io, &r->tx);
	control_u8(io, &r->rx);
	control_u32(io, &r->sent);
	control_u32(io, &r->received);
	control_u32(io, &r->valid);
	control_u32(io, &r->good);
	r->has_good = has_stamp_counts || r->good != NO_COUNT;
	r->has_stamp_counts = has_stamp_counts;
	if (has_stamp_counts) {
		control_u32(io, &r->kernel_tx);
		control_u32(io, &r->kernel_rx);
		control_u32(io, &r->hardware_tx);
		control_u32(io, &r->hardware_rx);
		control_pad(io, 16, RESERVED);
	} else {
		control_pad(io, 12, RESERVED);
	}
}

/* The first counters, as 64-bit numbers only in the newest reply. */
static void server_layout(const struct control_io *io, struct server_report *r,
    unsigned code)
{
	int known = code == CONTROL_REPLY_SERVER_2 ? SERVERSTATS_2 :
	    code == CONTROL_REPLY_SERVER_3 ? SERVERSTATS_3 : SERVERSTATS;

	r->known = known;
	for (int i = 0; i < known; i++) {
		uint64_t v = r->counter[i];
		uint32_t narrow = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;

		if (known == SERVERSTATS) {
			control_u64(io, &r->counter[i]);
		} else {
			control_u32(io, &narrow);
			r->counter[i] = narrow;
		}
	}
	if (known == SERVERSTATS)
		control_pad(io, 32, RESERVED);
}

static void select_layout(const struct control_io *io, struct select_report *r)
{
	control_u32(io, &r->refid);
	control_address(io, &r->address);
	control_u8(io, &r->state);
	control_u8(io, &r->authentication);
	control_u8(io, &r->leap);
	control_pad(io, 1, 0);
	control_u16(io, &r->configured);
	control_u16(io, &r->effective);
	control_u32(io, &r->age_s);
	control_float(io, &r->score);
	control_float(io, &r->low_s);
	control_float(io, &r->high_s);
}

static void manual_time_layout(const struct control_io *io,
    struct manual_time_report *r)
{
	control_float(io, &r->offset_s);
	control_float(io, &r->freq_change_ppm);
	control_float(io, &r->freq_ppm);
}

static void manual_samples_layout(const struct control_io *io,
    struct manual_samples_report *r)
{
	control_u32(io, &r->count);
	for (int i = 0; i < MANUAL_RECORDS; i++) {
		struct manual_record *s = &r->samples[i];

		control_time(io, &s->at);
		control_float(io, &s->slewed_s);
		control_float(io, &s->original_s);
		control_float(io, &s->residual_s);
	}
	/* What is received may count more than it brings. */
	if (r->count > MANUAL_RECORDS)
		r->count = MANUAL_RECORDS;
}

static void rtc_layout(const struct control_io *io, struct rtc_report *r)
{
	control_time(io, &r->ref_time);
	control_u16(io, &r->samples);
	control_u16(io, &r->runs);
	control_u32(io, &r->span_s);
	control_float(io, &r->offset_s);
	control_float(io, &r->freq_ppm);
}

static void smoothing_layout(const struct control_io *io,
    struct smoothing_report *r)
{
	control_u32(io, &r->flags);
	control_float(io, &r->offset_s);
	control_float(io, &r->freq_ppm);
	control_float(io, &r->wander_ppm_s);
	control_float(io, &r->age_s);
	control_float(io, &r->remaining_s);
}

static void client_layout(const struct control_io *io, struct client_line *c)
{
	control_address(io, &c->address);
	for (int i = 0; i < CLIENT_SERVICES; i++)
		control_u32(io, &c->hits[i]);
	for (int i = 0; i < CLIENT_SERVICES; i++)
		control_u32(io, &c->drops[i]);
	for (int i = 0; i < CLIENT_SERVICES; i++)
		control_i8(io, &c->interval[i]);
	control_i8(io, &c->limited_interval);
	for (int i = 0; i < CLIENT_SERVICES; i++)
		control_u32(io, &c->age_s[i]);
}

static void clients_layout(const struct control_io *io,
    struct clients_report *r)
{
	control_u32(io, &r->size);
	control_u32(io, &r->next);
	control_u32(io, &r->count);
	for (int i = 0; i < CLIENT_LINES; i++)
		client_layout(io, &r->lines[i]);
	/* What is received may count more than it brings. */
	if (r->count > CLIENT_LINES)
		r->count = CLIENT_LINES;
}

static void state_layout(const struct control_io *io, struct state_report *r)
{
	control_u32(io, &r->flags);
	control_u32(io, &r->refused);
	control_name(io, r->programs);
}

/* The body after the header, in either direction; false: no layout. */
static bool body(const struct control_io *io, unsigned code, union report *r)
{
	switch (code) {
	case CONTROL_REPLY_NULL_REPLY:
		return true;
	case CONTROL_REPLY_COUNT:
		control_u32(io, &r->count.count);
		return true;
	case CONTROL_REPLY_SOURCE:
		source_layout(io, &r->source);
		return true;
	case CONTROL_REPLY_TRACK:
		tracking_layout(io, &r->tracking);
		return true;
	case CONTROL_REPLY_STATS:
		stats_layout(io, &r->stats);
		return true;
	case CONTROL_REPLY_ACTIVE:
		activity_layout(io, &r->activity);
		return true;
	case CONTROL_REPLY_NTP:
	case CONTROL_REPLY_NTP_2:
		ntp_layout(io, &r->ntp, code == CONTROL_REPLY_NTP_2);
		return true;
	case CONTROL_REPLY_NAME:
		control_name(io, r->name.name);
		return true;
	case CONTROL_REPLY_MESSAGE:
		control_message(io, r->message.text);
		return true;
	case CONTROL_REPLY_STATE:
		state_layout(io, &r->state);
		return true;
	case CONTROL_REPLY_MANUAL_TIME:
		manual_time_layout(io, &r->manual_time);
		return true;
	case CONTROL_REPLY_MANUAL_SAMPLES:
		manual_samples_layout(io, &r->manual_samples);
		return true;
	case CONTROL_REPLY_RTC:
		rtc_layout(io, &r->rtc);
		return true;
	case CONTROL_REPLY_SMOOTH:
		smoothing_layout(io, &r->smoothing);
		return true;
	case CONTROL_REPLY_CLIENT_LIST:
		clients_layout(io, &r->clients);
		return true;
	case CONTROL_REPLY_AUTH:
		auth_layout(io, &r->auth);
		return true;
	case CONTROL_REPLY_SERVER_2:
	case CONTROL_REPLY_SERVER_3:
	case CONTROL_REPLY_SERVER_4:
		server_layout(io, &r->server, code);
		return true;
	case CONTROL_REPLY_SELECT:
		select_layout(io, &r->select);
		return true;
	}
	return false;
}

static size_t write_reply(const struct reply *reply, unsigned code,
    uint8_t out[CONTROL_REPLY_MAX])
{
	struct writer w = writer_of(out, CONTROL_REPLY_MAX);
	struct control_io io = { .out = &w };
	union report report = reply->report;
	struct control_reply_header header = {
		.version = CONTROL_VERSION,
		.type = CONTROL_REPLY,
		.command = reply->command,
		.reply = (uint16_t)code,
		.status = reply->status,
		.sequence = reply->sequence,
	};

	control_reply_header(&io, &header);
	if (!body(&io, code, &report))
		return 0;
	return writer_length(&w);
}

size_t reply_encode(const struct reply *reply, uint8_t out[CONTROL_REPLY_MAX])
{
	size_t n = write_reply(reply, reply->code, out);

	return n ? n : write_reply(reply, CONTROL_REPLY_NULL_REPLY, out);
}

static bool decode(const uint8_t *packet, size_t length, uint8_t version,
    uint16_t command, uint32_t sequence, struct reply *ret)
{
	struct reader r = reader_of(packet, length);
	struct control_io io = { .in = &r };
	struct control_reply_header h = { 0 };

	control_reply_header(&io, &h);
	if (r.bad || h.type != CONTROL_REPLY || h.reserved[0] || h.reserved[1] ||
	    h.command != command || h.sequence != sequence)
		return false;
	/* A daemon of another version says so in its own. */
	if (h.version != version &&
	    !(h.status == CONTROL_BAD_VERSION && h.version >= OLDEST_VERSION))
		return false;
	if (length < control_reply_length(h.reply))
		return false;
	*ret = (struct reply){
		.version = h.version,
		.command = h.command,
		.code = h.reply,
		.status = h.status,
		.sequence = h.sequence,
	};
	if (!body(&io, h.reply, &ret->report) || r.bad)
		ret->code = 0;
	return true;
}

bool reply_decode(const uint8_t *packet, size_t length, uint16_t command,
    uint32_t sequence, struct reply *ret)
{
	return decode(packet, length, CONTROL_VERSION, command, sequence, ret);
}

bool reply_decode_unpadded(const uint8_t *packet, size_t length,
    uint16_t command, uint32_t sequence, struct reply *ret)
{
	return decode(packet, length, CONTROL_VERSION_UNPADDED, command,
	    sequence, ret);
}
