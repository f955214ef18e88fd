/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: an NTS-KE message before the client and the server. */
#include "nts/ke_client.h"
#include "nts/ke_server.h"
#include "wire/ke.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t aeads[] = { 30, 15 };
	const struct ke_server_config config = { aeads, 2, 123, NULL };
	struct ke_response response;
	const char *reason;
	bool ok = ke_client_response(data, size, aeads, 2, &response, &reason);

	if (ok && ke_message_state(data, size) != KE_COMPLETE)
		__builtin_trap();
	ke_server_judge(&config, data, size);
	return 0;
}
