/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source selection and combining (RFC 5905 section 11.2; reference:
 * behaviour.md 5): who tells the truth, who is the reference, what is the time.
 */
#ifndef HORA_SYNC_SELECT_H
#define HORA_SYNC_SELECT_H

#include "base/time.h"
#include "sync/source_stats.h"
#include "sync/time_ref.h"

#include <stdbool.h>
#include <stdint.h>

/* State characters of `selectdata` (behaviour.md 5.1). */
enum select_state {
	SEL_NOSELECT = 'N', SEL_SAMPLES = 'M', SEL_UNSYNC = 's', SEL_STRATUM = 'r',
	SEL_DISTANCE = 'd', SEL_JITTER = '~', SEL_WAIT_SAMPLES = 'w',
	SEL_STALE = 'S', SEL_ORPHAN = 'O', SEL_UNTRUSTED = 'T',
	SEL_FALSETICKER = 'x', SEL_WAIT_SOURCES = 'W', SEL_NOT_PREFERRED = 'P',
	SEL_WAIT_UPDATE = 'U', SEL_TOO_DISTANT = 'D', SEL_COMBINED = '+',
	SEL_SELECTED = '*',
};

/* One source as selection sees it; the engine fills the first part. */
struct candidate {
	const struct source_stats *stats;
	unsigned options;	/* enum select_option, as in force */
	bool is_active;		/* online, or offline with samples */
	uint8_t reach, reach_size;
	int poll;
	uint8_t stratum;
	uint8_t leap;		/* enum leap */
	uint32_t refid;		/* of its address; for orphan mode */
	uint32_t own_refid;	/* of our address towards it; the same */
	int unreached;		/* polls without an answer since reach is 0 */
	int maxunreach;		/* how many of them it stays selectable */
	bool has_new_sample;	/* since the last update of the clock */
	bool is_awaited;	/* no sample yet, but soon perhaps (start) */
	bool is_fresh;		/* its sample is why it is judged now */
	/* kept between selections by the caller, zero at start */
	double score;
	int outlier_penalty;	/* updates for which it is not combined */
	/* written by select_sources */
	enum select_state state;
	double low_s, high_s;	/* interval of the offset at `now` */
	double distance_s;	/* root distance at `now` */
};

struct select_config {
	double maxdistance_s, maxjitter_s, reselectdist_s, stratumweight_s;
	double combinelimit, maxclockerror_ppm;
	int minsources;
	int maxstratum, minstratum;
	int orphan_stratum;	/* 0 = no orphan mode */
};

/* Defaults of chrony 4.8 (configuration.md 2.5). */
struct select_config select_defaults(void);

enum select_outcome {
	SELECT_NONE,		/* nothing selected; see `reason` */
	SELECT_WAIT,		/* not yet: a source may soon say more */
	SELECT_KEEP,		/* selected, but no new sample: no update */
	SELECT_UPDATE,		/* selected: the combined estimate is new */
	SELECT_REFINE,		/* selected: by a sample of another source */
};

struct selection {
	enum select_outcome outcome;
	int selected;		/* index; -1 = none. In: the one before */
	/* The selected one has given no sample since (U). In: as it was left. */
	bool is_pending;
	int selectable;		/* sources that were judged */
	int unreachable;	/* others that are only out of reach */
	int combined;		/* sources that were combined */
	double between_s2;	/* kept for combine(); 0 at first */
	struct stats_estimate estimate;	/* SELECT_UPDATE, _REFINE */
	double root_delay_s, root_dispersion_s;	/* of the reference, at now */
	enum leap leap;		/* majority vote */
	/* SELECT_NONE: what the log says after "Can't synchronise: " */
	const char *reason;
	/* SELECT_NONE: sources contradict each other (no majority); the clock
	 * is unsynchronised at once. Otherwise it coasts. */
	bool is_contradicted;
};

/*
 * Judge all candidates at `now` and combine the survivors. `sel->selected`
 * holds the index of the reference before (-1: none). Takes some memory for
 * each while it runs; when there is none, nothing is selected.
 */
void select_sources(const struct select_config *config,
    struct candidate *candidates, int count, struct free_time now,
    struct selection *sel);

#endif
