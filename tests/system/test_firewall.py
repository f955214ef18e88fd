# SPDX-License-Identifier: Apache-2.0
"""The example of firewalld/hora.nft in force on a server that drops by default, and
Debian's firewalld with our services: NTS gets through, nothing else, and, by the
example, one address can not hold all connections."""
import os
import lab as l

SERVER = """ntsserverkey {key}
ntsservercert {cert}
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
local stratum 5
"""
CLIENT = "server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n"
RULES = f"{os.environ['HORA_TOP']}/firewalld/hora.nft"
DROP = ("nft add table inet site; nft 'add chain inet site input "
        "{ type filter hook input priority -10; policy drop; }'; nft add rule inet site input iif lo accept")
HOLD = """import socket, sys
held = []
for i in range(int(sys.argv[2])):
    s = socket.socket()
    s.settimeout(1)
    try:
        s.connect(('10.9.0.1', int(sys.argv[1])))
        held.append(s)
    except OSError:
        pass
print(len(held))
"""


def held(host, port, count):
    return int(host.call(["python3", "-c", HOLD, str(port), str(count)], timeout=60).stdout)


def closed_before_open_after(lab, close, open_for_nts):
    """The same with every firewall: `close` has it drop all, `open_for_nts` is what an administrator does."""
    server = lab.host("server", "10.9.0.1", "time.example")
    client = lab.host("client", "10.9.0.2")
    cert, key = lab.cert("cert", ["time.example"]) if lab.ca() else None
    server.horad(SERVER.format(key=key, cert=cert))
    listener = server.start(["python3", "-c", "import socket, time\ns = socket.socket()\ns.bind(('', 8080))\n"
                             "s.listen(100)\ntime.sleep(200)"], "listener.log")
    l.wait_for("another service", lambda: ":8080 " in server.run("ss -ltn"))
    assert held(client, 8080, 1) == held(client, 4460, 1) == 1, "closed without a firewall"
    close(server)
    assert held(client, 4460, 1) == 0, "the firewall is not closed: the test shows nothing"
    client.horad(CLIENT.format(ca=f"{lab.dir}/ca.pem"))
    try:
        client.synchronised(4)
        raise RuntimeError("a client got through a closed firewall")
    except AssertionError:
        pass
    open_for_nts(server)
    client.synchronised(40)
    assert client.csv("authdata")[0][1] == "NTS", client.csv("authdata")
    assert held(client, 8080, 1) == 0, "the rules let another service be reached"
    server.stop(listener)


def test_closed_before_open_after(lab):
    closed_before_open_after(lab, lambda server: server.run(DROP), lambda server: server.run(
        f"nft delete table inet site; nft -f {RULES}"))


def test_services_of_firewalld(lab):
    """firewalld and its bus, with files of their own, in the server's network."""
    tree = os.environ.get("FIREWALLD")
    if not tree:
        raise l.Skip("Debian's firewalld is not to be had")
    root = "/mnt/firewalld"
    for folder in (root, "/mnt/fw-upper", "/mnt/fw-work"):
        os.mkdir(folder)
    l.sh(f"mount -t overlay overlay -o lowerdir={tree},upperdir=/mnt/fw-upper,workdir=/mnt/fw-work {root}; "
         f"mount --rbind /proc {root}/proc; mount --rbind /dev {root}/dev; mkdir -p {root}/run/dbus; "
         f"cp {os.environ['HORA_TOP']}/firewalld/*.xml {root}/usr/lib/firewalld/services")
    for name, line in (("passwd", "100:100::/:/bin/false"), ("group", "100:")):
        with open(f"{root}/etc/{name}", "w") as out:
            out.write(f"root:x:0:{'0::/root:/bin/sh' if name == 'passwd' else ''}\nmessagebus:x:{line}\n")

    def close(server):
        server.start(["chroot", root, "dbus-daemon", "--system", "--nopidfile", "--nosyslog", "--nofork"], "dbus.log")
        l.wait_for("the bus", lambda: os.path.exists(f"{root}/run/dbus/system_bus_socket"))
        server.start(["chroot", root, "firewalld", "--nofork", "--nopid"], "firewalld.log")
        l.wait_for("firewalld", lambda: server.run(f"chroot {root} firewall-cmd --state", check=False) == "running\n", 60)

    def open_for_nts(server):    # as docs/integration.md says
        assert "nts-server" not in server.run(f"chroot {root} firewall-cmd --list-services")
        server.run(f"chroot {root} firewall-cmd --permanent --add-service=nts-server && chroot {root} firewall-cmd --reload")

    closed_before_open_after(lab, close, open_for_nts)


def test_connections_of_one_address_are_bounded(lab):
    server = lab.host("server", "10.9.0.1", "time.example")
    one, other = lab.host("one", "10.9.0.2"), lab.host("other", "10.9.0.3")
    server.run(f"nft -f {RULES}")
    server.start(["python3", "-c", "import socket, time\ns = socket.socket()\ns.bind(('', 4460))\n"
                  "s.listen(100)\ntime.sleep(200)"], "listener.log")
    l.wait_for("a listener", lambda: ":4460 " in server.run("ss -ltn"))
    assert held(one, 4460, 20) == 16
    assert held(other, 4460, 3) == 3


if __name__ == "__main__":
    l.main(test_closed_before_open_after, test_services_of_firewalld, test_connections_of_one_address_are_bounded)
