/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine knows of the clock's frequency: handed to the next engine,
 * and kept in the drift file (reference: files-and-logs.md 2).
 */
#ifndef HORA_HORAD_DRIFT_H
#define HORA_HORAD_DRIFT_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/logsink.h"

struct drift {
	const char *path;		/* "" = no file */
	double write_interval_s;	/* running time between writes */
	double unwritten_s;		/* running time since the last write */
	struct ipc_engine_memory memory;
};

/* Read the file, and say in the log what it holds. */
void drift_load(struct drift *d, const struct config *config,
    struct logsink *log);

/*
 * Option -s: the engine is told when the file was written last, for it was not
 * earlier than that ever since. That there is no such time is said in the log.
 */
void drift_use_time(struct drift *d, struct logsink *log);

/*
 * Another configuration: the file may be another, of which nothing is read: what
 * is known now is better.
 */
void drift_renew(struct drift *d, const struct config *config);

/* Two numbers with any white space; false when they make no sense. */
bool drift_parse(const char *text, double *ret_freq_ppm, double *ret_skew_ppm);

/* A report of the engine; written when it is time. Bad values are dropped. */
void drift_report(struct drift *d, const struct ipc_engine_memory *memory,
    struct logsink *log);

/* At exit: write what is known. */
void drift_save(struct drift *d, struct logsink *log);

#endif
