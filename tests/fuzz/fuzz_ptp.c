/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: messages of NTP over PTP, and the head of what answers them. */
#include "wire/ptp.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(const uint8_t *data, size_t size, enum ptp_form form)
{
	uint8_t reply[PTP_NTP_HEAD_MAX + UINT16_MAX];
	size_t head = ptp_ntp_head(form);
	enum ptp_form got;

	if (head > size || size > UINT16_MAX)
		__builtin_trap();
	memcpy(reply + head, data + head, size - head);
	ptp_ntp_write(form, data[4], 0, size - head, reply);
	if (!ptp_ntp_read(reply, size, data[4], &got) || got != form)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum ptp_form form;

	if (ptp_ntp_read(data, size, size > 4 ? data[4] : 0, &form))
		answer(data, size, form);
	return 0;
}
