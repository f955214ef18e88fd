# SPDX-License-Identifier: Apache-2.0
"""Addresses, ports and names: what is bound, what is asked, what is believed."""
import lab as l

NTS = "ntsserverkey {key}\nntsservercert {cert}\nntsdumpdir /var/lib/chrony\nallow\nlocal stratum 2\n"


def with_ipv6(*hosts):
    for number, host in enumerate(hosts, 1):
        host.run(f"ip -6 addr add fd00::{number}/64 dev eth0 nodad")


def addresses_in_certificates_and_ipv6(lab):
    server = lab.host("server", "10.9.0.1")
    client = lab.host("client", "10.9.0.2")
    with_ipv6(server, client)
    ca = lab.ca()
    cert, key = lab.cert("addresses", ["10.9.0.1", "fd00::1"])
    server.horad(NTS.format(cert=cert, key=key))
    for address in ("fd00::1", "10.9.0.1"):
        daemon = client.horad(f"server {address} iburst nts minpoll 0\nntstrustedcerts {ca}\n")
        client.synchronised()
        row = client.csv("authdata")[0]
        assert row[:2] == [address, "NTS"], row
        client.stop(daemon)
    # The option ipv4 refuses what is not: one line, and the others go on.
    client.write("horad.log", "")
    daemon = client.horad("server fd00::1 iburst ipv4\nserver 10.9.0.1 iburst\n")
    client.synchronised()
    assert [row[2] for row in client.csv("sources")] == ["10.9.0.1"]
    assert "fd00::1" in client.read("horad.log")


def ports_and_servers_are_negotiated(lab):
    ke = lab.host("ke", "10.9.0.1", "ke.example")
    ntp = lab.host("ntp", "10.9.0.3", "ntp.example")
    client = lab.host("client", "10.9.0.2")
    ca = lab.ca()
    cert, key = lab.cert("ke-cert", ["ke.example"])
    # Two servers of one operator share the keys: NTS-KE here, NTP there.
    daemon = ke.horad(NTS.format(cert=cert, key=key) + "ntsntpserver ntp.example\nport 1123\n")
    ke.stop(daemon)
    with open(f"{ke.dir}/lib/ntskeys") as keys:
        ntp.write("lib/ntskeys", keys.read())
    ke.horad(NTS.format(cert=cert, key=key) + "ntsntpserver ntp.example\nport 1123\n")
    ntp.horad(NTS.format(cert=cert, key=key) + "port 1123\nntsport 4461\n")
    client.horad(f"server ke.example iburst nts minpoll 0\nntstrustedcerts {ca}\nntsdumpdir /var/lib/chrony\n")
    client.synchronised()
    data = client.horac("ntpdata")
    assert "Remote address  : 10.9.0.3" in data and "Remote port     : 1123" in data, data
    assert client.csv("-N", "sources")[0][2] == "ke.example"
    assert "Source 10.9.0.1 (ke.example) changed to 10.9.0.3" in client.read("horad.log")


def only_bound_addresses_are_used(lab):
    server = lab.host("server", "10.9.0.1")
    client = lab.host("client", "10.9.0.2")
    server.run("ip addr add 10.9.0.11/24 dev eth0; ip addr add 10.9.0.12/24 dev eth0")
    client.run("ip addr add 10.9.0.22/24 dev eth0")
    server.horad("allow 10.9.0.22\nlocal stratum 4\nbindaddress 10.9.0.11\nbindcmdaddress 10.9.0.12\n"
                 "cmdallow 10.9.0.2\n")
    # Only requests from 10.9.0.22 are answered, so these are.
    client.horad("server 10.9.0.11 iburst\nserver 10.9.0.12 iburst\nbindacqaddress 10.9.0.22\n")
    client.synchronised()
    rows = {row[2]: row for row in client.csv("sources")}
    assert rows["10.9.0.11"][1] == "*" and rows["10.9.0.12"][5] == "0", rows
    assert "Local address   : 10.9.0.22" in client.horac("ntpdata", "10.9.0.11")
    # Monitoring from the allowed address, and from no other.
    asked = client.call([l.HORAC, "-h", "10.9.0.12", "-c", "tracking"])
    assert asked.stdout.startswith("7F7F0101,"), asked
    assert "501 Not authorised" in client.call([l.HORAC, "-h", "10.9.0.12", "shutdown"]).stdout
    other = lab.host("other", "10.9.0.3")
    asked = other.call([l.HORAC, "-h", "10.9.0.12", "-m", "timeout 100", "retries 0", "tracking"])
    assert asked.returncode == 1 and "506" in asked.stdout, asked


def names_are_tried_again_and_bad_ones_replaced(lab):
    good = lab.host("good", "10.9.0.1")
    client = lab.host("client", "10.9.0.2")
    good.horad("allow\nlocal stratum 4\n")
    client.horad("server late.example iburst\n")
    l.wait_for("the failed look-up", lambda: "late.example" in client.read("horad.log"))
    assert client.csv("activity")[0][4] == "1", client.csv("activity")
    assert client.csv("sources", "-a")[0][2].startswith("ID#"), client.csv("sources", "-a")
    lab.write_hosts(late__example="10.9.0.1")
    assert client.horac("online") == "200 OK\n"  # looks names up at once
    client.synchronised()
    # A server that is silent is replaced by the next address of its name.
    # (10.9.0.2, where nobody serves, comes first: it is nearer to 10.9.0.3.)
    lab.write_hosts(two__example="10.9.0.2 10.9.0.1")
    other = lab.host("other", "10.9.0.3")
    other.horad("server two.example iburst minpoll 0 maxpoll 0\n")
    l.wait_for("replacement", lambda: "10.9.0.1" in [row[2] for row in other.csv("sources")], 60)
    assert "Source 10.9.0.2 replaced with 10.9.0.1 (two.example)" in other.read("horad.log")
    other.synchronised()


def certificate_sets_and_time_checks(lab):
    server = lab.host("server", "10.9.0.1", "time.example")
    client = lab.host("client", "10.9.0.2")
    ca, other = lab.ca(), lab.ca("other-ca")
    cert, key = lab.cert("expired", ["time.example"], begin="now-48h", end="now-24h")
    server.horad(NTS.format(cert=cert, key=key))
    assert "expired" in server.read("horad.log")  # at start: a warning, the clock may be wrong

    def attempt(options, more):
        client.write("horad.log", "")
        daemon = client.horad(f"server time.example iburst nts {options}\n{more}")
        l.wait_for("an attempt", lambda: [row for row in client.csv("authdata")
                                          if row[8] != "0" or int(row[6]) >= 1 and
                                          "NTS-KE for" in client.read("horad.log")])
        row = client.csv("authdata")[0]
        client.stop(daemon)
        return row[2] == "1", client.read("horad.log")

    good, log = attempt("", f"ntstrustedcerts {ca}\n")
    assert not good and "expired" in log, log
    good, log = attempt("", f"ntstrustedcerts {ca}\nnocerttimecheck 1\n")
    assert good, log
    good, log = attempt("certset 2", f"ntstrustedcerts 2 {ca}\nntstrustedcerts {other}\nnocerttimecheck 1\n")
    assert good, log
    good, log = attempt("certset 2", f"ntstrustedcerts {ca}\nntstrustedcerts 2 {other}\nnocerttimecheck 1\n")
    assert not good and "issuer" in log, log


l.main(addresses_in_certificates_and_ipv6, ports_and_servers_are_negotiated,
       only_bound_addresses_are_used, names_are_tried_again_and_bad_ones_replaced,
       certificate_sets_and_time_checks)
