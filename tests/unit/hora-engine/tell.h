/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of the control protocol, as bytes, to an engine. */
#ifndef TESTS_HORA_ENGINE_TELL_H
#define TESTS_HORA_ENGINE_TELL_H

#include "ctl/reply.h"
#include "ctl/request.h"
#include "hora-engine/control.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static inline struct ip_addr tell_ip(const char *address)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(address, &a));
	return a;
}

/*
 * Status of the answer to `rq`; the report comes back in `ret`. What horad is
 * asked for is in *later, and it says that it did or did not.
 */
static inline unsigned tell_engine(struct engine *e,
    const struct engine_now *now, bool is_unix, const struct request *rq,
    bool is_done, struct control_later *later, union report *ret)
{
	uint8_t request[CONTROL_REQUEST_MAX], bytes[CONTROL_REPLY_MAX];
	const struct control_peer peer = { .is_unix = is_unix };
	struct reply reply;
	size_t n = request_encode(rq, request);

	n = engine_control(e, now, &peer, request, n, bytes, sizeof(bytes),
	    later);
	if (later->is_set) {
		assert_int_equal(n, 0);
		n = engine_control_later(later, is_done, "", bytes,
		    sizeof(bytes));
	}
	assert_true(n > 0);
	assert_true(reply_decode(bytes, n, rq->code, rq->sequence, &reply));
	*ret = reply.report;
	return reply.status;
}

static inline void tell_compare(double a, double b, double within,
    const char *file, int line)
{
	if (fabs(a - b) <= within)
		return;
	print_error("%.12g instead of %.12g\n", a, b);
	_fail(file, line);
}

#define tell_close(a, b, within) tell_compare(a, b, within, __FILE__, __LINE__)

/* As the floats of the wire are. */
#define tell_near(a, b) \
	tell_close(a, b, 1e-6 * fabs((double)(b)) + 1e-12)

#endif
