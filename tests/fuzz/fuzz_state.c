/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the text files of nts. What is taken must print and be taken
 * again. */
#include "nts/keyring.h"
#include "nts/state_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[2 * NTS_STATE_TEXT_MAX], again[NTS_STATE_TEXT_MAX];
	struct wall_time now = { INT64_C(1795380000000000000) };
	struct nts_keyring ring;
	struct nts_state state;
	const char *reason;
	double age_s;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (keyring_parse(text, &ring, &age_s, &reason)) {
		keyring_print(&ring, age_s, again);
		if (!keyring_parse(again, &ring, &age_s, &reason))
			__builtin_trap();
	}
	if (nts_state_parse(text, "localhost", now, &state, &reason)) {
		if (nts_state_print(&state, again) == 0 ||
		    !nts_state_parse(again, "localhost", now, &state, &reason))
			__builtin_trap();
	}
	return 0;
}
