/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>

_Static_assert(CAPS_PRIORITY == UINT64_C(1) << CAP_SYS_NICE,
    "number of the capability");
_Static_assert(CAPS_SET_CLOCK == UINT64_C(1) << CAP_SYS_TIME,
    "number of the capability");
_Static_assert(CAPS_READ_ANY == UINT64_C(1) << CAP_DAC_READ_SEARCH,
    "number of the capability");

#define CAP(name) (UINT64_C(1) << CAP_##name)

/* One row for each role; horad's depends on how it was started
 * (horad/setup.c). */
static const struct {
	caps_set start, run;
} rules[ROLE_COUNT] = {
	/* SYS_NICE: only where sched_priority asks for it (sandbox/limits.h). */
	[ROLE_CLOCK]	= { CAP(SYS_TIME) | CAP(SYS_NICE),	CAP(SYS_TIME) },
	/* The command port and an acquisition port may be below 1024. */
	[ROLE_ENGINE]	= { CAP(NET_BIND_SERVICE) | CAP(SYS_NICE),	0 },
	[ROLE_SERVE]	= { CAP(NET_BIND_SERVICE) | CAP(SYS_NICE),	0 },
	[ROLE_KE_SERVER] = { CAP(NET_BIND_SERVICE),	0 },
	[ROLE_KE_CLIENT] = { 0,				0 },
};

caps_set caps_at_start(enum role role)
{
	return rules[role].start;
}

caps_set caps_while_running(enum role role)
{
	return rules[role].run;
}

caps_set caps_held(void)
{
	caps_set held = 0;

	if (capng_get_caps_process() < 0)
		return 0;
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (capng_have_capability(CAPNG_PERMITTED, i))
			held |= UINT64_C(1) << i;
	return held;
}

/* As read by caps_held. */
static bool may_inherit(void)
{
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (capng_have_capability(CAPNG_INHERITABLE, i))
			return true;
	return false;
}

int caps_limit(caps_set keep, bool is_inheritable)
{
	unsigned sets = CAPNG_PERMITTED | CAPNG_EFFECTIVE |
	    (is_inheritable ? CAPNG_INHERITABLE : 0);
	caps_set held = caps_held();

	/* Who has nothing has nothing to give up, and need not be let by a system
	 * call filter. */
	if (held == 0 && !may_inherit())
		return 0;
	capng_clear(CAPNG_SELECT_CAPS);
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (held & keep & UINT64_C(1) << i &&
		    capng_update(CAPNG_ADD, (capng_type_t)sets, i) < 0)
			return -EINVAL;
	return capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}

int caps_use(caps_set which, bool is_used)
{
	which &= caps_held();
	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (which & UINT64_C(1) << i && capng_update(is_used ?
		    CAPNG_ADD : CAPNG_DROP, CAPNG_EFFECTIVE, i) < 0)
			return -EINVAL;
	return which && capng_apply(CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}

/* Without CAP_SETPCAP the set stays, and no_new_privs keeps anything in it from
 * being gained. */
void caps_bound(caps_set keep)
{
	for (unsigned i = 0; prctl(PR_CAPBSET_READ, i, 0, 0, 0) >= 0; i++)
		if ((i > 63 || !(keep & UINT64_C(1) << i)) &&
		    prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return;
}

int caps_no_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int caps_undumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

int caps_enter(enum role role)
{
	int rc = caps_no_new_privileges();

	if (rc == 0)
		rc = caps_undumpable();
	if (rc)
		return rc;
	caps_bound(0);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -errno;
	return caps_limit(rules[role].start, false);
}

int caps_settle(enum role role)
{
	return caps_limit(rules[role].run, false);
}

int caps_hand_on(enum role role)
{
	caps_set held = caps_held() & rules[role].start;

	for (unsigned i = 0; i <= CAP_LAST_CAP; i++)
		if (held & UINT64_C(1) << i && prctl(PR_CAP_AMBIENT,
		    PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0)
			return -errno;
	return 0;
}

int caps_hand_on_none(void)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ?
	    -errno : 0;
}
