/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cells of the accuracy targets: conditions under which chrony 4.8 was
 * measured, with what it reached and with what is possible at all.
 */
#ifndef HORA_SIM_CELLS_H
#define HORA_SIM_CELLS_H

#include "sim/world.h"

#define CELL_NAME 40
#define CELL_TABLES 4

/* What chrony 4.8 reached; 0 = unknown. */
struct cell_chrony {
	double rms_s, interval_s, max_s;
	double after_peak_s, after_rms_s, after_last_s;	/* tally_figures */
};

struct cell {
	const char *table;		/* cell_tables */
	char name[CELL_NAME];
	struct scenario scenario;
	int servers;
	struct cell_chrony chrony;
	double limit_s;			/* RMS; 0 = unknown */
	double short_limit_s;		/* at the shortest interval allowed */
	/* Where the seeds differ much, or the bound is not 0.9 of chrony: */
	int seeds;			/* at least so many; 0 = as asked for */
	double most;			/* of chrony's RMS; 0 = ACCURACY_CELL_AIM */
	const char *why;
};

/* Aims for a table: geometric means of RMS ratios; 0 = none. */
struct cell_table {
	const char *name, *title;
	double chrony_aim, limit_aim;
};

extern const struct cell_table cell_tables[CELL_TABLES];

/* The special rows; what is 0 in them is as in the matrix. */
extern const struct cell special_cells[];
extern const int special_cell_count;

/*
 * All cells, table by table; *ret_count of them. The caller frees the array.
 * NULL when memory is short.
 */
struct cell *cells_make(int *ret_count);

#endif
