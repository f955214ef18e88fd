# SPDX-License-Identifier: Apache-2.0
"""Options of a source against Debian's chronyd: interleaved mode, extension
field, bursts, extra requests, versions, stratum, going offline."""
import os
import re
import lab as l

SERVER = "allow 10.0.0.0/8\nlocal stratum 3\n"
LOGS = "logdir /var/log/chrony\nlog measurements\n"


def pair(lab):
    return (lab.host("server", "10.9.0.1", "time.example"), lab.host("client", "10.9.0.2"))


def rows(client):
    """Measurements as columns, without the banner."""
    try:
        text = client.read("log/measurements.log")
    except FileNotFoundError:
        return []
    return [row.split() for row in text.splitlines() if re.match(r"\d{4}-", row)]


def letters(client):
    """Mode column of measurements.log, as `4I`, and the tests A to D."""
    return [(row[-3], row[7]) for row in rows(client)]


def run(client, config):
    client.fresh("")
    return client.horad(config + LOGS)


def interleaves(client):
    """Basic, basic (the server has to know), repeated, then interleaved. Where a response came
    too late for its request the first interleaved one measures what nothing has measured yet."""
    seen = l.wait_for("interleaved measurements",
                      lambda: letters(client) if len(letters(client)) > 6 else None)
    assert seen[:2] == [("4B", "1111")] * 2 and seen[2] in (("4I", "0111"), ("4I", "1111")), seen
    assert set(seen[3:]) == {("4I", "1111")}, seen
    data = client.horac("ntpdata")
    assert "Interleaved     : Yes" in data, data
    assert "TX timestamping : Kernel" in data and "RX timestamping : Kernel" in data, data
    client.synchronised()


def interleaved_mode(lab):
    server, client = pair(lab)
    server.chronyd(SERVER)
    daemon = run(client, "server 10.9.0.1 iburst xleave minpoll 0 maxpoll 0\n")
    interleaves(client)
    # The server forgets everything: basic, then interleaved again.
    before = len(rows(client))
    for process in server.processes:
        server.stop(process)
    server.chronyd(SERVER)
    def again():
        seen = letters(client)[before:]
        basic = [i for i, row in enumerate(seen) if row[0] == "4B"]
        return seen[basic[0]:] if basic and len(seen) > basic[0] + 5 else None
    seen = l.wait_for("interleaved again", again, 30)
    assert ("4I", "0111") in seen and seen[-1] == ("4I", "1111"), seen
    assert client.stop(daemon) == 0


def interleaved_mode_of_hora(lab):
    server, client = pair(lab)
    server.horad(SERVER)
    daemon = run(client, "server 10.9.0.1 iburst xleave minpoll 0 maxpoll 0\n")
    interleaves(client)
    assert client.stop(daemon) == 0


def interleaved_mode_with_nts(lab):
    server, client = pair(lab)
    ca = lab.ca()
    cert, key = lab.cert("server-cert", ["time.example"])
    server.chronyd(SERVER + f"ntsserverkey {key}\nntsservercert {cert}\n")
    daemon = run(client, "server time.example iburst xleave nts extfield F323 minpoll 0 maxpoll 0\n"
                 f"ntstrustedcerts {ca}\n")
    interleaves(client)
    assert "Authenticated   : Yes" in client.horac("ntpdata")
    assert client.stop(daemon) == 0


def interleaved_mode_with_a_key(lab):
    server, client = pair(lab)
    keys = "7 SHA256 HEX:0123456789ABCDEF0123456789ABCDEF01234567\n"
    server.chronyd(SERVER + f"keyfile {server.write('etc/k', keys)}\n")
    client.write("etc/k", keys)
    daemon = run(client, "server 10.9.0.1 iburst xleave key 7 minpoll 0 maxpoll 0\n"
                 "keyfile /etc/chrony/k\n")
    interleaves(client)
    assert "Authenticated   : Yes" in client.horac("ntpdata")
    assert client.stop(daemon) == 0


def server_without_the_mode(lab):
    server, client = pair(lab)
    server.chronyd(SERVER + "noclientlog\n")
    daemon = run(client, "server 10.9.0.1 iburst xleave minpoll 0 maxpoll 0\n")
    l.wait_for("measurements", lambda: len(rows(client)) > 6)
    assert set(letters(client)) == {("4B", "1111")}, letters(client)
    assert client.stop(daemon) == 0


def finer_root_delay(lab):
    """The server is 1/4 second dispersed and little else: the header says it in 15 us."""
    l.needs_peer(*l.F323)
    server, client = pair(lab)
    upstream = lab.host("upstream", "10.9.0.3")
    upstream.chronyd(SERVER)
    server.chronyd("server 10.9.0.3 iburst minpoll 0 maxpoll 0\nallow\n")
    server.synchronised(tool=l.CHRONYC)
    for option in ("", "extfield F323"):
        daemon = run(client, f"server 10.9.0.1 iburst minpoll 0 maxpoll 0 {option}\n")
        l.wait_for("measurements", lambda: len(rows(client)) > 6)
        steps = [float(row[14]) / 2 ** -16 for row in rows(client)]
        whole = [abs(step - round(step)) < 1e-3 * max(step, 1) for step in steps]
        assert all(whole) == (option == ""), (option, steps)
        assert client.stop(daemon) == 0
        os.remove(f"{client.dir}/log/measurements.log")


class Recorder:
    """Counts and times the requests that reach a host: a server in Python."""

    def __init__(self, host):
        script = ("import socket,time,sys\n"
                  "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                  "s.bind(('0.0.0.0', 123))\n"
                  "while True:\n"
                  "    p, who = s.recvfrom(2000)\n"
                  "    print('%.3f %s' % (time.monotonic(), p.hex()), flush=True)\n")
        self.host = host
        self.process = host.start(["python3", "-c", script], "requests")
        l.wait_for("recorder", lambda: ":123 " in host.run("ss -lun"))

    def requests(self):
        return [(float(at), bytes.fromhex(data)) for at, data in
                (line.split() for line in self.host.read("requests").splitlines())]

    def stop(self):
        self.host.stop(self.process)
        os.remove(f"{self.host.dir}/requests")


def requests_of_options(lab):
    """What leaves, to a server that never answers."""
    server, client = pair(lab)
    for options, count, check in (
            ("version 1", 1, lambda p: p[0] == 0x0b and len(p) == 48),
            ("version 2", 1, lambda p: p[0] == 0x13 and len(p) == 48),
            ("version 3 extfield F323", 1, lambda p: p[0] == 0x1b and len(p) == 48),
            ("version 4", 1, lambda p: p[0] == 0x23 and len(p) == 48),
            ("extfield F323", 1, lambda p: p[0] == 0x23 and len(p) == 76 and
             p[48:56].hex() == "f323001cf5bedd9a" and not any(p[56:])),
            # the warning is told, and the source is used
            ("extfield F324", 1, lambda p: p[0] == 0x23 and len(p) == 48),
            ("presend 2 minpoll 2 maxpoll 2", 3, lambda p: True)):
        recorder = Recorder(server)
        daemon = run(client, f"server 10.9.0.1 {options}\n")
        seen = l.wait_for(options, lambda: recorder.requests()
                          if len(recorder.requests()) >= count else None)
        assert check(seen[0][1]), (options, seen[0][1].hex())
        if "presend" in options:
            gaps = [b[0] - a[0] for a, b in zip(seen, seen[1:])]
            assert 1.9 < gaps[0] < 2.4 and 3.9 < gaps[1] < 4.5, gaps
        assert client.stop(daemon) == 0
        recorder.stop()
    assert "extfield of 10.9.0.1: corrections of the network by PTP hardware" in \
        client.read("horad.log")


def presend_measures_the_second(lab):
    server, client = pair(lab)
    server.chronyd(SERVER)
    daemon = run(client, "server 10.9.0.1 presend 0 minpoll 0 maxpoll 0\n")
    seen = l.wait_for("measurements", lambda: letters(client) if len(letters(client)) > 5 else None)
    assert seen[:4] == [("4B", "0111"), ("4B", "1111")] * 2, seen
    client.synchronised()
    assert client.stop(daemon) == 0


def copies_the_server(lab):
    server, client = pair(lab)
    server.chronyd(SERVER)
    for options, source, stratum, refid in (
            ("", "3", "4", "0A090001"), ("copy", "2", "3", "7F7F0101"),
            ("minstratum 7", "7", "8", "0A090001"), ("copy minstratum 7", "7", "8", "7F7F0101")):
        daemon = run(client, f"server 10.9.0.1 iburst {options}\n")
        row = client.synchronised()
        assert (row[0], row[2]) == (refid, stratum), (options, row)
        assert client.csv("sources")[0][3] == source, options
        assert client.stop(daemon) == 0


def goes_offline_by_itself(lab):
    server, client = pair(lab)
    server.chronyd(SERVER)
    daemon = run(client, "server 10.9.0.1 iburst auto_offline minpoll 0 maxpoll 0\n")
    client.synchronised()
    client.run("ip link set eth0 down")
    l.wait_for("offline", lambda: "1 sources offline" in client.horac("activity"))
    assert "Source 10.9.0.1 offline: sending failed" in client.read("horad.log")
    client.run("ip link set eth0 up")
    answers = client.valid_answers()
    l.wait_for("a route", lambda: "eth0" in client.run("ip route get 10.9.0.1", check=False))
    client.horac("online")
    l.wait_for("answers", lambda: client.valid_answers() > answers)
    assert client.stop(daemon) == 0


def starts_offline(lab):
    server, client = pair(lab)
    recorder = Recorder(server)
    daemon = run(client, "server 10.9.0.1 iburst offline minpoll 1 maxpoll 1\n")
    l.wait_for("offline", lambda: "1 sources offline" in client.horac("activity"))
    assert not recorder.requests()
    client.horac("burst", "1/1")
    l.wait_for("a request of the burst", recorder.requests)
    client.horac("online")
    l.wait_for("requests", lambda: len(recorder.requests()) > 2)
    assert "1 sources offline" not in client.horac("activity")
    assert client.stop(daemon) == 0


l.main(interleaved_mode, interleaved_mode_of_hora, interleaved_mode_with_nts,
       interleaved_mode_with_a_key, server_without_the_mode, finer_root_delay,
       requests_of_options, presend_measures_the_second, copies_the_server,
       goes_offline_by_itself, starts_offline)
