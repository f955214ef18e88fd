/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/exporter.h"

#include "nts/limits.h"

void exporter_context(uint16_t aead, bool compliant, enum nts_direction d,
    uint8_t out[EXPORTER_CONTEXT_SIZE])
{
	if (exporter_has_alternative(aead, compliant))
		aead = AEAD_AES_SIV_CMAC_256;
	out[0] = 0;			/* protocol: NTPv4 */
	out[1] = 0;
	out[2] = (uint8_t)(aead >> 8);
	out[3] = (uint8_t)aead;
	out[4] = (uint8_t)d;
}

bool exporter_has_alternative(uint16_t aead, bool compliant)
{
	return aead == AEAD_AES_128_GCM_SIV && !compliant;
}
