/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: what an NTS-KE client sends, in pieces whose lengths are the
 * first bytes. The connection ends, or goes on reading within its buffer.
 */
#include "hora-ke-server/ke_server.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t aeads[] = { 30, 15 };
	static const struct ke_server_config config = {
		.aeads = aeads, .aead_count = 2, .ntp_port = 11123,
		.ntp_server = "ntp.test",
	};
	struct ke_connection *c = malloc(sizeof(*c));

	if (c == NULL)
		return 0;
	ke_connection_start(c, (struct mono_time){ 0 });
	ke_connection_shaken(c, true);
	while (c->phase == KE_PHASE_REQUEST && size > 1) {
		size_t n = 1 + data[0], room;
		uint8_t *at = ke_connection_room(c, &room);

		data++;
		size--;
		if (room == 0)
			__builtin_trap();
		n = n > size ? size : n;
		n = n > room ? room : n;
		memcpy(at, data, n);
		ke_connection_received(c, &config, n);
		data += n;
		size -= n;
	}
	if (c->phase == KE_PHASE_REPLY &&
	    ke_message_state(c->reply, c->reply_length) != KE_COMPLETE)
		__builtin_trap();
	free(c);
	return 0;
}
