# SPDX-License-Identifier: Apache-2.0
"""Who is let in and who came: Debian's chronyc gives rules of access, and lists clients."""
import os
import signal

import lab as l
from test_reload import reload, rewrite
from test_start import ASK, ends, start_horad, start_role

BASE = "local stratum 3\n"
# A tracking request from an address of its own; prints the length of the answer.
TRACK = """import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 0))
s.settimeout(0.5)
s.sendto(bytes([6, 1, 0, 0, 0, 33, 0, 0]) + bytes(96), (sys.argv[2], 323))
print(len(s.recv(1000)))
"""


def two(lab):
    return lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")


def begin(host, config, program=None):
    return host.horad(config, program=program, ready=True)


def tell(host, command, status="200 OK"):
    """One command by chronyc, and what it must say."""
    done = host.call([l.CHRONYC, *command.split()])
    assert done.stdout == status + "\n", (command, done, host.read("horad.log")[-2000:])
    assert done.returncode == (0 if status[0] == "2" else 1), done


def serves(server, client):
    """Is one request answered, at once?"""
    return client.call(["python3", "-c", ASK, server.address]).returncode == 0


def monitors(host, local, server):
    """Is a command from this address answered?"""
    return host.call(["python3", "-c", TRACK, local, server]).stdout == "104\n"


def killed(host, role):
    """kill -9, and until its successor is there."""
    old = host.pids(role)
    os.kill(old[0], signal.SIGKILL)
    l.wait_for(f"{role} again", lambda: host.pids(role) not in ([], old))


def nobody_was_allowed_at_the_start(lab):
    server, client = two(lab)
    other = lab.host("other", "10.9.0.3")
    daemon = begin(server, BASE)
    assert server.pids("hora-serve") == [] and not serves(server, client)
    tell(server, "accheck 10.9.0.2", "209 Access denied")
    # The answer says that it is in force: nothing is waited for.
    tell(server, "allow 10.9.0.0/24")
    assert serves(server, client) and serves(server, other)
    tell(server, "accheck 10.9.0.2", "208 Access allowed")
    tell(server, "accheck 10.9.1.2", "209 Access denied")
    tell(server, "deny 10.9.0.2")
    tell(server, "accheck 10.9.0.2", "209 Access denied")
    assert not serves(server, client) and serves(server, other)
    # A family in which nobody was allowed.
    tell(server, "allow fd00::/8")
    server.run("ip addr add fd00::1/64 dev eth0 nodad")
    client.run("ip addr add fd00::2/64 dev eth0 nodad")
    assert client.call(["python3", "-c", ASK, "fd00::1"]).returncode == 0
    assert not serves(server, client) and serves(server, other)
    # A worker that is started anew has them, in their order.
    killed(server, "hora-serve")
    l.wait_for("service", lambda: serves(server, other))
    assert not serves(server, client)
    tell(server, "allow all")
    assert serves(server, client) and serves(server, other)
    tell(server, "deny all")
    assert not serves(server, client) and not serves(server, other)
    assert "Access rule by command: deny 10.9.0.2/32\n" in server.read("horad.log")
    assert server.stop(daemon) == 0


def beside_what_is_configured(lab):
    server, client = two(lab)
    lab.write_hosts(client__example="10.9.0.2")
    config = BASE + "allow 10.0.0.0/8\ndeny client.example\n"
    daemon = begin(server, config)
    l.wait_for("the name", lambda: "deny client.example: 10.9.0.2" in server.read("horad.log"))
    # A check knows the addresses of names, as the server does.
    l.wait_for("refusal", lambda: not serves(server, client))
    tell(server, "accheck 10.9.0.2", "209 Access denied")
    tell(server, "accheck 10.9.0.3", "208 Access allowed")
    pids = server.pids("hora-serve")
    tell(server, "allow 10.9.0.2")
    tell(server, "accheck 10.9.0.2", "208 Access allowed")
    assert serves(server, client) and server.pids("hora-serve") == pids
    for command in ("allow 10.0.0.0/33", "deny 10.9.0.2/33", "allow ::1/129", "cmdallow 1.2.3.4/40", "cmddeny all ::/200"):
        tell(server, command, "507 Bad subnet")
    # They outlive a reload, unless it changes the lines of access itself.
    rewrite(server, "local stratum 4\ncmdallow 10.9.0.9\n" + config[len(BASE):])
    assert reload(server) == ""
    assert serves(server, client)
    rewrite(server, BASE + "deny client.example\nallow 10.0.0.0/8\n")
    assert reload(server) == ""
    assert not serves(server, client)
    tell(server, "accheck 10.9.0.2", "209 Access denied")
    assert "Lines of access rules have changed: 1 rule by command dropped" in server.read("horad.log")
    assert server.stop(daemon) == 0


def commands_of_others(lab):
    server, client = two(lab)
    daemon = begin(server, BASE + "bindcmdaddress 0.0.0.0\n")
    assert monitors(server, "127.0.0.1", "127.0.0.1")
    assert not monitors(server, "127.0.0.2", "127.0.0.1") and not monitors(client, "10.9.0.2", "10.9.0.1")
    tell(server, "cmdaccheck 127.0.0.1", "208 Access allowed")
    tell(server, "cmdaccheck 127.0.0.2", "209 Access denied")
    tell(server, "cmdallow 127.0.0.2")
    tell(server, "cmdaccheck 127.0.0.2", "208 Access allowed")
    assert monitors(server, "127.0.0.2", "127.0.0.1") and not monitors(client, "10.9.0.2", "10.9.0.1")
    tell(server, "cmdallow all")
    tell(server, "cmddeny 127.0.0.2")
    assert not monitors(server, "127.0.0.2", "127.0.0.1") and monitors(client, "10.9.0.2", "10.9.0.1")
    # Rules of one kind say nothing of the other.
    assert server.pids("hora-serve") == []
    tell(server, "accheck 10.9.0.2", "209 Access denied")
    # Whoever may ask may not give rules.
    done = client.call([l.CHRONYC, "-h", "10.9.0.1", "allow"])
    assert done.stdout == "501 Not authorised\n", done
    killed(server, "hora-engine")
    l.wait_for("commands", lambda: monitors(client, "10.9.0.2", "10.9.0.1"))
    assert not monitors(server, "127.0.0.2", "127.0.0.1")
    assert server.stop(daemon) == 0


def keys_of_the_server(lab):
    server, client = lab.host("server", "10.9.0.1", "time.example"), lab.host("client", "10.9.0.2")
    ca = lab.ca()
    cert, key = lab.cert("cert", ["time.example"])
    server._own(lab.uid)
    server.write("etc/chrony.conf", BASE + f"ntsservercert {cert}\nntsserverkey {key}\nntsdumpdir /var/lib/chrony\n")
    daemon = server.start([l.HORAD, "-d", "-x"], "horad.log")
    l.wait_for("horad", lambda: server.csv("tracking"))
    assert ":4460 " not in server.run("ss -H -l -t -n")
    tell(server, "allow 10.9.0.2")
    assert ":4460 " in server.run("ss -H -l -t -n")
    asked = client.horad(f"ntstrustedcerts {ca}\nserver time.example iburst nts minpoll 0 maxpoll 0\n")
    client.synchronised()
    assert client.stop(asked) == 0
    # A connection is refused as a request is.
    tell(server, "deny 10.9.0.2")
    done = client.horad(f"ntstrustedcerts {ca}\nserver time.example iburst nts minpoll 0 maxpoll 0\n", log="refused.log")
    l.wait_for("refusal", lambda: int(client.csv("authdata")[0][5]) > 0)
    assert client.csv("authdata")[0][7] == "0"
    assert client.stop(done) == 0 and server.stop(daemon) == 0


def one_process_does_the_same(lab):
    server, client = two(lab)
    daemon = begin(server, BASE, program=l.SINGLE)
    assert not serves(server, client)
    tell(server, "allow 10.9.0.0/24")
    assert serves(server, client)
    tell(server, "deny 10.9.0.2")
    assert not serves(server, client)
    assert server.stop(daemon) == 0


def roles_of_others_are_missed(lab):
    """Where systemd starts the roles, one that nobody starts can not serve."""
    server, client = two(lab)
    daemon = start_horad(lab, server, BASE)
    l.wait_for("socket for roles", lambda: os.path.exists(f"{server.dir}/run/horad.sock"))
    roles = [start_role(lab, server, name) for name in ("hora-engine", "hora-ke-client")]
    l.wait_for("horad", lambda: server.csv("tracking"))
    tell(server, "cmdallow 10.9.0.2")
    tell(server, "allow 10.9.0.2", "500 Failure")
    assert "hora-serve does not run: nobody is served until it is started" in server.read("horad.log")
    # That is of no concern to others; and it is kept all the same.
    tell(server, "cmdallow 10.9.0.3")
    tell(server, "deny 10.9.0.4")
    roles.append(start_role(lab, server, "hora-serve"))
    l.wait_for("service", lambda: serves(server, client))
    tell(server, "deny 10.9.0.2")
    assert not serves(server, client)
    assert server.stop(daemon) == 0
    assert [ends(role) for role in roles] == [0] * len(roles)


def many_are_told_of(lab):
    server, client = two(lab)
    daemon = begin(server, BASE + "allow\n")
    lines = "".join(f"deny 10.1.{i // 256}.{i % 256}\n" for i in range(1030))
    done = server.call([l.CHRONYC], stdin=lines, timeout=120)
    said = [line for line in done.stdout.splitlines() if line[:3] in ("200", "500")]
    assert said == ["200 OK"] * 1024 + ["500 Failure"] * 6, (len(said), said[-8:])
    assert "Access rule by command is one more than can be kept" in server.read("horad.log")
    tell(server, "accheck 10.1.3.255", "209 Access denied")
    tell(server, "accheck 10.1.4.0", "208 Access allowed")
    # What has no effect any more makes room, and a role that is new has the rest.
    tell(server, "deny all 10.1.0.0/16")
    tell(server, "deny 10.9.0.2")
    assert not serves(server, client)
    tell(server, "accheck 10.1.4.0", "209 Access denied")
    assert server.stop(daemon) == 0


# One NTP request from each of so many loopback addresses.
MANY = """import socket, sys
for i in range(int(sys.argv[1])):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((f'127.1.{i // 250}.{i % 250 + 1}', 0))
    s.settimeout(5)
    s.sendto(bytes([0x23]) + bytes(39) + b'12345678', ('127.0.0.1', 123))
    s.recv(100)
"""


def clients(host, *options, tool=l.CHRONYC):
    """Rows of `clients` by address: NTP hits, drops, interval, that when limited, age, and four of the other service."""
    done = host.call([tool, "-n", "-c", "clients", *options])
    assert done.returncode == 0, done
    rows = [line.split(",") for line in done.stdout.splitlines()]
    assert len({row[0] for row in rows}) == len(rows), rows
    return {row[0]: [int(word) for word in row[1:]] for row in rows}


def clients_of_every_service(lab):
    server, client = lab.host("server", "10.9.0.1", "time.example"), lab.host("client", "10.9.0.2")
    other, third = lab.host("other", "10.9.0.3"), lab.host("third", "10.9.0.4")
    ca = lab.ca()
    cert, key = lab.cert("cert", ["time.example"])
    daemon = server.horad(BASE + f"ntsservercert {cert}\nntsserverkey {key}\nntsdumpdir /var/lib/chrony\n"
                          "allow\ncmdallow\nbindcmdaddress 0.0.0.0\n")
    assert clients(server) == {}, "requests by the Unix socket have no record"
    asked = client.horad(f"ntstrustedcerts {ca}\nserver time.example iburst nts minpoll 0 maxpoll 0\n")
    client.synchronised()
    l.wait_for("requests", lambda: clients(server)["10.9.0.2"][0] >= 6)
    assert serves(server, other)
    for _ in range(3):
        assert monitors(third, "10.9.0.4", "10.9.0.1")
    for tool in (l.CHRONYC, l.HORAC):
        rows, keys = clients(server, tool=tool), clients(server, "-k", tool=tool)
        assert set(rows) == set(keys) == {"10.9.0.2", "10.9.0.3", "10.9.0.4"}, rows
        assert rows["10.9.0.2"][0] >= 6 and rows["10.9.0.2"][1] == 0, rows
        assert -3 <= rows["10.9.0.2"][2] <= 1 and rows["10.9.0.2"][3] == 127 and rows["10.9.0.2"][4] <= 2, rows
        assert rows["10.9.0.2"][5:] == [0, 0, 127, 0xffffffff], rows
        assert keys["10.9.0.2"][5:8] == [1, 0, 127] and keys["10.9.0.2"][8] < 60, keys
        assert rows["10.9.0.3"][:4] == [1, 0, 127, 127] and keys["10.9.0.3"][5:] == [0, 0, 127, 0xffffffff], rows
        assert rows["10.9.0.4"][:5] == [0, 0, 127, 127, 0xffffffff] and rows["10.9.0.4"][5:7] == [3, 0], rows
        # -p: so many of one service at least
        assert set(clients(server, "-p", "2", tool=tool)) == {"10.9.0.2", "10.9.0.4"}
        assert set(clients(server, "-k", "-p", "5", tool=tool)) == {"10.9.0.2"}
    assert client.stop(asked) == 0
    # -r shows what was, then all counts from 0; intervals and ages stay.
    before = clients(server, "-r")
    assert before["10.9.0.2"][0] >= 6 and before["10.9.0.4"][5] == 3, before
    l.wait_for("reset", lambda: clients(server, "-p", "1") == {} and clients(server, "-k", "-p", "1") == {})
    after = clients(server)
    assert {name: (row[2], row[3]) for name, row in after.items()} == \
        {name: (row[2], row[3]) for name, row in before.items()}, (before, after)
    assert serves(server, other) and clients(server)["10.9.0.3"][0] == 1
    # What was counted outlives who counted.
    killed(server, "hora-serve")
    l.wait_for("service", lambda: serves(server, third))
    assert clients(server)["10.9.0.3"][0] == 1 and clients(server)["10.9.0.4"][0] >= 1
    # Over UDP nobody sees clients, unless opencommands says so.
    assert third.call([l.CHRONYC, "-h", "10.9.0.1", "clients"]).stdout.endswith("501 Not authorised\n")
    assert server.stop(daemon) == 0


def long_tables_are_walked(lab):
    server = lab.host("server", "10.9.0.1")
    # The second has 1.5 million records, most of them free.
    for limit in ("", "clientloglimit 100000000\n"):
        daemon = begin(server, BASE + "allow\n" + limit)
        assert server.call(["python3", "-c", MANY, "600"]).returncode == 0
        for tool in (l.CHRONYC, l.HORAC):
            rows = clients(server, tool=tool)
            assert len(rows) == 600 and all(row[0] == 1 for row in rows.values()), (limit, tool, len(rows))
        assert server.stop(daemon) == 0
    daemon = begin(server, BASE + "allow\nnoclientlog\n")
    done = server.call([l.CHRONYC, "clients"])
    assert done.returncode == 1 and done.stdout.endswith("519 Client logging is not active in the daemon\n"), done
    assert server.stop(daemon) == 0


def reports_may_be_open(lab):
    server, client = two(lab)
    daemon = begin(server, BASE + "allow\ncmdallow\nbindcmdaddress 0.0.0.0\nopencommands clients\n")
    assert serves(server, client)
    rows = [line.split(",") for line in
            client.call([l.CHRONYC, "-n", "-c", "-h", "10.9.0.1", "clients"]).stdout.splitlines()]
    assert [row[0] for row in rows] == ["10.9.0.2"] and rows[0][1] == "1" and int(rows[0][6]) >= 1, rows
    # to look at, not to change
    done = client.call([l.CHRONYC, "-h", "10.9.0.1", "clients", "-r"])
    assert done.returncode == 1 and done.stdout.endswith("501 Not authorised\n"), done
    assert clients(server)["10.9.0.2"][0] == 1
    assert server.stop(daemon) == 0


l.main(nobody_was_allowed_at_the_start, beside_what_is_configured, commands_of_others, keys_of_the_server,
       one_process_does_the_same, roles_of_others_are_missed, many_are_told_of, clients_of_every_service,
       long_tables_are_walked, reports_may_be_open)
