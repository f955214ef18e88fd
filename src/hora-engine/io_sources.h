/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of .sources files, as horad sends them to hora-engine. */
#ifndef HORA_ENGINE_IO_SOURCES_H
#define HORA_ENGINE_IO_SOURCES_H

#include "conf/config.h"
#include "start/link.h"

/*
 * Read them out of a sealed file, whose descriptor is borrowed; the log says
 * which are none. 0, and *ret is the caller's to free (NULL for none); else
 * -errno, which the log says too.
 */
int io_sources_read(struct role_link *link, int fd, struct source_config **ret,
    size_t *ret_count);

#endif
