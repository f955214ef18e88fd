/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/enter.h"

#include "sandbox/caps.h"
#include "sandbox/landlock.h"
#include "sandbox/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#ifndef HORA_UNCONFINED
#define HORA_UNCONFINED 0	/* sanitizers make calls and files of their own */
#endif

#define PATHS_MAX 96

/*
 * Where hora-ke-client reads: how names are looked up, the system's trusted
 * certificates, and the libraries that do both.
 */
static const char *const lookup_paths[] = {
	"/etc", "/usr", "/lib", "/lib64", "/run/systemd", "/run/NetworkManager",
	"/run/resolvconf", "/run/netconfig", "/run/nscd", "/var/lib/sss",
	"/var/lib/ca-certificates", "/var/cache/nscd", "/dev/urandom",
};
#define LOOKUP_PATHS (sizeof(lookup_paths) / sizeof(lookup_paths[0]))

static int enter_landlock(const struct sandbox *s, struct sandbox_state *ret)
{
	const char *paths[PATHS_MAX];
	size_t count = 0;
	bool is_client = s->role == ROLE_KE_CLIENT;

	for (size_t i = 0; is_client && i < LOOKUP_PATHS; i++)
		paths[count++] = lookup_paths[i];
	for (size_t i = 0; i < s->path_count && count < PATHS_MAX; i++)
		paths[count++] = s->paths[i];
	ret->landlock = landlock_enter(paths, count, is_client);
	return ret->landlock < 0 ? ret->landlock : 0;
}

/* 0 also when the kernel has no filters. */
static int enter_filter(enum role role, enum filter_level level,
    enum filter_kind kind, const struct violation_report *report,
    struct sandbox_state *ret)
{
	int rc;

	if (level == FILTER_OFF)
		return 0;
	rc = violation_catch(report);
	if (rc == 0)
		rc = filter_load(role, kind);
	if (rc == -ENOSYS) {
		ret->missing = rc;
		return 0;
	}
	ret->filter = kind == FILTER_ROLE_ALLOW ? FILTER_ALLOW : FILTER_DENY;
	ret->calls = kind == FILTER_ROLE_ALLOW ? filter_count(role, 0) : 0;
	return rc;
}

int sandbox_enter_limits(enum role role)
{
	int rc;

	/* The C library reads the time zone's file when it first makes a date. */
	tzset();
	rc = caps_settle(role);
	return rc || HORA_UNCONFINED ? rc : limits_settle(role);
}

int sandbox_enter_landlock(const struct sandbox *s, struct sandbox_state *ret)
{
	return HORA_UNCONFINED ? 0 : enter_landlock(s, ret);
}

int sandbox_enter_filter(const struct sandbox *s, struct sandbox_state *ret)
{
	return HORA_UNCONFINED ? 0 : enter_filter(s->role, s->level,
	    s->level == FILTER_DENY ? FILTER_ROLE_DENY : FILTER_ROLE_ALLOW,
	    &s->report, ret);
}

int sandbox_enter(const struct sandbox *s, struct sandbox_state *ret)
{
	int rc = sandbox_enter_limits(s->role);

	*ret = (struct sandbox_state){ .is_unconfined = HORA_UNCONFINED };
	if (rc == 0)
		rc = sandbox_enter_landlock(s, ret);
	if (rc == 0)
		rc = sandbox_enter_filter(s, ret);
	return rc;
}

int sandbox_enter_horad(enum filter_level level, bool is_parent,
    struct sandbox_state *ret)
{
	const struct violation_report to_stderr = { .fd = -1 };
	int rc;

	*ret = (struct sandbox_state){ .is_unconfined = HORA_UNCONFINED };
	tzset();
	rc = HORA_UNCONFINED ? 0 : enter_filter(ROLE_HORAD, level,
	    is_parent ? FILTER_PARENT : level == FILTER_DENY ?
	    FILTER_ROLE_DENY : FILTER_ROLE_ALLOW, &to_stderr, ret);
	if (rc == -EACCES || rc == -EPERM) {
		*ret = (struct sandbox_state){ .missing = rc };
		return 0;
	}
	return rc;
}

const char *sandbox_text(const struct sandbox_state *s,
    char buf[SANDBOX_TEXT_SIZE])
{
	char filter[80] = "off", landlock[32] = "none";

	if (s->is_unconfined) {
		snprintf(buf, SANDBOX_TEXT_SIZE, "no filter of system calls and "
		    "no Landlock in this build");
		return buf;
	}
	if (s->filter == FILTER_ALLOW)
		snprintf(filter, sizeof(filter), "%u calls allowed", s->calls);
	else if (s->filter == FILTER_DENY)
		snprintf(filter, sizeof(filter), "what is never needed denied");
	else if (s->missing)
		snprintf(filter, sizeof(filter), "none: %s",
		    strerror(-s->missing));
	if (s->landlock > 0)
		snprintf(landlock, sizeof(landlock), "version %d", s->landlock);
	snprintf(buf, SANDBOX_TEXT_SIZE, "filter of system calls: %s; "
	    "Landlock: %s", filter, landlock);
	return buf;
}
