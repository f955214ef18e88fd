# SPDX-License-Identifier: Apache-2.0
"""Locked memory and real-time priority of the roles that tell the time."""
import re
import lab as l

TIMELY = ("hora-engine", "hora-serve")  # and hora-clock, which -x leaves out
OTHERS = ("horad", "hora-ke-client")
SCHED_FIFO = 1


def may_lock():
    """Is root here allowed to raise the limit of locked memory?"""
    return "ok" in l.sh("prlimit --memlock=unlimited echo ok", check=False)


def limits(host, name):
    """(bytes locked, policy, priority) of a role."""
    pid = host.pids(name)[0]
    with open(f"/proc/{pid}/status") as text:
        locked = next(int(line.split()[1]) for line in text if line.startswith("VmLck"))
    with open(f"/proc/{pid}/stat") as text:
        fields = text.read().rsplit(")", 1)[1].split()
    return locked * 1024, int(fields[38]), int(fields[37])


def directives_and_options(lab):
    host = lab.host("alpha", "10.9.0.1")
    plain = "allow\nlocal\nserver 10.9.0.2\n"
    for config, options, locked, priority in (
            (plain, (), False, 0), (plain + "lock_all\nsched_priority 20\n", (), True, 20),
            (plain + "sched_priority 20\n", ("-P", "30", "-m"), True, 30)):
        daemon = host.horad(config, *options, ready=True)
        for name in TIMELY:
            found = limits(host, name)
            assert (found[0] > 2 ** 20) == (locked and may_lock()), f"{name}: {found}"
            assert found[1:] == ((SCHED_FIFO, priority) if priority else (0, 0)), f"{name}: {found}"
            held = l.sh(f"grep CapEff /proc/{host.pids(name)[0]}/status").split()[1]
            assert int(held, 16) == 0, f"{name} has capabilities: {held}"
        for name in OTHERS:
            assert limits(host, name) == (0, 0, 0), name
        log = host.read("horad.log")
        assert "real-time" not in log and (not may_lock() or "can not" not in log), log
        # A role that dies comes back the same.
        victim = host.pids("hora-serve")[0]
        l.sh(f"kill -KILL {victim}")
        l.wait_for("another one", lambda: host.pids("hora-serve") not in ([], [victim]) and
                   limits(host, "hora-serve")[2] == priority)
        assert host.stop(daemon) == 0


def a_refusal_is_a_warning(lab):
    host = lab.host("alpha", "10.9.0.1")
    drop = ["setpriv", "--bounding-set=-sys_nice,-sys_resource,-ipc_lock", "--inh-caps=-sys_nice"]
    host.fresh("allow\nlocal\nserver 10.9.0.2\nlock_all\nsched_priority 20\n")
    daemon = host.start(["prlimit", "--memlock=65536", "--rtprio=0", *drop, l.HORAD, "-d", "-x"], "horad.log",
                        ready=True)
    log = host.read("horad.log")
    for name in TIMELY:
        assert re.search(f"{name} can not run with real-time priority 20: .*realtime.conf", log), log
        assert f"{name} can not lock its memory" in log, log
    assert host.stop(daemon) == 0


if __name__ == "__main__":
    l.main(directives_and_options, a_refusal_is_a_warning)
