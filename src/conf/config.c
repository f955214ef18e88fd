/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/config.h"

#include "base/text.h"
#include "build_config.h"

#include <stdlib.h>
#include <string.h>

/* IANA AEAD registry numbers, best first. */
#define AEAD_AES_128_GCM_SIV 30
#define AEAD_AES_SIV_CMAC_256 15

/* Of a client: its record, and a pair of timestamps (reference 2.7). */
#define CLIENT_BYTES 128
#define CLIENT_RECORDS_LEAST 16
#define CLIENT_RECORDS_MOST (UINT32_C(1) << 24)

static void init_nts(struct config *c)
{
	c->ntsrefresh_s = 4 * 7 * 86400;
	c->refresh_s = 14 * 86400;
	c->aeads[0] = AEAD_AES_128_GCM_SIV;
	c->aeads[1] = AEAD_AES_SIV_CMAC_256;
	c->aead_count = 2;
	c->nts_port = 4460;
	c->ntsprocesses = 1;
	c->maxntsconnections = 100;
	c->ntsrotate_s = 7 * 86400;
	c->ntsratelimit = (struct ratelimit_config){
		.interval_log2_s = 6, .burst = 8, .leak = 2,
	};
}

static void init_selection(struct config *c)
{
	c->authselectmode = AUTHSELECT_MIX;
	c->combinelimit = 3;
	c->maxdistance_s = 3;
	c->maxjitter_s = 1;
	c->minsources = 1;
	c->reselectdist_s = 1e-4;
	c->stratumweight_s = 1e-3;
	c->maxstratum = 15;
}

static void init_clock(struct config *c)
{
	c->maxclockerror_ppm = 1;
	c->maxdrift_ppm = CONFIG_DRIFT_MOST_PPM;
	c->maxslewrate_ppm = 1e6 / 12;
	c->maxupdateskew_ppm = 1000;
	c->drift_interval_s = 3600;
}

void config_init(struct config *c)
{
	memset(c, 0, sizeof(*c));
	init_nts(c);
	c->port = 123;
	c->ratelimit = (struct ratelimit_config){
		.interval_log2_s = 3, .burst = 8, .leak = 2,
	};
	c->ptpdomain = 123;
	c->clientloglimit = 512 * 1024;
	c->local = (struct local_config){ .stratum = 10, .distance_s = 1 };
	c->acquisitionport = -1;
	c->minsamples = 6;
	init_selection(c);
	init_clock(c);
	c->cmdport = 323;
	c->cmdratelimit = (struct ratelimit_config){
		.interval_log2_s = -4, .burst = 8, .leak = 2,
	};
	c->opencommands = OPEN_BY_DEFAULT;
	ip_parse("127.0.0.1", &c->cmd4);
	ip_parse("::1", &c->cmd6);
	text_copy(c->cmd_socket, sizeof(c->cmd_socket), HORA_COMMAND_SOCKET);
	text_copy(c->pidfile, sizeof(c->pidfile), HORA_PID_FILE);
	text_copy(c->user, sizeof(c->user), HORA_USER);
	c->logbanner = 32;
	c->logchange_s = 1;
}

uint32_t config_client_records(const struct config *c)
{
	uint32_t n = CLIENT_RECORDS_LEAST;

	if (c->noclientlog)
		return 0;
	while (n < CLIENT_RECORDS_MOST &&
	    2 * n <= c->clientloglimit / CLIENT_BYTES)
		n *= 2;
	return n;
}

void config_free(struct config *c)
{
	free(c->sources);
	free(c->sourcedirs);
	free(c->trusted);
	free(c->ntsservercerts);
	free(c->ntsserverkeys);
	free(c->allow);
	free(c->cmdallow);
	free(c->rule_names);
	memset(c, 0, sizeof(*c));
}

void source_config_init(struct source_config *s, enum source_type type)
{
	*s = (struct source_config){
		.type = type,
		.port = 123,
		.nts_port = 4460,
		.minpoll = 6,
		.maxpoll = 10,
		.minsamples = -1,
		.maxsamples = -1,
		.maxsources = 4,
		.polltarget = 8,
		.maxunreach = 100000,
		.maxntsretry = MAXNTSRETRY_USUAL,
		.maxdelay_s = 3,
		.maxdelaydevratio = 0,
		.asymmetry = 1,
		.presend = PRESEND_OFF,
	};
}

bool source_config_authenticates(const struct source_config *s)
{
	return s->nts || s->key != 0;
}

/* Member by member: structs have holes. */
bool source_config_equal(const struct source_config *a,
    const struct source_config *b)
{
	return a->type == b->type && strcmp(a->name, b->name) == 0 &&
	    a->family == b->family && a->port == b->port &&
	    a->nts_port == b->nts_port && a->minpoll == b->minpoll &&
	    a->maxpoll == b->maxpoll && a->minsamples == b->minsamples &&
	    a->maxsamples == b->maxsamples && a->maxsources == b->maxsources &&
	    a->polltarget == b->polltarget &&
	    a->maxunreach == b->maxunreach &&
	    a->maxntsretry == b->maxntsretry && a->maxdelay_s == b->maxdelay_s &&
	    a->maxdelayratio == b->maxdelayratio &&
	    a->maxdelaydevratio == b->maxdelaydevratio &&
	    a->maxdelayquant == b->maxdelayquant &&
	    a->mindelay_s == b->mindelay_s && a->asymmetry == b->asymmetry &&
	    a->offset_s == b->offset_s && a->filter == b->filter &&
	    a->certset == b->certset && a->key == b->key &&
	    a->select_options == b->select_options &&
	    a->iburst == b->iburst && a->nts == b->nts &&
	    a->offline == b->offline && a->xleave == b->xleave &&
	    a->burst == b->burst && a->copy == b->copy &&
	    a->auto_offline == b->auto_offline && a->mono_ef == b->mono_ef &&
	    a->net_ef == b->net_ef && a->presend == b->presend &&
	    a->minstratum == b->minstratum && a->version == b->version;
}
