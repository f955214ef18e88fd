/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/error.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

static void tell(conf_report_fn *report, void *arg, struct conf_error *e,
    const char *hint, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));

static void tell(conf_report_fn *report, void *arg, struct conf_error *e,
    const char *hint, const char *format, va_list args)
{
	vsnprintf(e->text, sizeof(e->text), format, args);
	text_copy(e->hint, sizeof(e->hint), hint ? hint : "");
	report(arg, e);
}

void conf_warn(conf_report_fn *report, void *arg,
    const struct conf_place *place, const char *hint, const char *format, ...)
{
	struct conf_error e = { .place = *place, .is_warning = true };
	va_list args;

	va_start(args, format);
	tell(report, arg, &e, hint, format, args);
	va_end(args);
}

void conf_complain(conf_report_fn *report, void *arg,
    const struct conf_place *place, const char *hint, const char *format, ...)
{
	struct conf_error e = { .place = *place };
	va_list args;

	va_start(args, format);
	tell(report, arg, &e, hint, format, args);
	va_end(args);
}

const char *conf_error_message(const struct conf_error *e, char *buf,
    size_t size)
{
	const char *file = e->place.file;
	unsigned line = e->place.line;
	const char *then = *e->hint ? "; " : "";

	if (*file && line > 0)
		snprintf(buf, size, "%s:%u: %s%s%s", file, line, e->text, then,
		    e->hint);
	else if (*file)
		snprintf(buf, size, "%s: %s%s%s", file, e->text, then, e->hint);
	else if (line > 0)
		snprintf(buf, size, "at argument %u: %s%s%s", line, e->text,
		    then, e->hint);
	else
		snprintf(buf, size, "%s%s%s", e->text, then, e->hint);
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return buf;
}
