/* SPDX-License-Identifier: Apache-2.0 */
#include "start/confine.h"

#include "base/text.h"
#include "ipc/queue.h"
#include "sandbox/enter.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* What sandbox/violation sends is one of our messages. */
_Static_assert(sizeof(struct violation) == sizeof(struct ipc_forbidden) &&
    offsetof(struct violation, arch) == offsetof(struct ipc_forbidden, arch),
    "the message FORBIDDEN");
_Static_assert(FRAME_HEAD == sizeof(((struct violation_report *)0)->head),
    "the head of a message");

#define WAYS 3			/* to one file: see add_file */
#define PATHS_MAX (CONFIG_TRUSTED * WAYS)

struct paths {
	const char *list[PATHS_MAX];
	char text[PATHS_MAX][PATH_MAX];
	size_t count;
};

static void add(struct paths *p, const char *path)
{
	if (p->count == PATHS_MAX ||
	    !text_copy(p->text[p->count], PATH_MAX, path))
		return;
	p->list[p->count] = p->text[p->count];
	p->count++;
}

static void add_folder_of(struct paths *p, const char *path)
{
	char copy[PATH_MAX];

	if (text_copy(copy, sizeof(copy), path))
		add(p, dirname(copy));
}

/* A file may be replaced by another one, at its place or behind a link. */
static void add_file(struct paths *p, const char *path)
{
	char target[PATH_MAX];

	add(p, path);
	add_folder_of(p, path);
	if (realpath(path, target))
		add_folder_of(p, target);
}

static void find_paths(struct paths *p, enum role role,
    const struct config *config)
{
	if (role == ROLE_KE_CLIENT)
		for (size_t i = 0; i < config->trusted_count; i++)
			add_file(p, config->trusted[i].path);
}

int confine_role(struct role_link *link, enum role role, int channel,
    const struct config *config, const struct ipc_config *options)
{
	struct paths *p = calloc(1, sizeof(*p));
	struct sandbox_state state;
	char text[SANDBOX_TEXT_SIZE];
	struct sandbox s = { .role = role,
		.level = (enum filter_level)options->filter_level,
		.report = { channel, IPC_FORBIDDEN } };
	int rc = -ENOMEM;

	if (p) {
		find_paths(p, role, config);
		s.paths = p->list;
		s.path_count = p->count;
		rc = sandbox_enter(&s, &state);
		free(p);
	}
	if (rc)
		role_log(link, SEV_FATAL, "%s could not confine itself: %s",
		    role_name(role), strerror(-rc));
	else
		role_log(link, SEV_DEBUG, "%s: %s", role_name(role),
		    sandbox_text(&state, text));
	return rc;
}
