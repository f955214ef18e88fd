/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the log files of the directive `log` (reference: files-and-logs.md
 * 9): pure formatting, and the heads of the banner. Signs are those of the
 * file, said at each member; the caller turns them.
 */
#ifndef HORA_CTL_LOGLINES_H
#define HORA_CTL_LOGLINES_H

#include "base/addr.h"
#include "base/time.h"

#include <stddef.h>
#include <stdint.h>

/* The files, in the order of enum ipc_logfile. */
enum log_file {
	LOG_FILE_MEASUREMENTS,
	LOG_FILE_STATISTICS,
	LOG_FILE_TRACKING,
	LOG_FILE_SELECTION,
	LOG_FILES
};

struct log_file_info {
	const char *name;	/* NAME.log in logdir */
	const char *heads;	/* of the columns; the rule of '=' is as long */
};

/* Row of a file; NULL outside the table. */
const struct log_file_info *log_file_info(unsigned file);

/* The three lines of a banner, each with its newline. Returns buf. */
const char *log_banner(const struct log_file_info *info, char *buf, size_t size);
#define LOG_BANNER_SIZE 600

#define LOG_LINE_SIZE 256	/* longest entry with its NUL */

/* A valid response of a server (9.2). */
struct measurement_line {
	struct wall_time at;
	struct ip_addr address;
	unsigned leap;		/* enum leap */
	unsigned stratum;
	unsigned tests;		/* bit 9 = test 1 ... bit 0 = test D, 1 = passed */
	int local_poll, remote_poll;	/* log2 s */
	double score;
	double offset_s;	/* positive: local clock slow */
	double delay_s, dispersion_s, root_delay_s, root_dispersion_s;
	uint32_t refid;
	unsigned mode;		/* of the packet */
	char interleaving;	/* 'B' basic, 'I' interleaved */
	char tx, rx;		/* 'D', 'K' or 'H' */
};

/* A regression (9.3). */
struct statistics_line {
	struct wall_time at;
	struct ip_addr address;
	double stddev_s;
	double offset_s;	/* positive: local clock fast */
	double offset_sd_s;
	double freq;		/* s/s; positive: local clock gains */
	double skew;		/* s/s */
	double stress;
	int samples, first, runs;
	double asymmetry;
};

/* An update of the clock, or the loss of the reference (9.5). */
struct tracking_line {
	struct wall_time at;
	struct ip_addr address;	/* IP_NONE: not synchronised */
	unsigned stratum;	/* 0 when not synchronised */
	double freq_ppm;	/* positive: fast */
	double skew_ppm;
	double offset_s;	/* positive: local clock fast */
	unsigned leap;		/* enum leap */
	int combined;
	double offset_sd_s;
	double correction_s;	/* remaining; positive: local clock slow */
	double root_delay_s, root_dispersion_s;
	double max_error_s;
};

/* A source at a selection (9.4). */
struct selection_line {
	struct wall_time at;
	struct ip_addr address;	/* IP_NONE: it has none yet, then `id` */
	uint32_t id;
	char state;		/* enum select_state */
	unsigned options;	/* enum select_option, in force */
	unsigned reach;
	double score;
	double age_s;		/* of the last sample */
	double low_s, high_s;	/* positive: local clock fast */
};

/* One line without newline. Returns buf. */
const char *measurement_line(const struct measurement_line *l,
    char buf[LOG_LINE_SIZE]);
const char *statistics_line(const struct statistics_line *l,
    char buf[LOG_LINE_SIZE]);
const char *tracking_line(const struct tracking_line *l,
    char buf[LOG_LINE_SIZE]);
const char *selection_line(const struct selection_line *l,
    char buf[LOG_LINE_SIZE]);

#endif
