/* SPDX-License-Identifier: Apache-2.0 */
/* horad from its command line to its exit (reference: configuration.md 3). */
#ifndef HORA_HORAD_RUN_H
#define HORA_HORAD_RUN_H

#include "horad/host.h"

/* The whole program, with its roles brought to life by `host`. Exit status. */
int horad_main(int argc, char **argv, const struct host *host);

#endif
