# SPDX-License-Identifier: Apache-2.0
"""Programs that somebody has taken over, on their real channels: hora-engine sends
hora-clock, horad and hora-ke-client whatever it likes (tests/hostile)."""
import glob
import os
import re
import shutil
import subprocess
import lab as l
import test_start as start

LIVES = 8  # tests/hostile/engine.c


def the_clock_stays_within_its_limits(lab):
    """The real hora-clock, on a clock that is not this machine's."""
    if l.PATIENCE > 1:
        raise l.Skip("the C library's calls are replaced before a sanitizer can start")
    done = subprocess.run([l.built("tests/hostile/clock"), f"{l.LIBEXEC}/hora-clock", l.built("tests/hostile/shim.so")],
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and len(lines) == 7 and all(line.startswith("ok ") for line in lines), \
        (done.stdout, done.stderr)


def files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident(pid):
    with open(f"/proc/{pid}/status") as text:
        return int(re.search(r"^VmRSS:\s+(\d+) kB", text.read(), re.M).group(1))


def place():
    """A tree whose hora-engine is the hostile one."""
    if not os.path.isdir("/mnt/taken"):
        os.makedirs("/mnt/taken/sbin")
        shutil.copy(l.HORAD, "/mnt/taken/sbin/horad")
        shutil.copytree(l.LIBEXEC, "/mnt/taken/libexec/hora")
        shutil.copy(l.built("tests/hostile/engine"), "/mnt/taken/libexec/hora/hora-engine")
    return "/mnt/taken/sbin/horad"


def tree():
    """Every file of /etc, and of /var and /run but ours, with its time."""
    found = {}
    for top in ("/etc", "/var/lib", "/var/log", "/run"):
        for folder, _, names in os.walk(top):
            if folder.startswith(("/var/lib/chrony", "/var/log/chrony", "/run/chrony", "/run/netns")):
                continue
            for name in names:
                path = os.path.join(folder, name)
                if os.path.lexists(path):
                    found[path] = os.lstat(path).st_mtime_ns
    return found


def horad_gives_and_takes_nothing_it_should_not(lab):
    host = lab.host("alpha", "10.9.0.1")
    keys = "\n".join(f"{n} SHA1 HEX:{n:040x}" for n in (5, 6, 399)) + "\n"
    host.write("etc/chrony.keys", keys)
    before = tree()
    daemon = host.horad("allow 10.0.0.0/8\nlocal\nserver 10.9.0.9 key 5\nkeyfile /etc/chrony/chrony.keys\n"
                        "logdir /var/log/chrony\nlog tracking measurements\ndumpdir /var/lib/chrony\n"
                        "ntsdumpdir /var/lib/chrony\nserver time.example nts\n", program=place(), ready=True)
    log = lambda: host.read("horad.log")
    l.wait_for("the first life", lambda: "hostile: life 0: begins" in log())
    horad = host.pids("horad")
    client = host.pids("hora-ke-client")
    first = {"files": files(horad[0]), "kB": resident(horad[0])}
    # Each life is ended by its attack, and the pause before the next grows.
    for life in range(1, LIVES + 1):
        l.wait_for(f"life {life}", lambda: f"hostile: life {life}: begins" in log(), seconds=60)
    l.wait_for("the last word", lambda: re.search(r"life 8: hora-ke-client \w+", log()), seconds=60)
    assert host.pids("horad") == horad, "horad was ended"
    # What was asked for: the keys that a source names (5), no state of anybody.
    told = re.search(r"hostile: (\d+) keys of \d+ bytes, (\d+) states with (\d+) cookies, (\d+) histories with (\d+) bytes",
                     log())
    assert told, log()[-3000:]
    assert told.group(3) == "0" and told.group(5) == "0", told.group(0)
    assert int(told.group(1)) == 1, told.group(0)
    # It does not grow.
    assert files(horad[0]) <= first["files"] + 2, (files(horad[0]), first)
    if l.PATIENCE == 1:  # AddressSanitizer holds back what is freed
        assert resident(horad[0]) <= first["kB"] + 8192, (resident(horad[0]), first)
    # No file but its own, and not one for each address that there is.
    assert tree() == before
    written = sorted(os.listdir(f"{host.dir}/lib"))
    assert len(written) < 1100, len(written)
    assert all(re.fullmatch(r"[0-9a-f.:]+\.(dat|nts)|chrony\.drift", name) for name in written), written[:9]
    # Lines are lines: nobody else's, and nothing that moves a terminal's cursor.
    for path in [f"{host.dir}/horad.log", *glob.glob(f"{host.dir}/log/*.log")]:
        with open(path, "rb") as text:
            everything = text.read()
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]", everything), path
        everything.decode("utf-8")
        assert not re.search(rb"^(2026-01-01T00:00:00Z )?forged", everything, re.M), path
    assert log().count("hostile: flood") < 10000, "the log was flooded"
    assert "more lines of hora-engine left out" in log()
    assert "a role, sent a command: ignored" in log()
    # hora-ke-client lives, and answers the next engine.
    assert host.pids("hora-ke-client") == client
    assert "life 8: hora-ke-client answers" in log(), log()[-3000:]
    assert host.stop(daemon) == 0


def no_role_gives_an_order(lab):
    """makestep is for whoever may write to the socket, but for the roles."""
    host = lab.host("alpha", "10.9.0.1")
    for own in (True, False):
        daemon = host.horad("local\n") if own else start.start_horad(lab, host, "local\n")
        roles = [] if own else [start.start_role(lab, host, name) for name in l.ROLES[1:]]
        l.wait_for("an answer", lambda: host.csv("tracking"))
        assert host.call([l.HORAC, "makestep", "1", "3"]).stdout.strip() == "200 OK"
        assert "New makestep 1 3" in host.read("horad.log")
        assert "a role" not in host.read("horad.log")
        assert host.stop(daemon) == 0
        for role in roles:
            start.ends(role, 20)    # one that came too late looks for horad for 10 s
        os.remove(f"{host.dir}/horad.log")


if __name__ == "__main__":
    l.main(the_clock_stays_within_its_limits, horad_gives_and_takes_nothing_it_should_not, no_role_gives_an_order)
