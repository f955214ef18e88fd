# SPDX-License-Identifier: Apache-2.0
"""Symmetric keys: of every type, in versions 3 and 4, between horad and Debian's
chronyd; wrong ones; the key file, read and read again."""
import os
import signal
import lab as l

TOOLS = os.path.dirname(os.path.abspath(__file__)) + "/tools"
# Number in authdata, bytes of digest, of each type.
TYPES = {"MD5": (1, 16), "SHA1": (2, 20), "SHA256": (3, 32), "SHA384": (4, 48), "SHA512": (5, 64),
         "SHA3-224": (6, 28), "SHA3-256": (7, 32), "SHA3-384": (8, 48), "SHA3-512": (9, 64),
         "AES128": (13, 16), "AES256": (14, 16)}
SERVER = "keyfile /etc/chrony/chrony.keys\nallow 10.0.0.0/8\nlocal stratum 2\n"


def key_line(number, kind, seed="0123456789abcdef"):
    text = (seed * 2)[:32 if kind == "AES256" else 16]
    return f"{number} {kind} ASCII:{text}\n"


def key_bits(kind):
    return 256 if kind == "AES256" else 128


def all_keys():
    return "".join(key_line(i + 1, kind) for i, kind in enumerate(TYPES))


def keys(host, text, mode=0o640):
    """The key file of a host, as distributions ship it: of root, for our group."""
    path = host.write("etc/chrony.keys", text)
    os.chown(path, 0, host.lab.uid)
    os.chmod(path, mode)
    return path


def addresses(server, count):
    """So many addresses of a server: no two sources may have the same."""
    found = [f"10.9.0.{i}" for i in range(100, 100 + count)]
    for address in found:
        server.run(f"ip addr add {address}/24 dev eth0")
    return found


def pair(lab):
    return lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")


def reached(client, count, tool=l.HORAC):
    """Wait until so many sources have answered validly."""
    return l.wait_for(f"{count} sources reached", lambda: len(
        [row for row in client.csv("-n", "sources", tool=tool) if row[5] != "0"]) == count, 15)


def ntpdata(client, address, tool=l.HORAC):
    rows = dict(line.split(":", 1) for line in client.call([tool, "ntpdata", address]).stdout.splitlines()
                if ":" in line)
    return {name.strip(): value.strip() for name, value in rows.items()}


def served(server, tool):
    """Packets received, dropped, authenticated."""
    row = server.csv("serverstats", tool=tool)[0]
    return int(row[0]), int(row[1]), int(row[7])


def client_with_every_type(lab):
    server, client = pair(lab)
    keys(server, all_keys())
    keys(client, all_keys())
    lines, expected = "", {}
    for number, (kind, (code, digest)) in enumerate(TYPES.items(), 1):
        expected[number] = (kind, code, 3 if digest > 20 else 4)
    where = addresses(server, 2 * len(TYPES))
    for i, number in enumerate(expected):
        lines += f"server {where[2 * i]} key {number} iburst minpoll 0 maxpoll 0\n"
        lines += f"server {where[2 * i + 1]} key {number} iburst minpoll 0 maxpoll 0 xleave\n"
    server.chronyd(SERVER)
    daemon = client.horad("keyfile /etc/chrony/chrony.keys\n" + lines)
    reached(client, len(where))
    assert "Loaded 11 symmetric keys" in client.read("horad.log")
    auth = {row[0]: row[1:5] for row in client.csv("-n", "authdata")}
    select = {row[1]: row[2] for row in client.csv("-n", "selectdata")}
    for i, (number, (kind, code, version)) in enumerate(expected.items()):
        for address, want in ((where[2 * i], version), (where[2 * i + 1], 4)):
            assert auth[address] == ["SK", str(number), str(code), str(key_bits(kind))], auth
            assert select[address] == "Y", select
            data = ntpdata(client, address)
            assert (data["Version"], data["Authenticated"]) == (str(want), "Yes"), (kind, data)
            assert data["NTP tests"].startswith("111 111"), (kind, data)
    received, _, authentic = served(server, l.CHRONYC)
    assert received == authentic > 0, (received, authentic)
    assert client.stop(daemon) == 0


def server_of_every_type(lab):
    l.needs_peer((4, 3), "the version that a long MAC is sent with")
    server, client = pair(lab)
    keys(server, all_keys())
    keys(client, all_keys())
    where = addresses(server, 4 * len(TYPES))
    lines = "".join(f"server {where[4 * i + j]} key {i + 1} iburst minpoll 0 maxpoll 0{more}\n"
                    for i in range(len(TYPES))
                    for j, more in enumerate(("", " version 3", " version 4", " xleave")))
    daemon = server.horad(SERVER)
    peer = client.chronyd("keyfile /etc/chrony/chrony.keys\n" + lines)
    reached(client, len(where), tool=l.CHRONYC)
    for i, (kind, (_, digest)) in enumerate(TYPES.items()):
        for j, want in enumerate((3 if digest > 20 else 4, 3, 4, 4)):
            data = ntpdata(client, where[4 * i + j], l.CHRONYC)
            assert (data["Version"], data["Authenticated"]) == (str(want), "Yes"), (kind, data)
    received, _, authentic = served(server, l.HORAC)
    assert received == authentic > 0, (received, authentic)
    client.stop(peer)
    assert server.stop(daemon) == 0


# What is asked of a server, and whether it answers: the MAC of a request.
ASK = '''
import hashlib, socket, struct, sys, time
server = sys.argv[1]
def packet(version, key_id, digest_length, kind="sha256", key=b"0123456789abcdef", ef=b""):
    header = bytes([version << 3 | 3]) + bytes(39) + struct.pack("!d", time.time()) + ef
    return header + struct.pack("!I", key_id) + hashlib.new(kind, key + header).digest()[:digest_length]
def flip(text, at):
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1:]
field = bytes.fromhex("23230010") + bytes(12)
good4, good3 = packet(4, 3, 20), packet(3, 3, 32)
cases = {
    "good v4": good4, "good v3": good3, "good v2": packet(2, 3, 32), "good v4 and field": packet(4, 3, 20, ef=field),
    "no key": good4[:48],
    "bit of header": flip(good4, 4), "bit of digest": flip(good4, 71), "bit of v3": flip(good3, 83),
    "bit of a field": flip(packet(4, 3, 20, ef=field), 60),
    "unknown key": packet(4, 99, 20), "unknown key 0": packet(4, 0, 20), "other key": packet(4, 3, 20, key=b"x"),
    "other type": packet(4, 3, 16, "md5"), "cut in v3": packet(3, 3, 20), "cut more": packet(4, 3, 16),
    "whole in v4": packet(4, 3, 32), "crypto-NAK": good4[:48] + bytes(4), "crypto-NAK v3": good3[:48] + bytes(4),
    "signed by Samba": good3[:48] + struct.pack("!I", 3) + bytes(16),
}
for name, request in cases.items():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(2 if name.startswith("good") or name == "no key" else 0.3)
    s.connect((server, 123))
    s.send(request)
    try:
        reply = s.recv(2000)
    except socket.timeout:
        reply = b""
    version = request[0] >> 3
    body = reply[:-4 - (20 if version == 4 else 32)]
    right = len(reply) > 48 and reply[0] >> 3 & 7 == version and reply[48:52] == struct.pack("!I", 3) and \\
        hashlib.sha256(b"0123456789abcdef" + body).digest().startswith(reply[52:])
    print(name, len(reply), "right" if right else "-", sep=",")
'''


def server_answers_only_what_is_right(lab):
    server, client = pair(lab)
    keys(server, key_line(3, "SHA256"))
    server.horad(SERVER)
    l.wait_for("a server", lambda: ":123 " in server.run("ss -lun"))
    done = client.call(["python3", "-c", ASK, "10.9.0.1"])
    rows = [line.split(",") for line in done.stdout.splitlines()]
    assert len(rows) == 19, done
    for name, length, is_right in rows:
        if name.startswith("good"):
            assert (length, is_right) == ("72" if "v4" in name else "84", "right"), (name, length, is_right)
        else:
            assert length == ("48" if name == "no key" else "0"), (name, length)
    received, dropped, authentic = served(server, l.HORAC)
    assert authentic == 4, authentic


def forged_responses_are_refused(lab):
    server, client = pair(lab)
    middle = lab.host("middle", "10.9.0.5")
    for host in (server, client):
        keys(host, key_line(1, "SHA1"))
    server.chronyd(SERVER)
    mode = middle.write("etc/mode", "passed")
    middle.start(["python3", f"{TOOLS}/mitm.py", "10.9.0.1", mode], "mitm.log")
    client.horad("keyfile /etc/chrony/chrony.keys\nserver 10.9.0.5 key 1 iburst minpoll 0 maxpoll 0\n")
    client.synchronised()

    def count(what):
        return int(ntpdata(client, "10.9.0.5")[what])

    for name, reason in (("flipped", "message authentication code is wrong"),
                         ("flipped_seal", "message authentication code is wrong"),
                         ("forged", "message authentication code is wrong"),
                         ("plain", "response is not authenticated"),
                         ("replayed", None), ("noise", None)):
        middle.write("etc/mode", name)
        start = count("Total RX")
        l.wait_for(f"{name}: two bad responses", lambda: count("Total RX") >= start + 2)
        valid, seen = count("Total valid RX"), count("Total RX")
        l.wait_for(f"{name}: more bad responses", lambda: count("Total RX") >= seen + 1)
        assert count("Total valid RX") == valid, f"{name}: was accepted"
        assert not reason or reason in client.read("horad.log"), f"{name}: '{reason}' is not in the log"
        middle.write("etc/mode", "passed")
        l.wait_for(f"service after {name}", lambda: count("Total valid RX") > valid)


def exactly_what_is_configured(lab):
    """Wrong, unknown and missing keys, and MACs that nobody asked for."""
    server, client = pair(lab)
    keys(server, key_line(1, "SHA1") + key_line(2, "SHA1"))
    keys(client, key_line(1, "SHA1", "another-key-here") + key_line(2, "SHA1") + key_line(5, "MD5") + "6 MD5 123456789\n")
    where = addresses(server, 6)
    server.chronyd(SERVER)
    client.horad("keyfile /etc/chrony/chrony.keys\n" + "".join(
        f"server {address} {option} iburst minpoll 0 maxpoll 0\n" for address, option in
        zip(where, ("key 1", "key 2", "key 5", "key 9", "key 6", "prefer"))))
    reached(client, 2)
    log = client.read("horad.log")
    assert "Key 9 is missing" in log and "Key 6 is too short" in log, log
    assert "Key 5 is" not in log and "Key 1 is" not in log, log
    auth = {row[0]: row[1:5] for row in client.csv("-n", "authdata")}
    assert auth[where[3]] == ["SK", "9", "0", "0"] and auth[where[4]] == ["SK", "6", "1", "72"], auth
    assert auth[where[5]] == ["-", "0", "0", "0"], auth
    l.wait_for("polls", lambda: int(ntpdata(client, where[0])["Total TX"]) >= 4)
    reach = {row[2]: row[5] for row in client.csv("-n", "sources")}
    assert [reach[a] == "0" for a in where] == [True, False, True, True, True, False], reach
    # Without its key nothing is sent; the server answers no unknown key.
    assert ntpdata(client, where[3])["Total TX"] == "0"
    assert ntpdata(client, where[2])["Total RX"] == "0"
    # authselectmode mix, the default: who is authenticated is trusted and required.
    select = {row[1]: "".join(row[2:13]) for row in client.csv("-n", "selectdata")}
    assert select[where[1]] == "Y-------TR-", select
    assert select[where[5]] == "N-P----P---", select


def fields_before_the_mac(lab):
    """What precedes a MAC is covered by it: with the field F323, both ways."""
    l.needs_peer(*l.F323)
    peer, ours = pair(lab)
    both = ((ours, peer.address, ours.horad, l.HORAC), (peer, ours.address, peer.chronyd, l.CHRONYC))
    for host, address, start, _ in both:
        keys(host, key_line(1, "SHA256"))
        start(SERVER + f"server {address} key 1 iburst minpoll 0 maxpoll 0 extfield F323\n")
    for host, address, _, tool in both:
        reached(host, 1, tool=tool)
        data = ntpdata(host, address, tool)
        assert (data["Version"], data["Authenticated"]) == ("4", "Yes"), data
    for host, _, _, tool in both:
        received, _, authentic = served(host, tool)
        assert received == authentic > 0, (received, authentic)


def rekey_reads_the_file_again(lab):
    server, client = pair(lab)
    keys(server, key_line(1, "SHA1") + key_line(2, "AES128"))
    keys(client, key_line(1, "SHA1"))
    where = addresses(server, 2)
    server.horad(SERVER)
    client.horad("keyfile /etc/chrony/chrony.keys\n" + "".join(
        f"server {address} key {i} iburst minpoll 0 maxpoll 0\n" for i, address in enumerate(where, 1)))
    reached(client, 1)
    assert "Key 2 is missing" in client.read("horad.log")

    def valid(address):
        return int(ntpdata(client, address)["Total valid RX"])

    # A new key works, and one that is gone stops to: in the client,
    keys(client, key_line(2, "AES128"))
    assert client.horac("rekey") == "200 OK\n"
    l.wait_for("the second key", lambda: valid(where[1]) > 0)
    l.wait_for("the first key's end", lambda: "Key 1 is missing" in client.read("horad.log"))
    sent = ntpdata(client, where[0])["Total TX"]
    # and in the server.
    before = valid(where[1])
    keys(server, key_line(1, "SHA1"))
    assert server.horac("rekey") == "200 OK\n"
    l.wait_for("silence", lambda: int([r for r in client.csv("-n", "sources") if r[2] == where[1]][0][5], 8) & 3 == 0)
    assert ntpdata(client, where[0])["Total TX"] == sent, "a key that is gone was used"
    mark = valid(where[1])
    keys(server, key_line(2, "AES128"))
    assert server.horac("rekey") == "200 OK\n"
    l.wait_for("service", lambda: valid(where[1]) > mark >= before)
    # A file that can not be read changes nothing.
    os.unlink(f"{server.dir}/etc/chrony.keys")
    assert server.horac("rekey") == "200 OK\n"
    # The answer comes when it was tried.
    assert "Could not open keyfile /etc/chrony/chrony.keys: No such file or directory " \
        "(the old keys stay in use)" in server.read("horad.log")
    mark = valid(where[1])
    l.wait_for("service without the file", lambda: valid(where[1]) > mark + 1)


def reload_takes_another_file(lab):
    """SIGHUP reads the file again, and another one when that is configured."""
    server, client = pair(lab)
    keys(server, key_line(1, "SHA1"))
    keys(client, key_line(2, "SHA1"))
    daemon = server.horad(SERVER)
    client.horad("keyfile /etc/chrony/chrony.keys\nserver 10.9.0.1 key 2 iburst minpoll 0 maxpoll 0\n")

    def valid():
        return int(ntpdata(client, "10.9.0.1")["Total valid RX"])

    def hangup():
        os.kill(server.pids("horad")[0], signal.SIGHUP)

    l.wait_for("requests", lambda: int(ntpdata(client, "10.9.0.1")["Total TX"]) >= 2)
    assert valid() == 0
    keys(server, key_line(2, "SHA1"))
    hangup()
    l.wait_for("service with the key of the file", lambda: valid() > 0)
    server.write("etc/chrony.conf", SERVER.replace("keyfile /etc/chrony/chrony.keys\n", ""))
    hangup()
    l.wait_for("silence", lambda: int(client.csv("-n", "sources")[0][5], 8) & 3 == 0)
    os.rename(f"{server.dir}/etc/chrony.keys", f"{server.dir}/etc/other.keys")
    server.write("etc/chrony.conf", SERVER.replace("chrony.keys", "other.keys"))
    mark = valid()
    hangup()
    l.wait_for("service with the key of the other file", lambda: valid() > mark)
    assert server.stop(daemon) == 0


def status(pid):
    with open(f"/proc/{pid}/status") as text:
        return dict(line.rstrip("\n").split(":\t", 1) for line in text if ":\t" in line)


def the_file_and_its_rights(lab):
    server, client = pair(lab)
    host = client
    conf = "keyfile /etc/chrony/chrony.keys\nserver 10.9.0.1 key 1 iburst minpoll 0 maxpoll 0\n"
    keys(server, key_line(1, "SHA1"))
    server.chronyd(SERVER)
    bad = "2 FOO x\n3 AES128 x\n4 MD5 HEX:0\nrubbish\n5 TIGER abcdefghijkl\n1 MD5 old\n"
    for mode, owner, keeps in ((0o640, lab.uid, False), (0o600, 0, True), (0o644, lab.uid, False), (0o666, lab.uid, False)):
        path = keys(host, bad + key_line(1, "SHA1"), mode)
        os.chown(path, 0, owner)
        log = f"horad-{mode:o}.log"
        daemon = host.horad(conf, log=log)
        host.synchronised()
        text = host.read(log)
        for message in ("Invalid type in key 2", "Invalid length of AES128 key 3 (expected 128 bits)",
                        "Could not decode key 4", "Could not parse key at line 4 in file /etc/chrony/chrony.keys",
                        "Unsupported hash function in key 5", "Detected duplicate key 1", "Loaded 1 symmetric keys"):
            assert message in text, (message, text)
        assert ("World-readable permissions on /etc/chrony/chrony.keys" in text) == (mode == 0o644), text
        assert ("World-writable permissions on /etc/chrony/chrony.keys" in text) == (mode == 0o666), text
        # Only a file that our user may not read leaves the right to read it.
        now = status(host.pids("horad")[0])
        assert (int(now["CapPrm"], 16) & 4 != 0) == keeps, (oct(mode), now["CapPrm"])
        assert int(now["CapEff"], 16) & 4 == 0, now["CapEff"]
        assert host.horac("rekey") == "200 OK\n"
        assert host.read(log).count("Loaded 1 symmetric keys") == 2
        assert host.stop(daemon) == 0
    os.unlink(path)
    host.horad(conf, log="horad-none.log")
    l.wait_for("warnings", lambda: "Key 1 is missing" in host.read("horad-none.log"))
    assert "Could not open keyfile /etc/chrony/chrony.keys: No such file or directory\n" in host.read("horad-none.log")


def single_process_does_the_same(lab):
    server, client = pair(lab)
    for host in (server, client):
        os.chown(keys(host, key_line(1, "SHA256")), 0, 0)
    server.horad(SERVER, program=l.SINGLE)
    client.horad("keyfile /etc/chrony/chrony.keys\nserver 10.9.0.1 key 1 iburst minpoll 0 maxpoll 0\n",
                 program=l.SINGLE)
    reached(client, 1)
    assert ntpdata(client, "10.9.0.1")["Authenticated"] == "Yes"
    received, _, authentic = served(server, l.HORAC)
    assert received == authentic > 0


if __name__ == "__main__":
    l.main(client_with_every_type, server_of_every_type, server_answers_only_what_is_right,
           forged_responses_are_refused, exactly_what_is_configured, fields_before_the_mac, rekey_reads_the_file_again,
           reload_takes_another_file, the_file_and_its_rights, single_process_does_the_same)
