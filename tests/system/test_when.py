# SPDX-License-Identifier: Apache-2.0
"""Times that settime reads, beside Debian's chronyc: both are asked to send what they read to
a socket of this test. What chronyc takes, horac takes, to the same instant, but for the
differences listed here, each explained by a row of docs/differences.md. A second witness is
date(1), which has the same language in a newer form."""
import os
import select
import socket
import struct
import subprocess
import time
import lab as l

DOCUMENT = f"{os.environ['HORA_TOP']}/docs/differences.md"
SECTION = "\n## Times of settime\n"
# It is about noon here, so that no test crosses midnight, in a zone that has no name.
ZONE = f"XST{time.gmtime().tm_hour - 12:+d}:30"
ENV = dict(os.environ, TZ=ZONE, LC_ALL="C")
SLACK = 60      # seconds between two questions, for times that depend on now
os.environ["TZ"] = ZONE
time.tzset()
TODAY = time.strftime("%A")

SAME = """
16:30; 16:30:05; 0:0; 00:00; 7:5; 23:59:59; 016:030; 16 : 30; 4pm; 4 pm; 4PM; 4 p.m.; 4:30 a.m.; 4:30am; 4:30 A.M.
4:30:15pm; 12am; 12pm; 12:30am; 12:30 pm; 1630; 0930; 2026; 16; 4; 0; 26 Nov 2026 4:30 pm
2026-11-21; 2026-1-1; 26-11-21; 70-11-21; 69-11-21; 68-11-21; 2026 -11 -21; 20261121; 2028-02-29; 1900-01-01; 2100-01-01
11/21/2026; 11/21/26; 11/21; 1/1; 2026/11/21; 11 / 21; 21 November 2026; 21 nov 2026; 21 NOV 2026; 21 nov 26; 21 nov
21-nov-2026; 21-nov-26; 21nov2026; 21 - nov - 2026; November 21, 2026; nov 21, 2026; nov 21, 26; nov 21 , 2026; nov 21; Nov. 21
january 1; feb 28; mar 1; apr 2; may 5; june 3; jul 4; august 7; sept 5; sep 9; oct 31; december 31
Nov 21, 2026 16:30:05; 2026-11-21 16:30; 2026-11-21 16:30:05; 2026-11-21 1630; 20261121 1630; 1630 20261121; nov 21 16
Nov 21 16:30:05 2026; 21 nov 2026 1630; 16:30 nov 21 2026; 11/21 16:30; 2026-11-21 16; Thursday, November 26, 2026 4:30 pm
Sat Nov 21 16:30:05 UTC 2026; Sat, 21 Nov 2026 16:30:05 GMT; Sat, 21 Nov 2026 16:30:05 +0200; mon nov 23; Monday 23 Nov
16:30 UTC; 16:30 utc; 16:30 u.t.c.; 16:30 GMT; 16:30 UT; 16:30 Z; 16:30Z; 16:30UTC; 4pm UTC; 2026-11-21 UTC; 1630 UTC
16:30 WET; 16:30 BST; 16:30 CET; 16:30 MET; 16:30 MEST; 16:30 MESZ; 16:30 EET; 16:30 JST; 16:30 NZST; 16:30 NZDT
16:30 AST; 16:30 ADT; 16:30 EST; 16:30 EDT; 16:30 CST; 16:30 CDT; 16:30 MST; 16:30 MDT; 16:30 PST; 16:30 PDT; 16:30 HST
16:30 EST DST; 16:30 CET DST; 16:30 UTC DST; 26 Nov 2026 4:30 pm EST; 2026-07-01 12:00 EST; 16:30:05 +0530; 16:30:05-0930
monday; tuesday; wednesday; thursday; friday; saturday; sunday; Mon; mon,; mon.; tues; wednes; thur; thurs; MONDAY
monday 16:30; saturday 4pm; last friday; last monday; last sunday; this friday; monday 2026-11-21; friday next week
tomorrow 16:30; 16:30 tomorrow; 16:30-tomorrow; yesterday 4pm; today 16:30; 16:30 1 day; 16:30 2 days ago; 3 days ago 16:30
2026-11-21 -1 day; 2026-11-21 tomorrow; 2026-11-21 3 hours; 2026-11-21 16:30 3 hours ago; nov 21 2 days; nov 21, 2026 3 hours
2026-01-31 1 month; 2026-03-31 -1 month; 2028-02-29 1 year; 2026-11-21 1 fortnight; (comment) 16:30; 16:30 (foo (bar)) UTC
@; foo; 16:30 foo; 24:00; 25:00; 0am; 13pm; 16:30am; pm; 2460; 16:30:; :30; 16:; 16:30:05:06; 16.30; 21.11.2026; -16:30; 16h30
16:30 17:30; 2026-11-21 2026-11-22; 16:30 UTC EST; monday friday; 16:30 EDT DST; ago; friday ago; +0200; -1 monday; dst; sept; last
nov 21 26; 22/Nov/2026; 16:30 2027; "16:30"; 12:00 A M; 16:30 J; mond; febr 3; decem 3; nov; 4:30 a m; ,
"""
# The same but for the seconds of now.
SOON = """
now; today; tomorrow; yesterday; TOMORROW; now now; tomorrow tomorrow; today tomorrow; now 3 hours; +3 days; + 1 day; -1 month
1 week; week; weeks; fortnight; 2 fortnights; day; 1day; 1years; year; month; hour; minute; min; mins; sec; second; seconds; 0 days
2 hours ago; 1 minute ago; 5 sec ago; week ago; 1 year ago; -1 day ago; next month; next year; next day; next hour
last week; last year; last hour; first day; third week; fourth day; twelfth month; second day; 2 days 3 hours ago; tomorrow 1 hour
1 month ago 2 days; --1 day
"""
# What date(1) reads in another way than both: there only the hours are ago.
NOT_DATE = ["2 days 3 hours ago"]
# Row of the document, text, what hora takes it for: a text that date(1) reads; None: refused.
DIFFER = [
    ("out of range", "16:60", None), ("out of range", "16:30:60", None), ("out of range", "1660", None),
    ("out of range", "2026-13-01", None), ("out of range", "2026-02-30", None), ("out of range", "20260230", None),
    ("out of range", "1/32", None), ("out of range", "22/11/2026", None), ("out of range", "163005", None),
    ("out of range", "12345", None), ("out of range", "16:30 +2500", None),
    ("out of range", "99999999999999999999 days", None), ("out of range", "9999-12-31", None),
    ("out of range", "1/1/1", None), ("out of range", "100-1-1", None), ("out of range", "2026 nov 21", None),
    ("out of range", "20261121 1630 2027", None), ("out of range", "nov 21 1630", None),
    ("nothing said", "", None), ("nothing said", "-", None), ("nothing said", "UTC", None),
    ("nothing said", "next", None), ("nothing said", "this", None), ("nothing said", "third", None),
    ("nothing said", "16:30 é", None), ("nothing said", "16:30 (foo", None), ("nothing said", "now EST", None),
    ("nothing said", "2 hours ago UTC", None),
    ("numbers with a sign", "16:30 +0200", "16:30:00 +0200"), ("numbers with a sign", "16:30-5", "16:30:00 -0500"),
    ("numbers with a sign", "16:30 -1 day", "yesterday 16:30"), ("numbers with a sign", "16:30 +2 days", "2 days 16:30"),
    ("numbers with a sign", "2026-11-21 16:30 -3 hours", "2026-11-21 13:30"),
    ("numbers with a sign", "2026-11-21 - 1 day", "2026-11-20"),
    ("letters", "2026-11-21T16:30:05", "2026-11-21 16:30:05"), ("letters", "20261121T1630", "2026-11-21 16:30"),
    ("letters", "16:30 A", None), ("letters", "16:30 T", None), ("letters", "a week ago", None),
    ("ambiguous zones", "16:30 CAT", None), ("ambiguous zones", "16:30 WAT", None),
    ("ambiguous zones", "16:30 SST", None), ("ambiguous zones", "16:30 GST", None),
    ("year behind the day", "nov 21 2026", "2026-11-21"), ("year behind the day", "Sat Nov 21 2026", "2026-11-21"),
    ("year behind the day", "21 nov 3 hours", "nov 21 03:00"),
    ("`this`, `next`", "this week", "now"), ("`this`, `next`", "this month", "now"),
    ("`this`, `next`", f"next {TODAY}", "0:00 7 days"), ("`this`, `next`", f"2 {TODAY}", "0:00 14 days"),
    ("`ago` twice", "2 days ago 3 hours ago", "51 hours ago"),
    ("taken besides", "noon", "12:00"), ("taken besides", "midnight", "0:00"), ("taken besides", "@1795000000", "@1795000000"),
    ("taken besides", "16:30 +02:00", "16:30:00 +0200"), ("taken besides", "16:30 UTC+2", "16:30:00 +0200"),
    ("taken besides", "2026-11-21T16:30:05Z", "2026-11-21 16:30:05 UTC"), ("taken besides", "16:30 CEST", "16:30:00 +0200"),
    ("taken besides", "16:30 XST", "16:30"), ("taken besides", "16:30, tomorrow", "tomorrow 16:30"),
    ("taken besides", "21 nov 16:30", "nov 21 16:30"), ("taken besides", "nov 21 2026 16:30", "2026-11-21 16:30"),
    ("taken besides", "1630 +0200", "16:30:00 +0200"),
]


def listed(text):
    return [word.strip() for word in text.replace("\n", ";").split(";") if word.strip()]


class Reader:
    """A client that is told to set many times; what it sends is not done, but kept."""

    def __init__(self, lab, program):
        self.path = f"{lab.dir}/{os.path.basename(program)}.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o666)
        self.process = subprocess.Popen(
            [program, "-h", self.path], env=ENV, text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def read(self, text):
        """Seconds since 1970; None when it is refused."""
        self.process.stdin.write(f"settime {text}\n")
        self.process.stdin.flush()
        found = None
        while True:
            ready, _, _ = select.select([self.socket, self.process.stdout], [], [], 20)
            assert ready, f"{text}: no request and no refusal"
            if self.socket in ready:
                found = self._answer(*self.socket.recvfrom(2048))
                continue
            line = self.process.stdout.readline()
            assert line in ("500 Failure\n", "510 - Could not parse date string\n"), (text, line)
            assert (found is None) == line.startswith("510"), (text, line)
            return found

    def _answer(self, request, sender):
        _, _, _, _, command, _, sequence, _, _, high, low, ns = struct.unpack_from("!BBBBHHIIIIII", request)
        assert command == 11 and ns == 0, request.hex()
        self.socket.sendto(struct.pack("!BBBBHHHHHHIII", 6, 2, 0, 0, command, 1, 1, 0, 0, 0, sequence, 0, 0),
                           sender)
        seconds = (high << 32) + low
        return seconds - (1 << 64) if seconds >= 1 << 63 else seconds

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) in (0, 1)
        self.process.stdout.close()
        self.socket.close()


def by_date(text):
    done = subprocess.run(["date", "-d", text, "+%s"], env=ENV, capture_output=True, text=True)
    return int(done.stdout) if done.returncode == 0 else None


def near(a, b, slack=0):
    return a == b if None in (a, b) else abs(a - b) <= slack


def told(seconds):
    return "refused" if seconds is None else time.strftime("%F %T", time.localtime(seconds))


def check(wrong):
    assert not wrong, f"{len(wrong)} texts: " + "; ".join(wrong)


def reads_what_chronyc_reads(lab):
    hora, chrony = Reader(lab, l.HORAC), Reader(lab, l.CHRONYC)
    wrong = []
    texts = [(text, 0) for text in listed(SAME)] + [(text, SLACK) for text in listed(SOON)]
    assert len(texts) > 250, len(texts)
    for text, slack in texts:
        ours, theirs = hora.read(text), chrony.read(text)
        if not near(ours, theirs, slack):
            wrong.append(f"'{text}': {told(ours)}, chronyc: {told(theirs)}")
        witness = by_date(text)
        if ours is not None and text not in NOT_DATE and not near(ours, witness, slack):
            wrong.append(f"'{text}': {told(ours)}, date: {told(witness)}")
    hora.close()
    chrony.close()
    check(wrong)


def differs_where_it_should(lab):
    hora, chrony = Reader(lab, l.HORAC), Reader(lab, l.CHRONYC)
    with open(DOCUMENT) as text:
        section = text.read().split(SECTION)[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
    wrong = [f"{row}: not a row of the document" for row in sorted({row for row, _, _ in DIFFER})
             if row not in rows]
    for _, text, want in DIFFER:
        # The seconds of now make the difference of some.
        while time.gmtime().tm_sec in (59, 0):
            time.sleep(0.2)
        ours, theirs = hora.read(text), chrony.read(text)
        witness = by_date(want) if want else None
        if not near(ours, witness, SLACK if want == "now" or "`ago` twice" in str(want) else 0):
            wrong.append(f"'{text}': {told(ours)}, not {told(witness)}")
        if near(ours, theirs):
            wrong.append(f"'{text}': chronyc reads the same: {told(theirs)}")
    hora.close()
    chrony.close()
    check(wrong)


def says_what_is_wrong(lab):
    done = subprocess.run([l.HORAC, "-h", "127.0.0.1", "settime 16:30 smorning"], env=ENV,
                          capture_output=True, text=True)
    assert done.returncode == 1 and done.stdout == "510 - Could not parse date string\n", done
    assert done.stderr.startswith("settime: 'smorning' is not understood") and done.stderr.count("\n") == 1, done


l.main(reads_what_chronyc_reads, differs_where_it_should, says_what_is_wrong)
