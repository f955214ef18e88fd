/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mono_ef.h"

#include "wire/ntp.h"

#include <math.h>

#define MAGIC UINT32_C(0xf5bedd9a)
#define STEPS_PER_S 0x1p28

static uint32_t steps_from_s(double s)
{
	double steps = ceil(s * STEPS_PER_S);

	if (!(steps > 0))
		return 0;
	return steps >= UINT32_MAX ? UINT32_MAX : (uint32_t)steps;
}

void mono_ef_write(const struct mono_ef *m, uint8_t out[MONO_EF_SIZE])
{
	struct writer w = writer_of(out, MONO_EF_SIZE);

	put_be(&w, NTP_EF_MONO, 2);
	put_be(&w, MONO_EF_SIZE, 2);
	put_be(&w, MAGIC, 4);
	put_be(&w, steps_from_s(m->root_delay_s), 4);
	put_be(&w, steps_from_s(m->root_dispersion_s), 4);
	put_be(&w, m->receive, 8);
	put_be(&w, m->epoch, 4);
}

static bool read_body(const struct ef *ef, struct mono_ef *ret)
{
	struct reader r = reader_of(ef->body, ef->length);

	if (ef->length != MONO_EF_SIZE - NTP_EF_HEADER ||
	    take_be(&r, 4) != MAGIC)
		return false;
	ret->root_delay_s = (double)take_be(&r, 4) / STEPS_PER_S;
	ret->root_dispersion_s = (double)take_be(&r, 4) / STEPS_PER_S;
	ret->receive = take_be(&r, 8);
	ret->epoch = (uint32_t)take_be(&r, 4);
	return true;
}

bool mono_ef_read(const uint8_t *packet, size_t length, struct mono_ef *ret)
{
	struct ntp_tail tail;
	struct reader fields;
	struct ef ef;

	if (ntp_tail_read(packet, length, &tail) != DROP_OK)
		return false;
	fields = ntp_tail_fields(packet, &tail);
	while (reader_left(&fields) > 0 && ef_next(&fields, &ef) == DROP_OK)
		if (ef.type == NTP_EF_MONO)
			return read_body(&ef, ret);
	return false;
}
