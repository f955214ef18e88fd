/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/options.h"

#include "base/text.h"
#include "build_config.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_SERVERS HORA_COMMAND_SOCKET ",127.0.0.1,::1"
#define CONTROL_PORT 323
#define FEATURES "(+READLINE +SECHASH +IPV6 -DEBUG)"

const char *tool_options_help(void)
{
	return
	    "  -4, -6      use only IPv4, only IPv6\n"
	    "  -n          print addresses, look up no names\n"
	    "  -N          print the names in the configuration\n"
	    "  -c          print comma-separated values\n"
	    "  -w          print tables with more room for names\n"
	    "  -e          print a line with a dot after each response\n"
	    "  -m          every argument is a command\n"
	    "  -h LIST     daemons to ask, with fall-back\n"
	    "  -p PORT     UDP port of the daemons\n"
	    "  -u USER     give up root and run as this user\n"
	    "  -v          print the version\n"
	    "  --version   print the version\n"
	    "  --help      print this help\n";
}

static void print_usage(const char *program, FILE *out)
{
	fprintf(out, "Usage: %s [OPTION]... [COMMAND]...\n\nOptions:\n%s\n"
	    "Without -h and -p: %s, port %d\n", program, tool_options_help(),
	    DEFAULT_SERVERS, CONTROL_PORT);
}

/* Under the peer's name the line begins as its scripts expect. */
static void print_version(const char *program)
{
	if (!strcmp(program, "chronyc"))
		printf("chronyc (chrony) version %s (hora %s) %s\n",
		    CHRONY_VERSION, HORA_VERSION, FEATURES);
	else
		printf("%s (hora) version %s %s\n", program, HORA_VERSION,
		    FEATURES);
}

/* One option with its argument, if it takes one. */
static enum options_result take(int c, const char *argument,
    const char *program, struct options *o)
{
	long long port;

	switch (c) {
	case '4':
		o->family = AF_INET;
		break;
	case '6':
		o->family = AF_INET6;
		break;
	case 'a':	/* old options without a meaning today */
	case 'd':
	case 'f':
		break;
	case 'c':
		o->csv = true;
		break;
	case 'e':
		o->dot = true;
		break;
	case 'h':
		o->servers = argument;
		break;
	case 'm':
		o->many = true;
		break;
	case 'n':
		o->numeric = true;
		break;
	case 'N':
		o->names = true;
		break;
	case 'p':
		o->port = parse_long(argument, 0, UINT16_MAX, &port) ?
		    (uint16_t)port : 0;
		break;
	case 'u':
		o->user = argument;
		break;
	case 'w':
		o->wide = true;
		break;
	case 'v':
		print_version(program);
		return OPTIONS_DONE;
	default:
		print_usage(program, stderr);
		return OPTIONS_BAD;
	}
	return OPTIONS_RUN;
}

enum options_result options_read(int argc, char **argv, const char *program,
    struct options *ret)
{
	enum options_result result = OPTIONS_RUN;
	int c;

	*ret = (struct options){
		.servers = DEFAULT_SERVERS, .port = CONTROL_PORT,
		.family = AF_UNSPEC,
	};
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--help")) {
			print_usage(program, stdout);
			return OPTIONS_DONE;
		}
		if (!strcmp(argv[i], "--version")) {
			print_version(program);
			return OPTIONS_DONE;
		}
	}
	while (result == OPTIONS_RUN &&
	    (c = getopt(argc, argv, "+46acdef:h:mnNp:u:vw")) != -1)
		result = take(c, optarg, program, ret);
	ret->first = optind;
	return result;
}
