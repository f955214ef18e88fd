# SPDX-License-Identifier: Apache-2.0
"""The two ways to start: horad starts the roles (as the other tests have it), or
each is started by itself and connects; sockets that are passed; readiness."""
import os
import signal
import socket
import time
import lab as l

SERVER = """ntsserverkey {key}
ntsservercert {cert}
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
allow fd00::/8
local stratum 5
"""
CLIENT = "server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n"
TOOL = f"{os.environ['HORA_TOP']}/tests/system/tools/pass_sockets.py"
WITH_PORTS = ("hora-engine", "hora-serve", "hora-ke-server")
NO_BIND = ["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"]
SUPERVISED = {"HORA_SUPERVISED": "1"}
RUNNING = ("hora-engine", "hora-serve", "hora-ke-server", "hora-ke-client")


def as_user(lab, *argv, caps=""):
    """A command as the daemon's user, with ambient capabilities."""
    keep = [f"--inh-caps=-all{caps}", f"--ambient-caps=-all{caps}"] if caps else \
        ["--inh-caps=-all", "--ambient-caps=-all"]
    return ["setpriv", f"--reuid={lab.uid}", f"--regid={lab.uid}", "--clear-groups", *keep, *argv]


def start_role(lab, host, name, env=None):
    """A role by hand, as a unit of its own would; its output in NAME.log."""
    caps = ",+net_bind_service" if name in WITH_PORTS else ""
    return host.start(as_user(lab, f"{l.LIBEXEC}/{name}", caps=caps), f"{name}.log", env)


def start_horad(lab, host, config):
    host._own(lab.uid)
    host.write("etc/chrony.conf", config)
    return host.start([l.HORAD, "-d", "-x"], "horad.log", SUPERVISED)


def pair(lab):
    server = lab.host("server", "10.9.0.1", "time.example")
    client = lab.host("client", "10.9.0.2")
    ca = lab.ca()
    cert, key = lab.cert("cert", ["time.example"])
    os.chmod(key, 0o600)
    return server, client, SERVER.format(key=key, cert=cert), CLIENT.format(ca=ca)


def ends(process, seconds=10):
    return l.wait_for("end of a role", lambda: (process.poll(),) if process.poll() is not None else None,
                      seconds, 0.05)[0]


ASK = """import socket, sys
s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], 123))    # takes answers from that address only
s.settimeout(0.5)
s.send(bytes([0x23]) + bytes(39) + b'12345678')
r = s.recv(100)
sys.exit(0 if r[0] & 7 == 4 and r[24:32] == b'12345678' else 1)
"""


def answered(client, address):
    return client.call(["python3", "-c", ASK, address]).returncode == 0


def serves_keys(server):
    """A client that is refused asks for keys again only after 16 s."""
    l.wait_for("NTS-KE port", lambda: ":4460 " in server.run("ss -H -l -t -n"))


def roles_come_in_any_order(lab):
    server, client, server_config, client_config = pair(lab)
    # The roles first: they wait for horad (not for a folder to become theirs).
    server._own(lab.uid)
    roles = {name: start_role(lab, server, name) for name in RUNNING}
    time.sleep(1)
    assert all(role.poll() is None for role in roles.values()), "a role did not wait for horad"
    daemon = start_horad(lab, server, server_config)
    serves_keys(server)
    # horad first, then the roles from the last to the first.
    client_daemon = start_horad(lab, client, client_config)
    l.wait_for("socket for roles", lambda: os.path.exists(f"{client.dir}/run/horad.sock"))
    client_roles = {}
    for name in reversed(("hora-engine", "hora-ke-client")):
        time.sleep(0.3)
        client_roles[name] = start_role(lab, client, name)
    client.synchronised()
    assert client.csv("-N", "authdata")[0][1] == "NTS"
    assert os.stat(f"{client.dir}/run/horad.sock").st_mode & 0o777 == 0o600
    for name, role in roles.items():
        with open(f"/proc/{role.pid}/status") as text:
            now = dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)
        assert now["Uid"].split() == [str(lab.uid)] * 4 and now["NoNewPrivs"] == "1", (name, now)
        for cap in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
            assert int(now[cap], 16) == 0, (name, cap, now[cap])
    with open(f"/proc/{server.pids('horad')[0]}/status") as text:
        now = dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)
    assert now["NoNewPrivs"] == "1" and int(now["CapPrm"], 16) == 1 << 2, now  # to read keys
    # One that the configuration has no use for ends in order, and is named.
    assert ends(start_role(lab, server, "hora-clock")) == 0
    assert "hora-clock has nothing to do in this configuration" in server.read("horad.log")
    # A stop: first the roles, in order, then horad.
    assert server.stop(daemon) == 0
    assert [ends(role) for role in roles.values()] == [0] * len(roles)
    assert client.stop(client_daemon) == 0
    assert [ends(role) for role in client_roles.values()] == [0] * len(client_roles)
    for host in (server, client):
        left = [name for name in os.listdir(f"{host.dir}/run")]
        assert not left, left
        assert "gone" not in host.read("horad.log"), host.read("horad.log")


def what_dies_comes_back(lab):
    server, client, server_config, client_config = pair(lab)
    daemon = start_horad(lab, server, server_config)
    roles = {name: start_role(lab, server, name) for name in RUNNING}
    serves_keys(server)
    client.horad(client_config)
    client.synchronised()

    def received():
        return int(client.csv("ntpdata")[0][-6])

    for name in RUNNING:
        counted = int(server.csv("serverstats")[0][0])
        roles[name].kill()
        roles[name].wait()
        roles[name] = start_role(lab, server, name)  # at once: the news of its death may be behind
        l.wait_for(f"{name} is ready", lambda: server.csv("serverstats"), 5)
        assert int(server.csv("serverstats")[0][0]) >= counted, f"{name}: counters were lost"
        good = received()
        l.wait_for(f"valid answers after {name}", lambda: received() > good + 1)
        assert roles[name].poll() is None, server.read(f"{name}.log")
    l.wait_for("lines about them", lambda: all(
        f"{name} is gone until it is started again" in server.read("horad.log") for name in RUNNING))
    # A new client gets keys from the new hora-ke-server.
    serves_keys(server)
    other = lab.host("other", "10.9.0.3")
    other.horad(client_config)
    other.synchronised()
    assert other.csv("-N", "authdata")[0][1] == "NTS"
    # A role that is stopped by its supervisor ends with 0.
    assert server.stop(roles["hora-ke-client"], signal.SIGTERM) == 0
    # A horad that dies takes the roles with it; their supervisor starts all anew.
    del roles["hora-ke-client"]
    daemon.kill()
    daemon.wait()
    for name, role in roles.items():
        assert ends(role) == 1, name
        assert f"{name}: horad is gone" in server.read(f"{name}.log"), server.read(f"{name}.log")
    roles = {name: start_role(lab, server, name) for name in RUNNING}
    daemon = start_horad(lab, server, server_config)  # over the socket and pid file left behind
    l.wait_for("control socket", lambda: server.csv("tracking"))
    good = received()
    l.wait_for("valid answers after horad", lambda: received() > good + 1)
    assert server.stop(daemon) == 0
    assert [ends(role) for role in roles.values()] == [0] * len(roles)


CONNECT = """import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect('/run/chrony/horad.sock')
s.settimeout(8)
if sys.argv[1]: s.send(sys.argv[1].encode())
try:
    sys.exit(0 if s.recv(10) == b'' else 1)
except ConnectionResetError:
    sys.exit(0)
"""


def a_reload_reaches_all(lab):
    server, client, server_config, _ = pair(lab)
    daemon = start_horad(lab, server, server_config)
    roles = {name: start_role(lab, server, name) for name in RUNNING}
    serves_keys(server)
    l.wait_for("service", lambda: answered(client, "10.9.0.1") and server.csv("tracking"))
    # A hang-up of the terminal ends nobody.
    for role in roles.values():
        role.send_signal(signal.SIGHUP)
    server.write("etc/chrony.conf", server_config + "deny 10.9.0.2\n")
    done = server.call([l.HORAC, "reload", "config"], timeout=60)
    assert done.returncode == 0 and done.stdout == "200 OK\n", done
    assert not answered(client, "10.9.0.1")
    # What is missing is not waited for, and gets what is in force.
    roles["hora-serve"].kill()
    ends(roles["hora-serve"])
    server.write("etc/chrony.conf", server_config)
    daemon.send_signal(signal.SIGHUP)
    l.wait_for("second reload", lambda: server.read("horad.log").count("Configuration reloaded") == 2)
    server.write("etc/chrony.conf", server_config + "nonsense\n")
    done = server.call([l.HORAC, "reload", "config"], timeout=60)
    assert done.returncode == 1 and "chrony.conf:" in done.stderr, done
    roles["hora-serve"] = start_role(lab, server, "hora-serve")
    l.wait_for("service again", lambda: answered(client, "10.9.0.1"))
    # Those without use end. One that is started all the same waits, and goes on when there is use
    # again; one that is not there is waited for.
    server.write("etc/chrony.conf", "local stratum 5\n")
    assert server.call([l.HORAC, "reload", "config"], timeout=60).returncode == 0
    assert [ends(roles[name]) for name in ("hora-serve", "hora-ke-server")] == [0, 0]
    roles["hora-serve"] = start_role(lab, server, "hora-serve")
    l.wait_for("a server that waits", lambda:
               "hora-serve waits for a configuration that has a use for it" in server.read("horad.log"))
    assert ":123 " not in server.run("ss -H -l -u -n")
    server.write("etc/chrony.conf", server_config)
    assert server.call([l.HORAC, "reload", "config"], timeout=60).returncode == 0
    assert answered(client, "10.9.0.1")
    assert "hora-ke-server has something to do now: start it" in server.read("horad.log")
    roles["hora-ke-server"] = start_role(lab, server, "hora-ke-server")
    serves_keys(server)
    # A rule by command, and a daemon that ends, find it at its place as well.
    server.write("etc/chrony.conf", "local stratum 5\n")
    assert server.call([l.HORAC, "reload", "config"], timeout=60).returncode == 0
    assert [ends(roles[name]) for name in ("hora-serve", "hora-ke-server")] == [0, 0]
    for name in ("hora-serve", "hora-ke-server"):
        roles[name] = start_role(lab, server, name)
    l.wait_for("servers that wait", lambda:
               server.read("horad.log").count(" waits for a configuration that has a use for it") == 3)
    assert server.call([l.HORAC, "allow 10.9.0.2"]).stdout == "200 OK\n"
    assert answered(client, "10.9.0.1")
    assert server.stop(daemon) == 0
    assert [ends(role) for role in roles.values()] == [0] * len(roles)


def intruders_are_refused(lab):
    server, client, server_config, _ = pair(lab)
    daemon = start_horad(lab, server, server_config)
    roles = {name: start_role(lab, server, name) for name in RUNNING}
    l.wait_for("service", lambda: answered(client, "10.9.0.1"))
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    # Another user does not get to the socket...
    done = server.call([*nobody, f"{l.LIBEXEC}/hora-ke-client"])
    assert done.returncode == 1 and done.stderr == \
        "hora-ke-client: could not reach horad at /run/chrony/horad.sock: Permission denied\n", done
    # ... and is refused where the permissions let him.
    os.chmod(f"{server.dir}/run", 0o755)
    os.chmod(f"{server.dir}/run/horad.sock", 0o666)
    done = server.call([*nobody, f"{l.LIBEXEC}/hora-ke-client"])
    assert done.returncode == 1 and done.stderr == \
        "hora-ke-client: horad has refused the connection or is gone\n", done
    assert "it does not run as our user" in server.read("horad.log")

    # A second one of a role that lives.
    for name in RUNNING:
        again = start_role(lab, server, name)
        assert ends(again) == 1, name
        assert f"refused process {again.pid} as {name}: there is one already" in server.read("horad.log")
        assert roles[name].poll() is None, name
    assert answered(client, "10.9.0.1") and server.csv("tracking")

    # Strangers of the right user: one talks nonsense, one says nothing, one leaves.
    talk = server.call(as_user(lab, "python3", "-c", CONNECT, "nonsense"))
    assert talk.returncode == 0, talk
    assert "is no role of this build" in server.read("horad.log")
    silent = server.call(as_user(lab, "python3", "-c", CONNECT, ""))
    assert silent.returncode == 0, silent
    assert "connected and did not say who it is" in server.read("horad.log")
    assert all(role.poll() is None for role in roles.values())
    assert answered(client, "10.9.0.1")
    assert server.stop(daemon) == 0


def names_in_access_rules_are_looked_up(lab):
    host, client = lab.host("host", "10.9.0.1"), lab.host("client", "10.9.0.2")
    lab.write_hosts(client__example="10.9.0.2")
    horad = start_horad(lab, host, "local stratum 3\nallow client.example\n")
    serve = start_role(lab, host, "hora-serve")
    start_role(lab, host, "hora-engine")
    for _ in range(2):
        names = start_role(lab, host, "hora-ke-client")
        l.wait_for("service", lambda: client.call(
            [l.HORAD, "-Q", "-t", "3", "cmdport 0", "pidfile /", "server 10.9.0.1 iburst"]).returncode == 0)
        names.kill()
        names.wait()
    assert "allow client.example: 10.9.0.2" in host.read("horad.log")
    # One that comes while nobody looks up names is given the address, too.
    serve.kill()
    serve.wait()
    start_role(lab, host, "hora-serve")
    l.wait_for("service again", lambda: client.call(
        [l.HORAD, "-Q", "-t", "3", "cmdport 0", "pidfile /", "server 10.9.0.1 iburst"]).returncode == 0)
    assert host.stop(horad) == 0


def roles_give_up_without_horad(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    roles = {name: start_role(lab, host, name, {"HORA_SOCKET": "/run/chrony/other.sock"})
             for name in l.ROLES}
    for name, role in roles.items():
        assert ends(role, 20) == 1, name
        assert host.read(f"{name}.log") == f"{name}: could not reach horad at /run/chrony/other.sock: " \
            "No such file or directory\n", host.read(f"{name}.log")
    long = host.call(as_user(lab, "env", f"HORA_SOCKET=/{'x' * 200}", f"{l.LIBEXEC}/hora-serve"))
    assert long.returncode == 1 and "File name too long" in long.stderr, long
    number = host.call(as_user(lab, "env", "HORA_CHANNEL=77", f"{l.LIBEXEC}/hora-serve"))
    assert number.returncode == 1 and "HORA_CHANNEL" in number.stderr, number
    words = host.call(as_user(lab, f"{l.LIBEXEC}/hora-serve", "-d"))
    assert words.returncode == 1 and "takes no arguments" in words.stderr, words


NTP = ["ntp,udp,0.0.0.0,123", "ntp,udp,::,123"]
KE = ["ntske,tcp,0.0.0.0,4460", "ntske,tcp,::,4460"]
CMD = ["cmd,udp,127.0.0.1,323", "cmd,udp,::1,323"]


def more_addresses(server, client):
    server.run("ip addr add 10.9.0.11/24 dev eth0; ip addr add fd00::1/64 dev eth0 nodad;"
               "ip addr add fd00::11/64 dev eth0 nodad")
    client.run("ip addr add fd00::2/64 dev eth0 nodad")


def serves_everywhere(client):
    for address in ("10.9.0.1", "10.9.0.11", "fd00::1", "fd00::11"):
        l.wait_for(f"an answer from {address}", lambda: answered(client, address))


def passed_sockets_by_horad(lab):
    server, client, config, client_config = pair(lab)
    more_addresses(server, client)
    server._own(lab.uid)
    server.write("etc/chrony.conf", config)
    # Without the capability, and without sockets: it can not be.
    bare = server.call([*NO_BIND, l.HORAD, "-d", "-x"])
    assert bare.returncode == 1 and "could not open NTP server socket on 0.0.0.0 port 123: Permission denied" \
        in bare.stderr, bare
    daemon = server.start(["python3", TOOL, *NTP, *KE, *CMD, "--", *NO_BIND, l.HORAD, "-d", "-x"], "horad.log",
                          ready=True)
    serves_everywhere(client)
    client.horad(client_config)
    client.synchronised()
    assert client.csv("-N", "authdata")[0][1] == "NTS"
    asked = server.call([l.HORAC, "-h", "127.0.0.1", "tracking"])
    assert asked.returncode == 0, asked
    # A new hora-serve gets them again.
    old = server.pids("hora-serve")[0]
    os.kill(old, signal.SIGKILL)
    l.wait_for("hora-serve again", lambda: [p for p in server.pids("hora-serve") if p != old])
    serves_everywhere(client)
    assert "closed" not in server.read("horad.log"), server.read("horad.log")
    assert server.stop(daemon) == 0


def passed_sockets_to_the_roles(lab):
    server, client, config, client_config = pair(lab)
    more_addresses(server, client)
    server._own(lab.uid)
    os.chown(f"{server.dir}/run", lab.uid, lab.uid)
    server.write("etc/chrony.conf", config)
    # As the units have it: horad's own socket is passed, too. Nobody has a capability.
    daemon = server.start(["python3", TOOL, "horad,seqpacket,/run/chrony/horad.sock,660",
                           "ntp,udp,127.0.0.1,9123", "--", "sh", "-c",
                           "chown 990:990 /run/chrony/horad.sock; exec \"$@\"", "sh", *NO_BIND,
                           l.HORAD, "-d", "-x"], "horad.log", SUPERVISED)

    # A socket unit has given its socket to the user before any role starts.
    l.wait_for("horad", lambda: "starting" in server.read("horad.log"))

    def with_sockets(name, *sockets):
        return server.start(["python3", TOOL, *sockets, "--",
                             *as_user(lab, f"{l.LIBEXEC}/{name}")], f"{name}.log")
    roles = [with_sockets("hora-serve", *NTP, "ntp,udp,127.0.0.1,8123"), with_sockets("hora-ke-server", *KE),
             with_sockets("hora-engine", *CMD), with_sockets("hora-ke-client")]
    serves_everywhere(client)
    client.horad(client_config)
    client.synchronised()
    assert client.csv("-N", "authdata")[0][1] == "NTS"
    log = server.read("horad.log")
    # One of hora-serve that no directive asks for, and one that horad itself has no use for.
    assert log.count("closed 1 passed socket that the configuration does not ask for") == 2, log
    sockets = server.run("ss -H -u -a -n")
    assert "8123" not in sockets and "9123" not in sockets, sockets
    assert server.stop(daemon) == 0
    assert [ends(role) for role in roles] == [0] * len(roles)
    assert os.path.exists(f"{server.dir}/run/horad.sock"), "the socket is its unit's"


def forbidden_sockets_are_closed(lab):
    server, client, config, _ = pair(lab)
    server._own(lab.uid)
    cases = [
        # (configuration, options, sockets, lines about closing, open sockets that no more are there)
        ("local stratum 5\n", [], NTP[:1] + CMD, 1, ":123 "),          # no allow: no server
        ("local stratum 5\nallow\nport 0\n", [], NTP, 1, ":123 "),
        ("local stratum 5\nallow\n", [], KE[:1] + CMD, 1, ":4460 "),    # no certificate
        ("local stratum 5\nallow\n", ["-4"], NTP, 1, None),             # hora-serve closes its own
        (config, ["-6"], KE, 1, None),
        ("local stratum 5\nallow\n", [], NTP + CMD, 0, None),
    ]
    for text, options, sockets, closed, gone in cases:
        server.write("horad.log", "")
        server.write("etc/chrony.conf", text)
        daemon = server.start(["python3", TOOL, *sockets, "--", l.HORAD, "-d", "-x", *options], "horad.log",
                              ready=True)
        log = server.read("horad.log")
        assert log.count(" that the configuration does not ask for") == closed, (options, text, log)
        if gone:
            assert gone not in server.run("ss -H -a -n -t -u"), (text, options)
        assert server.stop(daemon) == 0
    # Meant for another process: not ours to take, nor to close.
    server.write("etc/chrony.conf", "local stratum 5\nallow\n")
    server.write("horad.log", "")
    other = server.start(["env", "PASS_PID=1", "python3", TOOL, "ntp,udp,0.0.0.0,8123", "--",
                          l.HORAD, "-d", "-x"], "horad.log", ready=True)
    assert "passed" not in server.read("horad.log")
    assert server.stop(other) == 0


def readiness_is_told(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 5\nallow\n")
    os.chmod(f"{host.dir}/run", 0o755)
    for env in ({}, SUPERVISED):
        notify = l.notified(f"{host.dir}/notify")
        daemon = host.start([l.HORAD, "-d", "-x"], "horad.log",
                            {**env, "NOTIFY_SOCKET": f"{host.dir}/notify"})
        assert notify.recv(100) == b"READY=1"
        if env:  # the units of the roles may follow: horad's socket is there
            assert os.path.exists(f"{host.dir}/run/horad.sock")
            roles = [start_role(lab, host, name) for name in ("hora-engine", "hora-serve", "hora-ke-client")]
            l.wait_for("control socket", lambda: host.csv("tracking"))
        else:    # everything works
            assert host.csv("tracking"), "ready was told too early"
            assert answered(host, "127.0.0.1")
        notify.settimeout(0.5)
        try:
            assert False, notify.recv(100)
        except socket.timeout:
            pass
        notify.settimeout(10)
        assert host.stop(daemon) == 0
        assert notify.recv(100) == b"STOPPING=1"
        notify.close()
    assert [ends(role) for role in roles] == [0] * 3
    # A start that fails says nothing of the kind.
    notify = l.notified(f"{host.dir}/notify")
    host.write("etc/chrony.conf", "nonsense\n")
    failed = host.start([l.HORAD, "-d", "-x"], "horad.log", {"NOTIFY_SOCKET": f"{host.dir}/notify"})
    assert ends(failed) == l.EXIT_CONFIG
    notify.settimeout(0.2)
    try:
        assert False, notify.recv(100)
    except socket.timeout:
        pass


def the_watchdog_is_fed_by_the_roles(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 5\n")
    os.chmod(f"{host.dir}/run", 0o755)
    notify = l.notified(f"{host.dir}/notify")
    daemon = host.start([l.HORAD, "-d", "-x"], "horad.log",
                        {"NOTIFY_SOCKET": f"{host.dir}/notify", "WATCHDOG_USEC": "3000000"})
    told = [notify.recv(100) for _ in range(4)]
    assert told.count(b"READY=1") == 1 and told.count(b"WATCHDOG=1") == 3, told
    # An engine that is stopped says nothing, and soon horad says nothing for it.
    engine = host.pids("hora-engine")[0]
    os.kill(engine, signal.SIGSTOP)
    stopped = time.monotonic()
    notify.settimeout(5)
    try:
        while time.monotonic() < stopped + 60 * l.PATIENCE:
            assert notify.recv(100) == b"WATCHDOG=1"
        assert False, "still fed"
    except socket.timeout:
        assert time.monotonic() - stopped > 10
    os.kill(engine, signal.SIGCONT)
    assert notify.recv(100) == b"WATCHDOG=1"
    assert host.stop(daemon) == 0


def ends_that_forbid_a_new_start_are_told_apart(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.horad("local stratum 5\nallow\n")
    l.wait_for("service", lambda: answered(client, "10.9.0.1"))
    wrong = "server 10.9.0.1 iburst offset 1\nmaxchange 0.1 0 0\n"
    refused = client.horad(wrong)
    assert ends(refused, 20) == l.EXIT_OFFSET, refused
    assert "(exiting)" in client.read("horad.log")


def root_overrules_nothing(lab):
    """As policies and containers have it: as root without rights over modes and owners,
    in folders of the daemon's user, those that it makes included."""
    host = lab.host("server", "10.9.0.1")
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 5\nport 0\ncmdport 0\npidfile /run/chrony/pid\n"
               "logdir /var/log/chrony/new\nlog tracking\ndumpdir /var/lib/chrony/new\n")
    without = "-dac_override,-fowner,-sys_admin"
    horad = host.start(["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", l.HORAD, "-d", "-x"],
                       "horad.log")
    l.wait_for("the control socket", lambda: os.path.exists(f"{host.dir}/run/chronyd.sock") or
               horad.poll() is not None)
    assert host.read("run/pid").strip().isdigit(), host.read("horad.log")
    for path in ("run/pid", "log/new", "lib/new"):
        assert os.stat(f"{host.dir}/{path}").st_uid == lab.uid, path
    assert "denied" not in host.read("horad.log"), host.read("horad.log")
    assert host.stop(horad) == 0
    assert not os.path.exists(f"{host.dir}/run/pid")


if __name__ == "__main__":
    l.main(roles_come_in_any_order, what_dies_comes_back, a_reload_reaches_all,
           names_in_access_rules_are_looked_up, intruders_are_refused, roles_give_up_without_horad,
           passed_sockets_by_horad, passed_sockets_to_the_roles, forbidden_sockets_are_closed, readiness_is_told,
           the_watchdog_is_fed_by_the_roles, ends_that_forbid_a_new_start_are_told_apart,
           root_overrules_nothing)
