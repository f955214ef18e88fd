# SPDX-License-Identifier: Apache-2.0
"""horad and other NTS daemons, ntpd-rs, ntpsec and the chrony of each release: each
asks the other.

No peer comes near the clock: no program of these tests has the capability.
chrony is told so (-x).
ntpsec logs that and goes on. (With its `disable ntp` 1.2.2 and 1.2.3 never serve
a time.) ntpd-rs has no setting for it: where it may not set the clock it ends at
its start with status 70, as client and as server. So keep_clock.so answers its
changes as if they were made; all else of it is as Debian built it.
"""
import os
import re
import lab as l

NAME = "time.example"
CLIENT, STRANGER, UPSTREAM = "10.9.0.2", "10.9.0.3", "10.9.0.4"
NTS_SERVER = "ntsserverkey {key}\nntsservercert {cert}\nntsdumpdir /var/lib/chrony\nallow 10.0.0.0/8\n"
HORA_SERVER = NTS_SERVER + "local stratum 2\n"
HORA_CLIENT = (f"server {NAME} iburst nts minpoll 0 maxpoll 0\n"
               "ntstrustedcerts {ca}\nntsdumpdir /var/lib/chrony\n")
EXCHANGES = 5  # authenticated ones that are waited for


class NtpdRs:
    """ntp-daemon; ntp-ctl tells how it goes."""
    base = """[observability]
log-level = "debug"
ansi-colors = false
observation-path = "/run/chrony/observe"
[synchronization]
minimum-agreeing-sources = 1
[source-defaults]
poll-interval-limits = {{ min = 0, max = 0 }}
initial-poll-interval = 0
"""
    server = base + f"""[[source]]
mode = "server"
address = "{UPSTREAM}"
[[server]]
listen = "0.0.0.0:123"
[[nts-ke-server]]
listen = "0.0.0.0:4460"
certificate-chain-path = "{{cert}}"
private-key-path = "{{key}}"
"""
    client = base + f"""[[source]]
mode = "nts"
address = "{NAME}"
certificate-authority = "{{ca}}"
"""
    refusal = "UnknownIssuer"
    auth = l.SIV_AUTH

    def __init__(self, folder):
        self.folder = folder

    def start(self, host, text):
        host.write("etc/ntp.toml", text)
        return host.start(["env", f"LD_PRELOAD={l.built('tests/system/keep_clock.so')}", f"{self.folder}/ntp-daemon",
                           "-c", "/etc/chrony/ntp.toml"], "peer.log")

    def metrics(self, host):
        told = host.call([f"{self.folder}/ntp-ctl", "status", "-f", "prometheus", "-c", "/etc/chrony/ntp.toml"])
        return {name: float(value) for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", told.stdout, re.M)}

    def has_served(self, host):
        """All that it received was authenticated, and accepted."""
        seen = self.metrics(host)
        accepted = seen["ntp_server_nts_accepted_packets_total"]
        return EXCHANGES <= accepted == seen["ntp_server_received_packets_total"]

    def has_asked(self, host):
        """Every poll was answered, no cookie is missing, and it follows hora's server."""
        seen = self.metrics(host)
        return (seen["ntp_source_unanswered_polls"], seen["ntp_source_nts_cookies_available"],
                seen["ntp_system_stratum"]) == (0, 8, 3)


class Ntpsec:
    """ntpd; its log and its statistics of peers tell how it goes."""
    server = ("nts enable\nnts cert {cert}\nnts key {key}\nnts cookie /var/lib/chrony/nts-keys\n"
              f"server {UPSTREAM} iburst minpoll 0 maxpoll 0\n")
    client = (f"server {NAME} iburst nts minpoll 0 maxpoll 0 ca {{ca}}\nstatsdir /var/log/chrony/\n"
              "statistics peerstats\nfilegen peerstats file peerstats type none enable\n")
    refusal = "certificate invalid"
    auth = l.SIV_AUTH
    # Of a peer's status word (RFC 9327).
    AUTHENTIC, REACHABLE = 0x2000, 0x1000

    def __init__(self, folder):
        self.folder = folder

    def start(self, host, text):
        host.write("etc/ntp.conf", text)
        return host.start([f"{self.folder}/ntpd", "-n", "-c", "/etc/chrony/ntp.conf"], "peer.log")

    def has_served(self, host):
        """Its log has one handshake with hora that went well; of NTP it counts nothing there."""
        return len(re.findall(rf"NTS-KE from {CLIENT}:\d+,.* Using TLSv1\.3", host.read("peer.log"))) == 1

    def has_asked(self, host):
        """It got cookies once, and the last measurements were authenticated."""
        rows = [line.split() for line in host.read("log/peerstats").splitlines()]
        good = [row for row in rows if row[2] == "10.9.0.1" and
                int(row[3], 16) & self.AUTHENTIC and int(row[3], 16) & self.REACHABLE]
        return len(good) >= 2 and host.read("peer.log").count("Got 8 cookies") == 1


class Chrony:
    """chronyd of one release; its own chronyc tells how it goes."""
    server = f"{NTS_SERVER}server {UPSTREAM} iburst minpoll 0 maxpoll 0\n"
    client = HORA_CLIENT
    refusal = "certificate is NOT trusted"

    def __init__(self, folder):
        self.folder = folder
        version = tuple(map(int, os.path.basename(folder).split(".")[:2]))
        # The AEADs that both know: a release with 4.4 or later has a library with the other.
        self.auth = l.GCM_AUTH if l.GCM_SIV and version >= (4, 4) else l.SIV_AUTH
        # From 4.8 on it becomes the daemon's user, which here is root.
        self.tool = [f"{folder}/chronyc", *(["-u", "root"] if version >= (4, 8) else [])]

    def start(self, host, text):
        return host.chronyd(text, program=f"{self.folder}/chronyd", log="peer.log")

    def ask(self, host, *words):
        done = host.call([*self.tool, *words])
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def has_served(self, host):
        """Of the NTP packets that it received, all were authenticated."""
        seen = dict(re.findall(r"^(.*?) *: (\d+)$", self.ask(host, "serverstats"), re.M))
        assert int(seen["NTS-KE connections accepted"]) >= 1, seen
        return EXCHANGES <= int(seen["Authenticated NTP packets"]) == int(seen["NTP packets received"])

    def has_asked(self, host):
        """It follows hora's server, by keys of one NTS-KE, and no cookie is missing."""
        row = self.ask(host, "-c", "-n", "authdata").strip().split(",")
        data = self.ask(host, "ntpdata")
        tracking = self.ask(host, "-c", "-n", "tracking").split(",")
        return (row[1:5] == ["NTS", "1", *self.auth] and row[7:9] == ["0", "8"] and
                "NTP tests       : 111 111 1111" in data and "Authenticated   : Yes" in data and
                tracking[1:3] == ["10.9.0.1", "3"])


PEERS = {"ntpd-rs": NtpdRs, "ntpsec": Ntpsec, "chrony": Chrony}


def authorities(lab):
    """The CA of the server, another one, and the server's certificate and key. RSA: of
    certtool's keys for ECDSA ntpd-rs can not read every second one."""
    return lab.ca(), lab.ca("other"), *lab.cert("server-cert", [NAME], key="rsa --bits=2048")


def serves_hora(lab, peer):
    """hora asks the peer, which follows another hora; one that trusts another CA gets nothing."""
    server, client = lab.host("server", "10.9.0.1", NAME), lab.host("client", CLIENT)
    stranger, upstream = lab.host("stranger", STRANGER), lab.host("upstream", UPSTREAM)
    ca, other, cert, key = authorities(lab)
    upstream.horad("allow 10.9.0.1\nlocal stratum 2\n")
    peer.start(server, peer.server.format(cert=cert, key=key))
    l.wait_for("NTS-KE server of the peer", lambda: ":4460 " in server.run("ss -ltn"))
    client.horad(HORA_CLIENT.format(ca=ca))
    stranger.horad(HORA_CLIENT.format(ca=other))
    tracking = client.synchronised(30)
    assert tracking[1:3] == ["10.9.0.1", "4"], tracking
    l.wait_for("answers", lambda: client.valid_answers() >= EXCHANGES, 20)
    row = l.wait_for("8 cookies", lambda: [row for row in client.csv("authdata") if row[8] == "8"])[0]
    # One NTS-KE, the best AEAD of both, no NAK.
    assert row[1:5] == ["NTS", "1", *peer.auth] and row[7] == "0", row
    data = client.horac("ntpdata")
    assert "NTP tests       : 111 111 1111" in data and "Authenticated   : Yes" in data, data
    l.wait_for("what the peer tells", lambda: peer.has_served(server), 20)
    l.wait_for("refusal", lambda: "issuer of the certificate is not trusted" in stranger.read("horad.log"))
    assert stranger.csv("authdata")[0][8] == "0" and stranger.valid_answers() == 0, stranger.horac("ntpdata")


def counted(server):
    """NTP packets, NTS-KE connections, authenticated NTP packets."""
    row = server.csv("serverstats")[0]
    return int(row[0]), int(row[5]), int(row[7])


def asks_hora(lab, peer):
    """The peer asks hora, and follows it; one that trusts another CA sends no request."""
    server, client = lab.host("server", "10.9.0.1", NAME), lab.host("client", CLIENT)
    stranger = lab.host("stranger", STRANGER)
    ca, other, cert, key = authorities(lab)
    server.horad(HORA_SERVER.format(cert=cert, key=key))
    refused = peer.start(stranger, peer.client.format(ca=other))
    l.wait_for("refusal", lambda: peer.refusal in stranger.read("peer.log"))
    stranger.stop(refused)
    packets, handshakes, _ = counted(server)
    assert packets == 0 and handshakes >= 1, (packets, handshakes)
    peer.start(client, peer.client.format(ca=ca))
    packets, now, authenticated = l.wait_for(
        "requests", lambda: [row for row in [counted(server)] if row[2] >= EXCHANGES], 30)[0]
    assert authenticated == packets and now == handshakes + 1, (packets, handshakes, now, authenticated)
    l.wait_for("what the peer tells", lambda: peer.has_asked(client), 30)


def peers():
    """(name, version or -, folder or why there is none) of tests/peers-others and tests/peers-versions."""
    for line in os.environ.get("NTS_PEERS", "").splitlines():
        yield line.split(" ", 2)
    for line in os.environ.get("CHRONY_RELEASES", "").splitlines():
        suite, folder, *why = line.split(" ", 2)
        yield "chrony", os.path.basename(folder), f"of {suite}: {why[0]}" if why else folder


def tests():
    for at, (name, version, rest) in enumerate(peers()):
        for way in (serves_hora, asks_hora):
            def one(lab, name=name, version=version, rest=rest, way=way):
                if version == "-":
                    raise l.Skip(f"no {name} {rest}")
                way(lab, PEERS[name](rest))
            one.__name__ = f"{name}_{version if version != '-' else at}_{way.__name__}"
            yield one


l.main(*tests())
