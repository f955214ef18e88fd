/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/add_source.h"

#include "base/text.h"
#include "conf/source.h"

#include <limits.h>
#include <math.h>

#define POLL_WORD_LEAST (-32)	/* what the language lets one type */
#define POLL_WORD_MOST 32
#define STRATUM_WORD_MOST 16
#define VERSION_MOST 4

/* What chrony's tool sends when nobody said something else. */
#define USUAL_MAXDELAYDEVRATIO 10.0
#define UNSAID_MAXUNREACH 0
#define USUAL_MAXUNREACH 100000

static const struct {
	uint32_t flag;
	unsigned option;	/* enum select_option */
} select_flags[] = {
	{ ADD_PREFER, SELECT_PREFER },
	{ ADD_NOSELECT, SELECT_NOSELECT },
	{ ADD_TRUST, SELECT_TRUST },
	{ ADD_REQUIRE, SELECT_REQUIRE },
};
#define SELECT_FLAGS (sizeof(select_flags) / sizeof(select_flags[0]))

#define KNOWN_FLAGS (ADD_ONLINE | ADD_AUTO_OFFLINE | ADD_IBURST | ADD_PREFER | \
	ADD_NOSELECT | ADD_TRUST | ADD_REQUIRE | ADD_XLEAVE | ADD_BURST | \
	ADD_NTS | ADD_COPY | ADD_MONO_ROOT | ADD_NET_CORRECTION | ADD_IPV4 | \
	ADD_IPV6)

/* --- a request as a line -------------------------------------------------- */

static bool read_type(uint32_t type, enum source_type *ret)
{
	switch (type) {
	case ADD_TYPE_SERVER:
		*ret = SOURCE_SERVER;
		return true;
	case ADD_TYPE_PEER:
		*ret = SOURCE_PEER;
		return true;
	case ADD_TYPE_POOL:
		*ret = SOURCE_POOL;
		return true;
	}
	return false;
}

static bool is_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	return *name != '\0';
}

static bool is_poll_word(int32_t poll)
{
	return poll >= POLL_WORD_LEAST && poll <= POLL_WORD_MOST;
}

static bool are_numbers_allowed(const struct add_request *a)
{
	return a->port <= UINT16_MAX && a->ntsport <= UINT16_MAX &&
	    is_poll_word(a->maxpoll) &&
	    (is_poll_word(a->presend) || a->presend == PRESEND_OFF) &&
	    a->minstratum <= STRATUM_WORD_MOST &&
	    a->polltarget >= 1 && a->polltarget <= INT_MAX &&
	    a->version <= VERSION_MOST &&
	    a->maxsources >= 1 && a->maxsources <= INT_MAX &&
	    a->minsamples >= -1 && a->maxsamples >= -1 && a->filter >= 0 &&
	    a->maxunreach >= 0 && is_poll_word(a->maxntsretry);
}

static bool are_reals_finite(const struct add_request *a)
{
	return isfinite(a->maxdelay_s) && isfinite(a->maxdelayratio) &&
	    isfinite(a->maxdelaydevratio) && isfinite(a->maxdelayquant) &&
	    isfinite(a->mindelay_s) && isfinite(a->asymmetry) &&
	    isfinite(a->offset_s);
}

static void read_numbers(const struct add_request *a, struct source_config *s)
{
	s->port = (uint16_t)a->port;
	s->nts_port = (uint16_t)a->ntsport;
	s->minpoll = a->minpoll;
	s->maxpoll = a->maxpoll;
	s->presend = a->presend;
	s->minstratum = (int)a->minstratum;
	s->polltarget = (int)a->polltarget;
	s->version = (int)a->version;
	s->maxsources = (int)a->maxsources;
	s->minsamples = a->minsamples;
	s->maxsamples = a->maxsamples;
	s->key = a->key;
	s->filter = a->filter;
	s->certset = a->certset;
	s->maxdelay_s = a->maxdelay_s;
	s->maxdelayratio = a->maxdelayratio;
	if (a->maxdelaydevratio != USUAL_MAXDELAYDEVRATIO)
		s->maxdelaydevratio = a->maxdelaydevratio;
	s->maxdelayquant = a->maxdelayquant;
	s->mindelay_s = a->mindelay_s;
	s->asymmetry = a->asymmetry;
	s->offset_s = a->offset_s;
	s->maxunreach = a->maxunreach == UNSAID_MAXUNREACH ? USUAL_MAXUNREACH :
	    a->maxunreach;
	s->maxntsretry = a->maxntsretry;
}

static void read_flags(uint32_t flags, struct source_config *s)
{
	s->offline = !(flags & ADD_ONLINE);
	s->auto_offline = flags & ADD_AUTO_OFFLINE;
	s->iburst = flags & ADD_IBURST;
	s->xleave = flags & ADD_XLEAVE;
	s->burst = flags & ADD_BURST;
	s->nts = flags & ADD_NTS;
	s->copy = flags & ADD_COPY;
	s->mono_ef = flags & ADD_MONO_ROOT;
	s->net_ef = flags & ADD_NET_CORRECTION;
	for (size_t i = 0; i < SELECT_FLAGS; i++)
		if (flags & select_flags[i].flag)
			s->select_options |= select_flags[i].option;
	s->family = flags & ADD_IPV4 ? IP_V4 : flags & ADD_IPV6 ? IP_V6 :
	    IP_NONE;
}

static bool is_family_fit(const struct add_request *a,
    const struct source_config *s)
{
	struct ip_addr ip;

	if ((a->flags & ADD_IPV4) && (a->flags & ADD_IPV6))
		return false;
	return s->family == IP_NONE || !ip_parse(s->name, &ip) ||
	    ip.family == s->family;
}

enum control_status add_source_read(const struct add_request *add,
    struct source_config *ret)
{
	struct source_config s;
	enum source_type type;

	if (!read_type(add->type, &type))
		return CONTROL_INVALID;
	if (!is_name(add->name))
		return CONTROL_BAD_NAME;
	if (!are_numbers_allowed(add) || !are_reals_finite(add) ||
	    (add->flags & ~KNOWN_FLAGS))
		return CONTROL_INVALID;
	source_config_init(&s, type);
	text_copy(s.name, sizeof(s.name), add->name);
	read_numbers(add, &s);
	read_flags(add->flags, &s);
	if (!is_family_fit(add, &s))
		return CONTROL_BAD_FAMILY;
	conf_source_settle(&s);
	*ret = s;
	return CONTROL_OK;
}

/* --- a line as a request -------------------------------------------------- */

static uint32_t write_type(enum source_type type)
{
	switch (type) {
	case SOURCE_PEER:
		return ADD_TYPE_PEER;
	case SOURCE_POOL:
		return ADD_TYPE_POOL;
	case SOURCE_SERVER:
		break;
	}
	return ADD_TYPE_SERVER;
}

static uint32_t write_flags(const struct source_config *s)
{
	uint32_t flags = (s->offline ? 0 : ADD_ONLINE) |
	    (s->auto_offline ? ADD_AUTO_OFFLINE : 0) |
	    (s->iburst ? ADD_IBURST : 0) | (s->xleave ? ADD_XLEAVE : 0) |
	    (s->burst ? ADD_BURST : 0) | (s->nts ? ADD_NTS : 0) |
	    (s->copy ? ADD_COPY : 0) | (s->mono_ef ? ADD_MONO_ROOT : 0) |
	    (s->net_ef ? ADD_NET_CORRECTION : 0) |
	    (s->family == IP_V4 ? ADD_IPV4 : 0) |
	    (s->family == IP_V6 ? ADD_IPV6 : 0);

	for (size_t i = 0; i < SELECT_FLAGS; i++)
		if (s->select_options & select_flags[i].option)
			flags |= select_flags[i].flag;
	return flags;
}

void add_source_write(const struct source_config *s, struct add_request *ret)
{
	*ret = (struct add_request){
		.type = write_type(s->type),
		.port = s->port,
		.minpoll = s->minpoll,
		.maxpoll = s->maxpoll,
		.presend = s->presend,
		.minstratum = (uint32_t)s->minstratum,
		.polltarget = (uint32_t)s->polltarget,
		.version = (uint32_t)s->version,
		.maxsources = (uint32_t)s->maxsources,
		.minsamples = s->minsamples,
		.maxsamples = s->maxsamples,
		.key = s->key,
		.ntsport = s->nts_port,
		.maxdelay_s = s->maxdelay_s,
		.maxdelayratio = s->maxdelayratio,
		.maxdelaydevratio = s->maxdelaydevratio == 0 ?
		    USUAL_MAXDELAYDEVRATIO : s->maxdelaydevratio,
		.mindelay_s = s->mindelay_s,
		.asymmetry = s->asymmetry,
		.offset_s = s->offset_s,
		.flags = write_flags(s),
		.filter = s->filter,
		.certset = s->certset,
		.maxdelayquant = s->maxdelayquant,
		.maxunreach = s->maxunreach,
		.maxntsretry = s->maxntsretry,
	};
	text_copy(ret->name, sizeof(ret->name), s->name);
}
