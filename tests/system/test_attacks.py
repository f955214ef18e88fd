# SPDX-License-Identifier: Apache-2.0
"""What an attacker on the path can send: each is refused, with its own reason
in the log, none moves the clock, none stops a process."""
import os
import lab as l

TOOLS = os.path.dirname(os.path.abspath(__file__)) + "/tools"
CLIENT = ("server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n"
          "makestep 0.001 -1\nlogdir /var/log/chrony\nlog tracking\n")

# Mode of the man in the middle: reason in the log; None: no reason is owed.
RESPONSES = {
    "flipped": "NTS authenticator does not verify",
    "flipped_seal": "NTS authenticator does not verify",
    "uid": "NTS unique identifier",
    "plain": "response is not authenticated",
    "forged": "NTS authenticator does not verify",
    "truncated": None,
    "noise": None,
    "replayed": None,
}


def roles(host):
    return {name: host.pids(name) for name in ("horad", *l.ROLES) if host.pids(name)}


def forged_responses_are_refused(lab):
    server = lab.host("server", "10.9.0.1")
    middle = lab.host("middle", "10.9.0.5", "time.example")
    client = lab.host("client", "10.9.0.2")
    ca = lab.ca()
    cert, key = lab.cert("server-cert", ["time.example"])
    server.chronyd(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n")
    mode = middle.write("etc/mode", "passed")
    middle.start(["python3", f"{TOOLS}/mitm.py", "10.9.0.1", mode], "mitm.log")
    client.horad(CLIENT.format(ca=ca))
    client.synchronised()
    l.wait_for("8 cookies", lambda: client.csv("authdata")[0][8] == "8")
    alive = roles(client)

    def valid():
        return int(client.csv("ntpdata")[0][-6])

    def received():
        return int(client.csv("ntpdata")[0][-7])

    for name, reason in RESPONSES.items():
        middle.write("etc/mode", name)
        start = received()
        l.wait_for(f"{name}: two bad responses", lambda: received() >= start + 2, 15)
        count, seen, mark = valid(), received(), len(client.read("horad.log"))
        l.wait_for(f"{name}: more bad responses", lambda: received() >= seen + 2, 15)
        assert valid() == count, f"{name}: was accepted"
        if reason:
            assert reason in client.read("horad.log"), f"{name}: '{reason}' is not in the log"
        middle.write("etc/mode", "passed")
        l.wait_for(f"service after {name}", lambda: valid() > count + 1, 30)
        assert roles(client) == alive, f"{name}: a process ended"

    # A NAK that an attacker made: the genuine answer behind it counts.
    middle.write("etc/mode", "nak")
    count, context = valid(), client.csv("authdata")[0][2]
    l.wait_for("answers behind forged NAKs", lambda: valid() > count + 3, 20)
    assert client.csv("authdata")[0][2] == context, "a forged NAK cost the keys"

    # Copies of a valid response: the first counts, once.
    middle.write("etc/mode", "doubled")
    count, seen = valid(), received()
    l.wait_for("doubled responses", lambda: valid() > count + 3, 20)

    offsets = [abs(float(line.split()[6])) for line in client.read("log/tracking.log").splitlines()
               if line[0].isdigit() and line.split()[2] != "0.0.0.0"]
    assert max(offsets) < 0.05, f"the clock was moved by {max(offsets)} s"
    assert "stepped" not in client.read("horad.log")
    assert roles(client) == alive


def exchange(lab, client, middle, cert, key, version, alpn, answer, ca):
    bad = middle.start(["python3", f"{TOOLS}/ke_server.py", cert, key, version, alpn, answer], "ke.log")
    l.wait_for("NTS-KE port", lambda: ":4460" in middle.run("ss -ltn"))
    client.write("horad.log", "")
    daemon = client.horad(CLIENT.format(ca=ca))
    try:
        row = l.wait_for(f"{answer}: attempt", lambda: [r for r in client.csv("authdata")
                                                        if int(r[6]) >= 1], 15)[0]
        l.wait_for(f"{answer}: reason", lambda: "10.9.0.5" in client.read("horad.log") or
                   "time.example" in client.read("horad.log"), 25)
        assert row[8] == "0", row
        assert client.csv("tracking")[0][13] == "Not synchronised"
        assert len(roles(client)) >= 3, roles(client)
    finally:
        assert client.stop(daemon) == 0
        middle.stop(bad, seconds=5) if bad.poll() is None else None
    return client.read("horad.log")


def hosts(lab):
    return lab.host("middle", "10.9.0.5", "time.example"), lab.host("client", "10.9.0.2"), lab.ca()


def bad_certificates_are_refused(lab):
    middle, client, ca = hosts(lab)
    lab.ca("other-ca")
    self_cert = lab._cert("self", 'cn = "time.example"\ndns_name = "time.example"\n', None)
    good = lab.cert("good", ["time.example"])
    cases = [
        ("name", *lab.cert("wrong", ["other.example"]), "1.3", "ntske/1", "other.example"),
        ("expired", *lab.cert("expired", ["time.example"], begin="now-48h", end="now-24h"),
         "1.3", "ntske/1", "expired"),
        ("early", *lab.cert("early", ["time.example"], begin="now+24h", end="now+48h"),
         "1.3", "ntske/1", "not yet valid"),
        ("issuer", *lab.cert("foreign", ["time.example"], ca="other-ca"), "1.3", "ntske/1", "issuer"),
        ("self-signed", self_cert, f"{lab.dir}/self.key", "1.3", "ntske/1", "self-signed"),
        ("TLS 1.2", *good, "1.2", "ntske/1", "TLS"),
        ("ALPN", *good, "1.3", "http/1.1", "NTS-KE not supported"),
    ]
    for what, cert, key, version, alpn, words in cases:
        log = exchange(lab, client, middle, cert, key, version, alpn, "no_cookies", ca)
        assert words in log, f"{what}: '{words}' is not in the log: {log[-600:]}"


def bad_ke_messages_are_refused(lab):
    middle, client, ca = hosts(lab)
    cert, key = lab.cert("good", ["time.example"])
    for answer in ("garbage", "truncated", "no_end", "oversized", "endless", "error", "warning",
                   "no_cookies", "no_aead", "other_aead", "unknown_critical", "bad_length",
                   "after_end", "silence"):
        log = exchange(lab, client, middle, cert, key, "1.3", "ntske/1", answer, ca)
        assert "NTS-KE" in log, f"{answer}: no reason: {log[-600:]}"


def bad_clients_do_not_hurt_the_server(lab):
    server, client, ca, cert, key = lab.pair()
    server.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
                 "ntsdumpdir /var/lib/chrony\n")
    l.wait_for("server", lambda: server.csv("activity"))
    alive = roles(server)
    noise = client.call(["python3", f"{TOOLS}/bad_client.py", "10.9.0.1", ca], timeout=60)
    assert noise.returncode == 0, noise.stdout + noise.stderr
    client.chronyd(f"server time.example iburst nts minpoll 0\nntstrustedcerts {ca}\n")
    client.synchronised(tool=l.CHRONYC)
    assert roles(server) == alive


l.main(forged_responses_are_refused, bad_certificates_are_refused, bad_ke_messages_are_refused,
       bad_clients_do_not_hurt_the_server)
