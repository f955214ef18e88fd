/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void say(const struct engine *e, enum severity severity, const char *format, ...)
{
	char text[IPC_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	e->fx.log(e->fx.arg, severity, text);
}

const char *source_text(const struct source *s, char buf[SOURCE_TEXT_SIZE])
{
	const char *name = s->config.name;
	char address[IP_TEXT_SIZE];

	if (!s->is_resolved)
		snprintf(buf, SOURCE_TEXT_SIZE, "%s", name);
	else if (s->line->is_address &&
	    strcmp(ip_text(&s->address.ip, address), name) == 0)
		snprintf(buf, SOURCE_TEXT_SIZE, "%s", name);
	else
		snprintf(buf, SOURCE_TEXT_SIZE, "%s (%s)",
		    ip_text(&s->address.ip, address), name);
	return buf;
}

/*
 * Which refusals an operator must see. What happens on any busy network or has
 * its own line is for debugging only.
 */
static enum severity drop_severity(enum drop reason)
{
	switch (reason) {
	case DROP_MAX_DELAY:
	case DROP_SPENT:
	case DROP_PRESEND:
	case DROP_DELAY_RATIO:
	case DROP_DELAY_DEV:
	case DROP_KOD_RATE:
		return SEV_DEBUG;
	default:
		return SEV_INFO;
	}
}

void say_unresolved(const struct engine *e, const struct source_line *line)
{
	say(e, SEV_WARNING, "Could not resolve address of initstepslew server"
	    " %s", line->config.name);
}

void say_drop(const struct engine *e, const struct engine_now *now,
    struct source *s, enum drop reason)
{
	char name[SOURCE_TEXT_SIZE];

	if ((unsigned)reason >= DROP_COUNT ||
	    now->mono.ns < s->drop_logged[reason].ns)
		return;
	s->drop_logged[reason] = mono_add(now->mono, SAY_DROP_S);
	say(e, drop_severity(reason), "Response of %s refused: %s",
	    source_text(s, name), drop_text(reason));
}
