/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/selectlog.h"

#include "base/text.h"
#include "ctl/loglines.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"

/* Has selection got as far as to look at the samples? */
static bool was_measured(const struct candidate *c)
{
	return c->state != SEL_NOSELECT && c->state != SEL_SAMPLES &&
	    c->state != SEL_UNSYNC && c->state != SEL_STRATUM;
}

static void fill_line(const struct engine *e, const struct engine_now *now,
    int i, struct selection_line *l)
{
	const struct source *s = e->sources[i];
	const struct candidate *c = &e->candidates[i];
	const struct source_stats *stats = &s->stats;
	struct free_time at = clockwork_free(e, now->wall);

	*l = (struct selection_line){
		.at = now->wall,
		.id = s->id,
		.state = (char)c->state,
		.options = c->options,
		.reach = s->is_resolved ? c->reach : 0,
		.score = c->score > 1 ? c->score : 1,
	};
	if (s->is_resolved)
		l->address = s->address.ip;
	if (!was_measured(c))
		return;
	l->age_s = free_sub(at, stats->samples[stats->count - 1].at);
	/* The other sign: what the clock is wrong by. */
	l->low_s = -clockwork_system_offset(e, c->high_s, at);
	l->high_s = -clockwork_system_offset(e, c->low_s, at);
}

void selectlog_write(struct engine *e, const struct engine_now *now)
{
	struct ipc_logline out = { .file = IPC_LOG_SELECTION };
	struct selection_line l;
	char text[LOG_LINE_SIZE];

	if (!(e->config->log & LOG_SELECTION))
		return;
	if (e->count > SELECTLOG_SOURCES && !e->selectlog_cut) {
		say(e, SEV_WARNING, "Only the first %d of %d sources are written"
		    " to selection.log", SELECTLOG_SOURCES, e->count);
		e->selectlog_cut = true;
	}
	for (int i = 0; i < e->count && i < SELECTLOG_SOURCES; i++) {
		fill_line(e, now, i, &l);
		selection_line(&l, text);
		text_copy(out.text, sizeof(out.text), text);
		e->fx.logline(e->fx.arg, &out);
	}
}
