/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running horad: its decisions (horad.h), what it keeps for the roles, and
 * the channels to them. run.c makes and ends it, io.c turns events into
 * decisions and back, handout.c gives, receive.c takes, takeover.c puts another
 * configuration in force, access.c adds to its rules of access.
 */
#ifndef HORA_HORAD_DAEMON_H
#define HORA_HORAD_DAEMON_H

#include "conf/config.h"
#include "conf/expand.h"
#include "horad/certs.h"
#include "horad/control.h"
#include "horad/cookies.h"
#include "horad/daemonise.h"
#include "horad/drift.h"
#include "horad/dumps.h"
#include "horad/horad.h"
#include "horad/hostnames.h"
#include "horad/host.h"
#include "horad/keys.h"
#include "horad/leaps.h"
#include "horad/logs.h"
#include "horad/mail.h"
#include "horad/named_keys.h"
#include "horad/options.h"
#include "horad/reload.h"
#include "horad/rules.h"
#include "horad/steps.h"
#include "horad/symmetric.h"
#include "ipc/channel.h"
#include "os/loop.h"

#define PAGES (IPC_PAGE_KE + 1)

struct daemon;

/* One end of a channel, as its callbacks know it. */
struct role_end {
	struct daemon *daemon;
	enum role role;
	struct channel *channel;	/* NULL = not there */
	bool is_killed;			/* it should be gone any moment */
	struct mono_time lines_since;	/* of the log, in this time */
	unsigned long lines;
};

struct daemon {
	const struct options *options;
	const struct host *host;
	void *host_state;
	struct logsink log;
	struct daemonised waiting;
	struct config config;
	struct conf_text text;		/* flat, as it was read */
	struct hostnames names;		/* in it, and their addresses */
	struct rules rules;		/* by commands */
	int config_fd;			/* the text with those addresses and
					 * rules, sealed: as the roles parse it */
	uint32_t config_length;
	bool has_pidfile;		/* ours is written */
	struct loop *loop;
	struct horad horad;
	struct reload reload;
	bool has_told_sources;		/* the engine has a list of them */
	struct role_end ends[ROLE_COUNT];
	struct passed_sockets sockets[ROLE_COUNT];
	int listener;			/* passed socket for roles, or -1 */
	int pages[PAGES];		/* shared memory */
	struct certs certs;
	struct keys keys;
	struct symmetric symmetric;
	struct named_keys named;	/* of these, the engine's */
	struct cookies cookies;
	struct dumps dumps;
	struct drift drift;
	struct steps steps;
	struct leaps leaps;
	struct logs logs;
	struct mail mail;
	struct control control;
	struct loop_timer wake, rotate, watch, leaps_again, watchdog;
	double watchdog_s;		/* systemd's limit; 0 = none */
};

/* --- daemon.c ------------------------------------------------------------- */

/* Decisions may have changed when they want to be called next. */
void daemon_set_wake(struct daemon *d);

/* Send; a failure shows as the end of the channel. */
void daemon_send(struct daemon *d, enum role role, enum ipc_type type,
    const void *payload, const int *fds);

/* --- takeover.c ----------------------------------------------------------- */

/* Make d->reload ready. */
void daemon_reload_init(struct daemon *d);

/* Read the configuration again; `id` as of reload_ask. */
void daemon_reload(struct daemon *d, uint32_t id);

/* The timers by what is configured; again after each change of that. */
void daemon_set_timers(struct daemon *d);

/* Is told of what is legal but suspicious, or left out; `arg` is the daemon. */
void daemon_warn(void *arg, const struct conf_error *what);

/* --- access.c ------------------------------------------------------------- */

/* Make d->names ready, with the names of the configuration in force. */
void daemon_names_init(struct daemon *d);

/* One more rule of access; `id` is answered when all who judge by it have it. */
void daemon_rule(struct daemon *d, const struct ipc_access_rule *rule,
    uint32_t id);

/* --- io.c ----------------------------------------------------------------- */

/* Open the host and start the roles; then loop_run. 0, or -errno. */
int daemon_start(struct daemon *d);

/* Close every channel and the host. */
void daemon_close(struct daemon *d);

/* --- handout.c ------------------------------------------------------------ */

/* The effect hand_out of horad.h; `arg` is the daemon. */
void daemon_hand_out(void *arg, enum role role, const struct handout *what,
    bool is_restart);

/* Give again what has changed, to every role that is there and gets it. */
void daemon_hand_again(struct daemon *d, enum handout_kind kind);

/* --- control.c ------------------------------------------------------------ */

/* Open the control socket, if it is wanted; that it can not be is in the log. */
void daemon_control_open(struct daemon *d);
void daemon_control_close(struct daemon *d);

/* The engine is there and can be asked, or is gone. */
void daemon_control_attend(struct daemon *d, bool has_engine);

/* What the engine answers a request. */
void daemon_control_reply(struct daemon *d,
    const struct ipc_control_reply *reply);

/* --- receive.c ------------------------------------------------------------ */

/* The command rekey: read the files of keys again and hand out what is new. */
void daemon_rekey(struct daemon *d);

/* One message of a role; no type that roles may send carries descriptors. */
void daemon_receive(struct daemon *d, enum role role, enum ipc_type type,
    const union ipc_payload *payload);

#endif
