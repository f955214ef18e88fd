# SPDX-License-Identifier: Apache-2.0
"""The processes: their rights, and what the death of one of them does."""
import os
import shutil
import signal
import time
import lab as l

SERVER = """ntsserverkey {key}
ntsservercert {cert}
ntsprocesses 1
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
local stratum 2
driftfile /var/lib/chrony/drift
server upstream.example iburst nts minpoll 0 maxpoll 0
ntstrustedcerts {ca}
logdir /var/log/chrony
log tracking
"""
UPSTREAM = ("ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
            "ntsdumpdir /var/lib/chrony\n")
CLIENT = "server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n"


def chain(lab):
    """chronyd -> horad (all roles but the clock) -> chronyd client."""
    upstream = lab.host("upstream", "10.9.0.1", "upstream.example")
    middle = lab.host("middle", "10.9.0.2", "time.example")
    client = lab.host("client", "10.9.0.3")
    ca = lab.ca()
    cert, key = lab.cert("upstream-cert", ["upstream.example"])
    upstream.chronyd(UPSTREAM.format(cert=cert, key=key))
    cert, key = lab.cert("middle-cert", ["time.example"])
    os.chmod(key, 0o600)  # root's alone, as certbot leaves it
    daemon = middle.horad(SERVER.format(cert=cert, key=key, ca=ca), ready=True)
    middle.synchronised()
    client.chronyd(CLIENT.format(ca=ca).replace("poll 0", "poll 1"))
    client.synchronised(tool=l.CHRONYC)
    return upstream, middle, client, daemon


def status(pid):
    with open(f"/proc/{pid}/status") as text:
        return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)


def rights_are_minimal(lab):
    _, middle, _, daemon = chain(lab)
    running = {name: middle.pids(name) for name in ("horad", *l.ROLES)}
    assert not running["hora-clock"], "with -x no process may set the clock"
    for name in ("horad", "hora-engine", "hora-serve", "hora-ke-server", "hora-ke-client"):
        assert len(running[name]) == 1, running
        now = status(running[name][0])
        assert now["Uid"].split() == [str(lab.uid)] * 4, (name, now["Uid"])
        assert now["Gid"].split() == [str(lab.uid)] * 4, (name, now["Gid"])
        assert now["Groups"].split() in ([], [str(lab.uid)]), (name, now["Groups"])
        if name == "horad":
            # SYS_TIME (25), NET_BIND_SERVICE (10), DAC_READ_SEARCH (2) at most.
            assert int(now["CapPrm"], 16) & ~(1 << 25 | 1 << 10 | 1 << 2) == 0, now["CapPrm"]
            assert int(now["CapEff"], 16) & 1 << 2 == 0, "the right to read all is for certificates"
            # A reader that owned a page could open it again for writing.
            files = [os.stat(f"/proc/{running[name][0]}/fd/{fd}") for fd in
                     os.listdir(f"/proc/{running[name][0]}/fd")
                     if os.readlink(f"/proc/{running[name][0]}/fd/{fd}").startswith("/memfd:page")]
            assert len(files) == 3 and all((st.st_uid, st.st_mode & 0o777) == (0, 0o444) for st in files), files
            continue
        assert now["NoNewPrivs"] == "1", name
        for cap in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
            assert int(now[cap], 16) == 0, (name, cap, now[cap])
    # horad opens no network socket: none of its descriptors is one.
    sockets = middle.run("ss -H -a -n -t -u -p")
    assert f"pid={running['horad'][0]}," not in sockets, sockets
    for name, port in (("hora-serve", ":123"), ("hora-ke-server", ":4460"), ("hora-engine", ":323")):
        lines = [line for line in sockets.splitlines() if f"pid={running[name][0]}," in line]
        assert any(port in line for line in lines), (name, sockets)
    assert middle.stop(daemon) == 0
    assert not any(middle.pids(name) for name in ("horad", *l.ROLES)), "a process was left"


def children_come_back(lab):
    upstream, middle, client, daemon = chain(lab)
    l.wait_for("8 cookies", lambda: middle.csv("authdata")[0][8] == "8")
    exchanges = upstream.csv("serverstats", tool=l.CHRONYC)[0][5]

    def asked():
        return int(middle.csv("serverstats")[0][7])

    def served_within(seconds, what):
        """A plain request from the client's host is answered."""
        ask = ("import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
               "s.connect(('10.9.0.2',123)); s.settimeout(0.2)\n"
               "s.send(bytes([0x23])+bytes(39)+b'12345678'); r=s.recv(100)\n"
               "sys.exit(0 if r[0]>>6 != 3 and r[1] == 3 else 1)\n")
        return l.wait_for(what, lambda: client.call(["python3", "-c", ask]).returncode == 0, seconds)

    for name in ("hora-ke-client", "hora-ke-server", "hora-serve", "hora-engine"):
        old = middle.pids(name)[0]
        others = {other: middle.pids(other) for other in ("horad", *l.ROLES) if other != name}
        counted = asked()
        start = time.monotonic()
        os.kill(old, signal.SIGKILL)
        l.wait_for(f"{name} started again", lambda: [p for p in middle.pids(name) if p != old], 2, 0.02)
        if name == "hora-engine":
            l.wait_for("control socket", lambda: middle.csv("tracking"), 2)
            served_within(2, "service while the engine starts again")
            middle.synchronised(5)
            l.wait_for("8 cookies", lambda: middle.csv("authdata")[0][8] == "8")
        served_within(2 - min(1.5, time.monotonic() - start), f"service after {name}")
        for other, pids in others.items():
            assert middle.pids(other) == pids, f"{name} took {other} with it"
        assert asked() >= counted, f"{name}: counters were lost"
    assert upstream.csv("serverstats", tool=l.CHRONYC)[0][5] == exchanges, "cookies were lost"
    # The chain still works end to end, keys included.
    good = client.valid_answers(tool=l.CHRONYC)
    l.wait_for("valid answers", lambda: client.valid_answers(tool=l.CHRONYC) > good + 3, 20)
    assert "NTS" == client.csv("authdata", tool=l.CHRONYC)[0][1]
    offsets = [abs(float(line.split()[6])) for line in middle.read("log/tracking.log").splitlines()
               if line[:1].isdigit() and line.split()[2] != "0.0.0.0"]
    assert max(offsets) < 0.01, f"time jumped by {max(offsets)} s"
    # A child that dies again and again is started with pauses, and named.
    for _ in range(4):
        pid = l.wait_for("ke-client", lambda: middle.pids("hora-ke-client"), 10)[0]
        os.kill(pid, signal.SIGKILL)
        l.wait_for("gone", lambda: pid not in middle.pids("hora-ke-client"), 2, 0.02)
    assert middle.pids("hora-serve") and middle.pids("hora-engine")
    assert "hora-ke-client" in middle.read("horad.log")
    assert middle.stop(daemon) == 0


def signals_stop_in_order(lab):
    host = lab.host("alone", "10.9.0.1")
    for sig in (signal.SIGTERM, signal.SIGINT):
        daemon = host.horad("local stratum 3\nallow\ndriftfile /var/lib/chrony/drift\n", ready=True)
        assert host.read("run/chronyd.pid").strip() == str(host.pids("horad")[0])
        assert host.stop(daemon, sig) == 0
        assert not os.path.exists(f"{host.dir}/run/chronyd.pid")
        assert not os.path.exists(f"{host.dir}/run/chronyd.sock")
        assert not any(host.pids(name) for name in ("horad", *l.ROLES))


def killed_horad_leaves_nothing(lab):
    host = lab.host("alone", "10.9.0.1")
    daemon = host.horad("local stratum 3\nallow\n", ready=True)
    daemon.kill()
    daemon.wait()
    l.wait_for("roles to end", lambda: not any(host.pids(name) for name in l.ROLES), 5)
    daemon = host.horad("local stratum 3\nallow\n")  # over the pid file left behind
    l.wait_for("control socket", lambda: host.csv("tracking"))
    assert host.stop(daemon) == 0


def a_child_of_a_role_does_not_hold_up_the_end(lab):
    """What a role started still has the channel when the role is long gone."""
    host = lab.host("alone", "10.9.0.1")
    top = f"{host.dir}/build"
    os.makedirs(f"{top}/sbin")
    shutil.copy(l.HORAD, f"{top}/sbin/horad")
    shutil.copytree(l.LIBEXEC, f"{top}/libexec/hora")
    program = f"{top}/libexec/hora/hora-ke-client"
    os.rename(program, f"{program}.real")
    with open(program, "w") as text:
        text.write(f"#!/bin/sh\nsleep 600 &\nexec {program}.real\n")
    os.chmod(program, 0o755)
    daemon = host.horad("local stratum 3\nallow\n", program=f"{top}/sbin/horad", ready=True)
    for pid in host.pids("hora-ke-client."):  # the name is cut
        os.kill(pid, signal.SIGKILL)
    time.sleep(1)
    assert host.stop(daemon, seconds=12) == 0
    assert "hora-ke-client was ended by signal 9" in host.read("horad.log")


l.main(rights_are_minimal, children_come_back, signals_stop_in_order, killed_horad_leaves_nothing,
       a_child_of_a_role_does_not_hold_up_the_end)
