# SPDX-License-Identifier: Apache-2.0
"""FIPS mode of the cryptographic library: what it refuses is named, all else works,
and nothing ends. Debian's GnuTLS has no code for it; tests/fips-library builds one."""
import os
import re
import lab as l
import test_keys as k

LIBRARY = os.environ.get("FIPS_GNUTLS")
FORCED = {"GNUTLS_FORCE_FIPS_MODE": "1"}
FIPS = {**FORCED, "LD_LIBRARY_PATH": LIBRARY or ""}
MD5 = list(k.TYPES).index("MD5")  # of the sources
FILE = "keyfile /etc/chrony/chrony.keys\n"
SOURCE = "iburst minpoll 0 maxpoll 2"
ENDED = re.compile(r"ended by|exited with status|Fatal")
CLIENT = ("horad", "hora-engine", "hora-ke-client")  # without hora-clock: the tests run with -x
SERVER = ("hora-serve", "hora-ke-server")


def status(host):
    return dict(line.split(" : ", 1) for line in host.horac("status").splitlines() if " : " in line)


def state(host):
    return {name.strip(): value for name, value in status(host).items()}


def machines(lab):
    """A server with NTS and a key of each type, and a client of it by every way: addresses, those of approved ones."""
    server, client, ca, cert, key = lab.pair()
    for host in (server, client):
        k.keys(host, k.all_keys())
    where = k.addresses(server, len(k.TYPES) + 1)
    lab.write_hosts(time__example=where[-1])
    serving = FILE + f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
    asking = FILE + f"ntstrustedcerts {ca}\nserver time.example nts {SOURCE}\n" + "".join(
        f"server {where[n - 1]} key {n} {SOURCE}\n" for n in range(1, len(k.TYPES) + 1))
    return server, client, where, set(where[:-1]) - {where[MD5]}, serving, asking


def answered(client):
    """Addresses of the sources that have answered."""
    return {row[2] for row in client.csv("-n", "sources") if row[5] != "0"}


def whole(host):
    """No program of it has ended."""
    assert not ENDED.search(host.read("horad.log")), host.read("horad.log")


def nothing_is_refused(lab, env):
    server, client, where, _, serving, asking = machines(lab)
    server.horad(serving, env=env)
    client.horad(asking, env=env)
    l.wait_for("all sources", lambda: answered(client) == set(where))
    for host in (server, client):
        told = state(host)
        assert told["FIPS mode"] == "off" and told["Refused ciphers"] == "none", told
        assert told["System clock"] == "left alone" and "GnuTLS" in told["Programs"], told
        assert "FIPS" not in host.read("horad.log")
        whole(host)
    assert client.csv("status")[0][1:] == ["left alone", "off", "none"]


def without_the_variable(lab):
    nothing_is_refused(lab, {})


def a_library_that_knows_no_fips_mode(lab):
    if "is NOT in FIPS" not in l.sh("GNUTLS_FORCE_FIPS_MODE=1 gnutls-cli --fips140-mode 2>&1", check=False):
        raise l.Skip("the library here has a FIPS mode")
    nothing_is_refused(lab, FORCED)


def needs_library():
    if not LIBRARY:
        raise l.Skip("no GnuTLS with a FIPS mode: tests/fips-library builds one")
    if l.PATIENCE > 1:
        raise l.Skip("the library with a FIPS mode is not for builds with sanitizers")


def both_in_fips_mode(lab):
    needs_library()
    server, client, _, approved, serving, asking = machines(lab)
    server.horad(serving, env=FIPS)
    client.horad(asking, env=FIPS)
    l.wait_for("what is approved", lambda: answered(client) == approved)
    client.synchronised()
    for host in (server, client):
        log = host.read("horad.log")
        assert log.count("FIPS mode: GnuTLS 3.") >= 1
        for name in ("AES-SIV-CMAC-256", "MD5"):
            assert log.count(f"FIPS mode: GnuTLS refuses {name}: ") == 1, log
        told = state(host)
        assert told["FIPS mode"] == "on", told
        assert {"AES-SIV-CMAC-256", "MD5"} <= set(told["Refused ciphers"].split()), told
        assert not {"SHA256", "AES128"} & set(told["Refused ciphers"].split()), told
        whole(host)
        assert all(host.pids(name) for name in CLIENT + (SERVER if host is server else ()))
    assert "no AEAD that this system supports" in client.read("horad.log")
    assert client.read("horad.log").count("no AEAD that this system supports") < 8


def a_client_in_fips_mode(lab):
    """Of a server that is not: over keys as before, and plainly."""
    needs_library()
    server, client, _, approved, serving, asking = machines(lab)
    server.horad(serving)
    client.horad(asking + f"server 10.9.0.1 {SOURCE}\n", env=FIPS)
    l.wait_for("what is approved", lambda: answered(client) == approved | {"10.9.0.1"})
    client.synchronised()
    whole(client)


def a_server_in_fips_mode(lab):
    """Its clients by NTS are told no; nothing of it ends, and it serves the others."""
    needs_library()
    server, client, _, approved, serving, asking = machines(lab)
    server.horad(serving, env=FIPS)
    client.horad(asking)
    l.wait_for("what is approved", lambda: answered(client) == approved)
    l.wait_for("the client's word of it", lambda: "server supports none of our AEADs" in client.read("horad.log"), 5)
    whole(server)
    assert all(server.pids(name) for name in CLIENT + SERVER)


def a_peer_that_knows_nothing_of_it(lab):
    """chronyd with AES and SHA-2 keys as a server of a client in FIPS mode."""
    needs_library()
    server, client, _, approved, _, asking = machines(lab)
    server.chronyd(k.SERVER)
    client.horad("".join(line + "\n" for line in asking.splitlines() if " nts " not in line), env=FIPS)
    l.wait_for("what is approved", lambda: answered(client) == approved)
    whole(client)


if __name__ == "__main__":
    l.main(without_the_variable, a_library_that_knows_no_fips_mode, both_in_fips_mode, a_client_in_fips_mode,
           a_server_in_fips_mode, a_peer_that_knows_nothing_of_it)
