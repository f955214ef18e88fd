/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/source.h"

#include "conf/values.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) .at = offsetof(struct source_config, field)
#define RANGE(least, most) .min = (least), .max = (most)
#define ANY_INT RANGE(INT_MIN, INT_MAX)
#define FLAG(field) .parse = conf_flag, AT(field)

/* Limits of the polling interval and of what a pool may use (reference 2.2). */
#define POLL_LEAST (-7)
#define POLL_MOST 24
#define POOL_MOST 16
#define FILTER_MOST 256
#define STRATUM_MOST 15
#define MAXDELAY_MOST_S 1000	/* a request waits that long */

static bool select_option(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	struct source_config *s = into;

	(void)line;
	s->select_options |= (unsigned)word->value;
	return true;
}

static bool only_family(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	struct source_config *s = into;

	(void)line;
	s->family = (uint8_t)word->value;
	return true;
}

/* Hexadecimal; which fields there are: reference 2.2. */
static bool extension_field(struct conf_line *line, const struct conf_word *word,
    void *into)
{
	struct source_config *s = into;
	const char *text = conf_take(line, word);
	char *end;
	unsigned long type;

	if (!text)
		return false;
	type = strtoul(text, &end, 16);
	if (*end || end == text || *text == '-' || *text == '+')
		return conf_refuse(line, word, text,
		    "is no hexadecimal number");
	switch (type) {
	case 0xf323:
		s->mono_ef = true;
		return true;
	case 0xf324:
	case 0x10a:
		s->net_ef = true;	/* conf/check.h warns */
		return true;
	default:
		return conf_refuse(line, word, text,
		    "is no extension field that is known (F323)");
	}
}

static const struct conf_word source_options[] = {
	{ "minpoll", "POLL", "6", "old", "shortest polling interval",
	  .parse = conf_int, AT(minpoll), ANY_INT, .unit = "log2 s" },
	{ "maxpoll", "POLL", "10", "old", "longest polling interval",
	  .parse = conf_int, AT(maxpoll), RANGE(-32, 32), .unit = "log2 s" },
	{ "iburst", "", "-", "1.25",
	  "4 to 8 requests at once when it comes online", FLAG(iburst) },
	{ "burst", "", "-", "3.3",
	  "several requests at each poll until one is good", FLAG(burst) },
	{ "key", "ID", "-", "old", "symmetric key",
	  .parse = conf_u32, AT(key), RANGE(1, 4294967295.0) },
	{ "nts", "", "-", "4.0", "authenticate with Network Time Security",
	  FLAG(nts) },
	{ "ntsport", "PORT", "4460", "4.0", "TCP port of its NTS-KE server",
	  .parse = conf_u16, AT(nts_port), RANGE(0, 65535) },
	{ "certset", "ID", "0", "4.1", "set of trusted certificates",
	  .parse = conf_u32, AT(certset), RANGE(0, 4294967295.0) },
	{ "port", "PORT", "123", "old", "UDP port of the NTP server",
	  .parse = conf_u16, AT(port), RANGE(0, 65535) },
	{ "version", "VERSION", "-", "2.0", "NTP version of the requests",
	  .parse = conf_int, AT(version), RANGE(1, 4) },
	{ "maxdelay", "DELAY", "3.0", "old",
	  "refuse samples with a longer delay; inf: 1000 s",
	  .parse = conf_double, AT(maxdelay_s), .unit = "s",
	  CONF_LIMIT(MAXDELAY_MOST_S) },
	{ "maxdelayratio", "RATIO", "0.0", "old",
	  "refuse samples with a delay above RATIO times the least; "
	  "0 or inf: do not",
	  .parse = conf_double, AT(maxdelayratio), CONF_LIMIT(0) },
	{ "maxdelaydevratio", "RATIO", "0.0", "1.25",
	  "refuse samples whose delay grew by RATIO standard deviations; "
	  "0 or inf: do not",
	  .parse = conf_double, AT(maxdelaydevratio), CONF_LIMIT(0) },
	{ "maxdelayquant", "QUANTILE", "0.0", "4.3",
	  "refuse samples with a delay above a quantile (0.05 to 0.95); "
	  "0: do not", .parse = conf_double, AT(maxdelayquant) },
	{ "mindelay", "DELAY", "0.0", "3.2",
	  "least delay, instead of the observed",
	  .parse = conf_double, AT(mindelay_s), .unit = "s" },
	{ "asymmetry", "RATIO", "1.0", "3.2",
	  "asymmetry of the jitter (-0.5 to 0.5), instead of the estimated",
	  .parse = conf_double, AT(asymmetry) },
	{ "offset", "OFFSET", "0.0", "3.0", "correction of the measured offset",
	  .parse = conf_double, AT(offset_s), .unit = "s" },
	{ "minsamples", "N", "-", "2.0",
	  "least number of samples kept, instead of that of all sources",
	  .parse = conf_int, AT(minsamples), RANGE(0, INT_MAX) },
	{ "maxsamples", "N", "-", "2.0",
	  "greatest number of samples kept, instead of that of all sources",
	  .parse = conf_int, AT(maxsamples), RANGE(0, INT_MAX) },
	{ "filter", "POLLS", "0", "3.4",
	  "combine that many polls by a median filter; 0: do not",
	  .parse = conf_int, AT(filter), RANGE(0, INT_MAX) },
	{ "polltarget", "N", "8", "1.25",
	  "number of samples the polling interval aims at",
	  .parse = conf_int, AT(polltarget), RANGE(1, INT_MAX) },
	{ "presend", "POLL", "-", "old",
	  "extra request before the measurement, from this poll on",
	  .parse = conf_int, AT(presend), RANGE(-32, 32), .unit = "log2 s" },
	{ "minstratum", "STRATUM", "0", "1.25",
	  "take its stratum as at least this",
	  .parse = conf_int, AT(minstratum), RANGE(0, 16) },
	{ "xleave", "", "-", "3.0", "interleaved mode (RFC 9769)",
	  FLAG(xleave) },
	{ "extfield", "TYPE", "-", "4.2",
	  "enable an extension field (hexadecimal)",
	  .parse = extension_field },
	{ "copy", "", "-", "4.1",
	  "take over stratum and reference ID of the server", FLAG(copy) },
	{ "prefer", "", "-", "1.25", "prefer it to sources without this option",
	  .parse = select_option, .value = SELECT_PREFER },
	{ "noselect", "", "-", "1.25", "measure it only",
	  .parse = select_option, .value = SELECT_NOSELECT },
	{ "trust", "", "-", "2.3", "assume that its time is true",
	  .parse = select_option, .value = SELECT_TRUST },
	{ "require", "", "-", "2.3",
	  "no time without at least one such source",
	  .parse = select_option, .value = SELECT_REQUIRE },
	{ "offline", "", "-", "old", "do not poll until told to",
	  FLAG(offline) },
	{ "auto_offline", "", "-", "old", "stop polling when sending fails",
	  FLAG(auto_offline) },
	{ "maxunreach", "POLLS", "100000", "4.8",
	  "how long it is used while unreachable",
	  .parse = conf_int, AT(maxunreach), RANGE(0, INT_MAX) },
	{ "maxntsretry", "N", "19", "4.9",
	  "longest time between tries of NTS-KE that fail; at least 64 s",
	  .parse = conf_int, AT(maxntsretry), RANGE(-32, 32),
	  .unit = "log2 s" },
	{ "ipv4", "", "-", "4.6", "use IPv4 addresses only",
	  .parse = only_family, .value = IP_V4 },
	{ "ipv6", "", "-", "4.6", "use IPv6 addresses only",
	  .parse = only_family, .value = IP_V6 },
	{ "maxsources", "N", "4", "2.0", "number of sources wanted of a pool",
	  .parse = conf_int, AT(maxsources), RANGE(1, INT_MAX) },
};
const struct conf_words conf_source_options = CONF_ROWS(source_options);

static double clamp(double v, double least, double most)
{
	return v < least ? least : v > most ? most : v;
}

static int clamp_poll(int poll, int instead)
{
	if (poll < POLL_LEAST)
		return instead;
	return poll > POLL_MOST ? POLL_MOST : poll;
}

/* What the peer clamps where it uses it (reference 2.2). */
static void clamp_values(struct source_config *s)
{
	struct source_config defaults;

	source_config_init(&defaults, s->type);
	s->minpoll = clamp_poll(s->minpoll, defaults.minpoll);
	s->maxpoll = clamp_poll(s->maxpoll, defaults.maxpoll);
	if (s->maxpoll < s->minpoll)
		s->maxpoll = s->minpoll;
	s->maxdelay_s = clamp(s->maxdelay_s, 0, MAXDELAY_MOST_S);
	s->maxdelayratio = clamp(s->maxdelayratio, 0, 1e6);
	s->maxdelaydevratio = clamp(s->maxdelaydevratio, 0, 1e6);
	if (s->maxdelayquant > 0)
		s->maxdelayquant = clamp(s->maxdelayquant, 0.05, 0.95);
	if (s->filter > FILTER_MOST)
		s->filter = FILTER_MOST;
	if (s->minstratum > STRATUM_MOST)
		s->minstratum = STRATUM_MOST;
	if (s->maxsources > POOL_MOST)
		s->maxsources = POOL_MOST;
}

void conf_source_settle(struct source_config *s)
{
	struct ip_addr ip;

	/* Cookies are for servers (RFC 8915 section 1); conf/check.h warns. */
	if (s->type == SOURCE_PEER)
		s->nts = false;
	/* One address is no pool. */
	if (s->type == SOURCE_POOL && ip_parse(s->name, &ip))
		s->type = SOURCE_SERVER;
	clamp_values(s);
}

/* Every byte visible ASCII: what a resolver or a person can do with. */
static bool is_name(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

bool conf_source_line(struct conf_line *line, const struct conf_word *word,
    struct source_config *ret)
{
	struct source_config s;

	source_config_init(&s, (enum source_type)word->value);
	if (!conf_take_text(line, word, s.name, sizeof(s.name)))
		return false;
	if (!is_name(s.name))
		return conf_refuse(line, word, s.name,
		    "is neither a host name nor an address");
	if (!conf_options(line, &conf_source_options, &s))
		return false;
	conf_source_settle(&s);
	*ret = s;
	return true;
}

bool conf_source(struct conf_line *line, const struct conf_word *word,
    void *config)
{
	struct config *c = config;
	struct source_config s, *new;

	if (!conf_source_line(line, word, &s))
		return false;
	new = conf_grow(line, (void **)&c->sources, c->source_count, sizeof(s));
	if (!new)
		return false;
	*new = s;
	c->source_count++;
	return true;
}
