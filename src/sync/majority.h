/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who tells the truth: the place where most intervals overlap, and which
 * sources agree with it (RFC 5905 section 11.2.1; reference: behaviour.md 5.2,
 * steps 5 and 6).
 */
#ifndef HORA_SYNC_MAJORITY_H
#define HORA_SYNC_MAJORITY_H

#include "sync/select.h"

enum majority {
	MAJORITY_FOUND,
	MAJORITY_NONE,		/* half of the sources, or less, agree */
	MAJORITY_UNKNOWN,	/* out of memory: nothing was judged */
};

/*
 * Judge the candidates in state SEL_SELECTED by their intervals [low_s,
 * high_s], which must be finite; all others are left alone. Touching intervals
 * overlap. Where one of them is trusted, only the trusted ones are counted.
 *
 * FOUND: who disagrees is SEL_FALSETICKER, who reaches beyond what the trusted
 * ones agree on SEL_UNTRUSTED, the others have kept their state. NONE: all are
 * SEL_FALSETICKER (with none at all to judge, too).
 */
enum majority majority_find(struct candidate *candidates, int count);

#endif
