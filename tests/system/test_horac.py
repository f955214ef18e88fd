#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""horac and chronyc print the same bytes.

Three kinds of peer: a daemon that answers both with the
same invented replies (so nothing needs to be masked, and every number, sign and
unit is tried), a real chronyd, and nobody at all.
"""
import os
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from fake_daemon import CHRONYC, FakeDaemon, peer_version, run

BUILD = os.environ.get("BUILD", "build")
HORAC = os.path.abspath(f"{os.environ.get('HORA_PREFIX', BUILD)}/bin/horac")
CHRONYD = os.environ.get("CHRONYD") or shutil.which("chronyd", path="/usr/sbin:" + os.environ.get("PATH", ""))
SEED = int(os.environ.get("SEED", "1"))


def as_the_peer_prints(report, options, printed):
    """What horac prints, less what chronyc 4.0 has not learnt: the last line,
    or column, of ntpdata."""
    out, errors, status = printed
    if peer_version() == (4, 0) and report.startswith("ntpdata"):
        out = re.sub(r",[^,\n]*$" if "-c" in options else r"^Total good RX .*\n", "", out, flags=re.MULTILINE)
    return out, errors, status


def takes(report):
    """chronyc 4.0 asks for the name of a source by its address only."""
    return peer_version() > (4, 0) or not report.startswith("sourcename ID#")


def without_padding(requests):
    return [(r[:8], r[20:68].rstrip(b"\0")) for r, _ in requests]


REPORTS = ("tracking", "sources", "sources -a", "sourcestats", "sourcestats -a", "selectdata", "selectdata -a",
           "authdata", "authdata -a", "ntpdata", "ntpdata 192.0.2.7", "ntpdata ID#0000000007", "serverstats",
           "activity", "sourcename 2001:db8::1", "waitsync 1", "waitsync 2 1e-3 0.5 0.1", "clients", "clients -k",
           "clients -p 3 -r", "smoothing", "rtcdata", "manual list", "settime 16:30")


def same_reports():
    """Every report, with every way to print it, over many invented replies."""
    for seed in range(SEED, SEED + 6):
        with FakeDaemon(seed) as daemon:
            for report in REPORTS:
                for options in (["-n"], ["-N"], ["-c"], ["-c", "-N"]):
                    daemon.requests.clear()
                    theirs = run(CHRONYC, "-h", daemon.path, *options, report)
                    asked = without_padding(daemon.requests)
                    daemon.requests.clear()
                    ours = as_the_peer_prints(report, options, run(HORAC, "-h", daemon.path, *options, report))
                    assert ours == theirs, f"seed {seed}, {options} {report}:\n{ours}\n{theirs}"
                    assert without_padding(daemon.requests) == asked, f"{options} {report}"
                    assert theirs[0] or "-c" in options, report


def same_requests():
    """Commands reach the daemon as chronyc's do, byte for byte."""
    commands = ("online", "offline", "online 192.0.2.1", "offline 10.0.0.0/8", "online 255.0.0.0/10.0.0.1",
                "offline 2001:db8::/32", "online 10.0.0.0/99", "offline ID#0000000003", "burst 1/2",
                "burst 3/5 2001:db8::1", "burst 5/6/7", "burst 3/4x 10.0.0.1/255.0.0.0", "makestep", "dump", "rekey",
                "cyclelogs", "shutdown", "reload sources", "reload", "reload foo", "burst", "burst 3", "online x/y",
                "online 10.0.0.0/::1", "online no-such-host.invalid", "ntpdata no-such-host.invalid",
                "sourcename no-such-host.invalid", "timeout 99", "timeout", "timeout 100x", "retries 31",
                "retries -1", "retries 3", "dns", "dns -n", "dns -46", "dns -5", "frobnicate", "Tracking", "# x", "",
                "exit", "quit")
    with FakeDaemon(SEED) as daemon:
        for command in commands:
            daemon.requests.clear()
            theirs = run(CHRONYC, "-h", daemon.path, command)
            asked = [(r[:8], r[12:]) for r, _ in daemon.requests]
            daemon.requests.clear()
            ours = run(HORAC, "-h", daemon.path, command)
            assert ours == theirs, f"{command}:\n{ours}\n{theirs}"
            assert [(r[:8], r[12:]) for r, _ in daemon.requests] == asked, command


def version_5():
    """A daemon of before the padding is asked once more in its version, and without padding from then on."""
    for version in (5, 7):
        with FakeDaemon(SEED, version=version) as daemon:
            theirs, ours = [], []
            for tool, asked in ((CHRONYC, theirs), (HORAC, ours)):
                daemon.requests.clear()
                asked.append(run(tool, "-n", "-h", daemon.path, stdin="sources\nrekey\nburst 1/2\n"))
                asked += [(r[:8], r[12:]) for r, _ in daemon.requests]
            assert ours == theirs, (ours, theirs)
            assert [r[0][0] for r in ours[1:3]] == [6, 5 if version == 5 else 6]
            assert ours[0][0].startswith("MS Name" if version == 5 else "517 Protocol version mismatch"), ours[0]


def wide():
    """-w: chronyc learnt it after 4.8. Otherwise 14 blanks more where names end."""
    with FakeDaemon(SEED) as daemon:
        for report in ("sources", "sourcestats", "authdata", "selectdata", "clients", "tracking", "activity"):
            normal, much = (run(HORAC, "-n", *o, "-h", daemon.path, report) for o in ([], ["-w"]))
            if peer_version() >= (4, 9):
                assert much == run(CHRONYC, "-n", "-w", "-h", daemon.path, report), report
            heads = [text[0].splitlines()[0] for text in (normal, much)]
            extra = 0 if report in ("tracking", "activity") else 14
            assert len(heads[1]) == len(heads[0]) + extra and heads[0].split() == heads[1].split(), heads
            assert much[0].split() == normal[0].replace("\n" + "=" * len(heads[0]), "\n" + "=" * len(heads[1])).split()
            assert run(HORAC, "-c", "-w", "-h", daemon.path, report) == run(HORAC, "-c", "-h", daemon.path, report)


def lost_output():
    """What cannot be written is told on stderr, and fails."""
    with FakeDaemon(SEED) as daemon, open("/dev/full", "w") as full:
        for command, status in (("activity", 1), ("serverstats", 1), ("rekey", 1), ("help", 1), ("keygen", 1),
                                ("dns -n", 0)):
            done = subprocess.run([HORAC, "-h", daemon.path, command], stdout=full, stderr=subprocess.PIPE, text=True)
            assert (done.returncode, done.stderr) == (status, "Could not write to stdout\n" if status else ""), done
        # The next command that has nothing to say goes well again.
        done = subprocess.run([HORAC, "-h", daemon.path], input="rekey\ndns -n\n", stdout=full, stderr=subprocess.PIPE,
                              text=True)
        assert (done.returncode, done.stderr) == (0, "Could not write to stdout\n"), done


def long_lines():
    """2047 bytes are a command, 2048 are not."""
    long, too_long = "tracking" + " " * 2039, "tracking" + " " * 2040
    with FakeDaemon(SEED) as daemon:
        for args, text in (((long,), ""), (("-m", long), ""), ((), f"{long}\n")):
            out, errors, status = run(HORAC, "-n", "-h", daemon.path, *args, stdin=text)
            assert out.startswith("Reference ID") and (errors, status) == ("", 0), (args, errors)
        for args, text in (((too_long,), ""), (("-m", too_long, "rekey"), ""), ((), f"{too_long}\n")):
            assert run(HORAC, "-h", daemon.path, *args, stdin=text) == ("", "Command too long\n", 1), args
        assert run(HORAC, "-h", daemon.path, stdin=f"{too_long}\nrekey\n") == ("200 OK\n", "Command too long\n", 0)


def same_statuses():
    for status in range(23):
        with FakeDaemon(SEED, status) as daemon:
            for command in ("makestep", "tracking", "sources", "ntpdata 192.0.2.1", "activity", "-c activity",
                            "sourcename ::1", "online", "waitsync 1"):
                options = ["-c"] if command.startswith("-c") else []
                command = command.replace("-c ", "")
                theirs = run(CHRONYC, "-h", daemon.path, *options, command)
                ours = as_the_peer_prints(command, options, run(HORAC, "-h", daemon.path, *options, command))
                assert ours == theirs, f"status {status}, {command}:\n{ours}\n{theirs}"


def same_input():
    """Several commands: from stdin, with -m; exit status of the last one."""
    with FakeDaemon(SEED) as daemon:
        for text in ("tracking\nsources -a\n", "foo\nactivity\n", "activity\nfoo", "exit\nfoo\n", "\n  \n! x\n",
                     "dns -n\nsources -a\n", ""):
            ours, theirs = (run(t, "-n", "-h", daemon.path, stdin=text) for t in (HORAC, CHRONYC))
            assert ours == theirs, f"{text!r}:\n{ours}\n{theirs}"
        for args in (["activity", "foo", "tracking"], ["exit", "foo"], ["activity", ""], ["tracking"]):
            ours, theirs = (run(t, "-n", "-h", daemon.path, "-m", *args) for t in (HORAC, CHRONYC))
            assert ours == theirs, f"-m {args}:\n{ours}\n{theirs}"
        for args in (["a" * 3000], ["sources", "-a", "-v", "x"][:2], ["  tracking", "surplus"]):
            ours, theirs = (run(t, "-n", "-h", daemon.path, *args) for t in (HORAC, CHRONYC))
            if peer_version() == (4, 0) and len(args[0]) > 2048:  # cut, and so not known
                assert theirs == ("", "Unrecognized command\n", 1), theirs
                theirs = ("", "Command too long\n", 1)
            assert ours == theirs, f"{args}:\n{ours}\n{theirs}"


def legends():
    """As many lines as chronyc's, which begin and end alike; none in CSV."""
    with FakeDaemon(SEED) as daemon:
        for report in ("sources", "sourcestats", "authdata", "selectdata"):
            ours, theirs = (run(t, "-n", "-h", daemon.path, report, "-v")[0].splitlines() for t in (HORAC, CHRONYC))
            if report != "selectdata":  # one line longer since 4.4
                assert len(ours) == len(theirs), report
            rows = len(run(CHRONYC, "-n", "-h", daemon.path, report)[0].splitlines())
            assert ours[-rows - 1:] == theirs[-rows - 1:], "\n".join(ours + theirs)
            plain, verbose = (run(HORAC, "-c", "-h", daemon.path, report, *v) for v in ([], ["-v"]))
            assert plain == verbose


def dot():
    """-e ends each response with a dot, so that a program sees the end."""
    with FakeDaemon(SEED) as daemon:
        out, _, status = run(HORAC, "-e", "-h", daemon.path, stdin="rekey\nfoo\n\ndns -n\n")
        assert (out, status) == ("200 OK\n.\n.\n.\n", 0), (out, status)


def versions():
    link = tempfile.mkdtemp()
    os.symlink(HORAC, f"{link}/chronyc")
    out, _, status = run(f"{link}/chronyc", "-v")
    assert status == 0 and re.match(r"chronyc \(chrony\) version 4\.\d+ \(hora .*\) \(.*\+IPV6.*\)\n$", out), out
    out, _, status = run(HORAC, "-n", "--version", "x")
    assert status == 0 and re.match(r"horac \(hora\) version [0-9.]+ \(", out), out
    out, _, status = run(HORAC, "--help")
    assert status == 0 and out.startswith("Usage: horac [OPTION]... [COMMAND]..."), out
    assert run(HORAC, "-y")[2] == 1
    with FakeDaemon(SEED) as daemon:
        help_text = run(HORAC, "-h", daemon.path, "help")[0]
    for line in help_text.splitlines():
        assert len(line) >= 28, line
    shutil.rmtree(link)


def at_a_terminal(path, steps):
    """What a person sees who types these keys; and the exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execv(HORAC, [HORAC, "-h", path])
    seen = b""

    def read_until(text):
        nonlocal seen
        end = time.monotonic() + 10
        while text not in seen and time.monotonic() < end:
            if select.select([fd], [], [], 0.1)[0]:
                try:
                    seen += os.read(fd, 4096)
                except OSError:
                    break
        assert text in seen, (text, seen)
        # What came with it is for the next step.
        seen = seen[seen.index(text) + len(text):]

    try:
        for wait, keys in steps:
            read_until(wait)
            os.write(fd, keys)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            if select.select([fd], [], [], 0.05)[0]:
                try:
                    os.read(fd, 4096)
                except OSError:
                    time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise AssertionError("did not end")
    finally:
        os.close(fd)


def terminal():
    """Prompt, completion, history, end of file and Ctrl-C."""
    with FakeDaemon(SEED) as daemon:
        # A key is typed when the prompt is there: before, the terminal itself would act on it.
        assert at_a_terminal(daemon.path, [(b"horac> ", b"rek\t\n"), (b"200 OK\r\nhorac> ", b"foo\n"),
                                           (b"command\r\nhorac> ", b"\x1b[A\x1b[A\n"),
                                           (b"200 OK\r\nhorac> ", b"quit\n")]) == 0
        assert [struct.unpack("!H", r[4:6])[0] for r, _ in daemon.requests] == [16, 16]
        assert at_a_terminal(daemon.path, [(b"horac> ", b"sources -\t"), (b"-v", b"\x15sou\t"), (b"rce", b"\t"),
                                           (b"sourcestats", b"\x15foo\n"), (b"command\r\nhorac> ", b"\x04")]) == 1
        assert at_a_terminal(daemon.path, [(b"horac> ", b"rek\x03")]) == 0
        assert os.listdir(daemon.dir) == ["chronyd.sock"], os.listdir(daemon.dir)


# --- the way to the daemon ----------------------------------------------------

def client_socket():
    """Bound in directories of its own, reachable for the daemon, and removed."""
    with FakeDaemon(SEED) as daemon:
        old = os.umask(0o077)
        process = subprocess.Popen([HORAC, "-h", daemon.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        os.umask(old)
        process.stdin.write("rekey\n")
        process.stdin.flush()
        assert process.stdout.readline() == "200 OK\n"
        peer = daemon.requests[-1][1]
        assert re.fullmatch(rf"{daemon.dir}/chronyc\.{process.pid}/[0-9A-Za-z]{{16}}/sock", peer), peer
        assert os.stat(peer).st_mode & 0o777 == 0o666
        for directory in (os.path.dirname(peer), os.path.dirname(os.path.dirname(peer))):
            assert os.stat(directory).st_mode & 0o777 == 0o711
        process.stdin.close()
        assert process.wait(10) == 0
        process.stdout.close()
        assert os.listdir(daemon.dir) == ["chronyd.sock"], os.listdir(daemon.dir)
        # A directory that somebody else prepared is not used.
        before = len(daemon.requests)
        trap = tempfile.mkdtemp()
        script = f"ln -s {trap} {daemon.dir}/chronyc.$$; exec {HORAC} -h {daemon.path} rekey"
        out, err, status = run("/bin/sh", "-c", script)
        assert status == 1 and len(daemon.requests) == before, (out, err)
        assert os.listdir(trap) == []
        os.rmdir(trap)


def bring_up_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("127.0.0.1", 9))
        except OSError:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def retries():
    """Three tries with doubled timeouts, new sequence numbers, then the next server."""
    bring_up_loopback()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, FakeDaemon(SEED) as daemon:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(5)
        port = silent.getsockname()[1]
        command = [HORAC, "-p", str(port), "-h", f"{daemon.dir}/absent,127.0.0.1,{daemon.path}"]
        begin = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdin.write("timeout 200\nrekey\n")
        process.stdin.close()
        seen, at = [], []
        for _ in range(3):
            seen.append(silent.recv(2000))
            at.append(time.monotonic())
        assert process.stdout.read() == "200 OK\n"
        process.stdout.close()
        end = time.monotonic()
        assert process.wait(10) == 0
        assert [r[6:8] for r in seen] == [b"\0\0", b"\0\1", b"\0\2"]
        assert len({r[8:12] for r in seen}) == 3
        for gap, least in ((at[1] - at[0], 0.2), (at[2] - at[1], 0.4), (end - at[2], 0.8)):
            assert least * 0.95 <= gap <= least + 1.5, (at, end)
        assert end - begin < 5


def wrong_replies_are_ignored():
    """Only a reply to this very request counts; too short a one does not."""
    bring_up_loopback()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        process = subprocess.Popen([HORAC, "-p", str(server.getsockname()[1]), "-h", "127.0.0.1", "rekey"],
                                   stdout=subprocess.PIPE, text=True)
        request, peer = server.recvfrom(2000)
        good = bytes((6, 2, 0, 0, 0, 16, 0, 1)) + bytes(8) + request[8:12] + bytes(8)
        for at, value in ((0, 5), (1, 1), (2, 1), (3, 1), (5, 15), (19, good[19] ^ 1)):
            server.sendto(good[:at] + bytes((value,)) + good[at + 1:], peer)
        server.sendto(good[:27], peer)
        server.sendto(good[:9] + b"\4" + good[10:], peer)
        assert process.stdout.read() == "503 No such source\n"
        process.stdout.close()
        assert process.wait(10) == 1


def nobody_there():
    bring_up_loopback()
    for args in (["-h", "/nonexistent/sock", "tracking"], ["-h", "no-such-host.invalid", "activity"],
                 ["-4", "-h", "::1", "activity"], ["-h", "127.0.0.1", "-p", "9", "tracking"],
                 ["-h", "127.0.0.1", "-p", "9", "foo"], ["-h", "127.0.0.1", "-p", "9", "-m", "activity", "tracking"]):
        ours, theirs = (run(t, *args) for t in (HORAC, CHRONYC))
        assert ours == theirs, f"{args}:\n{ours}\n{theirs}"


# --- a real daemon -------------------------------------------------------------

class Chronyd:
    def __init__(self, text):
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o770)
        self.path = f"{self.dir}/chronyd.sock"
        with open(f"{self.dir}/conf", "w") as f:
            f.write(f"bindcmdaddress {self.path}\ncmdport 0\npidfile {self.dir}/pid\n{text}\n")
        self.log = open(f"{self.dir}/log", "w")
        self.process = subprocess.Popen([CHRONYD, "-x", "-d", "-U", "-u", "root", "-f", f"{self.dir}/conf"],
                                        stdout=self.log, stderr=self.log)

    def __enter__(self):
        for _ in range(100):
            if os.path.exists(self.path):
                return self
            time.sleep(0.1)
        raise RuntimeError(open(f"{self.dir}/log").read())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
        shutil.rmtree(self.dir)


def masked(text):
    """Without what moves between two calls."""
    text = re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", text)
    text = re.sub(r"\d+\.\d{9}", "#", text)
    text = re.sub(r"[+-]?\d+(ns|us|ms)", lambda m: "#" * len(m[0]), text)
    return re.sub(r"(Command packets received +: )\d+", r"\1#", text)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def real_chronyd():
    bring_up_loopback()
    port = free_port()
    with Chronyd(f"port {port}\nlocal stratum 8\nallow 127.0.0.0/8") as _, \
         Chronyd(f"port 0\nserver 127.0.0.1 port {port} iburst minpoll 6\n"
                 f"server 127.0.0.1 port 9 offline noselect\nserver no-such-host.invalid\n") as client:
        # chronyd refuses a second source with one address: the second line is dropped.
        assert run(HORAC, "-h", client.path, "waitsync", "200", "0", "0", "0.1")[2] == 0
        time.sleep(7)  # iburst is over: nothing moves but ages
        for report in filter(takes, REPORTS + (
                "makestep", "rekey", "dump", "cyclelogs", "reload sources", "online 192.0.2.9",
                "sourcename ID#0000000002", "sourcename 127.0.0.1", "ntpdata 127.0.0.1")):
            for options in (["-n"], ["-N"], []):
                for _ in range(3):  # an age may turn over between the two calls
                    ours, theirs = (run(t, "-h", client.path, *options, report) for t in (HORAC, CHRONYC))
                    a, b = ([masked(x) for x in o[:2]] + [o[2]] for o in (ours, theirs))
                    if a == b:
                        break
                assert a == b, f"{options} {report}:\n{ours}\n{theirs}"
        for report in ("tracking", "sources", "sourcestats", "ntpdata", "serverstats", "selectdata", "authdata"):
            ours, theirs = (run(t, "-c", "-h", client.path, report)[0] for t in (HORAC, CHRONYC))
            assert ours.count(",") == theirs.count(",") > 0, report
        assert run(HORAC, "-h", client.path, "shutdown") == ("200 OK\n", "", 0)
        assert client.process.wait(10) == 0


def main():
    for tool, name in ((CHRONYC, "chronyc"), (CHRONYD, "chronyd")):
        if not tool or not os.access(tool, os.X_OK):
            print(f"skip system/horac: no {name} (set {name.upper()} or put it on PATH)")
            return 0
    failed = False
    for test in (same_reports, same_requests, version_5, wide, lost_output, long_lines, same_statuses, same_input,
                 legends, dot, versions, terminal, client_socket, retries, wrong_replies_are_ignored, nobody_there,
                 real_chronyd):
        try:
            test()
            print(f"ok system/horac/{test.__name__}", flush=True)
        except Exception as error:  # a test must not end the others
            failed = True
            traceback.print_exc()
            print(f"FAIL system/horac/{test.__name__}: {str(error).splitlines()[0] if str(error) else error!r}",
                  flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
