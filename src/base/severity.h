/* SPDX-License-Identifier: Apache-2.0 */
/* Severities of log lines, in the numbers of the option -L. */
#ifndef HORA_BASE_SEVERITY_H
#define HORA_BASE_SEVERITY_H

enum severity {
	SEV_DEBUG = -1,
	SEV_INFO = 0,
	SEV_WARNING = 1,
	SEV_ERROR = 2,
	SEV_FATAL = 3,
};

#endif
