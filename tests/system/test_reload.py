# SPDX-License-Identifier: Apache-2.0
"""Another configuration while everything runs: SIGHUP, `horac reload config`."""
import os
import re
import signal
import time

import lab as l

FAST = "minpoll 0 maxpoll 0"


def reload(host, ok=True):
    """`horac reload config`; what it says, on stdout and on stderr."""
    done = host.call([l.HORAC, "reload", "config"], timeout=60)
    assert (done.returncode == 0) == ok, (done, host.read("horad.log")[-2000:])
    assert done.stdout.startswith("200 OK\n" if ok else "500 Failure\n"), done
    return done.stdout.split("\n", 1)[1] + done.stderr


def rewrite(host, config):
    host.write("etc/chrony.conf", config)


def addresses(host):
    return [row[2] for row in host.csv("-n", "sources")]


def source(host, address):
    """Row of sources: reach is [5], age of the last sample [6]."""
    return next(row for row in host.csv("-n", "sources") if row[2] == address)


def answers(server, client):
    """Does the server answer this host's requests?"""
    done = client.call([l.HORAD, "-Q", "-t", "3", "cmdport 0", "pidfile /",
                        f"server {server.address} iburst"], timeout=20)
    return done.returncode == 0


def sources_come_go_and_change(lab):
    servers = [lab.host(f"server{i}", f"10.9.0.{i}") for i in (1, 2, 3)]
    for server in servers:
        server.horad("local stratum 3\nallow\n")
    client = lab.host("client", "10.9.0.9")
    daemon = client.horad(f"server 10.9.0.1 {FAST}\nserver 10.9.0.2 {FAST}\n", ready=True)
    client.synchronised()
    l.wait_for("samples", lambda: int(client.csv("-n", "sourcestats")[0][1]) >= 4)
    samples = int(client.csv("-n", "sourcestats")[0][1])
    pids = {name: client.pids(name) for name in l.ROLES}

    # One goes, one comes, one stays with all that is known of it.
    rewrite(client, f"server 10.9.0.3 {FAST}\nserver 10.9.0.1 {FAST}\n")
    assert reload(client) == ""
    assert addresses(client) == ["10.9.0.1", "10.9.0.3"]
    assert int(client.csv("-n", "sourcestats")[0][1]) >= samples
    assert source(client, "10.9.0.1")[5] in ("377", "177", "77", "37", "17")
    log = client.read("horad.log")
    assert "Removed source 10.9.0.2" in log and "Configuration reloaded" in log, log
    client.synchronised()

    # Options that can change in place.
    rewrite(client, f"server 10.9.0.3 {FAST}\nserver 10.9.0.1 minpoll 3 maxpoll 5 noselect\n")
    reload(client)
    row = next(row for row in client.csv("-n", "selectdata") if row[1] == "10.9.0.1")
    assert row[3] == "N", row
    assert int(client.csv("-n", "sourcestats")[0][1]) >= samples
    assert int(source(client, "10.9.0.1")[4]) in (3, 4, 5)
    assert {name: client.pids(name) for name in l.ROLES} == pids, "no role was started again"
    assert client.stop(daemon) == 0


def a_broken_file_is_refused_whole(lab):
    server = lab.host("server", "10.9.0.1")
    client = lab.host("client", "10.9.0.2")
    good = "local stratum 3\nallow\n"
    daemon = server.horad(good)
    l.wait_for("service", lambda: answers(server, client))
    for text, words in (
            (good + "deny 10.9.0.2\nratelimi 3\n", "/etc/chrony/chrony.conf:4: unknown directive 'ratelimi'; did you mean 'ratelimit'?"),
            ("deny\nntsservercert /nonexistent\nntsserverkey /nonexistent\n",
             "Could not use /nonexistent as NTS server certificate: No such file or directory"),
            ("deny\nntsservercert /nonexistent\n", "ntsservercert")):
        rewrite(server, text)
        said = reload(server, ok=False)
        refused = "Configuration refused, the old one stays in force: "
        assert said.startswith(refused) and words in said and said.count("\n") == 1, said
        assert said.strip() in server.read("horad.log"), said
    # What is started later goes by the configuration in force, not by the file.
    for name in ("hora-serve", "hora-engine"):
        old = server.pids(name)
        os.kill(old[0], signal.SIGKILL)
        l.wait_for(f"{name} again", lambda: server.pids(name) not in ([], old))
    l.wait_for("service again", lambda: server.csv("tracking") and answers(server, client))
    # SIGHUP says the same in the log.
    before = server.read("horad.log").count("Configuration refused")
    daemon.send_signal(signal.SIGHUP)
    l.wait_for("refusal", lambda: server.read("horad.log").count("Configuration refused") == before + 1)
    rewrite(server, "local stratum 3\nallow\n# mended\n")
    assert reload(server) == ""
    assert server.stop(daemon) == 0


def servers_take_everything_over(lab):
    ca = lab.ca()
    old_ca = lab.ca("other")
    cert, key = lab.cert("a", ["server.example"])
    server = lab.host("server", "10.9.0.1", "server.example")
    server.run("ip addr add fd00::1/64 dev eth0 nodad")
    client = lab.host("client", "10.9.0.2")
    base = "local stratum 3\n"
    daemon = server.horad(base)
    l.wait_for("horad", lambda: server.csv("tracking"))
    assert server.pids("hora-serve") == [] and not answers(server, client)
    # A server comes, with a port of another family later.
    rewrite(server, base + "allow 10.0.0.0/8\n")
    assert reload(server) == ""
    assert answers(server, client)
    pid = server.pids("hora-serve")
    rewrite(server, base + "allow 10.0.0.0/8\ndeny 10.9.0.2\n")
    reload(server)
    assert not answers(server, client) and server.pids("hora-serve") == pid
    rewrite(server, base + "allow 10.0.0.0/8\nallow fd00::/8\n")
    reload(server)
    assert answers(server, client)
    assert "[::]:123" in server.run("ss -H -u -a -n")
    assert "hora-serve starts anew to open what is new" in server.read("horad.log")
    # NTS, with a certificate, then with one of another authority.
    nts = f"allow\nntsservercert {cert}\nntsserverkey {key}\n"
    rewrite(server, base + nts)
    assert reload(server) == ""
    l.wait_for("NTS-KE server", lambda: ":4460 " in server.run("ss -ltn"))
    asked = client.horad(f"ntstrustedcerts {ca}\nserver server.example iburst nts {FAST}\n")
    client.synchronised()
    other, other_key = lab.cert("b", ["server.example"], ca="other")
    rewrite(server, base + f"allow\nntsservercert {other}\nntsserverkey {other_key}\n")
    assert reload(server) == ""
    probe = lab.host("probe", "10.9.0.3")
    done = probe.horad(f"ntstrustedcerts {old_ca}\nserver server.example iburst nts {FAST}\n")
    probe.synchronised()
    # The client's cookies are still good: keys of cookies stayed.
    reach = l.wait_for("reach", lambda: source(client, "10.9.0.1")[5])
    assert int(reach, 8) & 1, reach
    # A limit that leaves next to nothing, and commands of others.
    drops = int(server.csv("serverstats")[0][1])
    rewrite(server, base + nts + "ratelimit interval 6 burst 1 leak 10\ncmdallow 10.9.0.2\nbindcmdaddress 0.0.0.0\n")
    assert "a restart is needed for: bindcmdaddress" in reload(server)
    l.wait_for("drops", lambda: int(server.csv("serverstats")[0][1]) > drops + 1)
    rewrite(server, base + "deny\n")
    reload(server)
    l.wait_for("end of servers", lambda: not server.pids("hora-serve") and not server.pids("hora-ke-server"))
    assert client.stop(asked) == 0 and probe.stop(done) == 0 and server.stop(daemon) == 0


def what_needs_a_restart_is_named(lab):
    host = lab.host("host", "10.9.0.1")
    daemon = host.horad("local stratum 3\nallow\nport 1234\n")
    l.wait_for("horad", lambda: host.csv("tracking"))
    rewrite(host, "local stratum 4\nallow\npidfile /run/chrony/other.pid\nport 1235\nuser root\ncmdport 323\n")
    said = reload(host)
    assert said == "a restart is needed for: port, pidfile, user\n", said
    assert "Configuration reloaded; a restart is needed for: port, pidfile, user" in host.read("horad.log")
    l.wait_for("the rest", lambda: host.csv("tracking")[0][2] == "4")
    pid = host.pids("hora-serve")[0]
    os.kill(pid, signal.SIGKILL)
    l.wait_for("hora-serve again", lambda: host.pids("hora-serve") not in ([], [pid]))
    l.wait_for("its port", lambda: ":1234 " in host.run("ss -H -u -a -n"))
    assert host.stop(daemon) == 0
    assert not os.path.exists(f"{host.dir}/run/chronyd.pid")


def storms_are_survived(lab):
    server = lab.host("server", "10.9.0.1")
    server.horad("local stratum 3\nallow\n")
    host = lab.host("host", "10.9.0.2")
    daemon = host.horad(f"server 10.9.0.1 {FAST}\nallow\n", ready=True)
    host.synchronised()
    pids = {name: host.pids(name) for name in l.ROLES}
    for i in range(300):
        daemon.send_signal(signal.SIGHUP)
        if i % 50 == 0:
            # A terminal's goes to the whole group.
            for name in l.ROLES:
                for pid in pids[name]:
                    os.kill(pid, signal.SIGHUP)
            reload(host)
    reload(host)
    assert {name: host.pids(name) for name in l.ROLES} == pids
    assert int(source(host, "10.9.0.1")[5], 8) > 0
    assert host.stop(daemon) == 0


def sourcedirs_come_and_go(lab):
    server = lab.host("server", "10.9.0.1")
    server.horad("local stratum 3\nallow\n")
    host = lab.host("host", "10.9.0.2")
    os.makedirs(f"{host.dir}/etc/sources.d")
    host.write("etc/sources.d/a.sources", "server 10.9.0.1 minpoll 0 maxpoll 0\nserver 10.9.0.8 prefered\n"
               "allow\nserver 10.9.0.7")
    daemon = host.horad("sourcedir /etc/chrony/sources.d\n")
    host.synchronised()
    assert addresses(host) == ["10.9.0.1"]
    log = host.read("horad.log")
    assert "/etc/chrony/sources.d/a.sources:2: " in log and "a.sources:3: " in log, log
    assert "/etc/chrony/sources.d/a.sources:4: the line has no end" in log, log
    rewrite(host, "# nothing\n")
    reload(host)
    l.wait_for("no source", lambda: host.csv("activity")[0][0] == "0")
    rewrite(host, "sourcedir /etc/chrony/sources.d\n")
    host.write("etc/sources.d/a.sources", "server 10.9.0.1\nserver 10.9.0.7\n")
    reload(host)
    l.wait_for("both", lambda: addresses(host) == ["10.9.0.1", "10.9.0.7"])
    assert host.stop(daemon) == 0


def long_lists_do_not_drown_anybody(lab):
    host = lab.host("host", "10.9.0.1")
    os.makedirs(f"{host.dir}/etc/sources.d")
    daemon = host.horad("sourcedir /etc/chrony/sources.d\nlocal stratum 3\n", ready=True)
    pids = {name: host.pids(name) for name in l.ROLES}
    lines = [f"server 10.{i // 60000 + 1}.{i // 250 % 240}.{i % 250 + 1} offline\n" for i in range(3000)]
    host.write("etc/sources.d/a.sources", "".join(lines) + "nonsense\n" * 3000)
    reload(host)
    l.wait_for("all of them", lambda: host.csv("activity")[0][1] == "3000", 60)
    assert "2900 more changes of sources are left out of the log" in host.read("horad.log")
    assert "Skipped 2980 more lines of .sources files" in host.read("horad.log")
    rewrite(host, "local stratum 3\n")
    reload(host)
    l.wait_for("none", lambda: host.csv("activity")[0][1] == "0", 60)
    assert {name: host.pids(name) for name in l.ROLES} == pids
    assert host.stop(daemon) == 0


def systemd_is_told(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 3\n")
    listener = l.notified(f"{host.dir}/run/notify")
    daemon = host.start([l.HORAD, "-d", "-x"], "horad.log", env={"NOTIFY_SOCKET": "/run/chrony/notify"})
    assert listener.recv(200) == b"READY=1"
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    daemon.send_signal(signal.SIGHUP)
    state = listener.recv(200).decode()
    found = re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=(\d+)", state)
    assert found and before <= int(found.group(1)) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000, state
    assert listener.recv(200) == b"READY=1"
    rewrite(host, "nonsense\n")
    daemon.send_signal(signal.SIGHUP)
    assert listener.recv(200).startswith(b"RELOADING=1") and listener.recv(200) == b"READY=1"
    assert host.stop(daemon) == 0


def others_daemons_say_no(lab):
    host = lab.host("host", "10.9.0.1")
    daemon = host.chronyd("local stratum 3\n")
    l.wait_for("chronyd", lambda: host.csv("tracking"))
    done = host.call([l.HORAC, "reload", "config"], timeout=60)
    assert done.returncode == 1 and "502 Invalid command" in done.stdout, done
    assert "This daemon cannot reload its configuration" in done.stderr, done
    assert host.stop(daemon) == 0
    # Over UDP nobody may ask; and the words.
    daemon = host.horad("local stratum 3\n")
    l.wait_for("horad", lambda: host.csv("tracking"))
    done = host.call([l.HORAC, "-h", "127.0.0.1", "reload", "config"], timeout=60)
    assert done.returncode == 1 and "501 Not authorised" in done.stdout, done
    done = host.call([l.HORAC, "reload", "all"])
    assert done.returncode == 1 and done.stderr == "Invalid syntax for reload command\n", done
    assert host.stop(daemon) == 0


def directives_of_the_command_line_persist(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    os.makedirs(f"{host.dir}/etc/sources.d")
    daemon = host.start([l.HORAD, "-d", "-x", "sourcedir /etc/chrony/sources.d", "local stratum 3"], "horad.log")
    l.wait_for("horad", lambda: host.csv("tracking"))
    host.write("etc/sources.d/a.sources", "server 10.9.0.8 offline\n")
    assert reload(host) == ""
    l.wait_for("the source", lambda: addresses(host) == ["10.9.0.8"])
    assert "directives stay as the command line gives them" in host.read("horad.log")
    assert host.stop(daemon) == 0


def it_works_in_one_process(lab):
    server = lab.host("server", "10.9.0.1")
    server.horad("local stratum 3\nallow\n")
    host = lab.host("host", "10.9.0.2")
    daemon = host.horad(f"server 10.9.0.1 {FAST}\n", program=l.SINGLE)
    host.synchronised()
    rewrite(host, f"server 10.9.0.1 {FAST}\nserver 10.9.0.3\nallow\n")
    assert reload(host) == ""
    assert addresses(host) == ["10.9.0.1", "10.9.0.3"]
    assert answers(host, server)
    rewrite(host, f"server 10.9.0.1 {FAST}\nallow 10.0.0.0/8\n")
    assert reload(host) == ""
    assert answers(host, server)
    assert host.stop(daemon) == 0


if __name__ == "__main__":
    l.main(sources_come_go_and_change, a_broken_file_is_refused_whole, servers_take_everything_over,
           what_needs_a_restart_is_named, storms_are_survived, sourcedirs_come_and_go,
           long_lists_do_not_drown_anybody, systemd_is_told,
           others_daemons_say_no, directives_of_the_command_line_persist, it_works_in_one_process)
