/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/certs.h"

#include "base/text.h"
#include "horad/secret.h"
#include "os/statefile.h"
#include "os/tls_pair.h"
#include "sandbox/caps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REASON_SIZE 256
#define RETRY_ROUNDS 30		/* a minute */

/* What was read, before it is known to be good. */
struct pem_pair {
	char *cert, *key;
	size_t cert_length, key_length;
};

static void pem_free(struct pem_pair *p)
{
	if (p->key)
		wipe(p->key, p->key_length);
	free(p->key);
	free(p->cert);
	*p = (struct pem_pair){ 0 };
}

static struct file_mark look(const char *path)
{
	struct file_mark mark;
	struct stat st;

	memset(&mark, 0, sizeof(mark));
	if (stat(path, &st) == 0) {
		mark.device = st.st_dev;
		mark.inode = st.st_ino;
		mark.size = st.st_size;
		mark.changed = st.st_mtim;
		mark.moved = st.st_ctim;
	}
	return mark;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_file(const struct file_mark *a, const struct file_mark *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->size == b->size && same_time(a->changed, b->changed) &&
	    same_time(a->moved, b->moved);
}

static bool same_pair(const struct file_mark a[2], const struct file_mark b[2])
{
	return same_file(&a[0], &b[0]) && same_file(&a[1], &b[1]);
}

static void look_at_pair(const struct cert_pair *p, struct file_mark ret[2])
{
	ret[0] = look(p->cert_path);
	ret[1] = look(p->key_path);
}

/* Read and check a pair. 0, -EKEYEXPIRED with *ret good but for its dates, or
 * -errno; `file` is then the one to blame. */
static int read_pair(const struct cert_pair *p, struct wall_time now,
    struct pem_pair *ret, const char **ret_file, char reason[REASON_SIZE])
{
	int rc;

	*ret = (struct pem_pair){ 0 };
	*ret_file = p->cert_path;
	rc = statefile_read(p->cert_path, CERTS_PEM_MAX, &ret->cert,
	    &ret->cert_length);
	if (rc == 0) {
		*ret_file = p->key_path;
		rc = statefile_read(p->key_path, CERTS_PEM_MAX, &ret->key,
		    &ret->key_length);
	}
	if (rc) {
		text_copy(reason, REASON_SIZE, strerror(-rc));
	} else {
		*ret_file = p->cert_path;
		rc = tls_pair_check(ret->cert, ret->cert_length, ret->key,
		    ret->key_length, now, reason, REASON_SIZE);
	}
	if (rc && rc != -EKEYEXPIRED)
		pem_free(ret);
	return rc;
}

static void adopt(struct cert_pair *p, const struct pem_pair *pem)
{
	struct pem_pair old = { p->cert, p->key, p->cert_length,
		p->key_length };

	pem_free(&old);
	p->cert = pem->cert;
	p->key = pem->key;
	p->cert_length = pem->cert_length;
	p->key_length = pem->key_length;
}

static struct cert_pair *begin_pair(struct certs *c,
    const struct config *config, size_t i)
{
	struct cert_pair *p = &c->pairs[c->count++];

	p->cert_path = config->ntsservercerts[i];
	p->key_path = config->ntsserverkeys[i];
	look_at_pair(p, p->judged);
	memcpy(p->seen, p->judged, sizeof(p->seen));
	return p;
}

/* Load the files of a pair. 0, or -errno and `reason` for one line. */
static int load_pair(struct certs *c, struct cert_pair *p,
    struct wall_time now, char *reason, size_t size)
{
	char why[REASON_SIZE];
	struct pem_pair pem;
	const char *file;
	int rc = read_pair(p, now, &pem, &file, why);

	if (rc && rc != -EKEYEXPIRED) {
		snprintf(reason, size, "Could not use %s as NTS server %s: %s",
		    file, file == p->key_path ? "key" : "certificate", why);
		return rc;
	}
	if (rc)
		logsink_printf(c->log, SEV_WARNING, "NTS server certificate "
		    "%s: %s", p->cert_path, why);
	adopt(p, &pem);
	secret_warn_of_mode(c->log, p->key_path);
	return 0;
}

static int load_all(struct certs *c, const struct config *config,
    struct wall_time now, struct logsink *log)
{
	char reason[REASON_SIZE + CONFIG_PATH_SIZE];

	for (size_t i = 0; i < config->pair_count && i < CONFIG_PAIRS; i++) {
		int rc = load_pair(c, begin_pair(c, config, i), now, reason,
		    sizeof(reason));

		if (rc) {
			logsink_write(log, SEV_FATAL, reason);
			return rc;
		}
	}
	return 0;
}

static const struct cert_pair *find_pair(const struct certs *c,
    const struct cert_pair *wanted)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->pairs[i].cert_path, wanted->cert_path) == 0 &&
		    strcmp(c->pairs[i].key_path, wanted->key_path) == 0)
			return &c->pairs[i];
	return NULL;
}

/* What is in use, once more. 0 or -ENOMEM. */
static int copy_pair(struct cert_pair *to, const struct cert_pair *from)
{
	to->cert = malloc(from->cert_length + 1);
	to->key = malloc(from->key_length + 1);
	if (!to->cert || !to->key) {
		free(to->cert);
		free(to->key);
		to->cert = to->key = NULL;
		return -ENOMEM;
	}
	memcpy(to->cert, from->cert, from->cert_length);
	memcpy(to->key, from->key, from->key_length);
	to->cert_length = from->cert_length;
	to->key_length = from->key_length;
	return 0;
}

static int renew_all(struct certs *c, const struct certs *old,
    const struct config *config, struct wall_time now, char *reason,
    size_t size)
{
	for (size_t i = 0; i < config->pair_count && i < CONFIG_PAIRS; i++) {
		struct cert_pair *p = begin_pair(c, config, i);
		const struct cert_pair *in_use = find_pair(old, p);
		int rc = load_pair(c, p, now, reason, size);

		if (rc && in_use) {
			logsink_printf(c->log, SEV_ERROR, "%s; the old one "
			    "stays in use", reason);
			rc = copy_pair(p, in_use);
		}
		if (rc)
			return rc;
	}
	return 0;
}

int certs_renew(struct certs *c, const struct certs *old,
    const struct config *config, struct wall_time now, char *reason,
    size_t size)
{
	int rc;

	*c = (struct certs){ .log = old->log };
	if (config->pair_count == 0)
		return 0;
	caps_use(CAPS_READ_ANY, true);
	rc = renew_all(c, old, config, now, reason, size);
	caps_use(CAPS_READ_ANY, false);
	return rc;
}

/* The right to read everything must not reach the files in folders of our user:
 * a link there would lead to what it pleases. */
int certs_load(struct certs *c, const struct config *config,
    struct wall_time now, struct logsink *log)
{
	int rc;

	*c = (struct certs){ .log = log };
	if (config->pair_count == 0)
		return 0;
	caps_use(CAPS_READ_ANY, true);
	rc = load_all(c, config, now, log);
	caps_use(CAPS_READ_ANY, false);
	return rc;
}

/* The files of the pair are new and quiet. True: it is in use now. */
static bool renew(struct certs *c, struct cert_pair *p,
    const struct file_mark marks[2], struct wall_time now)
{
	bool is_retry = p->retry_rounds > 0;
	struct file_mark after[2];
	char reason[REASON_SIZE];
	struct pem_pair pem;
	const char *file;
	int rc = read_pair(p, now, &pem, &file, reason);

	look_at_pair(p, after);
	if (!same_pair(marks, after)) {
		/* Changed under our eyes: the next rounds see it. */
		pem_free(&pem);
		memcpy(p->seen, after, sizeof(p->seen));
		return false;
	}
	memcpy(p->judged, marks, sizeof(p->judged));
	p->retry_rounds = rc == -EKEYEXPIRED ? RETRY_ROUNDS : 0;
	if (rc) {
		pem_free(&pem);
		if (!is_retry)
			logsink_printf(c->log, SEV_ERROR, "Refused new NTS "
			    "server certificate, the old one stays in use: "
			    "%s: %s", file, reason);
		return false;
	}
	if (p->cert_length == pem.cert_length &&
	    p->key_length == pem.key_length &&
	    memcmp(p->cert, pem.cert, pem.cert_length) == 0 &&
	    memcmp(p->key, pem.key, pem.key_length) == 0) {
		pem_free(&pem);		/* rewritten as it was */
		return false;
	}
	adopt(p, &pem);
	logsink_printf(c->log, SEV_INFO, "New NTS server certificate %s is "
	    "in use", p->cert_path);
	return true;
}

bool certs_watch(struct certs *c, struct wall_time now)
{
	bool is_new = false;

	caps_use(CAPS_READ_ANY, true);
	for (size_t i = 0; i < c->count; i++) {
		struct cert_pair *p = &c->pairs[i];
		struct file_mark marks[2];
		bool is_quiet, is_due;

		look_at_pair(p, marks);
		is_quiet = same_pair(marks, p->seen);
		is_due = p->retry_rounds > 1 ? --p->retry_rounds == 1 : false;
		memcpy(p->seen, marks, sizeof(p->seen));
		if (!same_pair(marks, p->judged)) {
			p->retry_rounds = 0;
			is_due = is_quiet;
		}
		if (is_due && renew(c, p, marks, now))
			is_new = true;
	}
	caps_use(CAPS_READ_ANY, false);
	return is_new;
}

void certs_free(struct certs *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct pem_pair empty = { 0 };

		adopt(&c->pairs[i], &empty);
	}
	c->count = 0;
}
