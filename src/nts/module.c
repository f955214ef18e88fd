/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/module.h"

#include "nts/aead.h"
#include "nts/mac.h"

#include <gnutls/gnutls.h>

/* In the order of their bits. */
static const uint16_t aeads[] = {
	AEAD_AES_SIV_CMAC_256, AEAD_AES_128_GCM_SIV,
};
_Static_assert(MODULE_BIT_AEAD + sizeof(aeads) / sizeof(aeads[0]) ==
    MODULE_BITS, "an AEAD for each bit");

const char *module_version(void)
{
	return gnutls_check_version(NULL);
}

bool module_is_fips(void)
{
	return gnutls_fips140_mode_enabled() != 0;
}

static bool is_refused(unsigned bit)
{
	uint16_t id;

	if (bit < MODULE_BIT_AEAD)
		return mac_known(bit) && !mac_supported((enum mac_type)bit);
	id = aeads[bit - MODULE_BIT_AEAD];
	return aead_known(id) && !aead_supported(id);
}

uint32_t module_refused(void)
{
	uint32_t set = 0;

	for (unsigned bit = 0; bit < MODULE_BITS; bit++)
		if (is_refused(bit))
			set |= UINT32_C(1) << bit;
	return set;
}
