/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/system.h"

#include "base/text.h"
#include "conf/values.h"

#include <limits.h>
#include <math.h>
#include <string.h>

bool conf_makestep(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;
	double threshold_s;

	if (!conf_take_double(line, word, &threshold_s) ||
	    !conf_take_int(line, word, &c->makestep_limit))
		return false;
	/* Below nothing there is nothing: every offset is above. */
	c->makestep_threshold_s = threshold_s > 0 ? threshold_s : 0;
	return true;
}

bool conf_initstepslew(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct initstepslew_config *c =
	    &((struct config *)config)->initstepslew;
	double threshold_s;

	*c = (struct initstepslew_config){ 0 };
	if (!conf_take_double(line, word, &threshold_s))
		return false;
	c->threshold_s = threshold_s > 0 ? threshold_s : 0;
	if (line->count - line->next > CONFIG_INIT_HOSTS)
		return conf_refuse(line, word, NULL,
		    "more than 16 hosts");
	while (!conf_line_done(line)) {
		if (!conf_take_text(line, word, c->hosts[c->host_count],
		    sizeof(c->hosts[0])))
			return false;
		c->host_count++;
	}
	return true;
}

bool conf_mailonchange(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return conf_take_text(line, word, c->mail_address,
	    sizeof(c->mail_address)) &&
	    conf_take_double(line, word, &c->mail_threshold_s);
}

static const struct conf_word driftfile_options[] = {
	{ "interval", "SECONDS", "3600", "4.7",
	  "least time between two writes while it runs", .parse = conf_int,
	  .at = offsetof(struct config, drift_interval_s), .unit = "s" },
};
const struct conf_words conf_driftfile_options = CONF_ROWS(driftfile_options);

bool conf_driftfile(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	return conf_path(line, word, config) &&
	    conf_options(line, &conf_driftfile_options, config);
}

bool conf_leapsecmode(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	static const char *const names[] = {
		[LEAPSEC_SYSTEM] = "system", [LEAPSEC_STEP] = "step",
		[LEAPSEC_SLEW] = "slew", [LEAPSEC_IGNORE] = "ignore",
	};
	struct config *c = config;
	const char *name = conf_take(line, word);

	if (!name)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!text_equal_nocase(names[i], name))
			continue;
		c->leapsecmode = (enum leapsecmode)i;
		return true;
	}
	return conf_refuse(line, word, name, "is not a mode");
}

bool conf_maxchange(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct maxchange_config *m = &((struct config *)config)->maxchange;

	if (!conf_take_double(line, word, &m->offset_s))
		return false;
	if (m->offset_s < 0)
		return conf_refuse(line, word, line->words[line->next - 1],
		    "is out of range");
	m->enabled = true;
	return conf_take_int(line, word, &m->start) &&
	    conf_take_int(line, word, &m->ignore);
}

bool conf_fallbackdrift(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return conf_take_int(line, word, &c->fallback_min_log2_s) &&
	    conf_take_int(line, word, &c->fallback_max_log2_s);
}

bool conf_maxupdateskew(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	if (!conf_take_double(line, word, &c->maxupdateskew_ppm))
		return false;
	c->maxupdateskew_ppm = fabs(c->maxupdateskew_ppm);
	return true;
}

static bool log_bit(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	(void)line;
	*(unsigned *)into |= (unsigned)word->value;
	return true;
}

static const struct conf_word log_words[] = {
	{ "measurements", "", "-", "old", "each measurement of an NTP source",
	  .parse = log_bit, .value = LOG_MEASUREMENTS },
	{ "rawmeasurements", "", "-", "3.1", "also those that a test refused",
	  .parse = log_bit, .value = LOG_RAWMEASUREMENTS },
	{ "statistics", "", "-", "old", "statistics of each source",
	  .parse = log_bit, .value = LOG_STATISTICS },
	{ "selection", "", "-", "4.3", "how sources were selected",
	  .parse = log_bit, .value = LOG_SELECTION },
	{ "tracking", "", "-", "old", "each update of the clock",
	  .parse = log_bit, .value = LOG_TRACKING },
	{ "rtc", "", "-", "old", "the real-time clock",
	  CONF_LEFT_OUT("remove the word") },
	{ "refclocks", "", "-", "old", "raw samples of reference clocks",
	  CONF_LEFT_OUT("remove the word") },
	{ "tempcomp", "", "-", "1.25", "temperature compensation",
	  CONF_LEFT_OUT("remove the word") },
};
const struct conf_words conf_log_words = CONF_ROWS(log_words);

bool conf_log(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	/* The peers take these names in lower case only. */
	for (size_t i = line->next; i < line->count; i++)
		for (const char *ch = line->words[i]; *ch; ch++)
			if (*ch >= 'A' && *ch <= 'Z')
				return conf_refuse(line, word, line->words[i],
				    "must be in lower case");
	return conf_options(line, &conf_log_words, &c->log);
}

bool conf_pidfile(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	if (!conf_path(line, word, config))
		return false;
	if (strcmp(c->pidfile, "/") == 0)
		c->pidfile[0] = '\0';
	return true;
}

bool conf_user(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;

	return conf_take_text(line, word, c->user, sizeof(c->user));
}

bool conf_sourcedir(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;
	unsigned group = c->sourcedir_count ?
	    c->sourcedirs[c->sourcedir_count - 1].group + 1 : 0;

	if (line->count - line->next > CONFIG_DIRS)
		return conf_refuse(line, word, NULL,
		    "more than 10 directories in a line");
	do {
		struct sourcedir_config *new;

		if (c->sourcedir_count >= CONFIG_SOURCEDIRS)
			return conf_fail(line, "sourcedir: more than %d "
			    "directories", CONFIG_SOURCEDIRS);
		new = conf_grow(line, (void **)&c->sourcedirs,
		    c->sourcedir_count, sizeof(*new));
		if (!new ||
		    !conf_take_path(line, word, new->path))
			return false;
		new->group = group;
		c->sourcedir_count++;
	} while (!conf_line_done(line));
	return true;
}

bool conf_expanded(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	(void)config;
	conf_fail(line, "%s: not possible here", word->name);
	return conf_hint(line, "use it in a configuration file");
}
