/* SPDX-License-Identifier: Apache-2.0 */
/* What will happen when: events in order of true time, then of posting. */
#ifndef HORA_SIM_QUEUE_H
#define HORA_SIM_QUEUE_H

#include "ipc/messages.h"
#include "ntp/assoc.h"

#include <stdbool.h>
#include <stdint.h>

#define QUEUE_MAX 65536

enum event_kind {
	EVENT_REQUEST,		/* a packet reaches the host it was sent to */
	EVENT_RESPONSE,		/* a packet reaches the node that had asked */
	EVENT_CLOCK_ADJUST,	/* engine -> hora-clock */
	EVENT_CLOCK_STEP,
	EVENT_CLOCK_STATUS,
	EVENT_CLOCK_CHANGED,	/* hora-clock -> engine */
	EVENT_CLOCK_NEW,	/* hora-clock has died and comes back */
	EVENT_ENGINE_NEW,	/* the engine has */
	EVENT_KE_DONE,		/* keys and cookies for a source */
	EVENT_NTS_STATE,	/* nothing was saved */
	EVENT_ADDRESSES,	/* of a name */
};

struct event {
	int64_t at_ns;
	uint64_t order;
	enum event_kind kind;
	int node;			/* where it happens; REQUEST: who asked */
	int host;			/* REQUEST, RESPONSE: who was asked */
	uint32_t source, socket;	/* REQUEST, RESPONSE */
	bool is_peer;			/* REQUEST: from the port of a server */
	int64_t sent_ns;		/* of the request: it left, */
	int64_t served_ns;		/* RESPONSE: it arrived */
	uint16_t length;
	union {
		uint8_t packet[ASSOC_PACKET_MAX];
		struct ipc_clock_adjust adjust;
		struct ipc_clock_step step;
		struct ipc_clock_status status;
		struct ipc_clock_changed changed;
		struct ipc_ke_start ke_start;
		struct ipc_nts_load nts_load;
		struct ipc_lookup lookup;
	};
};

/* Zero is an empty queue; it grows as needed up to QUEUE_MAX. */
struct queue {
	struct event **heap;		/* `room` events; the first `count` are
					 * posted, in heap order */
	int count, room;
	uint64_t posted;
	bool is_full;			/* an event was lost: the run is void */
};

void queue_free(struct queue *q);

/* A new event to be filled by the caller at once; `at_ns` is final. */
struct event *queue_post(struct queue *q, int64_t at_ns, enum event_kind kind);

/* Time of the first event; INT64_MAX when there is none. */
int64_t queue_next(const struct queue *q);

/* Take the first event out; false when there is none. */
bool queue_take(struct queue *q, struct event *ret);

#endif
