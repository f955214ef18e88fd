/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a configuration names, as a start would read them. */
#include "horad/checkup_host.h"

#include "base/text.h"
#include "conf/source.h"
#include "horad/certs.h"
#include "horad/leaps.h"
#include "nts/keyfile.h"
#include "os/statefile.h"
#include "os/tls_pair.h"
#include "os/tls_trust.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REASON_SIZE 256

/*
 * Say why a file can not be read. Who runs this may have less rights than the
 * daemon, so that is only a warning.
 */
static void unreadable(const struct host_check *h,
    const struct conf_place *place, const char *path, int rc)
{
	if (rc == -EACCES && geteuid() != 0)
		HOST_WARN(h, place, "check as root", "'%.300s' can not be read "
		    "by this user", path);
	else
		HOST_COMPLAIN(h, place, NULL, "'%.300s' can not be read: %s",
		    path, strerror(-rc));
}

/* What is secret must not be for all. */
static void check_mode(const struct host_check *h,
    const struct conf_place *place, const char *path, const char *what)
{
	struct stat st;
	char hint[CONF_ERROR_HINT];

	if (stat(path, &st) != 0 || !(st.st_mode & (S_IROTH | S_IWOTH)))
		return;
	snprintf(hint, sizeof(hint), "chmod o-rwx %.200s", path);
	HOST_WARN(h, place, hint, "the %s can be %s by every user (mode %04o)",
	    what, st.st_mode & S_IWOTH ? "changed" : "read",
	    (unsigned)st.st_mode & 07777);
}

/* --- certificates and keys of the server ---------------------------------- */

static void take(struct host_pem *pems, size_t *count,
    const struct conf_line *line)
{
	if (*count == CONFIG_PAIRS || line->count < 2)
		return;
	text_copy(pems[*count].path, sizeof(pems[*count].path), line->words[1]);
	pems[*count].place = conf_line_place(line, 1);
	++*count;
}

void host_take_cert(struct host_check *h, const struct conf_line *line)
{
	take(h->certs, &h->cert_count, line);
}

void host_take_key(struct host_check *h, const struct conf_line *line)
{
	take(h->keys, &h->key_count, line);
}

static char *read_pem(const struct host_check *h, const struct host_pem *pem,
    size_t *ret_n)
{
	char *text;
	int rc = statefile_read(pem->path, CERTS_PEM_MAX, &text, ret_n);

	if (rc == 0)
		return text;
	unreadable(h, &pem->place, pem->path, rc);
	return NULL;
}

static void check_pair(const struct host_check *h, const struct host_pem *cert,
    const struct host_pem *key)
{
	char reason[REASON_SIZE];
	size_t cert_n, key_n;
	char *cert_text = read_pem(h, cert, &cert_n);
	char *key_text = read_pem(h, key, &key_n);
	int rc = 0;

	if (cert_text && key_text)
		rc = tls_pair_check(cert_text, cert_n, key_text, key_n, h->now,
		    reason, sizeof(reason));
	if (rc == -EKEYEXPIRED)
		HOST_WARN(h, &cert->place, NULL, "%s", reason);
	else if (rc)
		HOST_COMPLAIN(h, &cert->place, NULL, "no NTS server with this "
		    "certificate: %s", reason);
	if (key_text)
		wipe(key_text, key_n);
	free(key_text);
	free(cert_text);
	check_mode(h, &key->place, key->path, "private key");
}

void host_check_pairs(struct host_check *h)
{
	for (size_t i = 0; i < h->cert_count && i < h->key_count; i++)
		check_pair(h, &h->certs[i], &h->keys[i]);
}

void host_check_trusted(struct host_check *h, const struct conf_line *line)
{
	const char *path = line->words[line->count - 1];
	struct conf_place place = conf_line_place(line, line->count - 1);
	struct tls_trust *trust;
	char reason[REASON_SIZE];
	int rc = tls_trust_load(false, &path, 1, &trust, reason,
	    sizeof(reason));

	if (rc == 0)
		tls_trust_unref(trust);
	else if (rc == -EACCES)
		unreadable(h, &place, path, rc);
	else
		HOST_COMPLAIN(h, &place, NULL, "%s", reason);
}

/* --- symmetric keys ------------------------------------------------------- */

#define KEY_WARNINGS 5		/* told of one file */

struct key_report {
	const struct host_check *h;
	struct conf_place place;
	unsigned count;
};

static void on_key_warning(void *arg, const char *text)
{
	struct key_report *k = arg;

	if (k->count++ < KEY_WARNINGS)
		HOST_WARN(k->h, &k->place, NULL, "%s", text);
}

void host_check_keyfile(struct host_check *h, const struct conf_line *line)
{
	struct key_report report = { h, conf_line_place(line, 1), 0 };
	struct keyfile file = { .path = line->words[1],
		.is_supported = mac_supported, .warn = on_key_warning,
		.arg = &report };
	char *text;
	size_t n;
	int rc = statefile_read(file.path, KEYFILE_MAX, &text, &n);

	if (rc) {
		/* No key, no error: the sources that want one say so. */
		HOST_WARN(h, &report.place, NULL, "no keys: '%.300s' can not "
		    "be read: %s", file.path, strerror(-rc));
		return;
	}
	keyfile_parse(&file, text, n, &h->symmetric);
	if (report.count > KEY_WARNINGS)
		HOST_WARN(h, &report.place, NULL, "%u more such warnings about "
		    "'%.300s'", report.count - KEY_WARNINGS, file.path);
	wipe(text, n);
	free(text);
	check_mode(h, &report.place, file.path, "file of keys");
}

static void check_key(const struct host_check *h, const struct conf_line *line,
    uint32_t id)
{
	struct conf_place place = conf_line_place(line, 1);
	const struct mac_key *key = mac_keys_find(&h->symmetric, id);

	if (!*h->config->keyfile)
		HOST_WARN(h, &place, "add keyfile FILE", "key %u, but there is "
		    "no file of keys", id);
	else if (!key)
		HOST_WARN(h, &place, NULL, "there is no key %u in '%.300s'", id,
		    h->config->keyfile);
	else if (key->length < MAC_KEY_SHORT)
		HOST_WARN(h, &place, NULL, "key %u is shorter than 80 bits: it "
		    "can be guessed", id);
}

void host_check_source_key(void *arg, struct conf_line *line,
    const struct conf_word *word)
{
	struct source_config s;

	if (word->parse == conf_source && conf_source_line(line, word, &s) &&
	    s.key && !s.nts)
		check_key(arg, line, s.key);
}

/* --- leap seconds --------------------------------------------------------- */

static void check_leaps(const struct host_check *h, const struct conf_line *line,
    const char *path, bool is_list)
{
	struct conf_place place = conf_line_place(line, 1);
	char reason[LEAP_REASON_SIZE], *text;
	struct leap_table table = { 0 };
	size_t n;
	int rc = statefile_read(path, LEAPS_FILE_MAX, &text, &n);
	bool is_good;

	if (rc) {
		HOST_WARN(h, &place, NULL, "leap seconds of '%.300s' are not "
		    "known: %s", path, strerror(-rc));
		return;
	}
	is_good = leaps_judge(text, n, is_list, h->now, &table, reason);
	free(text);
	if (!is_good)
		HOST_WARN(h, &place, NULL, "leap seconds of '%.300s' are not "
		    "used: %s", path, reason);
	else if (*reason)
		HOST_WARN(h, &place, NULL, "the leap seconds of '%.300s' %s",
		    path, reason);
}

void host_check_leap_list(struct host_check *h, const struct conf_line *line)
{
	check_leaps(h, line, line->words[1], true);
}

void host_check_leap_zone(struct host_check *h, const struct conf_line *line)
{
	char path[LEAPS_PATH_SIZE];

	leaps_zone_path(line->words[1], path);
	check_leaps(h, line, path, false);
}
