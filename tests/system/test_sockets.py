# SPDX-License-Identifier: Apache-2.0
"""Ports, interfaces and code points of the sockets, as others see them."""
import os
import lab as l

TOOLS = os.path.dirname(os.path.abspath(__file__)) + "/tools"
CLIENT, SERVER = 3, 4  # modes
FAST = "iburst minpoll 0 maxpoll 0"


class Sniffer:
    """What passes an interface of a host."""

    def __init__(self, host, interface="eth0"):
        self.host, self.log = host, f"sniff-{interface}.log"
        host.start(["python3", f"{TOOLS}/sniff.py", interface], self.log)
        l.wait_for("sniffer", lambda: "ready" in host.read(self.log))

    def packets(self, source=None, mode=None):
        """[source, port, destination, port, mode, tos] of what was seen so far."""
        rows = [line.split() for line in self.host.read(self.log).splitlines()[1:]]
        rows = [[r[0], int(r[1]), r[2], int(r[3]), int(r[4]), int(r[5])] for r in rows if len(r) == 6]
        return [r for r in rows if source in (None, r[0]) and mode in (None, r[4])]


def two(lab, server_config="allow\nlocal stratum 2\n"):
    server = lab.host("server", "10.9.0.1", "time.example")
    client = lab.host("client", "10.9.0.2")
    server.chronyd(server_config)
    return server, client, Sniffer(server)


def ports_of(client, sniffer, config, count=4):
    """Local ports of the next requests of a client with this configuration."""
    before = len(sniffer.packets("10.9.0.2", CLIENT))
    client.fresh(config)
    daemon = client.horad(config)
    client.synchronised()
    l.wait_for("requests", lambda: len(sniffer.packets("10.9.0.2", CLIENT)) >= before + count)
    assert client.stop(daemon) == 0
    return [p[1] for p in sniffer.packets("10.9.0.2", CLIENT)[before:]]


def acquisition_ports(lab):
    _, client, sniffer = two(lab)
    source = f"server time.example {FAST}\n"
    ports = ports_of(client, sniffer, source)
    assert len(set(ports)) > 1 and 123 not in ports, f"unset: {ports}"
    ports = ports_of(client, sniffer, source + "acquisitionport 0\n")
    assert len(set(ports)) == 1 and ports[0] > 1023, f"0: {ports}"
    for port in (1123, 321):
        ports = ports_of(client, sniffer, source + f"acquisitionport {port}\n")
        assert set(ports) == {port}, f"{port}: {ports}"
    for more in ("", "allow\n"):
        ports = ports_of(client, sniffer, source + "acquisitionport 123\n" + more)
        assert set(ports) == {123}, f"123 {more}: {ports}"
    ports = ports_of(client, sniffer, source + "acquisitionport 123\nport 0\n")
    assert set(ports) == {123}, f"123, no server: {ports}"


def two_sources_of_one_port(lab):
    server, client, sniffer = two(lab)
    second = lab.host("second", "10.9.0.3")
    second.chronyd("allow\nlocal stratum 3\n")
    for port in (1123, 123):
        daemon = client.horad(f"server 10.9.0.1 {FAST}\nserver 10.9.0.3 {FAST}\nacquisitionport {port}\n")
        l.wait_for(f"{port}: both answer", lambda: [r for r in client.csv("sources")
                                                   if int(r[5], 8) & 7 == 7][1])
        assert client.stop(daemon) == 0
    assert {p[1] for p in sniffer.packets("10.9.0.2", CLIENT)} == {1123, 123}


# Requests of a client in ordered bursts; says how many had no answer.
LOAD = """
import socket, sys
lost, s = 0, socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[2] if len(sys.argv) > 2 else "10.9.0.2", 123)); s.settimeout(1)
for i in range(int(sys.argv[1])):
    request = bytes([0x23]) + bytes(39) + i.to_bytes(8, "big")
    s.send(request)
    try:
        while s.recv(99)[24:32] != request[40:]: pass
    except socket.timeout:
        lost += 1
print(lost)
"""


def a_shared_port_loses_nothing(lab):
    """hora-serve answers everybody while the engine asks from the same port."""
    server, client, sniffer = two(lab)
    third = lab.host("third", "10.9.0.3")
    client.horad(f"server time.example {FAST}\nserver 10.9.0.77 {FAST}\nacquisitionport 123\nallow\n")
    client.synchronised()
    before = len(sniffer.packets("10.9.0.2", CLIENT))
    done = third.call(["python3", "-c", LOAD, "30000"], timeout=100)
    assert done.stdout.strip() == "0", f"lost: {done.stdout}{done.stderr}"
    assert len(sniffer.packets("10.9.0.2", CLIENT)) > before, "nothing was asked meanwhile"
    # The server itself is a client, too, from another port and between requests.
    done = server.call(["python3", "-c", LOAD, "100"])
    assert done.stdout.strip() == "0", f"lost: {done.stdout}{done.stderr}"


def code_points_are_seen(lab):
    server, client, sniffer = two(lab)
    for host, address in ((server, "fd00:9::1"), (client, "fd00:9::2")):
        host.run(f"ip addr add {address}/64 dev eth0 nodad")
    client.horad(f"server 10.9.0.1 {FAST}\nserver fd00:9::1 {FAST}\ndscp 46\nallow\nport 123\n")

    def seen(source, mode):
        return l.wait_for(f"packets of {source}", lambda: sniffer.packets(source, mode))
    for source in ("10.9.0.2", "fd00:9::2"):
        assert {p[5] for p in seen(source, CLIENT)} == {46 << 2}, source
    # What hora-serve sends.
    done = server.call(["python3", "-c", LOAD, "3"])
    assert done.stdout.strip() == "0", done.stderr
    assert {p[5] for p in seen("10.9.0.2", SERVER)} == {46 << 2}, "responses"


def other_interface(host):
    """eth1, up, with an address; nobody is there."""
    host.run("ip link add eth1 type veth peer name eth2; ip addr add 10.8.0.2/24 dev eth1;"
             "ip link set eth1 up; ip link set eth2 up")


def interfaces_are_kept_to(lab):
    server, client, sniffer = two(lab)
    other_interface(client)
    daemon = client.horad(f"server 10.9.0.1 {FAST}\nbindacqdevice eth0\nbinddevice eth0\nallow\n")
    client.synchronised()
    assert "%eth0:123" in client.run("ss -uln"), client.run("ss -uln")
    assert server.call(["python3", "-c", LOAD, "3"]).stdout.strip() == "0"
    inside = client.call(["python3", "-c", LOAD, "1", "10.8.0.2"])
    assert "refused" in inside.stderr, "answered on another interface"
    assert client.stop(daemon) == 0
    # The other interface has no way to the server.
    daemon = client.horad(f"server 10.9.0.1 {FAST}\nbindacqdevice eth1\n")
    before = len(sniffer.packets("10.9.0.2", CLIENT))
    l.wait_for("requests", lambda: "Total TX        : 3" in client.horac("ntpdata"))
    assert len(sniffer.packets("10.9.0.2", CLIENT)) == before, "left by another interface"
    assert client.stop(daemon) == 0
    daemon = client.horad(f"server 10.9.0.1 {FAST}\nbindacqdevice eth7\nbinddevice eth7\nallow\n")
    l.wait_for("lines of the log", lambda: client.read("horad.log").count(
        "eth7: there is no such network interface") == 3)
    assert client.stop(daemon) == 0


def keys_come_by_the_interface(lab):
    """NTS-KE follows bindacqdevice and binddevice."""
    server, client, ca, cert, key = lab.pair()
    server.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow\nlocal stratum 2\nbinddevice eth0\n")
    assert "%eth0:4460" in server.run("ss -tln"), server.run("ss -tln")
    other_interface(client)
    config = f"server time.example nts {FAST}\nntstrustedcerts {ca}\nbindacqdevice %s\n"
    daemon = client.horad(config % "eth1")
    l.wait_for("a failed exchange", lambda: "Could not connect" in client.read("horad.log"), 30)
    assert client.stop(daemon) == 0
    client.horad(config % "eth0")
    client.synchronised()


if __name__ == "__main__":
    l.main(acquisition_ports, two_sources_of_one_port, a_shared_port_loses_nothing,
           code_points_are_seen, interfaces_are_kept_to, keys_come_by_the_interface)
