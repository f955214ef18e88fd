/* SPDX-License-Identifier: Apache-2.0 */
/* Apart from module.c, so that a client of the daemon needs no AEAD. */
#include "nts/module.h"

#include "nts/mac.h"

const char *module_bit_name(unsigned bit)
{
	static const char *const aeads[] = {
		"AES-SIV-CMAC-256", "AES-128-GCM-SIV",
	};

	_Static_assert(MODULE_BIT_AEAD + sizeof(aeads) / sizeof(aeads[0]) ==
	    MODULE_BITS, "a name for each");
	if (bit >= MODULE_BITS)
		return NULL;
	if (bit >= MODULE_BIT_AEAD)
		return aeads[bit - MODULE_BIT_AEAD];
	return *mac_name(bit) ? mac_name(bit) : NULL;
}
