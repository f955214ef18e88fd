# SPDX-License-Identifier: Apache-2.0
"""Configurations for test_language.py: for each directive and option right words and wrong
ones, at and beyond the borders, and files of many lines. Written from chrony's manual.

A value is (word, verdict): True, False, or since when chrony refuses it ("4.7").
"""
# --- kinds of values --------------------------------------------------------------------


def whole(least=-2**31, most=2**31 - 1):
    """Whole numbers; chrony looks at the whole word and the range since 4.7."""
    inside = sorted({least, min(least + 1, most), most})
    return ([(str(v), True) for v in inside] +
            [(str(v), "4.7") for v in (least - 1, most + 1)] +
            [("99999999999999999999", "4.7"), (f"{inside[0]}x", "4.7"), ("x", False), ("-", False)])


def option_whole(least=-2**31, most=2**31 - 1):
    """The same of an option, whose rest of a word is taken as the next option."""
    return [(word, False if word.endswith("x") else verdict) for word, verdict in whole(least, most)]


def unsigned(least=0):
    return [(str(least), True), ("77", True), ("4294967295", True), ("x", False), ("1x", False), ("-1", True)] + \
        ([(str(least - 1), False)] if least else [])


REAL = [("0", True), ("1", True), ("-2.5", True), ("1e-3", True), (".5", True), ("3abc", True), ("inf", True),
        ("Infinity", True), ("nan", True), ("0x10", True), ("x", False), ("-", False)]
OPTION_REAL = [(word, verdict and word != "3abc") for word, verdict in REAL]
PATH = [("/var/lib/x", True), ("relative", True), ("/" + "x" * 200, True)]
NAME = [("ntp.example", True), ("10.9.0.1", True), ("fd00::1", True)]
ADDRESS = [("10.9.0.1", True), ("fd00::1", True), ("::", True), ("10.9.0.256", False), ("10.9", False),
           ("name.invalid", False), ("fd00::1/64", False), ("1.2.3.4.5", False)]
FACE = [("eth0", True)]


def words(*right):
    return [(word, True) for word in right] + [(right[0].upper(), True), (right[0] + "x", False)]


# --- options -----------------------------------------------------------------------------

FLAG = None
# name: (values or FLAG, since)
SOURCE = {
    "minpoll": (option_whole(), ""), "maxpoll": (option_whole(-32, 32), ""), "iburst": (FLAG, ""),
    "burst": (FLAG, ""), "key": (unsigned(1), ""), "nts": (FLAG, ""), "ntsport": (option_whole(0, 65535), ""),
    "certset": (unsigned(), ""), "port": (option_whole(0, 65535), ""), "version": (option_whole(1, 4), ""),
    "maxdelay": (OPTION_REAL, ""), "maxdelayratio": (OPTION_REAL, ""), "maxdelaydevratio": (OPTION_REAL, ""),
    "maxdelayquant": (OPTION_REAL, "4.3"), "mindelay": (OPTION_REAL, ""), "asymmetry": (OPTION_REAL, ""),
    "offset": (OPTION_REAL, ""), "minsamples": (option_whole(0), ""), "maxsamples": (option_whole(0), ""),
    "filter": (option_whole(0), ""), "polltarget": (option_whole(1), ""), "presend": (option_whole(-32, 32), ""),
    "minstratum": (option_whole(0, 16), ""), "xleave": (FLAG, ""),
    "extfield": ([("F323", True), ("f323", True), ("0xF323", True), ("1", False), ("x", False)], "4.2"),
    "copy": (FLAG, ""), "prefer": (FLAG, ""), "noselect": (FLAG, ""), "trust": (FLAG, ""), "require": (FLAG, ""),
    "offline": (FLAG, ""), "auto_offline": (FLAG, ""), "maxunreach": (option_whole(0), "4.8"),
    "maxntsretry": (option_whole(-32, 32), "4.9"),
    "ipv4": (FLAG, "4.6"), "ipv6": (FLAG, "4.6"), "maxsources": (option_whole(1), ""),
}
LOCAL = {
    "stratum": (option_whole(1, 15), ""), "orphan": (FLAG, ""), "distance": (OPTION_REAL, ""),
    "activate": (OPTION_REAL, "4.6"), "waitsynced": (OPTION_REAL, "4.7"), "waitunsynced": (OPTION_REAL, "4.7"),
}
RATE_VALUE = [("1", True), ("4", True), ("x", False), ("2x", False)]
RATE = {
    "interval": (RATE_VALUE + [("-32", True), ("32", True), ("-33", "4.7"), ("33", "4.7")], ""),
    "burst": (RATE_VALUE + [("32", True), ("33", "4.7"), ("255", "4.7"), ("256", "4.7"), ("0", True)], ""),
    "leak": (RATE_VALUE + [("0", True), ("5", True), ("33", "4.7")], ""),
}
KOD = {"kod": (RATE_VALUE + [("0", True), ("33", "4.7")], "4.6")}
# Alone each is wrong: at least two words are needed.
OPTIONS = {
    "server ntp.example": SOURCE, "pool ntp.example": SOURCE, "peer ntp.example": SOURCE,
    "local": LOCAL, "ratelimit": {**RATE, **KOD}, "ntsratelimit": RATE, "cmdratelimit": RATE,
    "driftfile /var/lib/x": {"interval": (option_whole(), "4.7")},
}

# --- directives --------------------------------------------------------------------------

ACCESS_WORDS = [
    ("10.0.0.0/8", True), ("10.9.0.1", True), ("10", True), ("1.2", True), ("3.4.5", True), ("0/0", True),
    ("1.2/12", True), ("fd00::/8", True), ("::/0", True), ("all", True), ("10.9.0.1/32", True), ("10.9.8.7/9", True),
    ("256", False), ("1.2.3.999", False), ("10/-1", False), ("10.0.0.0/x", False), ("10.0.0.0/8x", False),
    ("fd00::/8x", False), ("10.0.0.0/33", True), ("fd00::/129", True), ("1.2.3.4.5", False),
    ("none.invalid", False), ("none.invalid/8", False), ("10.", False), ("10..1", False),
]
LOGS = "measurements rawmeasurements statistics selection tracking rtc refclocks tempcomp".split()
OPEN = "activity manual rtcdata smoothing sourcename sources sourcestats tracking authdata clients".split()
# name: (values of each word in turn, since)
DIRECTIVES = {
    "initstepslew": ([REAL], ""), "manual": ([], ""), "acquisitionport": ([whole(0, 65535)], ""),
    "bindacqaddress": ([ADDRESS], ""), "bindacqdevice": ([FACE], ""), "dscp": ([whole(0, 63)], ""),
    "dumpdir": ([PATH], ""), "maxsamples": ([whole(0)], ""), "minsamples": ([whole(0)], ""),
    "refresh": ([whole(0)], "4.4"), "ntsdumpdir": ([PATH], ""), "ntscachedir": ([PATH], ""),
    "ntsrefresh": ([whole(0)], ""), "nosystemcert": ([], ""), "nocerttimecheck": ([whole(0)], ""),
    "ntsport": ([whole(0, 65535)], ""), "ntsprocesses": ([whole(0, 1000)], ""),
    "maxntsconnections": ([whole(1)], ""), "ntsntpserver": ([NAME], ""), "ntsrotate": ([whole(0)], ""),
    "authselectmode": ([words("require", "prefer", "mix", "ignore")], ""), "combinelimit": ([REAL], ""),
    "maxdistance": ([REAL], ""), "maxjitter": ([REAL], ""), "minsources": ([whole(1)], ""),
    "reselectdist": ([REAL], ""), "stratumweight": ([REAL], ""), "maxstratum": ([whole(0)], "4.9"),
    "minstratum": ([whole(0)], "4.9"), "clockprecision": ([REAL], ""), "corrtimeratio": ([REAL], ""),
    "driftfile": ([PATH], ""), "fallbackdrift": ([whole(), whole()], ""),
    "leapsecmode": ([words("system", "step", "slew", "ignore")], ""), "leapsectz": ([[("right/UTC", True)]], ""),
    "leapseclist": ([PATH], "4.6"), "makestep": ([REAL, whole()], ""), "maxchange": ([REAL, whole(), whole()], ""),
    "maxclockerror": ([REAL], ""), "maxdrift": ([REAL], ""), "maxupdateskew": ([REAL], ""),
    "maxslewrate": ([REAL], ""), "bindaddress": ([ADDRESS], ""), "binddevice": ([FACE], ""),
    "clientloglimit": ([unsigned()], ""), "noclientlog": ([], ""), "ntpsigndsocket": ([PATH], ""),
    "port": ([whole(0, 65535)], ""), "smoothtime": ([REAL, REAL], ""), "ptpport": ([whole(0, 65535)], ""),
    "ptpdomain": ([whole(0, 255)], "4.6"), "bindcmdaddress": ([ADDRESS + [("/run/x", True), ("/", True)]], ""),
    "bindcmddevice": ([FACE], ""), "cmdport": ([whole(0, 65535)], ""), "hwclockfile": ([PATH], ""),
    "rtcautotrim": ([REAL], ""), "rtcdevice": ([PATH], ""), "rtcfile": ([PATH], ""), "rtconutc": ([], ""),
    "rtcsync": ([], ""), "logbanner": ([whole(0)], ""), "logchange": ([REAL], ""), "logdir": ([PATH], ""),
    "mailonchange": ([[("root@example", True)], REAL], ""), "hwtstimeout": ([REAL], "4.4"),
    "maxtxbuffers": ([whole(0, 1048576)], "4.9"), "keyfile": ([PATH], ""), "lock_all": ([], ""),
    "pidfile": ([PATH + [("/", True)]], ""), "sched_priority": ([whole(0, 100)], ""),
    "user": ([[("root", True)]], ""),
    **{name: ([ACCESS_WORDS], "") for name in ("allow", "deny", "cmdallow", "cmddeny")},
}
MAY_BE_EMPTY = {"allow", "deny", "cmdallow", "cmddeny", "local", "ratelimit", "ntsratelimit", "cmdratelimit"}

# Lines of their own: (text, verdict, since).
LINES = [
    ("log", True, ""), *((f"log {name}", True, "") for name in LOGS), ("log " + " ".join(LOGS[:2]), True, ""),
    ("log Tracking", False, ""), ("log traking", False, ""),
    ("opencommands", True, "4.7"), ("opencommands " + " ".join(OPEN), True, "4.7"), ("opencommands x", False, "4.7"),
    ('opencommands "tracking"', False, "4.7"), ('log "tracking"', False, ""), ('server "a"', True, ""),
    ('ntsaeads "15"', False, "4.6.1"), ('local "stratum" 5', False, ""), ('server a "nts"', False, ""),
    ("ntsaeads", True, "4.6.1"), ("ntsaeads 15", True, "4.6.1"), ("ntsaeads 30 15", True, "4.6.1"),
    ("ntsaeads 99", True, "4.6.1"), ("ntsaeads x", False, "4.6.1"), ("ntsaeads -1", False, "4.6.1"),
    ("ntstrustedcerts /x", True, ""), ("ntstrustedcerts 1 /x", True, ""), ("ntstrustedcerts 0 /x", True, ""),
    ("ntstrustedcerts", False, ""), ("ntstrustedcerts /x 1", False, ""), ("ntstrustedcerts -1 /x", True, ""),
    ("ntstrustedcerts 1 /x y", False, ""), ("ntsservercert /c\nntsserverkey /k", True, ""),
    ("ntsserverkey /k\nntsservercert /c", True, ""), ("ntsservercert /c", True, ""), ("ntsserverkey /k", True, ""),
    ("ntsservercert", False, ""), ("ntsserverkey /k x", False, ""),
    ("commandkey 1", True, ""), ("commandkey", True, ""), ("generatecommandkey", True, ""), ("linux_hz 100", True, ""),
    ("linux_freq_scale 1 2 3", True, ""), ("dumponexit", True, ""), ("dumponexit now", True, ""),
    ("refclock PPS /dev/pps0", True, ""), ("refclock PPS", False, ""), ("refclock SHM 0 poll 3 refid GPS", True, ""),
    ("hwtimestamp *", True, ""), ("hwtimestamp", False, ""), ("hwtimestamp eth0 minpoll 1 rxfilter ntp", True, ""),
    ("tempcomp /x 1 2 3 4 5", True, ""), ("tempcomp /x 1 /y", True, ""), ("tempcomp /x 1 2", True, ""),
    ("broadcast 60 10.9.0.255", True, ""), ("broadcast 60 10.9.0.255 123", True, ""), ("broadcast 60", False, ""),
    ("smoothtime 400 0.01 leaponly", True, ""), ("sourcedir", True, ""), ("sourcedir /none /none2", True, ""),
    ("sourcedir" + " /n" * 10, True, ""), ("sourcedir" + " /n" * 11, True, ""),
    ("initstepslew 10 127.0.0.1", True, ""), ("server", False, ""), ("pool", False, ""), ("peer", False, ""),
    ("server ntp.example ibrst", False, ""), ("server ntp.example iburst ibrst", False, ""),
    ("server ntp.example minpoll 4 minpoll 6 maxpoll 4", True, ""), ("server ntp.example IBURST Nts", True, ""),
    ("server ntp.example\nserver ntp.example", True, ""), ("local stratum 5\nlocal orphan", True, ""),
    ("noclientlog\nratelimit", True, ""), ("allow all", True, ""), ("allow all 10.0.0.0/8", True, ""), ("deny all 10.9.0.1", True, ""),
    ("allow ALL", False, ""), ("allow all all", False, ""), ("allow 10 all", False, ""), ("allow 1.2 x", False, ""),
    ("cmdallow all 10", True, ""), ("allow localhost", True, ""),
    ("sever ntp.example", False, ""), ("1", False, ""), ("server\tntp.example\tiburst", True, ""),
    ("", True, ""), ("\n\n", True, ""), ("# port x", True, ""), ("! port x", True, ""), ("; x", True, ""),
    ("%x", True, ""), ("  # x", True, ""), ("port 0 # x", False, ""), ("port 0#", "4.7", ""),
    ("port 0 !", False, ""), ("#", True, ""), ("port 0\r\ncmdport 0\r", True, ""), ("port 0\x0b", True, ""),
    ("  port   0  ", True, ""), ("\fport 0", True, ""), ('logdir "/var/log x"', False, ""), ('logdir "/x"', True, ""),
    ("user \x01x", True, ""), ("logdir /\u00e4", True, ""), ("port 0\0x", True, ""), ("port\0", False, ""),
    ("logdir /" + "x" * 2038, True, ""), ("logdir /" + "x" * 2039, False, ""),
    ("#" + "x" * 2046, False, ""), ("include", False, ""), ("include a b", False, ""), ("confdir", False, ""),
    ("include /none/x.conf", False, ""), ("include /none/*.conf", True, ""), ("confdir /none", True, ""),
    ("confdir" + " /n" * 10, True, ""), ("confdir" + " /n" * 11, False, ""),
    ("include @more.conf\nport 0", True, ""), ("include @d/*.conf", True, ""), ("confdir @d @e", True, ""),
    ("confdir @e @d", True, ""), ("INCLUDE @more.conf", True, ""), ("include @loop.conf", False, ""),
    ("include @wrong.conf", False, ""), ("port 0\ninclude @wrong.conf", False, ""), ("include @d", False, ""),
    ("include @deep1.conf", True, ""), ("include @deep0.conf", False, ""), ("sourcedir @d", True, ""),
]
# Files that LINES name as @NAME: the folder of the test comes in its place.
FILES = {
    "more.conf": "# more\n\nmakestep 1.0 3", "d/b.conf": "cmdport 0\n", "d/a.conf": "port 0\n", "d/.c.conf": "wrong\n",
    "d/x": "wrong\n", "e/b.conf": "cmdport 1\n", "e/c.conf": "minsources 2\n", "loop.conf": "include @loop.conf\n",
    "wrong.conf": "rtcsync\nrtcsink\n", "deep9.conf": "rtcsync\n",
    **{f"deep{i}.conf": f"include @deep{i + 1}.conf\n" for i in range(9)},
}


# --- the cases ---------------------------------------------------------------------------

def directive_cases():
    for name, (values, since) in DIRECTIVES.items():
        right = [kind[0][0] for kind in values]
        yield f"{name} {' '.join(right)}", True, since
        yield f"{name.upper()} {' '.join(right)}", True, since
        yield f"{name} {' '.join(right)} toomany", name == "initstepslew", since
        if values:
            yield name, name in MAY_BE_EMPTY, since
            yield f'{name} "{right[0]}" {" ".join(right[1:])}', all(ok for _, ok in values[0]), since
        for i, kind in enumerate(values):
            for word, verdict in kind:
                yield f"{name} {' '.join(right[:i] + [word] + right[i + 1:])}", verdict, since


def option_cases():
    for before, options in OPTIONS.items():
        yield before, True, ""
        yield f"{before} unknown", False, ""
        for name, (values, since) in options.items():
            if values is FLAG:
                yield f"{before} {name}", True, since
                continue
            if before.startswith("p") and name not in ("maxsources", "minpoll"):
                values = values[:1]  # as of server, where all are tried
            yield f"{before} {name}", False, since
            for word, verdict in values:
                yield f"{before} {name} {word}", verdict, since


def cases(draw):
    """(text, verdict, since) of small configurations, in an order by lot."""
    found = list(dict.fromkeys([*directive_cases(), *option_cases(), *LINES]))
    draw.shuffle(found)
    return found


def whole_files(draw, good, bad, count):
    """Files of many lines out of the good ones, with noise between them; some with a bad one."""
    for _ in range(count):
        chosen = draw.sample(good, draw.randrange(1, 12))
        if draw.random() < 0.2:
            chosen.insert(draw.randrange(len(chosen) + 1), draw.choice(bad))
        text = ""
        for line in chosen:
            name, _, rest = line.partition(" ")
            text += draw.choice(("", "\n", "# x\n", " ! y\n", "\t\n"))
            text += draw.choice(("", " ", "\t")) + draw.choice((name, name.upper(), name.capitalize()))
            text += draw.choice((" ", "  ", "\t ")) + rest + draw.choice(("\n", " \n", "\r\n"))
        yield text
