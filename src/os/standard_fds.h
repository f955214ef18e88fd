/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors 0, 1 and 2 are what everybody takes them for. */
#ifndef HORA_OS_STANDARD_FDS_H
#define HORA_OS_STANDARD_FDS_H

/*
 * Put /dev/null where standard input, output or error is closed. A socket or
 * shared memory that is opened later must not get such a number: a message on
 * stderr would go into it. 0, or -errno.
 */
int standard_fds_fill(void);

#endif
