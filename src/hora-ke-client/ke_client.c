/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-client/ke_client.h"

#include "base/text.h"
#include "nts/aead.h"
#include "nts/exporter.h"

#include <stdio.h>
#include <string.h>

/* In the words: %s is the server, then the reason. */
static const struct {
	enum ipc_ke_stage stage;
	const char *words;
} failures[KE_FAILURES] = {
	[KE_FAIL_ORDER] = { IPC_KE_NOT_STARTED,
	    "Could not start NTS-KE with %s : %s" },
	[KE_FAIL_BUSY] = { IPC_KE_NOT_STARTED,
	    "Could not start NTS-KE with %s : too many exchanges are waiting" },
	[KE_FAIL_TRUST] = { IPC_KE_NOT_STARTED,
	    "Could not set credentials for %s : %s" },
	[KE_FAIL_SOCKET] = { IPC_KE_NOT_STARTED,
	    "Could not connect to %s : %s" },
	[KE_FAIL_CONNECT] = { IPC_KE_CONNECT,
	    "Could not connect to %s : %s" },
	[KE_FAIL_CLOSED] = { IPC_KE_CONNECT,
	    "TLS handshake with %s failed : %s" },
	[KE_FAIL_TLS] = { IPC_KE_TLS,
	    "TLS handshake with %s failed : %s" },
	[KE_FAIL_PROTOCOL] = { IPC_KE_TLS,
	    "NTS-KE not supported by %s : %s" },
	[KE_FAIL_TIMEOUT_TLS] = { IPC_KE_CONNECT,
	    "NTS-KE session with %s timed out before TLS was complete" },
	[KE_FAIL_TIMEOUT_REPLY] = { IPC_KE_REPLY,
	    "NTS-KE session with %s timed out before the reply was complete" },
	[KE_FAIL_MESSAGE] = { IPC_KE_REPLY,
	    "Received invalid NTS-KE message from %s : %s" },
	[KE_FAIL_RESPONSE] = { IPC_KE_REPLY,
	    "Received invalid NTS-KE response from %s : %s" },
	[KE_FAIL_KEYS] = { IPC_KE_REPLY,
	    "Could not export keys of the NTS-KE session with %s" },
	[KE_FAIL_NAME] = { IPC_KE_REPLY,
	    "Could not resolve NTP server from %s : %s" },
};

/* The server as the log names it: "192.0.2.1:4460 (time.example)". */
static void server_text(const struct ke_exchange *x, char *out, size_t size)
{
	const struct net_addr *a = &x->order.server;
	char ip[IP_TEXT_SIZE];

	ip_text(&a->ip, ip);
	snprintf(out, size, a->ip.family == IP_V6 ? "[%s]:%u (%s)" :
	    "%s:%u (%s)", ip, a->port, x->order.name);
}

void ke_exchange_fail(struct ke_exchange *x, enum ke_failure failure,
    const char *reason)
{
	uint32_t id = x->order.id;
	char server[IP_TEXT_SIZE + IPC_NAME_SIZE + 16];

	wipe(&x->done, sizeof(x->done));
	x->done.id = id;
	x->done.stage = failures[failure].stage;
	server_text(x, server, sizeof(server));
	snprintf(x->done.reason, sizeof(x->done.reason),
	    failures[failure].words, server, reason ? reason : "");
	x->is_over = true;
}

bool ke_order_is_valid(const struct ipc_ke_start *o)
{
	return memchr(o->name, '\0', sizeof(o->name)) && o->name[0] != '\0' &&
	    (o->server.ip.family == IP_V4 || o->server.ip.family == IP_V6) &&
	    (o->bind.family == IP_NONE ||
	    o->bind.family == o->server.ip.family) &&
	    o->server.port != 0 && o->aead_count <= IPC_AEADS;
}

bool ke_exchange_init(struct ke_exchange *x, const struct ipc_ke_start *order)
{
	*x = (struct ke_exchange){ .order = *order };
	x->order.name[sizeof(x->order.name) - 1] = '\0';
	x->done.id = order->id;
	if (!ke_order_is_valid(order)) {
		ke_exchange_fail(x, KE_FAIL_ORDER, "bad order of the engine");
		return false;
	}
	x->request_length = ke_client_request(order->aead, order->aead_count,
	    x->request);
	if (x->request_length == 0) {
		ke_exchange_fail(x, KE_FAIL_ORDER,
		    "no AEAD that this system supports");
		return false;
	}
	return true;
}

bool ke_exchange_received(struct ke_exchange *x, size_t n)
{
	const char *reason;

	x->reply_length += n;
	switch (ke_message_state(x->reply, x->reply_length)) {
	case KE_INCOMPLETE:
		return false;
	case KE_INVALID:
		ke_exchange_fail(x, KE_FAIL_MESSAGE,
		    x->reply_length == KE_MESSAGE_MAX ?
		    "it is too long" : "it is malformed");
		return true;
	case KE_COMPLETE:
		break;
	}
	if (!ke_client_response(x->reply, x->reply_length, x->order.aead,
	    x->order.aead_count, &x->response, &reason))
		ke_exchange_fail(x, KE_FAIL_RESPONSE, reason);
	return true;
}

void ke_exchange_closed(struct ke_exchange *x)
{
	ke_exchange_fail(x, KE_FAIL_MESSAGE, x->reply_length > 0 ?
	    "it ends too early" : "the server closed without a reply");
}

/* One pair of keys, of the compliant context or not. */
static bool export_pair(const struct ke_exchange *x, bool compliant,
    ke_export_fn *export, void *arg, uint8_t *c2s, uint8_t *s2c)
{
	uint16_t aead = x->response.aead;
	size_t length = aead_key_length(aead);
	uint8_t context[EXPORTER_CONTEXT_SIZE];

	if (length == 0 || length > NTS_KEY_MAX)
		return false;
	exporter_context(aead, compliant, NTS_C2S, context);
	if (!export(arg, context, sizeof(context), c2s, length))
		return false;
	exporter_context(aead, compliant, NTS_S2C, context);
	return export(arg, context, sizeof(context), s2c, length);
}

bool ke_exchange_export(struct ke_exchange *x, ke_export_fn *export, void *arg)
{
	struct ipc_ke_done *d = &x->done;
	bool compliant = x->response.compliant_export;

	d->aead = x->response.aead;
	d->key_length = (uint16_t)aead_key_length(d->aead);
	d->have_alternative = exporter_has_alternative(d->aead, compliant);
	if (export_pair(x, compliant, export, arg, d->c2s, d->s2c) &&
	    (!d->have_alternative ||
	    export_pair(x, true, export, arg, d->alt_c2s, d->alt_s2c)))
		return true;
	ke_exchange_fail(x, KE_FAIL_KEYS, NULL);
	return false;
}

/* All is there: complete the answer. */
static void succeed(struct ke_exchange *x)
{
	struct ipc_ke_done *d = &x->done;
	const struct ke_response *r = &x->response;

	d->stage = IPC_KE_OK;
	d->ntp_server.port = r->port ? r->port : x->order.ntp_port;
	d->negotiated_port = r->port != 0;
	d->cookie_count = (uint16_t)r->cookie_count;
	for (int i = 0; i < r->cookie_count; i++) {
		d->cookie_length[i] = r->cookies[i].length;
		memcpy(d->cookie[i], r->cookies[i].bytes,
		    r->cookies[i].length);
	}
	x->is_over = true;
}

bool ke_exchange_needs_name(struct ke_exchange *x,
    char name[KE_SERVER_SIZE + 1])
{
	struct net_addr *server = &x->done.ntp_server;
	size_t n = strlen(x->response.server);

	x->done.negotiated_server = n > 0;
	if (n == 0) {
		*server = x->order.server;
		succeed(x);
		return false;
	}
	if (ip_parse(x->response.server, &server->ip)) {
		succeed(x);
		return false;
	}
	memcpy(name, x->response.server, n);
	if (name[n - 1] != '.')
		name[n++] = '.';	/* never in a search domain */
	name[n] = '\0';
	return true;
}

void ke_exchange_resolved(struct ke_exchange *x,
    const struct net_addr *addresses, unsigned count)
{
	unsigned best = 0;

	if (x->is_over)		/* an answer after the time limit */
		return;
	if (count == 0) {
		ke_exchange_fail(x, KE_FAIL_NAME, x->response.server);
		return;
	}
	while (best < count &&
	    addresses[best].ip.family != x->order.server.ip.family)
		best++;
	x->done.ntp_server = addresses[best < count ? best : 0];
	succeed(x);
}
