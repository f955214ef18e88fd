# SPDX-License-Identifier: Apache-2.0
"""Every chronyc from 4.0 on drives horad, and horac every chronyd.

horad and the chronyd of a release have the same sources. The chronyc of that
release says the same to both, through the Unix socket and through UDP, and has
to print the same from both: the same lines, labels and columns, not the same
measurements. horac has to print what that chronyc prints of its chronyd.
"""
import collections
import itertools
import os
import re
import sys
import lab as l

# What chronyc is told, in this order, and what has to come of it.
#   since   first version that knows the command: older ones are not asked
#   status  line that both daemons answer with where they can not do it
Row = collections.namedtuple("Row", "command since status", defaults=((4, 0), None))

TABLES = ("sources", "sourcestats", "selectdata", "authdata")
REPORTS = [
    Row("tracking"), Row("activity"), Row("ntpdata"), Row("ntpdata 10.9.0.5"), Row("serverstats"),
    Row("sourcename 10.9.0.4"), Row("manual list"), Row("waitsync 1"),
    *(Row(f"{table}{words}") for table in TABLES for words in ("", " -a", " -v", " -a -v")),
    *(Row(f"clients{words}") for words in ("", " -k", " -p 100")),
    Row("rtcdata", status="513 RTC driver not running"),
    Row("smoothing", status="505 Facility not enabled in daemon"),
]
OPTIONS = ("", "-n", "-N", "-c", "-c -N")

COMMANDS = [
    Row("offline"), Row("activity"), Row("online"),
    Row("offline 10.9.0.0/24"), Row("online 255.255.255.0/10.9.0.5"), Row("online"),
    Row("offline 10.9.7.7", status="503 No such source"),
    Row("burst 1/2"), Row("burst 1/2 10.9.0.4"), Row("burst 1/2 10.9.7.7", status="503 No such source"),
    # -x: the clock is not to be stepped.
    Row("makestep", status="500 Failure"),
    Row("refresh"), Row("reload sources"), Row("cyclelogs"), Row("dump"), Row("rekey"),
    Row("settime 16:30", status="505 Facility not enabled in daemon"),
    Row("manual on"), Row("settime now"), Row("manual list"), Row("manual delete 0"),
    Row("manual delete 7", status="516 Sample index out of range"), Row("manual reset"), Row("manual off"),
    Row("onoffline"),
    Row("allow"), Row("allow 10.2"), Row("allow all 10.9.0.0/16"),
    Row("allow 2001:db8::/32"), Row("deny 10.3.1"), Row("deny all 10.4.0.0/16"),
    Row("allow 10.0.0.0/33", status="507 Bad subnet"),
    Row("accheck 10.2.0.1"), Row("accheck 10.3.1.1"), Row("accheck 2001:db8::1"),
    Row("deny all"), Row("accheck 10.2.0.1"), Row("allow all"),
    Row("cmdallow 10.2"), Row("cmdaccheck 10.2.0.1"), Row("cmdaccheck 10.3.0.1"),
    Row("cmddeny 10.2.0.0/24"), Row("cmdaccheck 10.2.0.1"),
    Row("cmdallow all 10.2"), Row("cmddeny all"), Row("cmdaccheck 10.2.1.1"),
    *(Row(f"{command} {address} {value}", status=status)
      for address, status in (("10.9.0.5", None), ("10.9.7.7", "503 No such source"))
      for command, value in (("minpoll", 5), ("maxpoll", 9), ("maxdelay", 0.5), ("maxdelayratio", 2),
                             ("maxdelaydevratio", 7.5), ("minstratum", 1), ("polltarget", 12))),
    Row("sources -a"),
    Row("selectopts 10.9.0.5 +trust +prefer", since=(4, 4)),
    Row("selectopts 10.9.0.5 -prefer", since=(4, 4)),
    Row("selectdata"), Row("-c selectdata"),
    Row("selectopts 10.9.7.7 +trust", since=(4, 4), status="503 No such source"),
    Row("offset 10.9.0.5 0.001", since=(4, 6)),
    Row("offset 10.9.7.7 0.001", since=(4, 6), status="503 No such source"),
    Row("local"), Row("local stratum 9 distance 0.5"), Row("local orphan"),
    Row("local activate 0.5", since=(4, 6)),
    Row("local stratum 5 waitsynced 10 waitunsynced 20", since=(4, 7)), Row("local off"),
    Row("makestep 0.1 3"), Row("maxupdateskew 100"),
    Row("reselectdist 0.0002"), Row("reselect"),
    Row("dfreq 0.001"), Row("doffset 0.000001"),
    Row("trimrtc", status="513 RTC driver not running"),
    Row("writertc", status="513 RTC driver not running"),
    Row("smoothtime reset", status="505 Facility not enabled in daemon"),
    Row("smoothtime activate", status="505 Facility not enabled in daemon"),
    Row("add server 10.9.0.7 iburst minpoll 4 key 1 noselect"),
    Row("add server 10.9.0.7", status="511 Source already present"),
    Row("add peer 10.9.0.8 offline"), Row("sources -a"),
    Row("delete 10.9.0.7"), Row("delete 10.9.0.7", status="503 No such source"),
    Row("delete 10.9.0.8"), Row("sources -a"),
    Row("reset sources"),
]

KEYS = "1 SHA256 HEX:00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\n"
SOCKET = "/run/chrony/chronyd.sock"
# A daemon's host, and how chronyc is called there.
Told = collections.namedtuple("Told", "host tool address")
# The server has an address for each kind of source.
PEER, NTS, PLAIN, KEY = (f"10.9.0.{n}" for n in (1, 4, 5, 6))


# --- the hosts --------------------------------------------------------------------

def server(lab):
    host = lab.host("server", PEER)
    for address in (NTS, PLAIN, KEY):
        host.run(f"ip addr add {address}/24 dev eth0")
    lab.hosts["time.example"] = NTS
    lab.write_hosts()
    lab.ca()
    cert, key = lab.cert("server-cert", ["time.example"])
    host.write("etc/chrony.keys", KEYS)
    host.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
               "keyfile /etc/chrony/chrony.keys\n"
               "peer 10.9.0.2 minpoll 1 maxpoll 1 noselect offline\n"
               "peer 10.9.0.3 minpoll 1 maxpoll 1 noselect offline\n")
    return host


def config(lab):
    return (f"server time.example iburst nts\nserver {PLAIN} iburst\nserver {KEY} iburst key 1\n"
            f"peer {PEER} minpoll 1 maxpoll 1\nserver no-such-host.invalid iburst\n"
            f"ntstrustedcerts {lab.dir}/ca.pem\nkeyfile /etc/chrony/chrony.keys\n"
            "sourcedir /etc/chrony/sources.d\nallow 10.0.0.0/8\n"
            "dumpdir /var/lib/chrony\nntsdumpdir /var/lib/chrony\nlogdir /var/log/chrony\nlog measurements\n")


def prepared(lab, name, address):
    host = lab.host(name, address)
    os.mkdir(f"{host.dir}/etc/sources.d")
    host.write("etc/chrony.keys", KEYS)
    return host


def ready(host):
    """Synchronised, bursts over, and something heard of each source."""
    def check():
        rows = host.csv("-n", "sources")
        done = host.csv("-n", "activity")[0]
        return len(rows) == 4 and all(row[5] != "0" for row in rows) and done[2] == "0" and \
            any(row[1] == "*" for row in rows)
    l.wait_for(f"{host.name} synchronised", check, 30)


REQUEST = """
import socket, sys
for to in sys.argv[1:]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(5)
        s.sendto(bytes([0x23]) + bytes(39) + b"12345678", (to, 123))
        s.recv(100)
"""


def become_clients(peer, each):
    """The peer asks as a client, and chronyc by UDP: whether they did before both
    daemons stood depends on who was first."""
    done = peer.call([sys.executable, "-c", REQUEST, each.address])
    assert done.returncode == 0, done.stderr
    for address in ("127.0.0.1", "::1"):
        each.host.call(["sh", "-c", f"{each.tool} -h {address} activity"])


def trio(lab, folder):
    """The server, a host of horad and one of the release's chronyd, each with
    the chronyc of the release."""
    peer = server(lab)
    tool = f"{folder}/chronyc"
    ours = Told(prepared(lab, "ours", "10.9.0.2"), tool, "10.9.0.2")
    # From 4.8 on it becomes the daemon's user, which here is root.
    theirs = Told(prepared(lab, "theirs", "10.9.0.3"), tool + (" -u root" if l.version_of(folder) >= (4, 8) else ""),
                  "10.9.0.3")
    ours.host.horad(config(lab))
    theirs.host.chronyd(config(lab), program=f"{folder}/chronyd")
    for each in (ours, theirs):
        ready(each.host)
    # The server has not asked its peers so far: while hora starts, what comes
    # before its first request to a peer is answered, and counted, as a client's.
    peer.horac("online")
    for each in (ours, theirs):
        l.wait_for("a packet of the peer", lambda: "Symmetric active" in each.host.horac("ntpdata", PEER), 30)
        become_clients(peer, each)
    return ours, theirs


# --- asking, and what is compared -------------------------------------------------

END = "~ end of answer, status"


def ask(host, commands):
    """What each command prints, and its status. One shell for all
    of them: entering the host takes longer than most answers."""
    script = "\n".join(f'{command} 2>&1; echo "{END} $?"' for command in commands)
    told = host.call(["sh", "-c", script], timeout=120 * l.PATIENCE).stdout
    found = re.findall(rf"(.*?){END} (\d+)\n", told, re.DOTALL)
    assert len(found) == len(commands), told[-2000:]
    return [(text, int(status)) for text, status in found]


STATUS = re.compile(r"\d{3} [A-Z]")
LABEL = re.compile(r"([A-Z][^:]*: |try: |Clock was )(.*)")
ROW = re.compile(r"((?:[#^=][*?x~+-]|[A-Za-z~*+?-]) )?( *\S+)( .*)")
WORDS = (r"\b(slow|fast)\b", r"\b(Kernel|Daemon|Hardware)\b", r"\b(Normal|Not synchronised)\b",
         r"\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}", r"\b[0-9A-F]{8}\b", r"(?<=\()[\w.]*(?=\))")


def plain_number(found):
    """A number of any size: its kind and its decimals stay."""
    whole, _, part = found.group().lstrip("+-").partition(".")
    return "9" if not part else "9." + "9" * len(part)


def wide_number(found):
    """A number in a column: where it ends, with the blanks before it."""
    return "|".rjust(len(found.group()), "~")


def line_shape(line):
    label = LABEL.fullmatch(line)
    if label:
        value = label.group(2)
        for word in WORDS:
            value = re.sub(word, "word", value)
        return label.group(1) + re.sub(r"[+-]?\d+(\.\d+)?", plain_number, value)
    row = ROW.fullmatch(line)
    if STATUS.match(line) or not row:
        return line
    # A score beyond its column, as of a clock that `settime` has set apart, moves what follows.
    rest = re.sub(r"(?<= [A-Z-]{5})( +\d+) +\d{4,}\.\d(?= )", r"\1 999.9", row.group(3))
    # The numbers of unresolved sources count up as names are asked for.
    name = re.sub(r"ID#\d{10}", "ID#", row.group(2))
    name = "9" if name.strip().isdigit() else name
    rest = re.sub(r"-?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "date and time", rest)
    rest = re.sub(r" *\[? *[+-]?\d+(\.\d+)?(ns|us|ms|s|m|h|d|y)?(?=[\s\[\]]|$)| +-(?=\s|$)", wide_number, rest)
    return ("state " if row.group(1) else "") + name + re.sub(r"[N?]$", "leap", rest)


def csv_shape(line):
    fields = []
    for at, field in enumerate(line.split(",")):
        for word in WORDS:
            field = re.sub(word, "word", field)
        if re.fullmatch(r"[*+?x~-]|[NMsdwWSOTPDLU]", field) and at <= 1:
            field = "state"
        if fields == ["word"] or field in ("10.9.0.2", "10.9.0.3"):  # the source that tracking names; own addresses
            field = "name"
        fields.append(re.sub(r"^[+-]?\d+(\.\d+)?$", plain_number, re.sub(r"ID#\d{10}", "ID#", field)))
    return ",".join(fields)


def shape(options, text):
    """What is left of a report without what was measured."""
    one = csv_shape if "-c" in options.split() else line_shape
    return [one(line) for line in text.splitlines()]


def differing(command, ours, theirs):
    """The lines of two answers that differ in their form, whole, as one text; "" for none."""
    # Clients come in the order of a table that nobody can foretell.
    order = sorted if "clients" in command.split() else list
    (a, a_status), (b, b_status) = ours, theirs
    shapes = [order(zip(shape(command, text), text.splitlines())) for text in (a, b)]
    lines = [f"horad {x[1]!r}, chronyd {y[1]!r}" for x, y in itertools.zip_longest(*shapes, fillvalue=(None, None))
             if x[0] != y[0]]
    if a_status != b_status:
        lines.append(f"status of horad {a_status}, of chronyd {b_status}")
    return "; ".join(lines)


def compare(asked, ours, theirs):
    wrong = []
    for (option, row), a, b in zip(asked, ours, theirs):
        command = f"{option} {row.command}".strip()
        lines = differing(command, a, b)
        if lines:
            wrong.append(f"{command}: {lines}")
    # The first on the line of the test, so that it is never cut off.
    assert not wrong, f"{len(wrong)} answers differ: " + "\n".join(wrong)


def asked_of(version, rows, options):
    return [(option, row) for row in rows if row.since <= version for option in options]


def told_to_both(ours, theirs, where, asked):
    """Both daemons' answers, which have to be of one form."""
    answers, expected = (ask(each.host, [f"{each.tool} {where} {option} {row.command}" for option, row in asked])
                         for each in (ours, theirs))
    compare(asked, answers, expected)
    return answers


# --- tests ------------------------------------------------------------------------

def answers_of_both(ours, theirs, version, rows, options):
    """Asked through the Unix socket; with success, or the failure of the table."""
    asked = asked_of(version, rows, options)
    answers = told_to_both(ours, theirs, f"-h {SOCKET}", asked)
    for (_, row), (text, status) in zip(asked, answers):
        if row.status:
            assert (text.splitlines()[-1], status) == (row.status, 1), f"{row.command}: {text}"
        else:
            assert status == 0, f"{row.command}: {text}"


def masked(text):
    """Without what moves between two calls: ages and offsets that grow, and
    how many commands there were."""
    text = re.sub(r"(?<=Command packets received   : )\d+|(?<=^\d,\d,)\d+", "~", text)
    text = re.sub(r"[+-]?\d+(\.\d+)?(ns|us|ms|s)\b", lambda m: "~" * len(m.group()), text)
    return re.sub(r"-?\d+\.\d+", "~", text)


def horac_shows_chronyd(theirs, version):
    left = [(o, row) for o, row in asked_of(version, REPORTS, OPTIONS) if "-v" not in row.command]
    for _ in range(10):  # an age may turn over between the two calls
        told = ask(theirs.host, [f"{tool} {option} {row.command}" for option, row in left
                                 for tool in (l.HORAC, theirs.tool)])
        ours, expected = told[::2], told[1::2]
        pairs = [(asked, a, b) for asked, a, b in zip(left, ours, expected)
                 if (masked(a[0]), a[1]) != (masked(b[0]), b[1])]
        left = [asked for asked, _, _ in pairs]
        if not left:
            return
    raise AssertionError("horac and chronyc differ:\n" + "\n".join(
        f"{option} {row.command}: {a[1]}\n{a[0]}{b[1]}\n{b[0]}" for (option, row), a, b in pairs))


def udp_shows_and_does_nothing_else(ours, theirs, version):
    """The open reports, and 501 for all that is not."""
    for address in ("127.0.0.1", "::1"):
        asked = asked_of(version, REPORTS + COMMANDS, [""])
        answers = told_to_both(ours, theirs, f"-h {address}", asked)
        assert sum(text.endswith("501 Not authorised\n") for text, _ in answers) > 15, answers


def chrony_of(lab, folder):
    version = l.version_of(folder)
    ours, theirs = trio(lab, folder)
    horac_shows_chronyd(theirs, version)
    answers_of_both(ours, theirs, version, REPORTS, OPTIONS)
    udp_shows_and_does_nothing_else(ours, theirs, version)
    answers_of_both(ours, theirs, version, COMMANDS, [""])


def tests():
    for suite, folder, why in l.releases():
        def one(lab, folder=folder, suite=suite, why=why):
            if not folder:
                raise l.Skip(f"no chrony of {suite}: {why}")
            chrony_of(lab, folder)
        one.__name__ = f"chrony_of_{suite}"
        yield one


l.main(*tests())
