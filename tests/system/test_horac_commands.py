#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command that `horac help` lists, beside chronyc's.

The lines of LINES are run by both tools: against invented daemons (the same
bytes are asked, the same bytes are printed), against a chronyd each, and
against a horad each. A row of the help without lines fails.
"""
import re
import struct
import lab as l
from fake_daemon import FakeDaemon, peer_version, run

# Rows of the help, in its order: lines to try. A pair is a line and what horac
# prints where it does not do as chronyc (docs/differences.md).
VALUE = ("", "Invalid value\n", 1)
ADDRESS_VALUE = ("", "Invalid syntax for address value\n", 1)
LINES = {
    "tracking": ["tracking", "tracking x"],
    "makestep": ["makestep"],
    "makestep <threshold> <updates>": ["makestep 0.1 3", "makestep 0.1 -1 x", "makestep 1", "makestep x 1",
                                       ("makestep 1 3x", ("", "Bad syntax for makestep command\n", 1))],
    "maxupdateskew <skew>": ["maxupdateskew 100", "maxupdateskew 1e3 x", ("maxupdateskew", VALUE),
                             ("maxupdateskew 1x", VALUE)],
    "waitsync [<max-tries> [<max-correction> [<max-skew> [<interval>]]]]": ["waitsync 1", "waitsync 2 1e-9 1e-9 0.1"],
    "sources [-a] [-v]": ["sources", "sources -a", "sources x"],
    "sourcestats [-a] [-v]": ["sourcestats", "sourcestats -a"],
    "selectdata [-a] [-v]": ["selectdata", "selectdata -a"],
    "selectopts <address|refid> <+|-options>": [
        "selectopts 127.0.0.1 +trust -prefer", "selectopts 127.0.0.1 -trust", "selectopts 127.0.0.1", "selectopts",
        "selectopts GPS +noselect", "selectopts ABCDE +trust", "selectopts 127.0.0.1 trust",
        "selectopts 127.0.0.1 +foo", "selectopts no-such-host.invalid +trust"],
    "reselect": ["reselect", "reselect x"],
    "reselectdist <dist>": ["reselectdist 1e-4", ("reselectdist x", VALUE)],
    "offset <address|refid> <offset>": ["offset 127.0.0.1 0.001", "offset GPS -1", "offset 127.0.0.1", "offset",
                                        "offset 127.0.0.1 x"],
    "activity": ["activity", "activity x"],
    "authdata [-a] [-v]": ["authdata", "authdata -a"],
    "ntpdata [<address>]": ["ntpdata", "ntpdata 127.0.0.1", "ntpdata 127.0.0.1 x", "ntpdata no-such-host.invalid"],
    "add server <name> [options]": [
        "add server 127.0.0.7 iburst minpoll 4 maxpoll 7 key 5 prefer offline", "add server ::7 nts noselect",
        "add server 127.0.0.7", "add server no-such-host.invalid", "add server", "add", "add foo ::1",
        "add server 127.0.0.8 maxdelay 1 maxdelayratio 2 maxdelaydevratio 3 mindelay 0.1 asymmetry 0.3 offset 0.5",
        "add server 127.0.0.9 minsamples 3 maxsamples 10 minstratum 2 polltarget 9 presend 9 version 3 filter 5",
        "delete 127.0.0.7"],
    "add pool <name> [options]": ["add pool localhost maxsources 1 offline", "add pool 127.0.0.10"],
    "add peer <name> [options]": ["add PEER ::8 IBURST xleave trust require burst auto_offline"],
    "delete <address>": ["delete", "delete 192.0.2.9", "delete ID#0000000099 x", "delete no-such-host.invalid"],
    "burst <n-good>/<n-max> [[<mask>/]<address>]": ["burst 1/2", "burst 1/1 192.0.2.9", "burst 1", "burst 1/x"],
    "maxdelay <address> <delay>": ["maxdelay 127.0.0.1 0.5", "maxdelay 192.0.2.9 1 x", "maxdelay", "maxdelay ::1",
                                   "maxdelay no-such-host.invalid 1", ("maxdelay ::1 1x", ADDRESS_VALUE)],
    "maxdelayratio <address> <ratio>": ["maxdelayratio 127.0.0.1 2", "maxdelayratio ID#0000000099 2"],
    "maxdelaydevratio <address> <ratio>": ["maxdelaydevratio 127.0.0.1 20", "maxdelaydevratio ::9 2"],
    "minpoll <address> <poll>": ["minpoll 127.0.0.1 5", "minpoll ::9 5 x", "minpoll", "minpoll ::1 x",
                                 ("minpoll ::1 5x", ADDRESS_VALUE), ("minpoll ::1 2147483648", ADDRESS_VALUE)],
    "maxpoll <address> <poll>": ["maxpoll 127.0.0.1 9", "maxpoll ::9 -7"],
    "minstratum <address> <stratum>": ["minstratum 127.0.0.1 1", "minstratum ::9 2"],
    "offline [[<mask>/]<address>]": ["offline", "offline 127.0.0.0/8", "offline 10.0.0.0/::1", "offline 192.0.2.9"],
    "online [[<mask>/]<address>]": ["online 255.0.0.0/127.0.0.1", "online", "online 10.0.0.0/x"],
    "onoffline": ["onoffline", "onoffline x"],
    "polltarget <address> <target>": ["polltarget 127.0.0.1 10", "polltarget ::9 8"],
    "refresh": ["refresh", "refresh x"],
    "reload sources": ["reload sources", "reload sources x", "reload"],
    "sourcename <address>": ["sourcename 127.0.0.1", "sourcename 127.0.0.1 x", "sourcename"],
    "manual off|on|reset": ["manual off", "manual on", "manual reset", "manual on x", "manual"],
    "manual list": ["manual list", "manual list x"],
    "manual delete <index>": ["manual delete 9", "manual delete 0 x", "manual delete",
                              ("manual delete 1x", ("", "Bad syntax for manual delete command\n", 1))],
    "settime <time>": ["manual off", "settime 16:30"],
    "accheck <address>": ["accheck 127.0.0.1", "accheck ::1", "accheck ID#0000000001", "accheck"],
    "clients [-p <packets>] [-k] [-r]": ["clients -p 4000000", "clients -k -p 4000000", "clients -p",
                                         ("clients -p 1x", ("", "Invalid syntax for clients command\n", 1))],
    "serverstats": ["serverstats", "serverstats x"],
    "allow [<subnet>]": ["allow", "allow 10", "allow 10.2/12", "allow 10.2.3/33", "allow 10.1.2.3.4", "allow 10 x",
                         "allow ::/200", "allow no-such-host.invalid", "allow 10.0.0.1/x", "accheck 10.1.1.1"],
    "allow all [<subnet>]": ["allow all", "allow all 2001:db8::/32", "accheck 2001:db8::1", "allow all x/y"],
    "deny [<subnet>]": ["deny 10.1.1", "accheck 10.1.1.1", "accheck 10.1.2.1"],
    "deny all [<subnet>]": ["deny all 10", "accheck 10.1.2.1", "deny all", "accheck ::1"],
    "local [options]": ["local", "local stratum 15 orphan distance 0.5", "local stratum 16", "local foo",
                        "local distance 1x", "local OFF"],
    "local off": ["local off", "local off x"],
    "smoothtime reset|activate": ["smoothtime reset", "smoothtime activate", "smoothtime activate x", "smoothtime"],
    "smoothing": ["smoothing", "smoothing x"],
    "cmdaccheck <address>": ["cmdaccheck 127.0.0.1", "cmdaccheck 10.0.0.1", "cmdaccheck"],
    "cmdallow [<subnet>]": ["cmdallow 10", "cmdaccheck 10.0.0.1", "cmdallow 10/33"],
    "cmdallow all [<subnet>]": ["cmdallow all", "cmdallow all 1.2.3"],
    "cmddeny [<subnet>]": ["cmddeny 10.0", "cmdaccheck 10.0.0.1", "cmddeny x y"],
    "cmddeny all [<subnet>]": ["cmddeny all 10", "cmddeny all", "cmdaccheck 10.9.0.1"],
    "rtcdata": ["rtcdata", "rtcdata x"],
    "trimrtc": ["trimrtc"],
    "writertc": ["writertc"],
    "cyclelogs": ["cyclelogs"],
    "dump": ["dump"],
    "rekey": ["rekey"],
    "reset sources": ["reset sources", "reset", "reset sources x"],
    "dns -n|+n": ["dns -n", "dns +n", "dns", "dns -n x"],
    "dns -4|-6|-46": ["dns -4", "dns -6", "dns -46", "dns -5"],
    "timeout <milliseconds>": ["timeout 100", "timeout 99", "timeout"],
    "retries <retries>": ["retries 0", "retries 31"],
    "keygen [<id> [<type> [<bits>]]]": [
        "keygen", "keygen 7 SHA256", "keygen 7 AES128 5", "keygen 7 MD5 79", "keygen 7 MD5 4097", "keygen 7 FOO",
        "keygen x", "keygen 1 MD5 80 x", ("keygen 0", ("", "Invalid syntax for keygen command\n", 1))],
    "exit|quit": ["exit", "quit x"],
    "help": [],
    "shutdown": ["shutdown"],
}
OURS_ALONE = {"reload config", "status"}  # test_reload.py, test_fips.py
# Not in the help.
HIDDEN = ["dfreq 0", "dfreq", ("dfreq 1x", VALUE), "doffset 0", "doffset x", ("doffset nan", VALUE), "authhash SHA1",
          "password x", "frobnicate"]
SINCE = {"selectopts": (4, 4), "offset": (4, 6), "dfreq": (4, 1), "doffset": (4, 1)}
WORDS = (4, 3), "what chronyc reads and prints"
LOCAL, ADD = 74, 64
# Where the words of a request begin that say nothing before a version.
LATER = {ADD: (368, (4, 8)), LOCAL: (40, (4, 7))}


def forms(tool):
    """What `help` explains: the left column, without the titles."""
    found = []
    for group in re.split(r"(?m)^ {28}\n", l.sh(f"{tool} -h 127.0.0.1 help")):
        rows = [*group.splitlines()[1:], ""]  # without the title
        for row, after in zip(rows, rows[1:]):
            if "  " in row.rstrip()[:28]:
                found.append(row.split("  ")[0])
            elif not row.startswith("  "):  # 27 characters and a blank, or all of the line
                found.append(row if after.startswith(" " * 28) else row[:27])
    return [form for form in found if form]


def lines():
    """(line, what horac prints instead of what chronyc does), shutdown last."""
    for line in [line for form in LINES for line in LINES[form] if form != "shutdown"] + HIDDEN + LINES["shutdown"]:
        line, instead = line if isinstance(line, tuple) else (line, None)
        if SINCE.get(line.split()[0], (4, 0)) <= peer_version():
            yield line, instead


def hidden_key(printed):
    """No two keys are the same; their lengths are."""
    return (re.sub(r"(HEX:)([0-9A-F]+)", lambda m: m[1] + "#" * len(m[2]), printed[0]), *printed[1:])


def every_form_has_lines(_):
    ours, theirs = forms(l.HORAC), forms(l.CHRONYC)
    assert set(ours) - OURS_ALONE == set(LINES), set(ours) ^ set(LINES)
    newer = {form for form in ours if SINCE.get(form.split()[0], (4, 0)) > peer_version()}
    assert [form for form in ours if form not in OURS_ALONE | newer] == theirs, (ours, theirs)


def body(request):
    """What a request says: its code, and what is behind the header."""
    code = struct.unpack("!H", request[4:6])[0]
    later, since = LATER.get(code, (None, (0,)))
    return code, request[20:later if peer_version() < since else None].rstrip(b"\0")


def same_requests(_):
    l.needs_peer(*WORDS)
    with FakeDaemon(1) as daemon:
        for line, instead in lines():
            asked, printed = [], []
            for tool in (l.CHRONYC, l.HORAC):
                daemon.requests.clear()
                printed.append(hidden_key(run(tool, "-n", "-h", daemon.path, line)))
                asked.append([body(r) for r, _ in daemon.requests])
            if instead:
                assert printed[1] == instead and not asked[1] and printed[0] != printed[1], (line, printed)
                continue
            # A daemon of another version is asked in its words, after ours.
            if len(asked[1]) == 2 and asked[1][0][0] in (71, LOCAL, ADD):
                del asked[1][0]
            assert printed[0] == printed[1], f"{line}: {printed}"
            assert asked[0] == asked[1], f"{line}: {asked}"


def shape(text):
    """The words of a report, not its measurements."""
    text = re.sub(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}", "DATE", text)
    text = re.sub(r"[+-]?\d[\d.]*(ns|us|ms|s|m|h)?\b", "#", text)
    text = re.sub(r"(?m)^(\S+\s+)[0-9A-F]{8}\b", r"\1#", text)
    return re.sub(r"[ \t]+", " ", text.replace(" fast", " slow"))


CONFIG = "server 127.0.0.1 port 9 offline\nserver no-such-host.invalid offline\nport 0\ncmdport 0\n"


def same_of_two(lab, start):
    """Two daemons alike, each driven by one of the tools, in the same order."""
    l.needs_peer(*WORDS)
    hosts = [lab.host("theirs", "10.9.0.1"), lab.host("ours", "10.9.0.2")]
    for host in hosts:
        start(host)
        l.wait_for("the daemon's socket", lambda: host.call([l.HORAC, "activity"]).returncode == 0)
    bad = []
    for line, instead in lines():
        if instead or line.startswith("keygen"):
            continue
        theirs, ours = (host.call([tool, "-n", *line.split()])
                        for host, tool in zip(hosts, (l.CHRONYC, l.HORAC)))
        a, b = shape(theirs.stdout), shape(ours.stdout)
        if line.startswith(("ntpdata", "serverstats")):  # newer daemons, and newer clients, count more
            b = "\n".join(row for row in b.split("\n") if row.split(":")[0] in a)
        if (a, theirs.stderr, theirs.returncode) != (b, ours.stderr, ours.returncode):
            bad.append(f"{line}: {theirs} {ours}")
    assert not bad, "\n".join(bad)


def same_of_chronyd(lab):
    same_of_two(lab, lambda host: host.chronyd(CONFIG))


def same_of_horad(lab):
    same_of_two(lab, lambda host: host.horad(CONFIG))


if __name__ == "__main__":
    l.main(every_form_has_lines, same_requests, same_of_chronyd, same_of_horad)
