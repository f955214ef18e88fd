/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A channel between two roles: typed messages over SOCK_SEQPACKET on a loop.
 * What is received has passed ipc_check.
 */
#ifndef HORA_IPC_CHANNEL_H
#define HORA_IPC_CHANNEL_H

#include "ipc/messages.h"
#include "os/loop.h"

struct channel;

/*
 * One message, valid during the call; values in the payload are not yet
 * checked. fds belong to the callee, which closes them.
 */
typedef void channel_fn(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds);

/* The other end is gone (or broke the protocol); called once, from the loop. */
typedef void channel_closed_fn(void *arg);

/*
 * Take over the connected descriptor `fd` of the channel from `self` to `peer`.
 * The callbacks run from the loop. 0, or -errno (fd stays the caller's).
 */
int channel_open(struct loop *loop, int fd, enum role self, enum role peer,
    channel_fn *receive, channel_closed_fn *closed, void *arg,
    struct channel **ret);

/*
 * A connected pair of descriptors for channel_open, or for an IPC_PEER message.
 * On a loop that has begun so (ipc/inside.h) both ends are opened on it.
 * 0, or -errno.
 */
int channel_pair(struct loop *loop, int ret[2]);

/*
 * Look at the first message of a connection whose role is not known yet,
 * leaving it there for channel_open. 0, -EAGAIN when nothing has come, -EPROTO
 * when it is no HELLO, or -errno.
 */
int channel_peek_hello(int fd, struct ipc_hello *ret);

/*
 * Send one message; fds are duplicated, the caller keeps and closes its own.
 * Never blocks: what the socket does not take is queued, up to a bound.
 * 0, -EPROTO (not allowed by the table), -EPIPE (closed), -ENOBUFS (the queue is
 * full; the channel is then closed like one whose peer died, since a peer that
 * does not read is to be restarted).
 */
int channel_send(struct channel *c, enum ipc_type type, const void *payload,
    const int *fds);

/*
 * Is the other end still open? If it is not, `closed` is yet to be called, after
 * the last messages of the other end.
 */
bool channel_has_peer(const struct channel *c);

/* Be over at once, as if the other end had gone: `closed` comes from the loop. */
void channel_hang_up(struct channel *c);

/* Send what is queued, waiting at most timeout_s. 0, or -errno. */
int channel_flush(struct channel *c, double timeout_s);

/* Close without calling back; NULL is allowed. Queued secrets are wiped. */
void channel_close(struct channel *c);

#endif
