/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A struct config as words "field=value", so that a test can say what a line
 * changes, and by that also what it leaves alone.
 */
#ifndef HORA_TESTS_CONF_DESCRIBE_H
#define HORA_TESTS_CONF_DESCRIBE_H

#include "conf/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DESCRIBE_SIZE 65536

struct description {
	char text[DESCRIBE_SIZE];
	size_t length;
};

__attribute__((format(printf, 2, 3)))
static inline void describe(struct description *d, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(d->text + d->length, sizeof(d->text) - d->length, format,
	    args);
	va_end(args);
	if (n > 0 && (size_t)n < sizeof(d->text) - d->length)
		d->length += (size_t)n;
}

static inline void describe_ip(struct description *d, const char *name,
    const struct ip_addr *ip)
{
	char text[IP_TEXT_SIZE];

	describe(d, "%s=%s ", name, ip_text(ip, text));
}

static inline void describe_source(struct description *d,
    const struct source_config *s)
{
	static const char *const types[] = { "server", "pool", "peer" };
	struct source_config e;

	source_config_init(&e, s->type);
	describe(d, "%s=%s", types[s->type], s->name);
#define INT(field) if (s->field != e.field) \
	describe(d, "," #field "=%d", (int)s->field)
#define DOUBLE(field) if (s->field != e.field) \
	describe(d, "," #field "=%g", s->field)
	INT(family); INT(port); INT(nts_port); INT(minpoll); INT(maxpoll);
	INT(minsamples); INT(maxsamples); INT(maxsources); INT(polltarget);
	INT(maxunreach); INT(maxntsretry);
	DOUBLE(maxdelay_s); DOUBLE(maxdelayratio); DOUBLE(maxdelaydevratio);
	DOUBLE(maxdelayquant); DOUBLE(mindelay_s); DOUBLE(asymmetry);
	DOUBLE(offset_s); INT(filter);
	if (s->key)
		describe(d, ",key=%u", s->key);
	if (s->certset)
		describe(d, ",certset=%u", s->certset);
	INT(select_options); INT(xleave); INT(iburst); INT(nts); INT(offline);
	INT(burst); INT(copy); INT(auto_offline); INT(mono_ef); INT(net_ef);
	INT(presend); INT(minstratum); INT(version);
#undef INT
#undef DOUBLE
	describe(d, " ");
}

static inline void describe_rules(struct description *d, const char *name,
    const struct config *c, const struct access_rule_config *rules,
    size_t count)
{
	char text[IP_TEXT_SIZE];

	for (size_t i = 0; i < count; i++) {
		describe(d, "%s=%s%s:%u:%s/%u", name,
		    rules[i].is_allow ? "yes" : "no",
		    rules[i].is_all ? ":all" : "", rules[i].families,
		    ip_text(&rules[i].prefix.ip, text), rules[i].prefix.bits);
		describe(d, "%s%s ", rules[i].name ? ":" : "",
		    rules[i].name ? c->rule_names[rules[i].name - 1] : "");
	}
}

static inline void describe_limit(struct description *d, const char *name,
    const struct ratelimit_config *r)
{
	describe(d, "%s=%d:%d:%d:%d:%d ", name, r->enabled, r->interval_log2_s,
	    r->burst, r->leak, r->kod);
}

static inline void describe_nts(struct description *d, const struct config *c)
{
	for (size_t i = 0; i < c->trusted_count; i++)
		describe(d, "trusted=%u:%s ", c->trusted[i].set,
		    c->trusted[i].path);
	describe(d, "nosystemcert=%d nocerttimecheck=%d ntsrefresh=%d ",
	    c->nosystemcert, c->nocerttimecheck, c->ntsrefresh_s);
	describe(d, "aeads=");
	for (size_t i = 0; i < c->aead_count; i++)
		describe(d, "%d,", c->aeads[i]);
	describe(d, " ntsdumpdir=%s ", c->ntsdumpdir);
	for (size_t i = 0; i < c->pair_count; i++)
		describe(d, "cert=%s ", c->ntsservercerts[i]);
	for (size_t i = 0; i < c->ntsserverkey_count; i++)
		describe(d, "key=%s ", c->ntsserverkeys[i]);
	describe(d, "nts_port=%d ntsprocesses=%d maxntsconnections=%d "
	    "ntsrotate=%d ntsntpserver=%s ", c->nts_port, c->ntsprocesses,
	    c->maxntsconnections, c->ntsrotate_s, c->ntsntpserver);
	describe_limit(d, "ntsratelimit", &c->ntsratelimit);
}

static inline void describe_sync(struct description *d, const struct config *c)
{
	describe(d, "authselectmode=%d combinelimit=%g maxdistance=%g "
	    "maxjitter=%g reselectdist=%g stratumweight=%g minsources=%d "
	    "maxstratum=%d minstratum=%d ",
	    c->authselectmode, c->combinelimit, c->maxdistance_s,
	    c->maxjitter_s, c->reselectdist_s, c->stratumweight_s,
	    c->minsources, c->maxstratum, c->minstratum);
	if (*c->dumpdir)
		describe(d, "dumpdir=%s ", c->dumpdir);
	if (c->manual)
		describe(d, "manual ");
	if (c->refresh_s != 1209600)
		describe(d, "refresh=%d ", c->refresh_s);
	if (c->clockprecision_s != 0)
		describe(d, "clockprecision=%g ", c->clockprecision_s);
	describe(d, "corrtimeratio=%g maxclockerror=%g maxdrift=%g "
	    "maxslewrate=%.8g maxupdateskew=%g makestep=%g:%d driftfile=%s "
	    "drift_interval=%d ", c->corrtimeratio, c->maxclockerror_ppm,
	    c->maxdrift_ppm, c->maxslewrate_ppm, c->maxupdateskew_ppm,
	    c->makestep_threshold_s, c->makestep_limit, c->driftfile,
	    c->drift_interval_s);
	if (c->initstepslew.threshold_s != 0 || c->initstepslew.host_count > 0)
		describe(d, "initstepslew=%g:", c->initstepslew.threshold_s);
	for (size_t i = 0; i < c->initstepslew.host_count; i++)
		describe(d, "%s:", c->initstepslew.hosts[i]);
	if (c->initstepslew.threshold_s != 0 || c->initstepslew.host_count > 0)
		describe(d, " ");
	describe(d, "leapsecmode=%d leapsectz=%s leapseclist=%s "
	    "maxchange=%d:%g:%d:%d fallbackdrift=%d:%d ", c->leapsecmode,
	    c->leapsectz, c->leapseclist, c->maxchange.enabled,
	    c->maxchange.offset_s, c->maxchange.start, c->maxchange.ignore,
	    c->fallback_min_log2_s, c->fallback_max_log2_s);
}

static inline void describe_config(struct description *d,
    const struct config *c)
{
	d->length = 0;
	for (size_t i = 0; i < c->source_count; i++)
		describe_source(d, &c->sources[i]);
	for (size_t i = 0; i < c->sourcedir_count; i++)
		describe(d, "sourcedir=%u:%s ", c->sourcedirs[i].group,
		    c->sourcedirs[i].path);
	describe_nts(d, c);
	describe_rules(d, "allow", c, c->allow, c->allow_count);
	describe(d, "port=%d has_port=%d ", c->port, c->has_port);
	describe_ip(d, "bind4", &c->bind4);
	describe_ip(d, "bind6", &c->bind6);
	describe_limit(d, "ratelimit", &c->ratelimit);
	describe(d, "ptpport=%d ptpdomain=%d ", c->ptpport, c->ptpdomain);
	describe(d, "clientloglimit=%u noclientlog=%d ", c->clientloglimit,
	    c->noclientlog);
	describe(d, "local=%d:%d:%d:%g:%g:%g:%g ", c->local.enabled,
	    c->local.stratum, c->local.orphan, c->local.distance_s,
	    c->local.activate_s, c->local.waitsynced_s,
	    c->local.waitunsynced_s);
	describe_ip(d, "acq4", &c->acq4);
	describe_ip(d, "acq6", &c->acq6);
	describe(d, "acquisitionport=%d acqdevice=%s binddevice=%s dscp=%d ",
	    c->acquisitionport, c->acqdevice, c->binddevice, c->dscp);
	describe(d, "lock_all=%d sched_priority=%d ", c->lock_all,
	    c->sched_priority);
	describe(d, "minsamples=%d maxsamples=%d ", c->minsamples,
	    c->maxsamples);
	describe_sync(d, c);
	describe(d, "rtcsync=%d ", c->rtcsync);
	describe_rules(d, "cmdallow", c, c->cmdallow, c->cmdallow_count);
	describe_ip(d, "cmd4", &c->cmd4);
	describe_ip(d, "cmd6", &c->cmd6);
	describe(d, "cmddevice=%s ", c->cmddevice);
	describe_limit(d, "cmdratelimit", &c->cmdratelimit);
	describe(d, "opencommands=%x ", c->opencommands);
	describe(d, "cmd_socket=%s cmdport=%d has_cmdport=%d logdir=%s log=%u "
	    "logbanner=%d logchange=%g mail=%s:%g keyfile=%s pidfile=%s user=%s ",
	    c->cmd_socket, c->cmdport, c->has_cmdport, c->logdir, c->log,
	    c->logbanner, c->logchange_s, c->mail_address,
	    c->mail_threshold_s, c->keyfile, c->pidfile, c->user);
}

/* The words of `c` that a default configuration does not have, in order. */
static inline void describe_changes(const struct config *c, char *out,
    size_t size)
{
	static struct description d, e;
	struct config fresh;
	char *word, *rest = d.text;
	size_t n = 0;

	config_init(&fresh);
	describe_config(&e, &fresh);
	describe_config(&d, c);
	*out = '\0';
	while ((word = strsep(&rest, " "))) {
		char padded[2200];

		snprintf(padded, sizeof(padded), "%s ", word);
		if (!*word || strncmp(e.text, padded, strlen(padded)) == 0)
			continue;
		snprintf(padded, sizeof(padded), " %s ", word);
		if (strstr(e.text, padded) || n >= size)
			continue;
		n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "",
		    word);
	}
}

#endif
