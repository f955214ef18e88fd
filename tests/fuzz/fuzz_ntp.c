/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: an NTP packet before the client and the server of NTS. */
#include "nts/client.h"
#include "nts/server.h"
#include "wire/ntp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nts_client c = { .is_open = true, .aead = 15, .key_length = 32 };
	struct cookie_ring ring = { 0 };
	struct ntp_header h;
	struct ntp_tail tail;
	struct nts_request q;
	uint8_t reply[NTP_PACKET_MAX] = { 4 << 3 | NTP_MODE_SERVER };

	ntp_header_read(data, size, &h);
	ntp_tail_read(data, size, &tail);
	nts_has_fields(data, size);
	nts_client_response(&c, data, size);
	if (nts_server_open(&ring, data, size, &q) == DROP_NTS_COOKIE &&
	    nts_server_nak(&q, reply, sizeof(reply)) > size)
		__builtin_trap();	/* never longer than the request */
	return 0;
}
