# SPDX-License-Identifier: Apache-2.0
"""The language beside the peer's: what one accepts the other accepts, and prints alike, but
for the differences listed here, each explained by a row of docs/differences.md."""
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import language
import lab as l

SEED = int(os.environ.get("SEED", "1"))
WHOLE_FILES = 200

DOCUMENT = f"{os.environ['HORA_TOP']}/docs/differences.md"
# Where hora refuses what chrony takes: row of the document, what hora says.
REFUSED = [
    ("numbers", r"(?i)is not a (whole )?number|(certset|ntstrustedcerts|key|clientloglimit|ntsaeads): '-1' is out of range"),
    # 4.9 looks at fewer of them again.
    ("ranges", r"is out of range; use: " + ("(fallbackdrift|maxchange|burst) " if l.PEER < (4, 9) else "")),
    ("`ntsport` 0", r"(?i)ntsport: '0' is no port"),
    ("prefix lengths", r"has more than (32|128) bits"),
    ("long names", r"is too long"),
    ("quotation marks", r"must not stand in quotes"),
    ("control characters", r"control character"),
    ("`sourcedir`", r"sourcedir: (a value is missing|more than 10 directories)"),
    ("`include` of a directory", r"include: cannot read '.*': Is a directory"),
    ("certificates and keys", r"each certificate needs its key|NTS server certificate"),
    ("rate limits with `noclientlog`", r"Rate limiting cannot be enabled with noclientlog"),
]
# Where hora takes what chrony refuses: row of the document, the text.
TAKEN = [
    ("comments", r"^port 0 # x$"),
    ("host names in access rules", r"(?m)^(cmd)?(allow|deny) none\.invalid$"),
    ("quotation marks", r'^logdir "/var/log x"$'),
    ("`burst` of rate limits", r"burst (33|255)$"),
    ("`minpoll` far out", r"minpoll (-2147483648|-?2147483647)$"),
]
# Differences that ended, or began, with a release of chrony.
UNTIL = {"`burst` of rate limits": (4, 9)}
FROM = {"`minpoll` far out": (4, 9)}
# Known words that this version has not; all are named in this row of the document.
LEFT_OUT = "left out"


def run(program, path):
    done = subprocess.run([program, "-p", "-f", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=30)
    assert done.returncode in (0, 1), (program, done)
    return done.returncode == 0, done.stdout, done.stderr.decode(errors="replace").strip()


class Both:
    """Runs both sides on texts, two at a time."""

    def __init__(self, folder):
        self.folder = folder
        for name, text in language.FILES.items():
            os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
            with open(f"{folder}/{name}", "w") as out:
                out.write(text.replace("@", f"{folder}/"))

    def one(self, item):
        number, text = item
        path = f"{self.folder}/case-{number}"
        with open(path, "wb") as out:
            out.write(text.replace("@", f"{self.folder}/").encode() + b"\n" * (text[-1:] != "\n"))
        return run(l.HORAD, path), run(l.CHRONYD, path)

    def all(self, texts):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return list(pool.map(self.one, enumerate(texts)))


def version(text):
    return tuple(int(part) for part in text.split(".")) if text else (0,)


def rows():
    """The tables of the document: first cell to line."""
    with open(DOCUMENT) as text:
        return {line.split("|")[1].strip(): line for line in text if line.startswith("| ")}


class Judge:
    def __init__(self):
        self.rows = rows()
        self.used = set()
        self.good, self.bad = [], []  # what both accept, or both refuse, without more ado

    def explained(self, hora_ok, text, said):
        """Is it a difference that the document has?"""
        for row, pattern in TAKEN if hora_ok else REFUSED:
            if re.search(pattern, text if hora_ok else said):
                self.used.add(row)
                return True
        left_out = None if hora_ok else re.search(r"'(\w+)' \(.*\) is known, but not in this version", said)
        if not left_out:
            return False
        self.used.add(LEFT_OUT)
        return f"`{left_out[1]}`" in self.rows[LEFT_OUT]

    def one(self, text, verdict, since, hora, peer):
        """None, or what is wrong with this pair."""
        (hora_ok, hora_out, hora_said), (peer_ok, peer_out, peer_said) = hora, peer
        newest = since if verdict in (True, False) else max(since, verdict, key=version)
        if version(newest) > l.PEER:  # this peer can not tell: its manual does
            peer_ok, peer_out, peer_said = verdict is True, hora_out, f"the manual (since {newest})"
        elif hora_ok == peer_ok:
            (self.good if hora_ok else self.bad).append(text)
        if hora_ok != peer_ok:
            if self.explained(hora_ok, text, hora_said):
                return None
            return f"hora: {hora_ok} {hora_said}; peer: {peer_ok} {peer_said}"
        return f"printed {hora_out} and {peer_out}" if hora_ok and hora_out != peer_out else None


def configurations_are_judged_alike(lab):
    l.needs_peer((4, 3), "the language")
    draw = random.Random(SEED)
    both = Both(lab.dir)
    judge = Judge()
    cases = language.cases(draw)
    wrong = [(case[0], judge.one(*case, *pair)) for case, pair in zip(cases, both.all(case[0] for case in cases))]
    good, bad = ([text for text in texts if not set(text) & set("\0\n")] for texts in (judge.good, judge.bad))
    assert len(good) > 200 and len(bad) > 200, (len(good), len(bad))
    files = list(language.whole_files(draw, good, bad, WHOLE_FILES))
    wrong += [(text, judge.one(text, True, "", *pair)) for text, pair in zip(files, both.all(files))]
    found = [f"{text!r}: {what}" for text, what in wrong if what]
    for line in found:
        print(line, file=sys.stderr)
    for row in {row for row, _ in REFUSED + TAKEN} | {LEFT_OUT}:
        assert row in judge.rows, f"no row '{row}' in {DOCUMENT}"
        is_one = FROM.get(row, (0,)) <= l.PEER < UNTIL.get(row, (99,))
        assert row in judge.used or not is_one, f"'{row}' is no difference"
    assert not found, f"seed {SEED}: {len(found)} of {len(wrong)} judged otherwise, the first: {found[0]}"


l.main(configurations_are_judged_alike)
