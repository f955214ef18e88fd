/* SPDX-License-Identifier: Apache-2.0 */
/*
 * systemd's two small protocols, without its library: readiness (sd_notify(3))
 * and passed sockets (sd_listen_fds(3)).
 */
#ifndef HORA_OS_SYSTEMD_H
#define HORA_OS_SYSTEMD_H

#include "base/addr.h"
#include "base/time.h"

#include <stdbool.h>

/*
 * Send a state ("READY=1", "STOPPING=1") to NOTIFY_SOCKET; without that
 * variable nothing is done. 0, or -errno.
 */
int systemd_notify(const char *state);

/*
 * Say that a reload begins now (CLOCK_MONOTONIC), as Type=notify-reload wants
 * it; "READY=1" says that it is over. 0, or -errno.
 */
int systemd_notify_reloading(struct mono_time now);

/*
 * How long systemd waits for the next "WATCHDOG=1" (sd_watchdog_enabled(3)), in
 * seconds; 0 when it does not, or when the variables are another process's.
 */
double systemd_watchdog_s(void);

#define PASSED_MAX 32
#define PASSED_NAME_SIZE 64

/* Names of FileDescriptorName= in the socket units. */
#define PASSED_NTP "ntp"	/* UDP of the NTP server */
#define PASSED_NTSKE "ntske"	/* TCP of the NTS-KE server */
#define PASSED_CMD "cmd"	/* UDP of the control protocol */
#define PASSED_HORAD "horad"	/* SOCK_SEQPACKET that roles connect to */

/* Sockets that this process was started with. */
struct passed_sockets {
	int count;
	struct {
		int fd;			/* -1 once taken */
		int type;		/* SOCK_DGRAM, ... */
		struct net_addr address;	/* IP_NONE: not an IP socket */
		char name[PASSED_NAME_SIZE];	/* "" = none */
	} socket[PASSED_MAX];
};

/*
 * Sockets of LISTEN_FDS, made close-on-exec; none when LISTEN_PID is set and
 * names another process. The variables are removed. The descriptors are then
 * the struct's.
 */
void passed_sockets_take(struct passed_sockets *ret);

/*
 * A passed socket of this type and address: one with the name first, then any
 * without one of these names. An IPv6 socket that takes IPv4, too, is no match:
 * rules for IPv4 would not see its packets as such. It is then the caller's.
 * -1: none.
 */
int passed_socket_find(struct passed_sockets *sockets, const char *name,
    int type, const struct net_addr *address);

/* Close those that nobody took; returns how many there were. */
int passed_sockets_close(struct passed_sockets *sockets);

#endif
