/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile/frames.h"

#include "ipc/queue.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int send_frame(int to, const void *bytes, size_t length, const int *fds,
    unsigned count)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * FRAME_FDS_MOST)];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov = { (void *)bytes, length };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	assert(count <= FRAME_FDS_MOST);
	if (count > 0) {
		struct cmsghdr *c;

		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * count);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
	}
	return sendmsg(to, &m, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int send_message(int to, enum ipc_type type, const void *payload,
    const int *fds, unsigned count)
{
	struct frame frame = { .type = type };

	memcpy(&frame.payload, payload, ipc_length(type));
	return send_frame(to, &frame, FRAME_HEAD + ipc_length(type), fds, count);
}
