/* SPDX-License-Identifier: Apache-2.0 */
#include "os/clockadj.h"

#include <errno.h>

int clockadj(struct timex *t)
{
	return adjtimex(t) < 0 ? -errno : 0;
}
