/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/actions.h"

#include "horac/words.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define TIMEOUT_MIN_MS 100
#define RETRIES_MAX 30

bool set_timeout(struct session *s, const struct command *c, char *args)
{
	int ms = leading_int(args, NULL);

	(void)c;
	if (ms < TIMEOUT_MIN_MS) {
		fprintf(stderr, "Timeout %d is too short\n", ms);
		return false;
	}
	s->link.timeout_s = ms * 1e-3;
	return true;
}

bool set_retries(struct session *s, const struct command *c, char *args)
{
	int retries = leading_int(args, NULL);

	(void)c;
	if (retries < 0 || retries > RETRIES_MAX) {
		fputs("Invalid maximum number of retries\n", stderr);
		return false;
	}
	s->link.retries = retries;
	return true;
}

bool set_dns(struct session *s, const struct command *c, char *args)
{
	(void)c;
	if (!strcmp(args, "-n")) {
		s->no_lookup = true;
	} else if (!strcmp(args, "+n")) {
		s->no_lookup = false;
	} else if (!strcmp(args, "-4")) {
		s->family = AF_INET;
	} else if (!strcmp(args, "-6")) {
		s->family = AF_INET6;
	} else if (!strcmp(args, "-46")) {
		s->family = AF_UNSPEC;
	} else {
		fputs("Unrecognized dns command\n", stderr);
		return false;
	}
	return true;
}

bool do_quit(struct session *s, const struct command *c, char *args)
{
	(void)c;
	(void)args;
	s->quit = true;
	return true;
}

bool accept_login(struct session *s, const struct command *c, char *args)
{
	(void)s;
	(void)c;
	(void)args;
	/* Scripts of long ago go on. */
	fputs("Authentication is no longer supported\n", stderr);
	return true;
}
