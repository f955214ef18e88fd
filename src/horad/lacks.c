/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/lacks.h"

#include "ipc/messages.h"
#include "nts/module.h"
#include "sandbox/caps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The user namespace that the kernel starts with (its PROC_USER_INIT_INO). */
#define FIRST_USER_NAMESPACE "user:[4026531837]"

static bool may_set_clock(void)
{
	char name[64];
	ssize_t n;

	if (!(caps_held() & CAPS_SET_CLOCK))
		return false;
	/* The link's text: policies let nobody look at what is behind it. */
	n = readlink("/proc/self/ns/user", name, sizeof(name) - 1);
	if (n < 0)
		return true;
	name[n] = '\0';
	return strcmp(name, FIRST_USER_NAMESPACE) == 0;
}

/* As engines say it: systemd's container interface, podman, Docker. */
static bool is_in_container(void)
{
	const char *kind = getenv("container");

	return (kind && *kind) || access("/run/.containerenv", F_OK) == 0 ||
	    access("/.dockerenv", F_OK) == 0;
}

int lacks_clock(const struct host *host, struct options *options,
    struct logsink *log)
{
	if (!host->is_confined || host->is_supervised ||
	    options->flags & IPC_NO_CLOCK || may_set_clock())
		return 0;
	if (!is_in_container() || options->flags & IPC_ONCE_SET) {
		logsink_write(log, SEV_FATAL, "No right to change the clock "
		    "(CAP_SYS_TIME): start as root with it, or leave the clock "
		    "alone with -x");
		return -EPERM;
	}
	logsink_write(log, SEV_WARNING, "No right to change the clock "
	    "(CAP_SYS_TIME) in this container: it is left alone, as with -x");
	options->flags |= IPC_NO_CLOCK;
	return 0;
}

void lacks_ciphers(struct logsink *log)
{
	uint32_t refused;

	if (!module_is_fips())
		return;
	logsink_printf(log, SEV_INFO, "FIPS mode: GnuTLS %s does what is "
	    "approved and nothing else", module_version());
	refused = module_refused();
	for (unsigned bit = 0; bit < MODULE_BITS; bit++)
		if (refused >> bit & 1)
			logsink_printf(log, SEV_WARNING, "FIPS mode: GnuTLS "
			    "refuses %s: there %s", module_bit_name(bit),
			    bit < MODULE_BIT_AEAD ?
			    "are no symmetric keys of this type" :
			    "is no NTS with it");
}
