# SPDX-License-Identifier: Apache-2.0
"""How soon after its start horad has a time: processes, names, TLS, packets.
tests/bench/start measures the same beside chrony."""
import lab as l
import stopwatch

SERVER = "ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
NAMES = ["a.example", "b.example", "c.example"]
LIMIT_S = 1.0
TRIES = 3       # the machine may have had other things to do


def setup(lab):
    ca = lab.ca()
    cert, key = lab.cert("cert", NAMES)
    for number, name in enumerate(NAMES, 1):
        host = lab.host(f"s{number}", f"10.9.0.{number}", name)
        host.horad(SERVER.format(cert=cert, key=key))
    lab.write_hosts(dead__example="10.9.0.99")
    return lab.host("client", "10.9.0.100"), ca


def check(client, ca, names, option):
    config = "".join(f"server {name} iburst {option}\n" for name in names) + \
        f"ntstrustedcerts {ca}\n"
    seen = []
    while len(seen) < TRIES:
        seconds, tracking = stopwatch.seconds_to_synchronise(client, config)
        seen.append(round(seconds, 3))
        # All clocks are the clock of this machine: the bound must not be more
        # than the way could be wrong by, and can not be nothing.
        assert 0 < tracking.bound_s < seconds, tracking.bound_s
        if seconds <= LIMIT_S * l.PATIENCE:
            return
    raise AssertionError(f"{names} {option}: synchronised after {seen} s, not {LIMIT_S} s")


def one_server(lab):
    client, ca = setup(lab)
    check(client, ca, NAMES[:1], "")
    check(client, ca, NAMES[:1], "nts")


def three_servers(lab):
    client, ca = setup(lab)
    check(client, ca, NAMES, "")
    check(client, ca, NAMES, "nts")


def one_of_three_is_dead(lab):
    client, ca = setup(lab)
    check(client, ca, NAMES[:2] + ["dead.example"], "")
    check(client, ca, NAMES[:2] + ["dead.example"], "nts")


def refused_first_ke_is_tried_again_soon(lab):
    ca = lab.ca()
    cert, key = lab.cert("cert", NAMES)
    server = lab.host("s1", "10.9.0.1", NAMES[0])
    client = lab.host("client", "10.9.0.100")
    client.horad(f"server {NAMES[0]} iburst nts\nntstrustedcerts {ca}\n")
    l.wait_for("a refusal", lambda: "next try in 2 s" in client.read("horad.log"))
    server.horad(SERVER.format(cert=cert, key=key))
    client.synchronised(10)


l.main(one_server, three_servers, one_of_three_is_dead, refused_first_ke_is_tried_again_soon)
