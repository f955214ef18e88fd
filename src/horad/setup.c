/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/setup.h"

#include "base/text.h"
#include "build_config.h"
#include "ipc/messages.h"
#include "os/statefile.h"
#include "sandbox/enter.h"
#include "sandbox/limits.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int setup_user(const struct host *host, const struct options *options,
    const struct config *config, struct logsink *log, struct user *ret)
{
	const char *name = options->user ? options->user : config->user;
	int rc;

	*ret = (struct user){ geteuid(), getegid() };
	if (geteuid() != 0 || !host->is_confined)
		return 0;
	rc = user_find(name, ret);
	if (rc)
		logsink_printf(log, SEV_FATAL,
		    "Could not get user/group ID of %s: %s", name,
		    rc == -ENOENT ? "there is no such user" : strerror(-rc));
	return rc;
}

static void make(const char *path, mode_t mode, const struct user *user,
    struct logsink *log)
{
	int rc;

	user_files_begin(user, path);
	rc = directory_make(path, mode, user->uid, user->gid);
	user_files_end();
	if (rc)
		logsink_printf(log, SEV_WARNING,
		    "Could not make the directory %s: %s", path, strerror(-rc));
}

static void make_parent(const char *path, mode_t mode, const struct user *user,
    struct logsink *log)
{
	char copy[CONFIG_PATH_SIZE];

	if (*path == '/' && text_copy(copy, sizeof(copy), path))
		make(dirname(copy), mode, user, log);
}

void setup_directories(const struct config *config, const struct user *user,
    bool has_steps, struct logsink *log)
{
	if (has_steps)		/* horad/steps.h */
		make(HORA_RUN_DIR, 0770, user, log);
	make_parent(config->cmd_socket, 0770, user, log);
	make_parent(config->pidfile, 0770, user, log);
	if (*config->logdir)
		make(config->logdir, 0750, user, log);
	if (*config->dumpdir)
		make(config->dumpdir, 0750, user, log);
	if (*config->ntsdumpdir)
		make(config->ntsdumpdir, 0750, user, log);
}

bool setup_limits(const struct options *options, const struct config *config)
{
	int priority = options->sched_priority != 0 ?
	    (int)options->sched_priority : config->sched_priority;

	limits_raise((options->flags & IPC_LOCK_ALL) != 0 || config->lock_all,
	    priority);
	return priority > 0;
}

int setup_rights(const struct host *host, const struct config *config,
    const struct user *user, unsigned roles, bool wants_priority,
    struct logsink *log)
{
	caps_set keep = 0;
	int rc;

	if (!host->is_confined)
		return 0;
	for (int r = 0; r < ROLE_COUNT && !host->is_supervised; r++)
		if (roles & 1u << r)
			keep |= caps_at_start((enum role)r);
	if (!wants_priority)
		keep &= ~CAPS_PRIORITY;
	if (config->pair_count > 0 || *config->keyfile)
		keep |= CAPS_READ_ANY;
	caps_bound(keep);
	rc = geteuid() == 0 && user->uid != 0 ? user_become(user, keep) :
	    caps_limit(keep, true);
	if (rc == 0)
		rc = caps_use(CAPS_READ_ANY, false);	/* who reads, does */
	if (rc == 0 && host->is_supervised)
		rc = caps_no_new_privileges();
	if (rc == 0)
		rc = caps_undumpable();
	if (rc)
		logsink_printf(log, SEV_FATAL, "Could not drop root "
		    "privileges: %s", strerror(-rc));
	else if (geteuid() == 0)
		logsink_write(log, SEV_WARNING, "Running with root privileges");
	return rc;
}

int setup_spare_right(const struct host *host, struct logsink *log)
{
	int rc = host->is_confined ?
	    caps_limit(caps_held() & ~CAPS_READ_ANY, true) : 0;

	if (rc)
		logsink_printf(log, SEV_FATAL, "Could not give up the right to "
		    "read all files: %s", strerror(-rc));
	return rc;
}

int setup_filter(const struct options *options, bool is_parent,
    struct logsink *log)
{
	struct sandbox_state state;
	char text[SANDBOX_TEXT_SIZE];
	int rc = sandbox_enter_horad((enum filter_level)options->filter_level,
	    is_parent, &state);

	if (rc)
		logsink_printf(log, SEV_FATAL, "Could not filter system calls: "
		    "%s", strerror(-rc));
	else
		logsink_printf(log, state.is_unconfined ? SEV_INFO : SEV_DEBUG,
		    "horad: %s", sandbox_text(&state, text));
	return rc;
}

static enum role owner_of(const struct passed_sockets *p, int i,
    const struct config *config)
{
	static const struct {
		const char *name;
		enum role role;
	} names[] = {
		{ PASSED_NTP,	ROLE_SERVE },
		{ PASSED_NTSKE,	ROLE_KE_SERVER },
		{ PASSED_CMD,	ROLE_ENGINE },
		{ PASSED_HORAD,	ROLE_HORAD },	/* taken already, or unfit */
	};

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		if (strcmp(p->socket[i].name, names[k].name) == 0)
			return names[k].role;
	if (p->socket[i].type == SOCK_STREAM)
		return ROLE_KE_SERVER;
	return p->socket[i].address.port == config->cmdport ? ROLE_ENGINE :
	    ROLE_SERVE;
}

int setup_sockets(struct passed_sockets *passed, const struct config *config,
    unsigned roles, struct passed_sockets to[ROLE_COUNT])
{
	for (int i = 0; i < passed->count; i++) {
		enum role owner = owner_of(passed, i, config);
		struct passed_sockets *p = &to[owner];

		if (passed->socket[i].fd < 0 || !(roles & 1u << owner))
			continue;
		p->socket[p->count++] = passed->socket[i];
		passed->socket[i].fd = -1;
	}
	return passed_sockets_close(passed);
}
