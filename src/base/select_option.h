/* SPDX-License-Identifier: Apache-2.0 */
/* Selection options of a source (reference: behaviour.md 5): bits. */
#ifndef HORA_BASE_SELECT_OPTION_H
#define HORA_BASE_SELECT_OPTION_H

enum select_option {
	SELECT_NOSELECT = 1,
	SELECT_PREFER = 2,
	SELECT_TRUST = 4,
	SELECT_REQUIRE = 8,
};

#endif
