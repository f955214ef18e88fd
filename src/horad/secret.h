/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of files that others should not read. */
#ifndef HORA_HORAD_SECRET_H
#define HORA_HORAD_SECRET_H

#include "os/logsink.h"

/* Warn when everybody may read or write the file. */
void secret_warn_of_mode(struct logsink *log, const char *path);

#endif
