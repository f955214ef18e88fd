/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/commands.h"

#include "horac/actions.h"
#include "horac/address.h"
#include "horac/ask.h"
#include "horac/help.h"
#include "horac/manual.h"
#include "horac/reports.h"

#include <stdio.h>
#include <string.h>

#define GROUP(title) { NULL, NULL, 0, title, NULL, NULL }
#define REPORT_OPTIONS "-a -v"

static const struct command commands[] = {
	GROUP("System clock:"),
	{ "tracking", report_tracking, CONTROL_TRACKING, "",
	    "Show offset, frequency and reference of the clock", NULL },
	{ "makestep", do_makestep, CONTROL_MAKESTEP, "",
	    "Step the clock by what is left to correct", NULL },
	{ "waitsync", wait_for_sync, CONTROL_TRACKING,
	    "[<max-tries> [<max-correction> [<max-skew> [<interval>]]]]",
	    "Wait until the clock is synchronised that well", NULL },
	GROUP("Time sources:"),
	{ "sources", report_sources, CONTROL_SOURCE_DATA, "[-a] [-v]",
	    "Show the sources and their last measurement", REPORT_OPTIONS },
	{ "sourcestats", report_sourcestats, CONTROL_SOURCESTATS, "[-a] [-v]",
	    "Show what is estimated from the measurements", REPORT_OPTIONS },
	{ "selectdata", report_selectdata, CONTROL_SELECTDATA, "[-a] [-v]",
	    "Show how each source fared in the selection", REPORT_OPTIONS },
	GROUP("NTP sources:"),
	{ "activity", report_activity, CONTROL_ACTIVITY, "",
	    "Count sources online and offline", NULL },
	{ "authdata", report_authdata, CONTROL_AUTHDATA, "[-a] [-v]",
	    "Show authentication: symmetric or NTS keys, cookies", REPORT_OPTIONS },
	{ "ntpdata", report_ntpdata, CONTROL_NTPDATA, "[<address>]",
	    "Show the last valid response of servers", NULL },
	{ "burst", do_burst, CONTROL_BURST,
	    "<n-good>/<n-max> [[<mask>/]<address>]",
	    "Start a quick series of measurements", NULL },
	{ "offline", do_online_offline, CONTROL_OFFLINE,
	    "[[<mask>/]<address>]", "Stop asking these sources", NULL },
	{ "online", do_online_offline, CONTROL_ONLINE, "[[<mask>/]<address>]",
	    "Ask these sources again", NULL },
	{ "refresh", ask_plain, CONTROL_REFRESH, "",
	    "Look up the names of all sources again", NULL },
	{ "reload", do_reload, CONTROL_RELOAD_SOURCES, "sources|config",
	    "Read the *.sources files, or the configuration, again",
	    "sources config" },
	{ "sourcename", report_sourcename, CONTROL_SOURCENAME, "<address>",
	    "Show the configured name of a source", NULL },
	GROUP("Manual time input:"),
	{ "manual", do_manual, CONTROL_MANUAL,
	    "on|off|reset|list|delete <index>",
	    "Allow settime; what was typed in so far",
	    "on off reset list delete" },
	{ "settime", do_settime, CONTROL_SETTIME, "<time>",
	    "Set the clock, as 16:30 or 2026-11-21 16:30:05", NULL },
	GROUP("NTP access:"),
	{ "serverstats", report_serverstats, CONTROL_SERVERSTATS, "",
	    "Show the counters of the servers", NULL },
	GROUP("Other daemon commands:"),
	{ "cyclelogs", ask_plain, CONTROL_CYCLELOGS, "",
	    "Close the log files and open them anew", NULL },
	{ "dump", ask_plain, CONTROL_DUMP, "",
	    "Save measurements, cookies and keys", NULL },
	{ "rekey", ask_plain, CONTROL_REKEY, "",
	    "Read the key files again", NULL },
	{ "shutdown", ask_plain, CONTROL_SHUTDOWN, "",
	    "Stop the daemon", NULL },
	GROUP("Client commands:"),
	{ "dns", set_dns, 0, "-n|+n|-4|-6|-46",
	    "Look up names or not (-n, +n); of which family", NULL },
	{ "timeout", set_timeout, 0, "<milliseconds>",
	    "Time limit of the first try", NULL },
	{ "retries", set_retries, 0, "<number>",
	    "Tries after the first one", NULL },
	{ "exit", do_quit, 0, "", "Leave this program", NULL },
	{ "quit", do_quit, 0, "", "The same", NULL },
	{ "help", print_help, 0, "", "Show this list", NULL },
};

void commands_init(struct session *s)
{
	s->commands = commands;
	s->command_count = sizeof(commands) / sizeof(commands[0]);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].name && !strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

bool commands_run(struct session *s, char *line)
{
	const struct command *c;
	bool ok = false;
	char *name;

	normalise_line(line);
	if (!*line)
		return true;
	name = next_word(&line);
	c = find(name);
	if (c)
		ok = c->run(s, c, line);
	else
		fputs("Unrecognized command\n", stderr);
	if (s->dot)
		puts(".");
	if (fflush(stdout) || ferror(stdout)) {
		fputs("Could not write to stdout\n", stderr);
		clearerr(stdout);
		ok = false;
	}
	fflush(stderr);
	return ok;
}
