/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cookie keys of the NTS server: read or made, rotated, saved (reference:
 * files-and-logs.md 5.1).
 */
#ifndef HORA_HORAD_KEYS_H
#define HORA_HORAD_KEYS_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "nts/keyring.h"
#include "os/logsink.h"

#include <stdbool.h>

struct keys {
	struct logsink *log;
	bool is_used;			/* there is an NTS server */
	struct nts_keyring ring;
	struct mono_time newest;	/* when the newest key was made */
	double rotate_s;		/* 0 = the file is somebody else's */
	char path[CONFIG_PATH_SIZE + 16];	/* "" = no ntsdumpdir */
};

/* Read the file, or make keys and write it. Nothing without an NTS server. */
void keys_open(struct keys *k, const struct config *config,
    struct mono_time now, struct logsink *log);

/*
 * Another configuration: as keys_open when there was no NTS server; else the keys
 * stay, except that with ntsrotate 0 the file is read again. ntsdumpdir is as
 * before (it needs a restart).
 */
void keys_renew(struct keys *k, const struct config *config,
    struct mono_time now);

/* When keys_rotate is due; MONO_NEVER without rotation. */
struct mono_time keys_due(const struct keys *k);

/* The next key becomes the current one; saved. */
void keys_rotate(struct keys *k, struct mono_time now);

/*
 * The command rekey: with ntsrotate 0 the file is read again. True when there
 * are other keys now.
 */
bool keys_rekey(struct keys *k, struct mono_time now);

/* Write the file; not with ntsrotate 0. */
void keys_save(struct keys *k, struct mono_time now);

/* As the servers get it; wipe it after use. */
void keys_message(const struct keys *k, struct ipc_keyring *ret);

/* Wipe the keys in memory; the file stays as it is. */
void keys_wipe(struct keys *k);

#endif
