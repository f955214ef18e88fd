/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What horad ends with, besides EXIT_SUCCESS and EXIT_FAILURE: ends after which
 * nobody is to start it again by himself (RestartPreventExitStatus= of its unit).
 */
#ifndef HORA_BASE_EXIT_STATUS_H
#define HORA_BASE_EXIT_STATUS_H

/* maxchange refused a change of the clock: a new start would be allowed a first
 * step again. (EX_DATAERR of sysexits.h) */
#define EXIT_OFFSET 65

/* With this configuration or this command line no start can succeed.
 * (EX_CONFIG) */
#define EXIT_CONFIG 78

#endif
