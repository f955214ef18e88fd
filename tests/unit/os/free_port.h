/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HORA_TESTS_OS_FREE_PORT_H
#define HORA_TESTS_OS_FREE_PORT_H

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* A port of 127.0.0.1 that nobody has now; `type`: SOCK_DGRAM or SOCK_STREAM. */
static inline uint16_t free_port(int type)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);
	int fd = socket(AF_INET, type, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sa, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &n), 0);
	close(fd);
	return ntohs(sa.sin_port);
}

#endif
