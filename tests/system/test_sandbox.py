# SPDX-License-Identifier: Apache-2.0
"""What confines the processes: filter of system calls, Landlock, limits; what is
left to try for somebody who has taken a role over."""
import importlib.machinery
import importlib.util
import os
import re
import shutil
import lab as l
import test_start as start

CONFIG = """ntsserverkey {key}
ntsservercert {cert}
ntsdumpdir /var/lib/chrony
ntstrustedcerts {ca}
ntsprocesses 2
allow 10.0.0.0/8
local stratum 5
server 10.9.0.1 nts
"""
ROLES = l.ROLES[1:]  # without hora-clock: the tests run with -x
CONFINED = l.PATIENCE == 1  # builds with sanitizers are not, and say so
NO_SANDBOX = "no filter of system calls and no Landlock in this build"


def table():
    loader = importlib.machinery.SourceFileLoader("table", f"{os.environ['HORA_TOP']}/tests/escape/table")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("table", loader))
    loader.exec_module(module)
    return module


def status(pid):
    with open(f"/proc/{pid}/status") as text:
        return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)


def limits(pid):
    with open(f"/proc/{pid}/limits") as text:
        return {line[:26].strip(): line[26:].split()[:2] for line in text}


def server(lab):
    host = lab.host("alpha", "10.9.0.1")
    ca = lab.ca()
    cert, key = lab.cert("cert", ["time.example"])
    return host, CONFIG.format(key=key, cert=cert, ca=ca)


def running(host):
    l.wait_for("roles", lambda: all(host.pids(name) for name in ROLES))
    l.wait_for("an answer", lambda: host.csv("tracking"))
    return {name: host.pids(name)[0] for name in ("horad", *ROLES)}


def every_process_is_confined(lab):
    host, config = server(lab)
    for options, mode in (((), "2"), (("-F", "-1"), "2"), (("-F", "2"), "2"), (("-F", "-2"), "2"), (("-F", "0"), "0")):
        daemon = host.horad(config, "-d", *options, ready=True)
        pids = running(host)
        for name, pid in pids.items():
            now = status(pid)
            assert now["Seccomp"] == (mode if CONFINED else "0"), (name, options, now["Seccomp"])
            if name == "horad":
                continue  # it starts sendmail, and profiles of roles attach at exec (design.md)
            assert now["NoNewPrivs"] == "1", (name, options)
            assert int(now["CapEff"], 16) == int(now["CapPrm"], 16) == 0, (name, now["CapEff"])
            if not CONFINED:
                continue
            # horad's filter is inherited, and each has its own.
            assert now.get("Seccomp_filters", "2") == ("2" if mode == "2" else "0"), (name, now)
            have = limits(pid)
            assert have["Max core file size"] == ["0", "0"], (name, have)
            assert have["Max file size"] == ["1048576", "1048576"], (name, have)
            if name in ("hora-engine", "hora-serve"):
                assert have["Max processes"] == ["0", "0"], (name, have)
            soft, hard = have["Max open files"]
            assert soft == hard, (name, have)
        log = host.read("horad.log")
        if CONFINED:
            assert NO_SANDBOX not in log
            said = {"": "18 calls allowed", "2": "what is never needed denied", "0": "off"}[
                options[1].lstrip("-") if options and options[1] != "-1" else ""]
            line = f"hora-serve: filter of system calls: {said}; Landlock: "
            assert line in log, log
            version = table().landlock()
            assert line + (f"version {version}" if version else "none") in log, log
        else:
            assert f"hora-serve: {NO_SANDBOX}" in log, log
        assert host.stop(daemon) == 0
        os.remove(f"{host.dir}/horad.log")


def a_supervised_horad_has_a_list_too(lab):
    host, config = server(lab)
    daemon = start.start_horad(lab, host, config)
    roles = [start.start_role(lab, host, name) for name in ROLES]
    pids = running(host)
    for name, pid in pids.items():
        # It is there before it has confined itself.
        l.wait_for(f"the filter of {name}", lambda: status(pid)["Seccomp"] == ("2" if CONFINED else "0"))
        now = status(pid)
        assert now["NoNewPrivs"] == "1", name
        assert now.get("Seccomp_filters", "1") == ("1" if CONFINED else "0"), name
    # All that horad does for the control socket, and by signals.
    for command in (["dump"], ["cyclelogs"], ["rekey"], ["reload", "sources"], ["reload", "config"]):
        assert host.call([l.HORAC, *command]).returncode == 0, command
    before = host.pids("horad")
    # By a reload comes what it can not do any more, and it says so.
    host.write("etc/chrony.conf", config + "mailonchange root@localhost 0\n")
    assert host.call([l.HORAC, "reload", "config"]).returncode == 0
    host.run("ss -ltn")
    assert host.pids("horad") == before, "horad was ended"
    assert host.stop(daemon) == 0
    for role in roles:
        start.ends(role)
    for name in ROLES:
        assert "forbidden system call" not in host.read(f"{name}.log")


def a_forbidden_call_is_told_and_the_role_comes_back(lab):
    if not CONFINED:
        return
    host, config = server(lab)
    # Programs beside horad are those that it starts: hora-serve is one that breaks
    # its filter once.
    os.makedirs("/mnt/broken/sbin")
    shutil.copy(l.HORAD, "/mnt/broken/sbin/horad")
    shutil.copytree(l.LIBEXEC, "/mnt/broken/libexec/hora")
    shutil.copy(l.built("tests/escape/breaker"), "/mnt/broken/libexec/hora/hora-serve")
    for options in ((), ("-F", "-1")):
        daemon = host.horad(config, *options, program="/mnt/broken/sbin/horad", ready=True)
        first = running(host)
        host.call([l.HORAC, "reload", "config"])
        said = "hora-serve made the system call listen ("
        l.wait_for("the line", lambda: said in host.read("horad.log"))
        # How it ended, or that its channel did: whichever horad sees first.
        l.wait_for("the end", lambda: re.search("hora-serve (was ended by its filter of system calls|has died)",
                                                host.read("horad.log")))
        l.wait_for("another one", lambda: host.pids("hora-serve") not in ([], [first["hora-serve"]]))
        ask = ("import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
               "s.connect(('10.9.0.1',123)); s.settimeout(0.2)\n"
               "s.send(bytes([0x23])+bytes(39)+b'12345678'); sys.exit(s.recv(100)[0] & 7 != 4)\n")
        l.wait_for("service", lambda: host.call(["python3", "-c", ask]).returncode == 0)
        assert host.pids("hora-engine") == [first["hora-engine"]]
        assert host.read("horad.log").count(said) == 1, host.read("horad.log")
        assert host.stop(daemon) == 0
        os.remove(f"{host.dir}/horad.log")
    # Without the filter nothing happens.
    daemon = host.horad(config, "-F", "0", program="/mnt/broken/sbin/horad", ready=True)
    pids = running(host)
    assert host.call([l.HORAC, "reload", "config"]).returncode == 0
    assert running(host) == pids
    assert "filter" not in host.read("horad.log")
    assert host.stop(daemon) == 0


def nobody_gets_out(lab):
    if not CONFINED:
        return
    l.built("tests/escape/escape")
    t = table()
    outside = t.attempts("none")
    assert sum(end == "ALLOWED" for end in outside.values()) > 30, outside
    for role in t.ROLES:
        found = t.attempts(role)
        assert found.keys() == outside.keys(), role
        for name, end in found.items():
            assert end == "killed" or end.startswith("refused by E") or \
                (end == "ALLOWED" and name in t.allowed(role)), (role, name, end)
        for name in t.MAY[role]:
            assert found[name] == "ALLOWED", (role, name, found[name])
        # Without a filter the other walls still stand.
        found = t.attempts(role, "-F", "0")
        if t.landlock():
            for name in ("read-key", "write-key", "create-file", "remove-key", "write-program", "list-root"):
                assert found[name] == "refused by EACCES", (role, name, found[name])
        if t.landlock() >= 6:
            assert found["signal-sibling"] == "refused by EPERM", (role, found["signal-sibling"])
        for name in ("read-shadow", "become-root", "mount", "load-module", "socket-raw", "change-root"):
            assert found[name] != "ALLOWED", (role, name)


if __name__ == "__main__":
    l.main(every_process_is_confined, a_supervised_horad_has_a_list_too,
           a_forbidden_call_is_told_and_the_role_comes_back, nobody_gets_out)
