/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/names.h"

#include "base/text.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/layout.h"
#include "os/sockaddr.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#define CUT_LENGTH 25		/* width of the narrowest name column */

/* The name in the daemon's configuration; "?" when it cannot be had. */
static void original_name(struct session *s, const struct control_addr *address,
    char buf[SOURCE_NAME_SIZE])
{
	struct request rq = { .code = CONTROL_SOURCENAME, .address = *address };
	struct reply reply;

	text_copy(buf, SOURCE_NAME_SIZE, "?");
	if (!ask(s, &rq, ASK_SILENT, &reply))
		return;
	for (const char *p = reply.report.name.name; *p; p++)
		if (*p <= ' ' || *p > '~')
			return;
	text_copy(buf, SOURCE_NAME_SIZE, reply.report.name.name);
}

static bool reverse_look_up(const struct control_addr *address,
    char buf[SOURCE_NAME_SIZE])
{
	struct net_addr net = { .ip = address->ip };
	struct sockaddr_storage sa;
	socklen_t length = sockaddr_from(&net, &sa);

	return length && !getnameinfo((struct sockaddr *)&sa, length, buf,
	    SOURCE_NAME_SIZE, NULL, 0, NI_NAMEREQD);
}

const char *host_name(const struct session *s,
    const struct control_addr *address, bool in_table,
    char buf[SOURCE_NAME_SIZE])
{
	size_t most = CUT_LENGTH + (s->form == FORM_WIDE ? WIDE_EXTRA : 0);

	if (s->no_lookup || address->is_id)
		return address_text(address, buf);
	if (!reverse_look_up(address, buf))
		address_text(address, buf);
	if (in_table && strlen(buf) > most) {
		buf[most - 1] = '>';
		buf[most] = '\0';
	}
	return buf;
}

const char *source_name(struct session *s, const struct control_addr *address,
    uint32_t refid, bool in_table, char buf[SOURCE_NAME_SIZE])
{
	if (!address->is_id && address->ip.family == IP_NONE)
		return refid_text(refid, buf);
	if (s->original_names) {
		original_name(s, address, buf);
		return buf;
	}
	return host_name(s, address, in_table, buf);
}
