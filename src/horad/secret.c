/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/secret.h"

#include <sys/stat.h>

void secret_warn_of_mode(struct logsink *log, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_mode & (S_IROTH | S_IWOTH))
		logsink_printf(log, SEV_WARNING,
		    "World-%s permissions on %s", st.st_mode & S_IWOTH ?
		    "writable" : "readable", path);
}
