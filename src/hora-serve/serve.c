/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-serve/serve.h"

#include <errno.h>
#include <limits.h>
#include <math.h>

/* An arrival longer ago than this was stamped before the clock was stepped. */
#define RX_AGE_MAX_S 1.0

/* More than this, timestamps that were told are not told again. */
#define MOVED_MAX_S 1e-3

int serve_rules_init(struct serve_rules *r, const struct config *config,
    struct server_page *page)
{
	*r = (struct serve_rules){
		.ratelimit = config->ratelimit,
		.records = config_client_records(config),
		.has_nts = config->pair_count > 0,
		.page = page,
	};
	return access_from_config(config->allow, config->allow_count,
	    &r->access);
}

void serve_rules_free(struct serve_rules *r)
{
	access_free(&r->access);
}

int serve_rules_renew(struct serve_rules *r, const struct config *config)
{
	struct serve_rules fresh;
	int rc = serve_rules_init(&fresh, config, r->page);

	if (rc == 0 && (access_gains(&r->access, &fresh.access, IP_V4) ||
	    access_gains(&r->access, &fresh.access, IP_V6)))
		rc = -EAGAIN;
	if (rc) {
		serve_rules_free(&fresh);
		return rc;
	}
	serve_rules_free(r);
	*r = fresh;
	return 0;
}

int serve_worker_init(struct serve_worker *w, struct serve_rules *rules,
    uint64_t random, uint32_t epoch)
{
	*w = (struct serve_worker){ .rules = rules, .epoch = epoch };
	return stamps_init(&w->stamps, rules->records, random);
}

void serve_worker_time(struct serve_worker *w, const struct time_ref *ref,
    struct wall_time now)
{
	int64_t moved_ns = ns_sub(time_ref_correct(ref, now).ns,
	    time_ref_correct(&w->ref, now).ns);

	w->moved_ns = ns_add(w->moved_ns, moved_ns);
	w->moved_s += (double)moved_ns * 1e-9;
	w->ref = *ref;
	if (fabs(w->moved_s) <= MOVED_MAX_S)
		return;
	stamps_forget(&w->stamps);
	w->moved_s = 0;
	server_stamps(w->rules->page, 0, 0);
}

bool serve_worker_keys(struct serve_worker *w, const struct nts_keyring *keys)
{
	return cookie_ring_set(&w->ring, keys);
}

bool serve_worker_mac_keys(struct serve_worker *w, const uint8_t *packed,
    size_t n)
{
	mac_keys_free(&w->mac_keys);
	return mac_keys_unpack(&w->mac_keys, packed, n);
}

void serve_worker_free(struct serve_worker *w)
{
	cookie_ring_clear(&w->ring);
	stamps_free(&w->stamps);
	mac_keys_free(&w->mac_keys);
}

bool serve_wants_socket(const struct serve_rules *r, uint16_t port,
    enum ip_family family)
{
	return port != 0 && access_allows_any(&r->access, family);
}

static struct responder responder_of(const struct serve_worker *w)
{
	const struct ratelimit_config *limit = &w->rules->ratelimit;

	return (struct responder){
		.ref = &w->ref,
		.ring = w->rules->has_nts ? &w->ring : NULL,
		.keys = &w->mac_keys,
		.min_poll_log2_s = limit->enabled ? limit->interval_log2_s :
		    INT_MIN,
		.mono_moved_ns = w->moved_ns,
		.mono_epoch = w->epoch,
	};
}

/* Rate limit of a valid request; false when it gets no answer. */
static bool limit_rate(struct serve_worker *w, const struct ip_addr *ip,
    struct mono_time now, uint32_t random, bool *ret_kod)
{
	struct client_table clients = server_clients(w->rules->page,
	    w->rules->records);

	switch (client_judge(&clients, ip, &w->rules->ratelimit, now, random)) {
	case RATE_PASS:
		*ret_kod = false;
		return true;
	case RATE_KOD:
		server_count(w->rules->page, SERVER_NTP_DROPPED);
		*ret_kod = true;
		return true;
	case RATE_DROP:
		break;
	}
	server_count(w->rules->page, SERVER_NTP_DROPPED);
	return false;
}

static enum drop judge(struct serve_worker *w, const struct serve_packet *p,
    struct mono_time now, uint32_t random, struct responder_request *ret)
{
	struct responder r = responder_of(w);
	struct server_page *page = w->rules->page;
	bool kod;
	enum drop d;

	if (!access_allows(&w->rules->access, &p->peer.ip))
		return DROP_ACCESS;
	d = responder_read(&r, p->bytes, p->length, p->peer.port, ret);
	if (d != DROP_OK)
		return d;
	server_count(page, SERVER_NTP_RECEIVED);
	if (!limit_rate(w, &p->peer.ip, now, random, &kod))
		return DROP_RATE;
	d = responder_open(&r, ret, kod);
	if (d == DROP_OK && (ret->auth == RESPONDER_NTS ||
	    ret->auth == RESPONDER_MAC))
		server_count(page, SERVER_NTP_AUTHENTICATED);
	return d;
}

enum drop serve_judge(struct serve_worker *w, const struct serve_packet *p,
    struct mono_time now, uint32_t random, struct responder_request *ret)
{
	enum drop d = judge(w, p, now, random, ret);

	if (d != DROP_OK)
		server_count_drop(w->rules->page, d);
	return d;
}

/*
 * A request in interleaved mode is answered in it when the response that it
 * names is still known; each one serves once.
 */
static bool find_before(struct serve_worker *w, struct responder_request *q,
    bool *ret_is_kernel)
{
	struct stamp_pair before;

	if (!serve_keeps(w, q) ||
	    !stamps_take(&w->stamps, q->header.origin, &before))
		return false;
	q->transmit_before = before.transmit;
	*ret_is_kernel = before.is_kernel;
	return true;
}

/* For the client's next request. */
static void keep(struct serve_worker *w, const struct responder_request *q)
{
	stamps_put(&w->stamps, q->receive, q->transmit);
	server_stamps(w->rules->page, w->stamps.held, stamps_span(&w->stamps));
}

void serve_sent(struct serve_worker *w, uint64_t receive, double later_s)
{
	stamps_sent(&w->stamps, receive, (uint64_t)(later_s * 0x1p32));
}

size_t serve_answer(struct serve_worker *w, const struct serve_packet *p,
    struct responder_request *q, struct wall_time now,
    const struct responder_random *random, uint8_t *out, size_t size)
{
	struct responder r = responder_of(w);
	struct server_page *page = w->rules->page;
	double age_s = wall_sub(now, p->rx);
	bool is_sane = age_s >= 0 && age_s <= RX_AGE_MAX_S;
	bool is_kernel = false;
	bool is_interleaved = find_before(w, q, &is_kernel);
	size_t length = responder_answer(&r, q, is_sane ? p->rx : now, now,
	    random, out, size);

	if (length == 0) {
		server_count_drop(page, DROP_REPLY_LONG);
		return 0;
	}
	server_count(page, p->has_rx && is_sane ? SERVER_NTP_KERNEL_RX :
	    SERVER_NTP_DAEMON_RX);
	server_count(page, is_kernel ? SERVER_NTP_KERNEL_TX :
	    SERVER_NTP_DAEMON_TX);
	if (is_interleaved)
		server_count(page, SERVER_NTP_INTERLEAVED);
	if (serve_keeps(w, q))
		keep(w, q);
	return length;
}
