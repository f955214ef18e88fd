/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/loglines.h"

#include "base/select_option.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* "2026-11-22 18:02:45" with its NUL, and room for an odd year. */
#define STAMP_SIZE 32
#define BITS_SIZE 16

static const struct log_file_info files[LOG_FILES] = {
	[LOG_FILE_MEASUREMENTS] = { "measurements",
	    "   Date (UTC) Time     IP Address   L St 123 567 ABCD  LP RP Score"
	    "    Offset  Peer del. Peer disp.  Root del. Root disp. Refid"
	    "     MTxRx" },
	[LOG_FILE_STATISTICS] = { "statistics",
	    "   Date (UTC) Time     IP Address    Std dev'n Est offset"
	    "  Offset sd  Diff freq   Est skew  Stress  Ns  Bs  Nr  Asym" },
	[LOG_FILE_TRACKING] = { "tracking",
	    "   Date (UTC) Time     IP Address   St   Freq ppm   Skew ppm"
	    "     Offset L Co  Offset sd Rem. corr. Root delay Root disp."
	    " Max. error" },
	[LOG_FILE_SELECTION] = { "selection",
	    "   Date (UTC) Time     IP Address   S EOpts Reach Score"
	    " Last sample  Low end   High end" },
};

const struct log_file_info *log_file_info(unsigned file)
{
	return file < LOG_FILES ? &files[file] : NULL;
}

const char *log_banner(const struct log_file_info *info, char *buf, size_t size)
{
	char rule[256];
	size_t n = strlen(info->heads);

	if (n >= sizeof(rule))
		n = sizeof(rule) - 1;
	memset(rule, '=', n);
	rule[n] = '\0';
	snprintf(buf, size, "%s\n%s\n%s\n", rule, info->heads, rule);
	return buf;
}

/* Date and time in UTC; gmtime_r asks nothing of the system. */
static const char *stamp(struct wall_time at, char buf[STAMP_SIZE])
{
	int64_t s = at.ns / NS_PER_S;
	time_t t = (time_t)(at.ns % NS_PER_S < 0 ? s - 1 : s);
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
	    !strftime(buf, STAMP_SIZE, "%Y-%m-%d %H:%M:%S", &tm))
		return "INVALID    INVALID ";
	return buf;
}

static char leap_char(unsigned leap)
{
	static const char chars[] = "N+-?";

	return leap < 4 ? chars[leap] : '?';
}

/* The bits from `high` down to `low` as digits. */
static const char *bits(unsigned v, int high, int low, char buf[BITS_SIZE])
{
	char *p = buf;

	for (int i = high; i >= low; i--)
		*p++ = v >> i & 1 ? '1' : '0';
	*p = '\0';
	return buf;
}

const char *measurement_line(const struct measurement_line *l,
    char buf[LOG_LINE_SIZE])
{
	char when[STAMP_SIZE], ip[IP_TEXT_SIZE];
	char basic[BITS_SIZE], packet[BITS_SIZE], sample[BITS_SIZE];

	snprintf(buf, LOG_LINE_SIZE, "%s %-15s %1c %2u %s %s %s  %2d %2d %4.2f"
	    " %10.3e %10.3e %10.3e %10.3e %10.3e %08X %1u%c %c %c",
	    stamp(l->at, when), ip_text(&l->address, ip), leap_char(l->leap),
	    l->stratum, bits(l->tests, 9, 7, basic), bits(l->tests, 6, 4, packet),
	    bits(l->tests, 3, 0, sample), l->local_poll, l->remote_poll,
	    l->score, l->offset_s, l->delay_s, l->dispersion_s,
	    l->root_delay_s, l->root_dispersion_s, (unsigned)l->refid, l->mode,
	    l->interleaving, l->tx, l->rx);
	return buf;
}

const char *statistics_line(const struct statistics_line *l,
    char buf[LOG_LINE_SIZE])
{
	char when[STAMP_SIZE], ip[IP_TEXT_SIZE];

	snprintf(buf, LOG_LINE_SIZE, "%s %-15s %10.3e %10.3e %10.3e %10.3e"
	    " %10.3e %7.1e %3d %3d %3d %5.2f",
	    stamp(l->at, when), ip_text(&l->address, ip), l->stddev_s,
	    l->offset_s, l->offset_sd_s, l->freq, l->skew, l->stress,
	    l->samples, l->first, l->runs, l->asymmetry);
	return buf;
}

const char *tracking_line(const struct tracking_line *l,
    char buf[LOG_LINE_SIZE])
{
	char when[STAMP_SIZE], ip[IP_TEXT_SIZE];

	snprintf(buf, LOG_LINE_SIZE, "%s %-15s %2u %10.3f %10.3f %10.3e %1c %2d"
	    " %10.3e %10.3e %10.3e %10.3e %10.3e",
	    stamp(l->at, when),
	    l->address.family == IP_NONE ? "0.0.0.0" : ip_text(&l->address, ip),
	    l->stratum, l->freq_ppm, l->skew_ppm, l->offset_s,
	    leap_char(l->leap), l->combined, l->offset_sd_s, l->correction_s,
	    l->root_delay_s, l->root_dispersion_s, l->max_error_s);
	return buf;
}

/* The filler comes first here, unlike in `selectdata`. */
static const char *options(unsigned set, char buf[BITS_SIZE])
{
	snprintf(buf, BITS_SIZE, "-%c%c%c%c",
	    set & SELECT_NOSELECT ? 'N' : '-', set & SELECT_PREFER ? 'P' : '-',
	    set & SELECT_TRUST ? 'T' : '-', set & SELECT_REQUIRE ? 'R' : '-');
	return buf;
}

const char *selection_line(const struct selection_line *l,
    char buf[LOG_LINE_SIZE])
{
	char when[STAMP_SIZE], name[IP_TEXT_SIZE], set[BITS_SIZE];

	if (l->address.family == IP_NONE)
		snprintf(name, sizeof(name), "ID#%010u", (unsigned)l->id);
	else
		ip_text(&l->address, name);
	snprintf(buf, LOG_LINE_SIZE, "%s %-15s %c %s %4o %5.2f %10.3e %10.3e"
	    " %10.3e", stamp(l->at, when), name, l->state,
	    options(l->options, set), l->reach, l->score, l->age_s, l->low_s,
	    l->high_s);
	return buf;
}
