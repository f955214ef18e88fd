/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/source.h"

#include "conf/values.h"

#include <limits.h>
#include <string.h>

#define AT(field) .at = offsetof(struct source_config, field)
#define RANGE(least, most) .min = (least), .max = (most)
#define ANY_INT RANGE(INT_MIN, INT_MAX)
#define FLAG(field) .parse = conf_flag, AT(field)

/* Limits of the polling interval and of what a pool may use (reference 2.2). */
#define POLL_LEAST (-7)
#define POLL_MOST 24
#define POOL_MOST 16

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

const struct conf_word conf_source_options[] = {
	{ "minpoll", "POLL", "shortest polling interval",
	  .parse = conf_int, AT(minpoll), ANY_INT, .unit = "log2 s" },
	{ "maxpoll", "POLL", "longest polling interval",
	  .parse = conf_int, AT(maxpoll), RANGE(-32, 32), .unit = "log2 s" },
	{ "iburst", "", "4 to 8 requests at once when it comes online",
	  FLAG(iburst) },
	{ "burst", "", "several requests at each poll until one is good",
	  CONF_NOT_WIRED },
	{ "key", "ID", "symmetric key",
	  CONF_NOT_WIRED, RANGE(1, 4294967295.0) },
	{ "nts", "", "authenticate with Network Time Security",
	  FLAG(nts) },
	{ "ntsport", "PORT", "TCP port of its NTS-KE server",
	  .parse = conf_u16, AT(nts_port), RANGE(0, 65535) },
	{ "certset", "ID", "set of trusted certificates",
	  .parse = conf_u32, AT(certset), RANGE(0, 4294967295.0) },
	{ "port", "PORT", "UDP port of the NTP server",
	  .parse = conf_u16, AT(port), RANGE(0, 65535) },
	{ "version", "VERSION", "NTP version of the requests",
	  CONF_NOT_WIRED, RANGE(1, 4) },
	{ "maxdelay", "DELAY", "refuse samples with a longer delay",
	  .parse = conf_double, AT(maxdelay_s), .unit = "s" },
	{ "maxdelayratio", "RATIO",
	  "refuse samples with a delay above RATIO times the least",
	  .parse = conf_double, AT(maxdelayratio) },
	{ "maxdelaydevratio", "RATIO",
	  "refuse samples whose delay grew by RATIO standard deviations",
	  .parse = conf_double, AT(maxdelaydevratio) },
	{ "maxdelayquant", "QUANTILE",
	  "refuse samples with a delay above a quantile",
	  CONF_NOT_WIRED, RANGE(0.05, 0.95) },
	{ "mindelay", "DELAY", "least delay, instead of the observed",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "asymmetry", "RATIO", "asymmetry of the jitter",
	  CONF_NOT_WIRED, RANGE(-0.5, 0.5) },
	{ "offset", "OFFSET", "correction of the measured offset",
	  CONF_NOT_WIRED, .unit = "s" },
	{ "minsamples", "N", "least number of samples kept",
	  .parse = conf_int, AT(minsamples), RANGE(0, INT_MAX) },
	{ "maxsamples", "N", "greatest number of samples kept",
	  .parse = conf_int, AT(maxsamples), RANGE(0, INT_MAX) },
	{ "filter", "POLLS", "combine that many polls by a median filter",
	  CONF_NOT_WIRED, RANGE(0, INT_MAX) },
	{ "polltarget", "N", "number of samples the polling interval aims at",
	  .parse = conf_int, AT(polltarget), RANGE(1, INT_MAX) },
	{ "presend", "POLL", "extra request before the measurement",
	  CONF_NOT_WIRED, RANGE(-32, 32), .unit = "log2 s" },
	{ "minstratum", "STRATUM", "take its stratum as at least this",
	  CONF_NOT_WIRED, RANGE(0, 16) },
	{ "xleave", "", "interleaved mode (RFC 9769)",
	  CONF_NOT_WIRED },
	{ "extfield", "TYPE", "enable an extension field (hexadecimal)",
	  CONF_NOT_WIRED },
	{ "copy", "", "take over stratum and reference ID of the server",
	  CONF_NOT_WIRED },
	{ "prefer", "", "prefer it to sources without this option",
	  .parse = select_option, .value = SELECT_PREFER },
	{ "noselect", "", "measure it only",
	  .parse = select_option, .value = SELECT_NOSELECT },
	{ "trust", "", "assume that its time is true",
	  .parse = select_option, .value = SELECT_TRUST },
	{ "require", "", "no time without at least one such source",
	  .parse = select_option, .value = SELECT_REQUIRE },
	{ "offline", "", "do not poll until told to",
	  FLAG(offline) },
	{ "auto_offline", "", "stop polling when sending fails",
	  CONF_NOT_WIRED },
	{ "maxunreach", "POLLS", "how long it is used while unreachable",
	  .parse = conf_int, AT(maxunreach), RANGE(0, INT_MAX) },
	{ "ipv4", "", "use IPv4 addresses only",
	  .parse = only_family, .value = IP_V4 },
	{ "ipv6", "", "use IPv6 addresses only",
	  .parse = only_family, .value = IP_V6 },
	{ "maxsources", "N", "number of sources wanted of a pool",
	  .parse = conf_int, AT(maxsources), RANGE(1, INT_MAX) },
};
const size_t conf_source_option_count =
    sizeof(conf_source_options) / sizeof(*conf_source_options);

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
static void clamp_source(struct source_config *s)
{
	struct source_config defaults;

	source_config_init(&defaults, s->type);
	s->minpoll = clamp_poll(s->minpoll, defaults.minpoll);
	s->maxpoll = clamp_poll(s->maxpoll, defaults.maxpoll);
	if (s->maxpoll < s->minpoll)
		s->maxpoll = s->minpoll;
	s->maxdelay_s = clamp(s->maxdelay_s, 0, 1000);
	s->maxdelayratio = clamp(s->maxdelayratio, 0, 1e6);
	s->maxdelaydevratio = clamp(s->maxdelaydevratio, 0, 1e6);
	if (s->maxsources > POOL_MOST)
		s->maxsources = POOL_MOST;
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
	struct ip_addr ip;

	source_config_init(&s, (enum source_type)word->value);
	if (!conf_take_text(line, word, s.name, sizeof(s.name)))
		return false;
	if (!is_name(s.name))
		return conf_refuse(line, word, s.name,
		    "is neither a host name nor an address");
	if (!conf_options(line, conf_source_options, conf_source_option_count,
		&s))
		return false;
	/* One address is no pool. */
	if (s.type == SOURCE_POOL && ip_parse(s.name, &ip))
		s.type = SOURCE_SERVER;
	clamp_source(&s);
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
