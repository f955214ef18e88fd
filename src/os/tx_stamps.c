/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tx_stamps.h"

#include "os/timestamps.h"

#include <errno.h>

#define LATER_MAX_S 1.0		/* else the clock was stepped meanwhile */

void tx_stamps_init(struct tx_stamps *t, int fd)
{
	*t = (struct tx_stamps){ .fd = fd };
	t->is_on = timestamps_enable_asked(fd) == TIMESTAMPING_RX_TX;
}

void tx_stamps_sent(struct tx_stamps *t, const struct tx_asked *asked)
{
	uint32_t id = t->next++;
	unsigned i = id % TX_STAMPS_OPEN;

	t->open[i].asked = *asked;
	t->open[i].id = id;
	t->open[i].is_open = true;
}

/*
 * Whether the kernel has counted it depends on how far it came: begin again at
 * 0. Stamps of before would not fit what is asked from now on: they are too
 * early.
 */
void tx_stamps_failed(struct tx_stamps *t)
{
	tx_stamps_init(t, t->fd);
}

static bool is_told(struct tx_stamps *t, const struct tx_stamp *stamp,
    struct tx_asked *ret, double *ret_later_s)
{
	unsigned i = stamp->id % TX_STAMPS_OPEN;

	if (!t->open[i].is_open || t->open[i].id != stamp->id)
		return false;
	t->open[i].is_open = false;
	*ret = t->open[i].asked;
	*ret_later_s = wall_sub(stamp->at, ret->at);
	return *ret_later_s >= 0 && *ret_later_s <= LATER_MAX_S;
}

bool tx_stamps_take(struct tx_stamps *t, struct tx_asked *ret,
    double *ret_later_s)
{
	struct tx_stamp stamp;

	/* More are never waiting for an answer. */
	for (int i = 0; i < 2 * TX_STAMPS_OPEN; i++) {
		int rc = timestamps_tx(t->fd, &stamp);

		if (rc < 0 && rc != -ENOMSG)
			return false;
		if (rc == 0 && is_told(t, &stamp, ret, ret_later_s))
			return true;
	}
	return false;
}
