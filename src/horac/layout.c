/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/layout.h"

#include "ctl/reports.h"
#include "sync/time_ref.h"
#include "wire/control.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <time.h>

const char *refid_text(uint32_t refid, char buf[REFID_TEXT_SIZE])
{
	char *p = buf;

	for (int shift = 24; shift >= 0; shift -= 8) {
		char c = (char)(refid >> shift & 0xff);

		if (c >= ' ' && c <= '~')
			*p++ = c;
	}
	*p = '\0';
	return buf;
}

static int extra(enum form form)
{
	return form == FORM_WIDE ? WIDE_EXTRA : 0;
}

void layout_header(FILE *out, enum form form, const char *heads)
{
	const char *gap = strstr(heads, "  ");
	int first = gap ? (int)(gap - heads) : 0;
	int n = fprintf(out, "%.*s%*s%s", first, heads, extra(form), "",
	    heads + first);

	fputc('\n', out);
	while (n-- > 0)
		fputc('=', out);
	fputc('\n', out);
}

void layout_legend(FILE *out, enum form form, const char *text)
{
	for (; *text; text++)
		if (*text == '\t')
			fprintf(out, "%*s", extra(form), "");
		else
			fputc(*text, out);
}

static void print_interval(FILE *out, uint32_t s)
{
	uint32_t days = s / 86400;

	if (s == CONTROL_NO_AGE)
		fputs("   -", out);
	else if (s < 1200)
		fprintf(out, "%4" PRIu32, s);
	else if (s < 36000)
		fprintf(out, "%3" PRIu32 "m", s / 60);
	else if (s < 345600)
		fprintf(out, "%3" PRIu32 "h", s / 3600);
	else if (days <= 999)
		fprintf(out, "%3" PRIu32 "d", days);
	else
		fprintf(out, "%3" PRIu32 "y", days / 365);
}

/* Seconds in the largest unit that keeps four or five digits. */
static void print_offset(FILE *out, double s, bool is_signed)
{
	static const struct {
		double below_s, unit_s;
		const char *unit;
		int width, digits;
	} units[] = {
		{ 9999.5e-9,		1e-9,	"ns", 4, 0 },
		{ 9999.5e-6,		1e-6,	"us", 4, 0 },
		{ 9999.5e-3,		1e-3,	"ms", 4, 0 },
		{ 999.5,		1,	"s",  5, 1 },
		{ 99999.5,		1,	"s",  5, 0 },
		{ 99999.5 * 60,		60,	"m",  5, 0 },
		{ 99999.5 * 3600,	3600,	"h",  5, 0 },
		{ 99999.5 * 86400,	86400,	"d",  5, 0 },
		{ INFINITY,		86400.0 * 365, "y", 5, 0 },
	};
	double a = fabs(s);
	size_t i = 0;

	while (i < sizeof(units) / sizeof(units[0]) - 1 &&
	    !(a < units[i].below_s))
		i++;
	if (is_signed)
		fprintf(out, "%+*.*f%s", units[i].width + 1, units[i].digits,
		    s / units[i].unit_s, units[i].unit);
	else
		fprintf(out, "%*.*f%s", units[i].width, units[i].digits,
		    a / units[i].unit_s, units[i].unit);
}

static void print_freq(FILE *out, double ppm, bool is_signed)
{
	int digits = fabs(ppm) < 99999.5 ? 3 : 0;

	fprintf(out, is_signed ? "%+10.*f" : "%10.*f", digits, ppm);
}

static void print_bits(FILE *out, uint64_t bits, int n)
{
	while (n-- > 0)
		fputc('0' + (int)(bits >> n & 1), out);
}

/* Names of the C locale whatever the user's. */
static void print_date(FILE *out, struct wall_time t)
{
	static const char days[][4] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	int64_t ns = t.ns % NS_PER_S;
	time_t s = (time_t)(t.ns / NS_PER_S - (ns < 0));
	struct tm tm;

	if (!gmtime_r(&s, &tm))
		return;
	fprintf(out, "%s %s %02d %02d:%02d:%02d %d", days[tm.tm_wday],
	    months[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    tm.tm_year + 1900);
}

static const char *leap_words(uint64_t leap)
{
	switch (leap) {
	case LEAP_NORMAL:
		return "Normal";
	case LEAP_INSERT:
		return "Insert second";
	case LEAP_DELETE:
		return "Delete second";
	case LEAP_UNSYNC:
		return "Not synchronised";
	}
	return "Invalid";
}

static char leap_char(uint64_t leap)
{
	static const char chars[] = "N+-?";

	return leap < 4 ? chars[leap] : '?';
}

/* Values that are held in `d`. */
static void print_number(FILE *out, const struct column *c, double d)
{
	switch (c->shape) {
	case SHAPE_OFFSET:
	case SHAPE_MAGNITUDE:
		print_offset(out, d, c->shape == SHAPE_OFFSET);
		break;
	case SHAPE_FREQ:
	case SHAPE_FREQ_MAGNITUDE:
		print_freq(out, d, c->shape == SHAPE_FREQ);
		break;
	case SHAPE_SLOW_FAST_S:
		fprintf(out, "%.9f seconds %s", fabs(d), d > 0 ? "slow" : "fast");
		break;
	case SHAPE_FAST_SLOW_PPM:
		fprintf(out, "%.3f ppm %s", fabs(d), d > 0 ? "fast" : "slow");
		break;
	case SHAPE_SIGNED:
		fprintf(out, "%+*.*f", c->width, c->digits, d);
		break;
	default:
		fprintf(out, "%*.*f", c->width, c->digits, d);
		break;
	}
}

static void print_cell(FILE *out, enum form form, const struct column *c,
    union value v)
{
	switch (c->shape) {
	case SHAPE_END:
		break;
	case SHAPE_NAME:
		fprintf(out, "%-*s", c->width ? c->width + extra(form) : 0,
		    v.text);
		break;
	case SHAPE_TEXT:
		fprintf(out, "%*s", c->width, v.text);
		break;
	case SHAPE_CHAR:
		fputc((int)v.u, out);
		break;
	case SHAPE_UINT:
		fprintf(out, "%*" PRIu64, c->width, v.u);
		break;
	case SHAPE_INT:
		fprintf(out, "%*" PRId64, c->width, v.i);
		break;
	case SHAPE_OCTAL:
		fprintf(out, "%*" PRIo64, c->width, v.u);
		break;
	case SHAPE_HEX:
		fprintf(out, "%08" PRIX32, (uint32_t)v.u);
		break;
	case SHAPE_BITS:
		print_bits(out, v.u, c->width);
		break;
	case SHAPE_YES_NO:
		fputs(v.u ? "Yes" : "No", out);
		break;
	case SHAPE_INTERVAL:
		print_interval(out, (uint32_t)v.u);
		break;
	case SHAPE_LEAP:
		fputs(leap_words(v.u), out);
		break;
	case SHAPE_LEAP_CHAR:
		fputc(leap_char(v.u), out);
		break;
	case SHAPE_DATE:
		print_date(out, v.t);
		break;
	case SHAPE_LOG_INTERVAL:
		if (v.i == CLIENT_NO_INTERVAL)
			fprintf(out, "%*s", c->width, "-");
		else
			fprintf(out, "%*" PRId64, c->width, v.i);
		break;
	default:
		print_number(out, c, v.d);
		break;
	}
}

/* Plain numbers: no width, no unit, no sign but minus. */
static void print_csv(FILE *out, const struct column *c, union value v)
{
	struct column plain = *c;
	int64_t ns;

	plain.width = 0;
	switch (c->shape) {
	case SHAPE_INTERVAL:
		plain.shape = SHAPE_UINT;
		break;
	case SHAPE_LOG_INTERVAL:
		plain.shape = SHAPE_INT;
		break;
	case SHAPE_OFFSET:
	case SHAPE_MAGNITUDE:
	case SHAPE_SLOW_FAST_S:
		plain.shape = SHAPE_NUMBER;
		plain.digits = 9;
		break;
	case SHAPE_FREQ:
	case SHAPE_FREQ_MAGNITUDE:
	case SHAPE_FAST_SLOW_PPM:
		plain.shape = SHAPE_NUMBER;
		plain.digits = 3;
		break;
	case SHAPE_SIGNED:
		plain.shape = SHAPE_NUMBER;
		break;
	case SHAPE_LEAP_CHAR:
		plain.shape = SHAPE_LEAP;
		break;
	case SHAPE_BITS:
		plain.width = c->width;
		break;
	case SHAPE_DATE:
		ns = v.t.ns % NS_PER_S;
		fprintf(out, "%" PRId64 ".%09" PRId64,
		    v.t.ns / NS_PER_S - (ns < 0), ns < 0 ? ns + NS_PER_S : ns);
		return;
	default:
		break;
	}
	print_cell(out, FORM_CSV, &plain, v);
}

void layout_print(FILE *out, enum form form, const struct column *columns,
    size_t n, const union value *values)
{
	bool csv = form == FORM_CSV;

	for (size_t i = 0; i < n; i++) {
		const struct column *c = &columns[i];

		if (!csv) {
			fputs(c->before, out);
			if (c->shape != SHAPE_END)
				print_cell(out, form, c, values[i]);
		} else if (c->shape != SHAPE_END) {
			if (i > 0)
				fputc(',', out);
			print_csv(out, c, values[i]);
		}
	}
	if (csv)
		fputc('\n', out);
}
