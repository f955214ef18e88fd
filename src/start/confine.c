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
	struct landlock_path list[PATHS_MAX];
	char text[PATHS_MAX][PATH_MAX];
	size_t count;
};

static char *add(struct paths *p, const char *path, enum landlock_right right)
{
	char *text;

	if (p->count == PATHS_MAX)
		return NULL;
	text = p->text[p->count];
	if (!text_copy(text, PATH_MAX, path))
		return NULL;
	p->list[p->count++] = (struct landlock_path){ text, right };
	return text;
}

static void add_folder_of(struct paths *p, const char *path,
    enum landlock_right right)
{
	char copy[PATH_MAX];

	if (text_copy(copy, sizeof(copy), path))
		add(p, dirname(copy), right);
}

/* A file may be replaced by another one, at its place or behind a link. */
static void add_file(struct paths *p, const char *path)
{
	char target[PATH_MAX];

	add(p, path, LANDLOCK_READ);
	add_folder_of(p, path, LANDLOCK_READ);
	if (realpath(path, target))
		add_folder_of(p, target, LANDLOCK_READ);
}

static void find_paths(struct paths *p, enum role role,
    const struct config *config)
{
	if (role == ROLE_ENGINE && config->cmd_socket[0])
		add_folder_of(p, config->cmd_socket, LANDLOCK_REMOVE);
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
