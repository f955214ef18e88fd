/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-ke-client: looks up names and runs NTS-KE exchanges for the engine. It
 * meets every server first, so it holds nothing: no capability, no key of ours.
 */
#ifndef HORA_KE_CLIENT_IO_H
#define HORA_KE_CLIENT_IO_H

#include "start/link.h"

extern const struct role_program ke_client_program;

#endif
