# SPDX-License-Identifier: Apache-2.0
"""The shipped configurations of /usr/share/hora/baseline, running: no port is open,
nobody is root, commands go through the Unix socket, and time comes of the servers."""
import os
import lab as l

NAMES = [f"time{n}.example.com" for n in (1, 2, 3)]
BASELINE = (f"{l.PREFIX}" if l.PREFIX != l.BUILD else f"{l.BUILD}/integration/debian/usr") + "/share/hora/baseline"
ZONE = "/usr/share/zoneinfo/right/UTC"


def machines(lab):
    """An NTS server by three names and addresses, and a machine to configure."""
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    ca, (cert, key) = lab.ca(), lab.cert("server-cert", NAMES)
    for n, name in enumerate(NAMES):
        server.run(f"ip addr add 10.9.0.{11 + n}/24 dev eth0")
        lab.hosts[name] = f"10.9.0.{11 + n}"
    lab.write_hosts()
    server.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n")
    return client, ca


def config(name):
    """As it is shipped, but for the user's part: a CA of this lab's."""
    with open(f"{BASELINE}/{name}.conf") as text:
        return text.read()


def works(lab, name, is_authenticated):
    client, ca = machines(lab)
    keys = client.write("etc/chrony.keys", "# none\n")
    os.chown(keys, 0, lab.uid)
    os.chmod(keys, 0o640)
    daemon = client.horad(config(name) + f"ntstrustedcerts {ca}\n")
    client.synchronised()
    l.wait_for("all sources", lambda: sum(row[5] != "0" for row in client.csv("-n", "sources")) == 3)
    assert all((row[1] == "NTS") == is_authenticated for row in client.csv("authdata")), client.csv("authdata")
    # Ports that anybody may send to: those of requests are connected to their servers.
    ports = {line.split()[3].rsplit(":", 1)[1] for line in client.run("ss -Hnlut").splitlines()}
    assert not ports & {"123", "323", "4460"}, ports
    assert client.run("ss -Hnlt") == "", client.run("ss -Hnlt")
    for program in ("horad", "hora-engine", "hora-ke-client"):
        with open(f"/proc/{client.pids(program)[0]}/status") as text:
            assert f"Uid:\t{lab.uid}\t{lab.uid}" in text.read(), program
    assert not client.pids("hora-serve") and not client.pids("hora-ke-server")
    over_udp = client.call([l.HORAC, "-h", "127.0.0.1", "tracking"])
    assert over_udp.returncode != 0, over_udp.stdout
    log = client.read("horad.log")
    if l.PREFIX == l.BUILD and not os.path.exists(ZONE):    # built for another release than this
        log = log.replace(f"Could not read leap seconds from {ZONE}", "")
    assert "Fatal" not in log and "Could not" not in log, log
    assert client.stop(daemon) == 0
    return client


def stig(lab):
    works(lab, "stig", False)


def cis(lab):
    works(lab, "cis", True)


def anssi(lab):
    """It keeps logs, in UTC."""
    client = works(lab, "anssi", True)
    for name in ("tracking", "measurements", "statistics"):
        rows = client.read(f"log/{name}.log").splitlines()
        assert any(row.startswith("20") for row in rows), name
    assert "UTC" in client.read("log/tracking.log")


def an_open_port_is_seen(lab):
    """What the three look for is there without the lines that close it."""
    client, ca = machines(lab)
    text = config("stig").replace("cmdport 0\n", "").replace("port 0\n", "allow 10.0.0.0/8\n")
    client.horad(text.replace("keyfile", "#"))
    client.synchronised()
    ports = client.run("ss -Hnlu")
    assert ":323 " in ports and ":123 " in ports, ports
    assert client.call([l.HORAC, "-h", "127.0.0.1", "tracking"]).returncode == 0


if __name__ == "__main__":
    l.sh(f"env -u MAKEFLAGS -u MAKELEVEL make -s -C {os.environ['HORA_TOP']} BUILD={l.BUILD} DISTRO=debian integration")
    l.main(stig, cis, anssi, an_open_port_is_seen)
