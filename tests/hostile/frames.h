/* SPDX-License-Identifier: Apache-2.0 */
/* Messages between programs, right or wrong, put on a channel by hand. */
#ifndef HORA_HOSTILE_FRAMES_H
#define HORA_HOSTILE_FRAMES_H

#include "ipc/messages.h"

#include <stddef.h>

#define FRAME_FDS_MOST 250	/* unix(7): the kernel takes 253 */

/*
 * Send bytes as they are, with `count` descriptors (at most FRAME_FDS_MOST), which
 * stay the caller's. 0, or -errno.
 */
int send_frame(int to, const void *bytes, size_t length, const int *fds,
    unsigned count);

/* The same with a message of the table, and the payload of its type. */
int send_message(int to, enum ipc_type type, const void *payload,
    const int *fds, unsigned count);

#endif
