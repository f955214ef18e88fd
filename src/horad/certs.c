/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/certs.h"

#include "base/text.h"
#include "horad/secret.h"
#include "os/statefile.h"
#include "os/tls_pair.h"
#include "sandbox/caps.h"

#include <errno.h>
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

static int load_all(struct certs *c, const struct config *config,
    struct wall_time now, struct logsink *log)
{
	for (size_t i = 0; i < config->pair_count && i < CONFIG_PAIRS; i++) {
		struct cert_pair *p = &c->pairs[c->count++];
		char reason[REASON_SIZE];
		struct pem_pair pem;
		const char *file;
		int rc;

		p->cert_path = config->ntsservercerts[i];
		p->key_path = config->ntsserverkeys[i];
		look_at_pair(p, p->judged);
		memcpy(p->seen, p->judged, sizeof(p->seen));
		rc = read_pair(p, now, &pem, &file, reason);
		if (rc && rc != -EKEYEXPIRED) {
			logsink_printf(log, SEV_FATAL, "Could not use %s as "
			    "NTS server %s: %s", file, file == p->key_path ?
			    "key" : "certificate", reason);
			return rc;
		}
		if (rc)
			logsink_printf(log, SEV_WARNING, "NTS server "
			    "certificate %s: %s", p->cert_path, reason);
		adopt(p, &pem);
		secret_warn_of_mode(log, p->key_path);
	}
	return 0;
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
