/* SPDX-License-Identifier: Apache-2.0 */
#include "os/random.h"

#include "os/scoped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

/* For kernels and simulators without getrandom(2). */
static void read_urandom(uint8_t *at, size_t n)
{
	scoped_fd fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	while (n > 0) {
		ssize_t got = fd < 0 ? 0 : read(fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			abort();
		at += got;
		n -= (size_t)got;
	}
}

void random_bytes(void *bytes, size_t n)
{
	uint8_t *at = bytes;

	while (n > 0) {
		ssize_t got = getrandom(at, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			read_urandom(at, n);
			return;
		}
		at += got;
		n -= (size_t)got;
	}
}

uint32_t random_u32(void)
{
	uint32_t v;

	random_bytes(&v, sizeof(v));
	return v;
}
