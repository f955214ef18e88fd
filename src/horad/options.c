/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/options.h"

#include "base/text.h"
#include "build_config.h"
#include "ipc/messages.h"
#include "sandbox/filter.h"

#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

const char *options_help(void)
{
	return
	    "  -4, -6      use only IPv4, or only IPv6\n"
	    "  -f FILE     configuration file (default " HORA_CONFIG_FILE ")\n"
	    "  -n          stay in the foreground\n"
	    "  -d          stay in the foreground, log to stderr; twice: debug\n"
	    "  -l FILE     log to FILE\n"
	    "  -L LEVEL    least severity: -1 debug, 0 info, 1 warning,"
	    " 2 error, 3 fatal\n"
	    "  -p          print and check the configuration, then exit\n"
	    "  --check     tell everything that is wrong with the configuration,"
	    " then exit\n"
	    "  --strict    with --check: status 2 when there are warnings\n"
	    "  --json      with --check: as JSON\n"
	    "  -q          set the clock once, then exit\n"
	    "  -Q          print the offset of the clock, then exit\n"
	    "  -t SECONDS  exit after this time\n"
	    "  -F FILTER   filter of system calls: 1 allows what is needed"
	    " (default), 2 denies what never is, 0 none\n"
	    "  -P PRIORITY run with this real-time priority (0 to 100)\n"
	    "  -m          lock all memory\n"
	    "  -r          use the samples that were saved in dumpdir\n"
	    "  -R          restart: make no step by a limited makestep\n"
	    "  -s          at start, set a clock that is behind the time of the"
	    " driftfile\n"
	    "  -u USER     run as USER (default " HORA_USER ")\n"
	    "  -U          do not ask to be started as root\n"
	    "  -x          leave the system clock alone\n"
	    "  -v          print the version\n"
	    "  -h          print this help\n";
}

static bool number(int option, const char *word, long long min, long long max,
    long long *ret, char *reason)
{
	if (parse_long(word, min, max, ret))
		return true;
	snprintf(reason, OPTIONS_REASON_SIZE, "Invalid argument %s of option "
	    "-%c: a whole number from %lld to %lld is wanted", word, option,
	    min, max);
	return false;
}

/* Any number will do for -L: what lies outside is taken for the nearest. */
static bool level(const char *word, enum severity *ret, char *reason)
{
	long long v;

	if (!parse_long(word, LLONG_MIN, LLONG_MAX, &v))
		return number('L', word, SEV_DEBUG, SEV_FATAL, &v, reason);
	*ret = (enum severity)(v < SEV_DEBUG ? SEV_DEBUG :
	    v > SEV_FATAL ? SEV_FATAL : v);
	return true;
}

static void only_family(struct options *o, uint32_t flag)
{
	o->flags &= ~(uint32_t)(IPC_ONLY_V4 | IPC_ONLY_V6);
	o->flags |= flag;
}

/* -q and -Q: the later one sets the mode; no clock control, once said, stays. */
static void once(struct options *o, uint32_t mode)
{
	o->flags &= ~(uint32_t)(IPC_ONCE_SET | IPC_ONCE_PRINT);
	o->flags |= mode;
	if (mode == IPC_ONCE_PRINT) {
		o->flags |= IPC_NO_CLOCK;
		o->skip_root_check = true;
	}
	o->is_foreground = o->log_to_stderr = true;
}

/* Options with a number: L t F P. */
static bool take_argument(struct options *o, int option, const char *word,
    char *reason)
{
	long long v;

	switch (option) {
	case 'L':
		return level(word, &o->log_level, reason);
	case 't':
		if (!number(option, word, 0, UINT32_MAX, &v, reason))
			return false;
		o->timeout_s = (uint32_t)v;
		return true;
	case 'F':
		if (!number(option, word, -2, 2, &v, reason))
			return false;
		o->filter_level = (int)(v < 0 ? -v : v);
		return true;
	case 'P':
		if (!number(option, word, 0, 100, &v, reason))
			return false;
		o->sched_priority = (uint32_t)v;
		return true;
	}
	return false;
}

static bool take(struct options *o, int option, const char *word, char *reason)
{
	switch (option) {
	case '4':
		only_family(o, IPC_ONLY_V4);
		return true;
	case '6':
		only_family(o, IPC_ONLY_V6);
		return true;
	case 'f':
		o->config_file = word;
		return true;
	case 'm':
		o->flags |= IPC_LOCK_ALL;
		return true;
	case 'n':
		o->is_foreground = true;
		return true;
	case 'd':
		o->is_foreground = o->log_to_stderr = true;
		return true;
	case 'l':
		o->log_file = word;
		return true;
	case 'p':
		o->print_config = o->is_foreground = o->log_to_stderr = true;
		o->skip_root_check = true;
		return true;
	case 'q':
		once(o, IPC_ONCE_SET);
		return true;
	case 'Q':
		once(o, IPC_ONCE_PRINT);
		return true;
	case 'r':
		o->flags |= IPC_RELOAD;
		return true;
	case 'R':
		o->flags |= IPC_OPT_RESTART;
		return true;
	case 's':
		o->use_file_time = true;
		return true;
	case 'u':
		o->user = word;
		return true;
	case 'U':
		o->skip_root_check = true;
		return true;
	case 'x':
		o->flags |= IPC_NO_CLOCK;
		return true;
	}
	return take_argument(o, option, word, reason);
}

enum long_option {
	LONG_CHECK = 256,	/* above all characters */
	LONG_STRICT,
	LONG_JSON,
};

static const struct option long_options[] = {
	{ "check", no_argument, NULL, LONG_CHECK },
	{ "strict", no_argument, NULL, LONG_STRICT },
	{ "json", no_argument, NULL, LONG_JSON },
	{ NULL, 0, NULL, 0 },
};

/* False when it is none of these. */
static bool take_long(struct options *o, int option)
{
	switch (option) {
	case LONG_CHECK:
		o->check_config = o->skip_root_check = true;
		return true;
	case LONG_STRICT:
		o->check_strict = true;
		return true;
	case LONG_JSON:
		o->check_json = true;
		return true;
	}
	return false;
}

/* getopt(3) did not know, or missed an argument; of a long one says `word`. */
static enum options_result refuse(int option, const char *word, char *reason)
{
	if (option == ':')
		snprintf(reason, OPTIONS_REASON_SIZE,
		    "option -%c needs an argument (see -h)", optopt);
	else if (optopt == 0)
		snprintf(reason, OPTIONS_REASON_SIZE,
		    "unknown option %.100s (see -h)", word);
	else
		snprintf(reason, OPTIONS_REASON_SIZE,
		    "unknown option -%c (see -h)", optopt);
	return OPTIONS_BAD;
}

/* "--help" and "--version" anywhere win over everything. */
static enum options_result long_option(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return OPTIONS_HELP;
		if (strcmp(argv[i], "--version") == 0)
			return OPTIONS_VERSION;
	}
	return OPTIONS_RUN;
}

enum options_result options_parse(int argc, char **argv, struct options *ret,
    char reason[OPTIONS_REASON_SIZE])
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	enum options_result result = long_option(argc, argv);
	int debug = 0, option;

	*ret = (struct options){ .config_file = HORA_CONFIG_FILE,
		.filter_level = FILTER_ALLOW,
		.program = slash ? slash + 1 : argc > 0 ? argv[0] : "horad" };
	if (result != OPTIONS_RUN)
		return result;
	opterr = 0;
	optind = 0;	/* getopt(3): start over */
	while ((option = getopt_long(argc, argv,
	    ":46f:ndl:L:pqQt:rRsu:UF:P:mxvh", long_options, NULL)) != -1) {
		if (option == 'h')
			return OPTIONS_HELP;
		if (option == 'v')
			return OPTIONS_VERSION;
		debug += option == 'd';
		if (option == '?' || option == ':')
			return refuse(option, argv[optind - 1], reason);
		if (!take_long(ret, option) && !take(ret, option, optarg, reason))
			return OPTIONS_BAD;
	}
	if (!ret->check_config && (ret->check_strict || ret->check_json)) {
		snprintf(reason, OPTIONS_REASON_SIZE,
		    "options --strict and --json are for --check");
		return OPTIONS_BAD;
	}
	if (debug > 1)
		ret->log_level = SEV_DEBUG;	/* wins over -L */
	ret->directives = (const char *const *)&argv[optind];
	ret->directive_count = (size_t)(argc - optind);
	return OPTIONS_RUN;
}
