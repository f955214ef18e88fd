/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any datagram before the whole server, whose timestamps for
 * interleaved mode are all known. An answer is never longer than its request,
 * and never comes for what is not a request.
 */
#include "ntp/responder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct responder_random random;
	struct time_ref ref = { .is_valid = true, .stratum = 1 };
	static const uint8_t key[16];
	struct mac_key index[] = { { 0, MAC_AES128, 16, key },
		{ 1, MAC_MD5, 16, key }, { 2, MAC_SHA512, 16, key } };
	struct mac_keys keys = { .index = index, .count = 3 };
	struct cookie_ring ring = { 0 };
	struct responder r = { .ref = &ref, .ring = &ring, .keys = &keys };
	struct wall_time now = { INT64_C(1700000000) * NS_PER_S };
	struct responder_request q;
	uint8_t out[NTP_PACKET_MAX];
	size_t length;

	if (responder_read(&r, data, size, 50000, &q) != DROP_OK ||
	    responder_open(&r, &q, false) != DROP_OK)
		return 0;
	q.transmit_before = q.is_interleaved ? q.header.origin + 1 : 0;
	length = responder_answer(&r, &q, now, now, &random, out, sizeof(out));
	if (length > size || size < NTP_HEADER_SIZE)
		__builtin_trap();
	if (length > 0 && q.auth != RESPONDER_NAK &&
	    ((out[39] & 1) == 0 || (out[47] & 1) != 0))
		__builtin_trap();	/* lowest bits of receive and transmit */
	return 0;
}
