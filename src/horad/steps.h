/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hora-clock must remember past its own death, and past horad's: the
 * running slew and the steps since boot (docs/design.md decision 12). Kept in
 * the run directory with the boot that it belongs to.
 */
#ifndef HORA_HORAD_STEPS_H
#define HORA_HORAD_STEPS_H

#include "ipc/messages.h"
#include "os/logsink.h"

#include <stdbool.h>
#include <stddef.h>

#define BOOT_ID_SIZE 40

struct steps {
	const char *path;	/* borrowed; NULL: remembered only */
	char boot_id[BOOT_ID_SIZE];
	bool is_known;		/* memory is of this boot */
	bool has_failed;	/* writing: said once */
	struct ipc_clock_memory memory;
};

/* Read the file, if any; what another boot left does not count. */
void steps_load(struct steps *s, const char *path, struct logsink *log);

/* A report of hora-clock: kept and written. Values without sense are dropped. */
void steps_report(struct steps *s, const struct ipc_clock_memory *memory,
    struct logsink *log);

#define STEPS_TEXT_MAX 256
/* Text of the file; its length without the NUL. */
size_t steps_print(const char *boot_id, const struct ipc_clock_memory *memory,
    char out[STEPS_TEXT_MAX]);
/* And back; false when it is of another boot, or no such text. */
bool steps_parse(const char *text, const char *boot_id,
    struct ipc_clock_memory *ret);

#endif
