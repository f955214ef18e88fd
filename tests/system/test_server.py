# SPDX-License-Identifier: Apache-2.0
"""horad as NTS server of Debian's chronyd and of gnutls-cli; shared keys; renewal."""
import os
import shutil
import struct
import time
import lab as l

SERVER = """ntsserverkey {key}
ntsservercert {cert}
ntsprocesses 1
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
local stratum 2
makestep 1.0 3
driftfile /var/lib/chrony/drift
ratelimit interval 1 burst 16
logdir /var/log/chrony
"""
CLIENT = ("server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n"
          "ntsdumpdir /var/lib/chrony\n")


def gnutls_cli(client, ca, *more):
    """A bare TLS connection with the ALPN of NTS-KE."""
    return client.call(["gnutls-cli", "--alpn", "ntske/1", "--x509cafile", ca, "-p", "4460",
                        "time.example", *more], stdin="")


def key_aeads(server):
    """AEADs of the keys in the file: in its second line (NKS0), or with each key (NKS1)."""
    form, second, *keys = server.read("lib/ntskeys").splitlines()
    return {second.split()[0]} if form == "NKS0" else {line.split()[2] for line in keys}


def ke_records(client, ca, *aeads, compliant=False, more=b""):
    """(critical, type, body) of each record that answers such a request; of
    cookies only that they are there."""
    def record(kind, body):
        return struct.pack("!HH", kind, len(body)) + body
    request = record(0x8001, b"\0\0")
    if aeads:
        request += record(0x8004, struct.pack(f"!{len(aeads)}H", *aeads))
    request += record(1024, b"") * compliant + more + record(0x8000, b"")
    script = ("import socket,ssl,sys\nc=ssl.create_default_context(cafile=sys.argv[1])\n"
              "c.minimum_version=ssl.TLSVersion.TLSv1_3; c.set_alpn_protocols(['ntske/1'])\n"
              "s=c.wrap_socket(socket.create_connection(('time.example',4460),5),server_hostname='time.example')\n"
              "s.sendall(bytes.fromhex(sys.argv[2])); r=b''\n"
              "while b:=s.recv(9999): r+=b\nprint(r.hex())\n")
    for _ in range(3):
        begin = time.monotonic()
        done = client.call(["python3", "-c", script, ca, request.hex()])
        # Both daemons leave a client that takes 2 s, as it may on a busy machine.
        if done.stdout.strip() or time.monotonic() - begin < 2:
            break
    reply = bytes.fromhex(done.stdout)
    found = []
    while reply:
        kind, length = struct.unpack("!HH", reply[:4])
        body, reply = reply[4:4 + length], reply[4 + length:]
        found.append((kind >> 15, kind & 0x7fff, "cookie" if kind & 0x7fff == 5 else body))
    if not found:
        raise RuntimeError(done.stderr)
    return found


def served_fingerprint(client, ca):
    out = gnutls_cli(client, ca).stdout
    return [line.split("sha256:")[1].strip() for line in out.splitlines() if "sha256:" in line][0]


def chronyd_client_is_served(lab):
    server, client, ca, cert, key = lab.pair()
    daemon = server.horad(SERVER.format(cert=cert, key=key))
    client.chronyd(CLIENT.format(ca=ca).replace("poll 0", "poll 2"))
    client.synchronised(tool=l.CHRONYC)
    row = client.csv("authdata", tool=l.CHRONYC)[0]
    assert row[1] == "NTS" and row[3:5] == l.PEER_AUTH, row
    row = l.wait_for("8 cookies", lambda: [row for row in client.csv("authdata", tool=l.CHRONYC) if row[8] == "8"])[0]
    assert row[9] == l.cookie_length(l.GCM_SIV, l.PEER_AUTH), row
    data = client.chronyc("ntpdata")
    assert "NTP tests       : 111 111 1111" in data and "Authenticated   : Yes" in data, data
    assert "Stratum         : 2\n" in data, data
    stats = l.wait_for("four requests", lambda: [row for row in server.csv("serverstats")
                                                 if int(row[0]) >= 4], 20)[0]
    assert int(stats[5]) == 1 and int(stats[7]) == int(stats[0]), stats
    assert server.stop(daemon) == 0
    keys = server.read("lib/ntskeys").splitlines()
    assert keys[0] == ("NKS1" if l.GCM_SIV else "NKS0") and len(keys) == 6, keys[:1]
    assert key_aeads(server) == {"30" if l.GCM_SIV else "15"}, "not the best AEAD for keys"
    assert os.stat(f"{server.dir}/lib/ntskeys").st_mode & 0o777 == 0o600


def gnutls_cli_handshakes(lab):
    server, client, ca, cert, key = lab.pair()
    server.horad(SERVER.format(cert=cert, key=key))
    l.wait_for("NTS-KE server", lambda: gnutls_cli(client, ca).returncode in (0, 1) and
               "Handshake was completed" in gnutls_cli(client, ca).stdout)
    out = gnutls_cli(client, ca).stdout
    assert "TLS1.3" in out and "Application protocol: ntske/1" in out, out
    old = gnutls_cli(client, ca, "--priority", "NORMAL:-VERS-TLS1.3")
    assert "Handshake was completed" not in old.stdout, "TLS 1.2 was accepted"


def shared_keys_serve_both_ways(lab):
    server, client, ca, cert, key = lab.pair()
    peer_conf = SERVER.format(cert=cert, key=key)

    def handover(first, second):
        daemon = first(peer_conf)
        client_daemon = client.horad(CLIENT.format(ca=ca))
        client.synchronised()
        l.wait_for("8 cookies", lambda: client.csv("authdata")[0][8] == "8")
        server.stop(daemon)
        daemon = second(peer_conf)
        valid = int(client.csv("ntpdata")[0][-6])
        l.wait_for("answers of the other server",
                   lambda: int(client.csv("ntpdata")[0][-6]) > valid + 8, 40)
        auth = client.csv("authdata")[0]
        assert auth[2] == "1" and auth[7] == "0", f"new keys were needed: {auth}"
        server.stop(daemon)
        client.stop(client_daemon)
        for name in os.listdir(f"{client.dir}/lib"):
            os.unlink(f"{client.dir}/lib/{name}")

    handover(server.chronyd, server.horad)
    # chrony up to 4.3 reads NKS0 only.
    handover(server.horad, server.chronyd)


def ntsaeads_decides(lab):
    server, client, ca, cert, key = lab.pair()
    server.horad(SERVER.format(cert=cert, key=key) + "ntsaeads 15\n")
    client.chronyd(CLIENT.format(ca=ca))
    client.synchronised(tool=l.CHRONYC)
    row = client.csv("authdata", tool=l.CHRONYC)[0]
    assert row[3:5] == l.SIV_AUTH, row


def records_are_as_the_peers(lab):
    """NTS-KE replies, record by record; cookies are opaque."""
    server, client, ca, cert, key = lab.pair()
    config = SERVER.format(cert=cert, key=key)
    # Both are to know the same: 1024 is known since 4.6.1.
    ours = config if l.GCM_SIV == l.PEER_GCM_SIV else config + "ntsaeads 15\n"
    with_1024 = [False, True] if l.PEER >= (4, 6, 1) or not l.PEER_GCM_SIV else [False]
    cases = [(aeads, compliant, more) for compliant in with_1024
             for aeads in ((15,), (30, 15), (15, 30), (30,), (16,), (16, 15), ())
             for more in (b"", b"\x80\x08\0\0", b"\0\x08\0\0", b"\x80\x02\0\2\0\0")]
    replies = []
    for start, text in ((server.chronyd, config), (server.horad, ours)):
        daemon = start(text)
        l.wait_for("NTS-KE server", lambda: ke_records(client, ca, 15))
        replies.append([ke_records(client, ca, *aeads, compliant=compliant, more=more)
                        for aeads, compliant, more in cases])
        server.stop(daemon)
    for case, theirs, mine in zip(cases, *replies):
        assert mine == theirs, f"{case}: {mine} for {theirs}"
    for (aeads, compliant, more), reply in zip(cases, replies[1]):
        if not more and aeads == (30, 15):
            assert ((1, 4, b"\0\x1e") in reply) == l.PEER_GCM_SIV, reply
            assert ((0, 1024, b"") in reply) == (l.PEER_GCM_SIV and compliant), reply


def certificate_is_renewed_without_restart(lab):
    server, client, ca, cert, key = lab.pair()
    # As certbot lays it out: live/ holds symlinks into archive/.
    os.makedirs(f"{lab.dir}/live")
    for name, path in (("fullchain", cert), ("privkey", key)):
        os.symlink(path, f"{lab.dir}/live/{name}.pem")
    daemon = server.horad(SERVER.format(cert=f"{lab.dir}/live/fullchain.pem",
                                        key=f"{lab.dir}/live/privkey.pem"))
    client.horad(CLIENT.format(ca=ca))
    client.synchronised()
    first = l.wait_for("certificate", lambda: served_fingerprint(client, ca))

    def renewal(how, begin):
        """Exchanges go on all the time; the new certificate within 10 s."""
        end = begin + 10
        failures = 0
        while time.monotonic() < end:
            out = gnutls_cli(client, ca).stdout
            if "Handshake was completed" not in out:
                failures += 1
            elif [x for x in out.splitlines() if "sha256:" in x][0].split("sha256:")[1].strip() not in seen:
                break
            time.sleep(0.2)
        else:
            raise AssertionError(f"{how}: not served within 10 s")
        assert failures == 0, f"{how}: {failures} exchanges failed"
        seen.add(served_fingerprint(client, ca))

    seen = {first}
    new_cert, new_key = lab.cert("second", ["time.example"])
    begin = time.monotonic()
    for name, path in (("fullchain", new_cert), ("privkey", new_key)):
        os.symlink(path, f"{lab.dir}/live/{name}.new")
        os.rename(f"{lab.dir}/live/{name}.new", f"{lab.dir}/live/{name}.pem")
    renewal("symlinks switched", begin)

    third_cert, third_key = lab.cert("third", ["time.example"])
    begin = time.monotonic()
    shutil.copyfile(third_key, new_key)  # rewritten in place
    shutil.copyfile(third_cert, new_cert)
    renewal("rewritten", begin)

    # Broken renewals change nothing and are logged with the reason.
    _, wrong_key = lab.cert("fourth", ["time.example"])
    expired, expired_key = lab.cert("expired", ["time.example"], begin="now-48h", end="now-24h")
    good = served_fingerprint(client, ca)
    for what, cert_from, key_from, words in (
            ("another key", new_cert, wrong_key, "does not belong"),
            ("expired", expired, expired_key, "expired"),
            ("no certificate", "/etc/hosts", new_key, "certificate")):
        mark = len(server.read("horad.log"))
        for name, path in (("fullchain", cert_from), ("privkey", key_from)):
            os.symlink(path, f"{lab.dir}/live/{name}.new")
            os.rename(f"{lab.dir}/live/{name}.new", f"{lab.dir}/live/{name}.pem")
        l.wait_for(f"refusal of {what}", lambda: words in server.read("horad.log")[mark:], 10)
        assert served_fingerprint(client, ca) == good, what
    assert client.csv("authdata")[0][2] == "1"
    assert server.stop(daemon) == 0


def broken_pair_at_start_is_an_error(lab):
    server, client, ca, cert, key = lab.pair()
    _, other = lab.cert("other", ["time.example"])
    for bad_cert, bad_key, words in ((cert, other, "does not belong"), (cert, "/nonexistent.key", "/nonexistent.key"),
                                     ("/etc/hosts", key, "/etc/hosts")):
        server.write("etc/chrony.conf", SERVER.format(cert=bad_cert, key=bad_key))
        for options in (["-d", "-x"], ["-p"]):
            done = server.call([l.HORAD, *options], timeout=10)
            assert done.returncode == (1 if options == ["-p"] else l.EXIT_CONFIG), (options, done)
            assert words in done.stderr, done.stderr
            assert bad_cert in done.stderr or bad_key in done.stderr, done.stderr


def access_and_rate_limits_hold(lab):
    server, client, ca, cert, key = lab.pair()
    other = lab.host("other", "10.9.0.3")
    server.horad(SERVER.format(cert=cert, key=key) + "deny 10.9.0.3\n")
    client.chronyd("server 10.9.0.1 iburst minpoll 1\n")
    client.synchronised(tool=l.CHRONYC)
    other.chronyd("server 10.9.0.1 iburst minpoll 1\n")
    assert "Handshake was completed" not in gnutls_cli(other, ca).stdout
    before = int(server.csv("serverstats")[0][1])
    time.sleep(3)
    assert other.csv("tracking", tool=l.CHRONYC)[0][13] == "Not synchronised"
    # 40 requests at once from one address: 16 pass, and of the others one in four, or three
    # where the machine's load spaces them so that the client looks like one that hurries
    # when it gets no answer (ntp/ratelimit.h).
    burst = ("import socket,time\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
             "s.connect(('10.9.0.1',123)); s.settimeout(0.3)\n"
             "[s.send(bytes([0x23])+bytes(47)) for i in range(40)]\nn=0\n"
             "try:\n  while s.recv(2000): n+=1\nexcept OSError: pass\nprint(n)")
    quiet = lab.host("quiet", "10.9.0.4")
    answered = int(quiet.call(["python3", "-c", burst]).stdout)
    assert 16 <= answered < 40, answered
    assert int(server.csv("serverstats")[0][1]) > before, "drops are counted"


l.main(chronyd_client_is_served, gnutls_cli_handshakes, shared_keys_serve_both_ways,
       ntsaeads_decides, records_are_as_the_peers, certificate_is_renewed_without_restart, broken_pair_at_start_is_an_error,
       access_and_rate_limits_hold)
