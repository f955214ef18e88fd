/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the program log that have a number of their own in the journal
 * (MESSAGE_ID, systemd.journal-fields(7)), by which they are found whatever their
 * words are, and explained (integration/catalog.in has a text for each).
 */
#ifndef HORA_BASE_EVENT_H
#define HORA_BASE_EVENT_H

/*
 * One row an event: a line that begins with `begin` and has `within` after that.
 * Programs that watch logs know these words, so that they stay as they are.
 */
#define EVENTS(X)	/* name, id, begin, within */ \
	X(SELECTED, "1d48a7b7cc20aa265fd8fe13009fb72b", \
	  "Selected source ", "") \
	X(NO_MAJORITY, "fca1dfd8fe90b7246a4a557f4c89ab76", \
	  "Can't synchronise: ", "") \
	X(FALSETICKER, "da6fd2eec5f77179d1342ec0dfa83d29", \
	  "Detected falseticker ", "") \
	X(STEPPED, "3b797e99d3b7b2e36eeb96df0c1c934d", \
	  "System clock was stepped by ", "") \
	X(WRONG, "e04fd1c7c74078063425be2121f65be7", \
	  "System clock wrong by ", "") \
	X(JUMPED, "6f1f1b409776b9b1f86bb54b47d6bc37", \
	  "", " time jump detected!") \
	X(SLEPT, "5f9fde5bb22034c6174bdf030ed17cac", \
	  "The machine slept for ", "") \
	X(INTERFERENCE, "179e4b48b6baecee4040c30bff007ec4", \
	  "System clock interference detected", "") \
	X(OFFSET_REFUSED, "e114f01f907d6a46ccd3990b8d35d5c9", \
	  "Adjustment of ", " exceeds the allowed maximum") \
	X(LEAP_ANNOUNCED, "4db98f09f491182a100df90de036028d", \
	  "A leap second is announced: ", "") \
	X(LEAP_WITHDRAWN, "cfb5af6f714aad5fdc49bac26ca95031", \
	  "A leap second is announced no more", "") \
	X(LEAP_PASSED, "3aff92256d76de8105d12abb42011de8", \
	  "The leap second has passed", "") \
	X(NTSKE_FAILED, "840b6642d11c43458de436c965613719", \
	  "NTS-KE for ", " failed: ") \
	X(CERT_NEW, "17cb9d0b28e2a1e43974c13324cf298f", \
	  "New NTS server certificate ", "") \
	X(CERT_REFUSED, "33e72cc24fd2ec9adfc6edc17400ae8b", \
	  "Refused new NTS server certificate", "") \
	X(CERT_EXPIRED, "450cd3640ae5e41f8df72df0df094032", \
	  "NTS server certificate ", "") \
	X(ROLE_DIED, "8274b03236b3f6d13e6b8b6c2916659e", \
	  "hora-", " has died; it is started again") \
	X(ROLE_GONE, "e43dd52775a63e66835d0035bfb9fb46", \
	  "hora-", " is gone until it is started again") \
	X(ROLE_SILENT, "aa50f5ac4cd909c735759d4b18844bcb", \
	  "hora-", " does not answer any more") \
	X(CALL_FORBIDDEN, "f07262f87f099169468d89ff08607dde", \
	  "hora-", "its filter forbids (-F): it is ended") \
	X(CONFIG_REFUSED, "a299ccd03dbd166b50b1f663674eac35", \
	  "Configuration refused, ", "") \
	X(CONFIG_RELOADED, "1b58e84ba8dd64815e3a621da4ad43be", \
	  "Configuration reloaded", "") \
	X(SOCKET_CLOSED, "f59f3f0ceef206d74fc8456cc5d79288", \
	  "closed ", "that the configuration does not ask for")

/* The id of the event that this line tells, 32 hexadecimal digits; NULL = none. */
const char *event_id(const char *line);

#endif
