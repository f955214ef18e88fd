/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/commands.h"

#include "horac/actions.h"
#include "horac/ask.h"
#include "horac/help.h"
#include "horac/manual.h"
#include "horac/reports.h"
#include "horac/words.h"

#include <stdio.h>
#include <string.h>

#define GROUP(title) { NULL, NULL, 0, title, NULL, NULL }
/* One more form of a command, as `help` explains it. */
#define FORM(name, usage, text) { name, NULL, 0, usage, text, NULL }
/* For scripts that know it; nobody else is told of it. */
#define HIDDEN(name, run, code) { name, run, code, NULL, NULL, NULL }
#define REPORT_OPTIONS "-a -v"

static const struct command commands[] = {
	GROUP("System clock:"),
	{ "tracking", report_tracking, CONTROL_TRACKING, "tracking",
	    "Show offset, frequency and reference of the clock", NULL },
	{ "makestep", do_makestep, CONTROL_MAKESTEP, "makestep",
	    "Step the clock by what is left to correct", NULL },
	FORM("makestep", "makestep <threshold> <updates>",
	    "Step at these first updates, above the threshold"),
	{ "maxupdateskew", do_number, CONTROL_MAXUPDATESKEW,
	    "maxupdateskew <skew>",
	    "Leave the frequency alone above this skew (ppm)", NULL },
	{ "waitsync", wait_for_sync, CONTROL_TRACKING,
	    "waitsync [<max-tries> [<max-correction> [<max-skew> "
	    "[<interval>]]]]",
	    "Wait until the clock is synchronised that well", NULL },
	HIDDEN("dfreq", do_number, CONTROL_DFREQ),
	HIDDEN("doffset", do_doffset, CONTROL_DOFFSET),

	GROUP("Time sources:"),
	{ "sources", report_sources, CONTROL_SOURCE_DATA, "sources [-a] [-v]",
	    "Show the sources and their last measurement", REPORT_OPTIONS },
	{ "sourcestats", report_sourcestats, CONTROL_SOURCESTATS,
	    "sourcestats [-a] [-v]",
	    "Show what is estimated from the measurements", REPORT_OPTIONS },
	{ "selectdata", report_selectdata, CONTROL_SELECTDATA,
	    "selectdata [-a] [-v]",
	    "Show how each source fared in the selection", REPORT_OPTIONS },
	{ "selectopts", set_selectopts, CONTROL_SELECTOPTS,
	    "selectopts <address|refid> <+|-options>",
	    "Change its options of selection (noselect, prefer, ...)", NULL },
	{ "reselect", ask_plain, CONTROL_RESELECT, "reselect",
	    "Select the best source anew", NULL },
	{ "reselectdist", do_number, CONTROL_RESELECTDIST,
	    "reselectdist <dist>",
	    "Change how much closer another must be (s)", NULL },
	{ "offset", set_offset, CONTROL_OFFSET,
	    "offset <address|refid> <offset>",
	    "Correct what is measured of a source (s)", NULL },

	GROUP("NTP sources:"),
	{ "activity", report_activity, CONTROL_ACTIVITY, "activity",
	    "Count sources online and offline", NULL },
	{ "authdata", report_authdata, CONTROL_AUTHDATA, "authdata [-a] [-v]",
	    "Show authentication: symmetric or NTS keys, cookies",
	    REPORT_OPTIONS },
	{ "ntpdata", report_ntpdata, CONTROL_NTPDATA, "ntpdata [<address>]",
	    "Show the last valid response of servers", NULL },
	{ "add", do_add, CONTROL_ADD_SOURCE, "add server <name> [options]",
	    "Use one more server", "peer pool server" },
	FORM("add", "add pool <name> [options]", "Use one more pool"),
	FORM("add", "add peer <name> [options]", "Use one more peer"),
	{ "delete", do_delete, CONTROL_DELETE, "delete <address>",
	    "Use this source no longer", NULL },
	{ "burst", do_burst, CONTROL_BURST,
	    "burst <n-good>/<n-max> [[<mask>/]<address>]",
	    "Start a quick series of measurements", NULL },
	{ "maxdelay", set_source_real, CONTROL_MAXDELAY,
	    "maxdelay <address> <delay>",
	    "Refuse samples with a longer delay (s)", NULL },
	{ "maxdelayratio", set_source_real, CONTROL_MAXDELAYRATIO,
	    "maxdelayratio <address> <ratio>",
	    "Refuse samples with more times the least delay", NULL },
	{ "maxdelaydevratio", set_source_real, CONTROL_MAXDELAYDEVRATIO,
	    "maxdelaydevratio <address> <ratio>",
	    "Refuse samples whose delay grew by more deviations", NULL },
	{ "minpoll", set_source_int, CONTROL_MINPOLL,
	    "minpoll <address> <poll>",
	    "Change the shortest interval of polls (log2 s)", NULL },
	{ "maxpoll", set_source_int, CONTROL_MAXPOLL,
	    "maxpoll <address> <poll>",
	    "Change the longest interval of polls (log2 s)", NULL },
	{ "minstratum", set_source_int, CONTROL_MINSTRATUM,
	    "minstratum <address> <stratum>",
	    "Take its stratum as at least this", NULL },
	{ "offline", do_online_offline, CONTROL_OFFLINE,
	    "offline [[<mask>/]<address>]", "Stop asking these sources", NULL },
	{ "online", do_online_offline, CONTROL_ONLINE,
	    "online [[<mask>/]<address>]", "Ask these sources again", NULL },
	{ "onoffline", ask_plain, CONTROL_ONOFFLINE, "onoffline",
	    "Ask those sources that a route leads to", NULL },
	{ "polltarget", set_source_int, CONTROL_POLLTARGET,
	    "polltarget <address> <target>",
	    "Change the number of samples that polls aim at", NULL },
	{ "refresh", ask_plain, CONTROL_REFRESH, "refresh",
	    "Look up the names of all sources again", NULL },
	{ "reload", do_reload, CONTROL_RELOAD_SOURCES, "reload sources",
	    "Read the *.sources files again", "sources config" },
	FORM("reload", "reload config",
	    "Read the configuration again (hora only)"),
	{ "sourcename", report_sourcename, CONTROL_SOURCENAME,
	    "sourcename <address>", "Show the configured name of a source",
	    NULL },

	GROUP("Manual time input:"),
	{ "manual", do_manual, CONTROL_MANUAL, "manual off|on|reset",
	    "Allow settime or not; forget what was typed in",
	    "on off delete list reset" },
	FORM("manual", "manual list", "Show the times that were typed in"),
	FORM("manual", "manual delete <index>", "Forget one of them"),
	{ "settime", do_settime, CONTROL_SETTIME, "settime <time>",
	    "Set the clock, as 16:30 or 2026-11-21 16:30:05", NULL },

	GROUP("NTP access:"),
	{ "accheck", check_access, CONTROL_ACCHECK, "accheck <address>",
	    "May this address ask for the time?", NULL },
	{ "clients", report_clients, CONTROL_CLIENTS,
	    "clients [-p <packets>] [-k] [-r]",
	    "Show who asked, how often and when", NULL },
	{ "serverstats", report_serverstats, CONTROL_SERVERSTATS,
	    "serverstats", "Show the counters of the servers", NULL },
	{ "allow", do_access, CONTROL_ALLOW, "allow [<subnet>]",
	    "Serve time to this subnet", "all" },
	FORM("allow", "allow all [<subnet>]", "The same, whatever was said "
	    "of parts of it"),
	{ "deny", do_access, CONTROL_DENY, "deny [<subnet>]",
	    "Serve no time to this subnet", "all" },
	FORM("deny", "deny all [<subnet>]", "The same, whatever was said "
	    "of parts of it"),
	{ "local", do_local, CONTROL_LOCAL, "local [options]",
	    "Serve time also when not synchronised", "off" },
	FORM("local", "local off", "Serve none then"),
	{ "smoothtime", do_smoothtime, CONTROL_SMOOTHTIME,
	    "smoothtime reset|activate",
	    "Smooth the served time no longer, or from now on",
	    "reset activate" },
	{ "smoothing", report_smoothing, CONTROL_SMOOTHING, "smoothing",
	    "Show how the served time is smoothed", NULL },

	GROUP("Monitoring access:"),
	{ "cmdaccheck", check_access, CONTROL_CMDACCHECK,
	    "cmdaccheck <address>", "May this address ask for reports?", NULL },
	{ "cmdallow", do_access, CONTROL_CMDALLOW, "cmdallow [<subnet>]",
	    "Answer commands from this subnet", "all" },
	FORM("cmdallow", "cmdallow all [<subnet>]", "The same, whatever was "
	    "said of parts of it"),
	{ "cmddeny", do_access, CONTROL_CMDDENY, "cmddeny [<subnet>]",
	    "Answer no commands from this subnet", "all" },
	FORM("cmddeny", "cmddeny all [<subnet>]", "The same, whatever was "
	    "said of parts of it"),

	GROUP("Real-time clock:"),
	{ "rtcdata", report_rtc, CONTROL_RTCDATA, "rtcdata",
	    "Show what is known of the real-time clock", NULL },
	{ "trimrtc", ask_plain, CONTROL_TRIMRTC, "trimrtc",
	    "Set it by the system clock", NULL },
	{ "writertc", ask_plain, CONTROL_WRITERTC, "writertc",
	    "Save what is known of it", NULL },

	GROUP("Other daemon commands:"),
	{ "status", report_state, CONTROL_STATUS, "status",
	    "Show what the daemon may do: clock, FIPS mode (hora only)", NULL },
	{ "cyclelogs", ask_plain, CONTROL_CYCLELOGS, "cyclelogs",
	    "Close the log files and open them anew", NULL },
	{ "dump", ask_plain, CONTROL_DUMP, "dump",
	    "Save measurements, cookies and keys", NULL },
	{ "rekey", ask_plain, CONTROL_REKEY, "rekey",
	    "Read the key files again", NULL },
	{ "reset", do_reset, CONTROL_RESET_SOURCES, "reset sources",
	    "Forget all measurements", "sources" },
	{ "shutdown", ask_plain, CONTROL_SHUTDOWN, "shutdown",
	    "Stop the daemon", NULL },

	GROUP("Client commands:"),
	{ "dns", set_dns, 0, "dns -n|+n",
	    "Look up no names of addresses, or do", "-n +n -4 -6 -46" },
	FORM("dns", "dns -4|-6|-46",
	    "Look up IPv4, IPv6 or all addresses of names"),
	{ "timeout", set_timeout, 0, "timeout <milliseconds>",
	    "Time limit of the first try", NULL },
	{ "retries", set_retries, 0, "retries <retries>",
	    "Tries after the first one", NULL },
	{ "keygen", print_new_key, 0, "keygen [<id> [<type> [<bits>]]]",
	    "Make a line for the file of keys", NULL },
	{ "exit", do_quit, 0, "exit|quit", "Leave this program", NULL },
	{ "help", print_help, 0, "help", "Show this list", NULL },
	{ "quit", do_quit, 0, NULL, "The same", NULL },
	HIDDEN("authhash", accept_login, 0),
	HIDDEN("password", accept_login, 0),
};

void commands_init(struct session *s)
{
	s->commands = commands;
	s->command_count = sizeof(commands) / sizeof(commands[0]);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].run && !strcmp(commands[i].name, name))
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
