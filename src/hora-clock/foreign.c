/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/foreign.h"

#include "hora-clock/rate.h"

#include <stdlib.h>

#define ROUNDING 2		/* units of timex.freq, on its way through the kernel */
#define LOOPS (STA_PLL | STA_FLL | STA_PPSFREQ | STA_PPSTIME | STA_FREQHOLD)
#define LEAPS (STA_INS | STA_DEL)

bool foreign_found(const struct clock *c, const struct timex *kernel)
{
	struct timex ours = { 0 };

	clock_set_rate(&ours, c->memory.base_ppm + c->memory.slew_ppm,
	    c->limits.user_hz);
	return kernel->tick != ours.tick ||
	    labs(kernel->freq - ours.freq) > ROUNDING ||
	    (kernel->status & LOOPS) != 0 ||
	    ((kernel->status ^ c->shown) & LEAPS) != 0 ||
	    (c->shown & STA_UNSYNC & ~kernel->status) != 0;
}
