# SPDX-License-Identifier: Apache-2.0
"""The example of firewalld/hora.nft in force on a server that drops by default:
NTS gets through, nothing else, and one address can not hold all connections."""
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


def test_closed_before_open_after(lab):
    server = lab.host("server", "10.9.0.1", "time.example")
    client = lab.host("client", "10.9.0.2")
    cert, key = lab.cert("cert", ["time.example"]) if lab.ca() else None
    server.horad(SERVER.format(key=key, cert=cert))
    listener = server.start(["python3", "-c", "import socket, time\ns = socket.socket()\ns.bind(('', 8080))\n"
                             "s.listen(100)\ntime.sleep(200)"], "listener.log")
    l.wait_for("another service", lambda: ":8080 " in server.run("ss -ltn"))
    server.run(DROP)
    assert held(client, 4460, 1) == 0, "the firewall is not closed: the test shows nothing"
    client.horad(CLIENT.format(ca=f"{lab.dir}/ca.pem"))
    try:
        client.synchronised(4)
        raise RuntimeError("a client got through a closed firewall")
    except AssertionError:
        pass
    server.run("nft delete table inet site")
    server.run(f"nft -f {RULES}")
    client.synchronised(40)
    assert client.csv("authdata")[0][1] == "NTS", client.csv("authdata")
    assert held(client, 8080, 1) == 0, "the rules let another service be reached"
    server.stop(listener)


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
    l.main(test_closed_before_open_after, test_connections_of_one_address_are_bounded)
