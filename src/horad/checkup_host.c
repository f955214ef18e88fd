/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/checkup_host.h"

#include "base/text.h"
#include "horad/checkup.h"
#include "os/now.h"
#include "os/tls_trust.h"

#include "build_config.h"

#include <errno.h>
#include <libgen.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct conf_facts checkup_facts(const struct options *options)
{
	return (struct conf_facts){
		.file = options->directive_count > 0 ? "" :
		    options->config_file,
		.has_rtc = access("/sys/class/rtc/rtc0", F_OK) == 0 ||
		    access("/dev/rtc", F_OK) == 0,
	};
}

/* --- who the daemon will be ----------------------------------------------- */

static void check_user(struct host_check *h, const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 1);
	struct user user;

	h->is_user_told = true;
	if (user_find(line->words[1], &user) == -ENOENT)
		HOST_COMPLAIN(h, &place, NULL, "there is no user '%s'",
		    line->words[1]);
}

/* Who is not root stays who they are, and needs no user. */
static void check_default_user(const struct host_check *h,
    const struct options *options)
{
	struct conf_place nowhere = { .line = 0 };

	if (h->has_user || geteuid() != 0)
		return;
	if (options->user)
		HOST_COMPLAIN(h, &nowhere, NULL, "there is no user '%s', of "
		    "option -u", options->user);
	else if (!h->is_user_told)
		HOST_COMPLAIN(h, &nowhere, "add a line user NAME", "there is "
		    "no user '%s'", h->config->user);
}

/* --- directories ---------------------------------------------------------- */

static bool may_write(const struct host_check *h, const struct stat *st)
{
	if (h->user.uid == 0)
		return true;
	if (h->user.uid == st->st_uid)
		return st->st_mode & S_IWUSR;
	if (h->user.gid == st->st_gid)
		return st->st_mode & S_IWGRP;
	return st->st_mode & S_IWOTH;
}

/* A directory that is written to; a missing one is made where `is_made`. */
static void check_directory(const struct host_check *h,
    const struct conf_place *place, const char *path, bool is_made)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno == ENOENT && !is_made)
			HOST_WARN(h, place, NULL, "there is no directory "
			    "'%.300s': nothing will be kept", path);
		return;
	}
	if (!S_ISDIR(st.st_mode))
		HOST_COMPLAIN(h, place, NULL, "'%.300s' is no directory", path);
	else if (h->has_user && !may_write(h, &st))
		HOST_WARN(h, place, NULL, "the daemon's user may not write to "
		    "'%.300s'", path);
}

static void check_made_directory(struct host_check *h,
    const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 1);

	check_directory(h, &place, line->words[1], true);
}

static void check_file_directory(struct host_check *h,
    const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 1);
	char copy[CONFIG_PATH_SIZE];

	if (text_copy(copy, sizeof(copy), line->words[1]))
		check_directory(h, &place, dirname(copy), false);
}

static void check_socket(struct host_check *h, const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 1);
	char copy[CONFIG_PATH_SIZE];

	if (*line->words[1] == '/' && line->words[1][1] &&
	    text_copy(copy, sizeof(copy), line->words[1]))
		check_directory(h, &place, dirname(copy), true);
}

/* What programs put there at run time may not be there yet. */
static void check_sourcedir(struct host_check *h, const struct conf_line *line)
{
	for (size_t i = 1; i < line->count; i++) {
		struct conf_place place = conf_line_place(line, i);
		const char *path = line->words[i];

		if (access(path, F_OK) != 0 && errno == ENOENT &&
		    strncmp(path, "/run/", 5) != 0 &&
		    strncmp(path, "/var/run/", 9) != 0)
			HOST_WARN(h, &place, NULL,
			    "there is no directory '%.300s'", path);
	}
}

static void check_device(struct host_check *h, const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 1);

	if (if_nametoindex(line->words[1]) == 0 && errno == ENODEV)
		HOST_WARN(h, &place, NULL,
		    "there is no network interface '%.100s' now",
		    line->words[1]);
}

static void check_mail(struct host_check *h, const struct conf_line *line)
{
	struct conf_place place = conf_line_place(line, 0);

	if (access(HORA_SENDMAIL, X_OK) != 0)
		HOST_WARN(h, &place, "install a mail system", "no mail is "
		    "sent: %s: %s", HORA_SENDMAIL, strerror(errno));
}

/* --- all of it ------------------------------------------------------------ */

static const struct line_check {
	const char *name;
	void (*check)(struct host_check *h, const struct conf_line *line);
	bool each;		/* every line counts, not only the last */
} checks[] = {
	{ "user", check_user, false },
	{ "ntsservercert", host_take_cert, true },
	{ "ntsserverkey", host_take_key, true },
	{ "ntstrustedcerts", host_check_trusted, true },
	{ "keyfile", host_check_keyfile, false },
	{ "leapseclist", host_check_leap_list, false },
	{ "leapsectz", host_check_leap_zone, false },
	{ "driftfile", check_file_directory, false },
	{ "logdir", check_made_directory, false },
	{ "dumpdir", check_made_directory, false },
	{ "ntsdumpdir", check_made_directory, false },
	{ "ntscachedir", check_made_directory, false },
	{ "bindcmdaddress", check_socket, true },
	{ "sourcedir", check_sourcedir, true },
	{ "mailonchange", check_mail, false },
	{ "bindacqdevice", check_device, false },
	{ "binddevice", check_device, false },
	{ "bindcmddevice", check_device, false },
};
#define CHECKS (sizeof(checks) / sizeof(*checks))

/* Twice over the lines: how many each check has, then what they name. */
struct line_checks {
	struct host_check *h;
	size_t left[CHECKS];		/* lines that were not checked yet */
};

/* Index of the check of a line, or CHECKS. */
static size_t check_of(const struct conf_line *line,
    const struct conf_word *word)
{
	size_t i = 0;

	while (i < CHECKS && (line->count < 2 ||
	    strcmp(word->name, checks[i].name) != 0))
		i++;
	return i;
}

static void count_line(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct line_checks *c = arg;
	size_t i = check_of(line, word);

	if (i < CHECKS)
		c->left[i]++;
}

static void check_line(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct line_checks *c = arg;
	size_t i = check_of(line, word);

	if (i < CHECKS && (--c->left[i] == 0 || checks[i].each))
		checks[i].check(c->h, line);
}

static void check_lines(struct host_check *h, const struct conf_text *text)
{
	struct line_checks c = { .h = h };

	conf_each_line(text->text, text->length, count_line, &c);
	conf_each_line(text->text, text->length, check_line, &c);
}

/* NTS by the certificates of the system needs some. */
static void check_system_trust(const struct host_check *h)
{
	struct conf_place nowhere = { .line = 0 };
	struct tls_trust *trust;
	char reason[256];
	bool is_needed = false;

	for (size_t i = 0; i < h->config->source_count; i++)
		is_needed |= h->config->sources[i].nts &&
		    h->config->sources[i].certset == 0;
	for (size_t i = 0; i < h->config->trusted_count; i++)
		is_needed &= h->config->trusted[i].set != 0;
	if (!is_needed || h->config->nosystemcert)
		return;
	if (tls_trust_load(true, NULL, 0, &trust, reason, sizeof(reason)) == 0)
		tls_trust_unref(trust);
	else
		HOST_WARN(h, &nowhere, "install ca-certificates, or use "
		    "ntstrustedcerts", "no NTS: %s", reason);
}

void checkup_host(const struct options *options, const struct host *host,
    const struct conf_examined *examined, conf_report_fn *report, void *arg)
{
	struct host_check *h = calloc(1, sizeof(*h));
	struct conf_error no_memory = { .text = "out of memory" };

	if (!h) {
		report(arg, &no_memory);
		return;
	}
	h->config = &examined->config;
	h->report = report;
	h->arg = arg;
	h->now = wall_now();
	h->has_user = user_find(options->user ? options->user :
	    h->config->user, &h->user) == 0;
	check_lines(h, &examined->text);
	if (host->is_confined)
		check_default_user(h, options);
	host_check_pairs(h);
	conf_each_line(examined->text.text, examined->text.length,
	    host_check_source_key, h);
	conf_each_line(examined->sources.text, examined->sources.length,
	    host_check_source_key, h);
	check_system_trust(h);
	mac_keys_free(&h->symmetric);
	free(h);
}
