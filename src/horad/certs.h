/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates and keys of the NTS-KE server: loaded, checked, and loaded again
 * when their files change. A new pair that is no good leaves the old in use.
 */
#ifndef HORA_HORAD_CERTS_H
#define HORA_HORAD_CERTS_H

#include "base/time.h"
#include "conf/config.h"
#include "os/logsink.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define CERTS_WATCH_S 2.0	/* between two looks at the files */
#define CERTS_PEM_MAX (1u << 20)	/* bytes of one file */

/* Which file, in which state: all zero when there is none. */
struct file_mark {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;	/* contents; st_mtim */
	struct timespec moved;		/* anything; st_ctim */
};

struct cert_pair {
	const char *cert_path, *key_path;	/* of the configuration */
	char *cert, *key;			/* PEM text in use */
	size_t cert_length, key_length;
	struct file_mark judged[2];	/* cert and key, when last looked into */
	struct file_mark seen[2];	/* in the last round */
	int retry_rounds;		/* until a pair out of its dates is
					 * looked into again; 0 = not */
};

struct certs {
	struct logsink *log;
	struct cert_pair pairs[CONFIG_PAIRS];
	size_t count;
};

/*
 * Load and check every pair. 0, or -errno after logging the file and the
 * reason (fatal). A pair outside its dates is only warned about: at boot the
 * clock may be what is wrong. certs_free in both cases.
 */
int certs_load(struct certs *c, const struct config *config,
    struct wall_time now, struct logsink *log);

/*
 * The pairs of another configuration; `old` are those in use. A pair whose files
 * are no good right now stays as it is in use where `old` has it, with an error
 * in the log; else it is -errno, and `reason` says which file and why. `old` is
 * not changed; certs_free of `c` in both cases.
 */
int certs_renew(struct certs *c, const struct certs *old,
    const struct config *config, struct wall_time now, char *reason,
    size_t size);

/*
 * One look at the files. True when a pair was replaced: hand out the whole set
 * anew. A change counts once the files have been quiet for a round.
 */
bool certs_watch(struct certs *c, struct wall_time now);

/* Wipe and free. */
void certs_free(struct certs *c);

#endif
