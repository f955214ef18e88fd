# SPDX-License-Identifier: Apache-2.0
"""horad as NTS client of Debian's chronyd: keys, cookies, restarts, NAK."""
import os
import re
import lab as l

SERVER = ("ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
          "ntsdumpdir /var/lib/chrony\n")
# The guide's client configuration; polls are shorter so that the test is.
CLIENT = """server time.example iburst nts minpoll 0 maxpoll 1
ntstrustedcerts {ca}
ntsdumpdir /var/lib/chrony
ntsrefresh 86400
makestep 1.0 3
driftfile /var/lib/chrony/drift
rtcsync
logdir /var/log/chrony
log measurements statistics tracking selection
"""


def pair(lab):
    server, client, ca, cert, key = lab.pair()
    return server, client, SERVER.format(cert=cert, key=key), CLIENT.format(ca=ca)


def cookies(host):
    return int(host.csv("authdata")[0][8])


def ke_accepted(server):
    return int(server.csv("serverstats", tool=l.CHRONYC)[0][5])


def authenticates_and_keeps_eight_cookies(lab):
    server, client, server_conf, client_conf = pair(lab)
    server.chronyd(server_conf)
    daemon = client.horad(client_conf)
    row = client.synchronised()
    assert row[2] == "3", row
    l.wait_for("8 cookies", lambda: cookies(client) == 8)
    # A frequency is kept once there is one: a few samples after the burst.
    l.wait_for("a frequency", lambda: int(client.csv("sourcestats")[0][1]) >= 6)
    auth = client.csv("-N", "authdata")[0]
    assert auth[:5] == ["time.example", "NTS", "1", *l.PEER_AUTH], auth
    assert auth[9] == l.cookie_length(l.PEER_GCM_SIV, l.PEER_AUTH), auth
    data = client.horac("ntpdata")
    for line in ("NTP tests       : 111 111 1111", "Authenticated   : Yes",
                 "TX timestamping : Kernel", "RX timestamping : Kernel"):
        assert line in data, data
    source = client.csv("-N", "sources")[0]
    assert source[:3] == ["^", "*", "time.example"], source
    assert client.stop(daemon) == 0
    assert re.match(r" +-?\d+\.\d{6} +\d+\.\d{6}\n$", client.read("lib/drift")), "drift file"
    assert not os.path.exists(f"{client.dir}/run/chronyd.pid")
    for log in ("measurements", "statistics", "tracking", "selection"):
        text = client.read(f"log/{log}.log").splitlines()
        assert text[0] == text[2] == "=" * len(text[1]), log
        assert len(text) > 3, log


def ntsaeads_decides(lab):
    server, client, server_conf, client_conf = pair(lab)
    server.chronyd(server_conf)
    daemon = client.horad(client_conf + "ntsaeads 15\n")
    client.synchronised()
    auth = client.csv("authdata")[0]
    assert auth[2:5] == ["1", *l.SIV_AUTH], auth
    assert auth[9] == l.cookie_length(l.PEER_GCM_SIV, l.SIV_AUTH), auth
    assert client.stop(daemon) == 0


def with_cookies(lab):
    """Debian's chronyd, and horad with all the cookies that it keeps."""
    server, client, server_conf, client_conf = pair(lab)
    server.chronyd(server_conf)
    daemon = client.horad(client_conf)
    client.synchronised()
    l.wait_for("8 cookies", lambda: cookies(client) == 8)
    return server, client, client_conf, daemon


def restart_needs_no_new_ke(lab):
    server, client, client_conf, daemon = with_cookies(lab)
    assert client.stop(daemon) == 0
    saved = client.read("lib/10.9.0.1.nts").splitlines()
    assert saved[0] == "NNC0" and saved[1] == "time.example" and len(saved) >= 12, saved[:2]
    before = ke_accepted(server)
    daemon = client.horad(client_conf)
    client.synchronised()
    assert ke_accepted(server) == before, "a new NTS-KE was made"
    l.wait_for("8 cookies", lambda: cookies(client) == 8)
    assert not os.path.exists(f"{client.dir}/lib/10.9.0.1.nts"), "cookies could be used twice"
    assert client.stop(daemon) == 0


def chronyd_goes_on_with_our_cookies_and_we_with_its(lab):
    server, client, client_conf, first = with_cookies(lab)
    if l.PEER < (4, 1):  # 4.0 has no log of selections
        client_conf = client_conf.replace(" selection\n", "\n")
    before = ke_accepted(server)
    for second, tool in ((client.chronyd, l.CHRONYC), (client.horad, l.HORAC)):
        assert client.stop(first) == 0
        saved = client.read("lib/10.9.0.1.nts")
        first = second(client_conf)
        client.synchronised(tool=tool)
        assert ke_accepted(server) == before, f"a new NTS-KE was made:\n{saved}\n{client.read('chronyd.log')}"


def wiped_server_keys_are_noticed(lab):
    server, client, server_conf, client_conf = pair(lab)
    peer = server.chronyd(server_conf)
    client.horad(client_conf)
    client.synchronised()
    l.wait_for("8 cookies", lambda: cookies(client) == 8)
    server.stop(peer)
    os.unlink(f"{server.dir}/lib/ntskeys")
    server.chronyd(server_conf)
    l.wait_for("a new NTS-KE", lambda: server.csv("serverstats", tool=l.CHRONYC) and
               ke_accepted(server) == 1, 30)
    l.wait_for("8 cookies of the new keys", lambda: cookies(client) == 8, 20)
    row = client.csv("authdata")[0]
    assert row[2] == "2" and row[7] == "0", row


def single_process_does_the_same(lab):
    server, client, server_conf, client_conf = pair(lab)
    server.chronyd(server_conf)
    daemon = client.horad(client_conf, program=l.SINGLE)
    client.synchronised()
    l.wait_for("8 cookies", lambda: cookies(client) == 8)
    assert client.stop(daemon) == 0
    assert client.read("lib/10.9.0.1.nts").startswith("NNC0\n")


l.main(authenticates_and_keeps_eight_cookies, ntsaeads_decides, restart_needs_no_new_ke,
       chronyd_goes_on_with_our_cookies_and_we_with_its, wiped_server_keys_are_noticed, single_process_does_the_same)
