# SPDX-License-Identifier: Apache-2.0
"""Interleaved mode served to Debian's chronyd, to hora and to bare packets, with NTS
and with keys; its memory; the monotonic timestamp (extfield F323); what monitoring is open to whom, and how often."""
import os
import re
import lab as l

SERVER = "allow 10.9.0.0/24\nlocal stratum 3\n"
XLEAVE = "server {} iburst xleave minpoll -2 maxpoll -2{}\nlogdir /var/log/chrony\nlog measurements\n"
# Sends n requests in interleaved form and prints of each answer whether it is
# interleaved. "again": names the first answer in all that follow.
BARE = """import os,socket,struct,sys
n,again=int(sys.argv[2]),sys.argv[3]=="again"
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(3); s.connect((sys.argv[1],123))
before=1
for i in range(n):
    receive,transmit=(int.from_bytes(os.urandom(8),"big") for _ in range(2))
    s.send(struct.pack("!BBbbIIIQQQQ",0x23,0,0,32,0,0,0,0,before,receive,transmit))
    f=struct.unpack("!BBbbIIIQQQQ",s.recv(2000))
    assert f[9]&1==1 and f[10]&1==0,f
    assert f[8] in (receive,transmit),f
    print(int(f[8]==receive),end="")
    if not again or i==0: before=f[9]
"""


# Asks for the extension field 0xF323: the receive timestamp and the epoch in it.
MONO = """import socket,struct,sys
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(3); s.connect((sys.argv[1],123))
s.send(struct.pack("!BBbbIIIQQQQHHI20x",0x23,0,0,32,0,0,0,0,0,0,1,0xf323,28,0xf5bedd9a))
print(*struct.unpack("!HHIIIQI",s.recv(2000)[48:])[5:])
"""


def bare(client, n, how="next"):
    done = client.call(["python3", "-c", BARE, "10.9.0.1", str(n), how])
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return done.stdout


def stat(host, label):
    return int(re.search(rf"^{label} +: (\d+)$", host.horac("serverstats"), re.M).group(1))


def interleaved(client, tool):
    text = client.call([tool, "ntpdata"]).stdout
    return re.search(r"^Interleaved +: Yes$", text, re.M) and "TX timestamping : " in text


def measured(client):
    """Modes of the good samples in measurements.log: B or I."""
    return "".join(re.findall(r" 111 111 1111 .* 4([BI]) K K$", client.read("log/measurements.log"), re.M))


def follows(lab, server, client, config, start, tool):
    l.wait_for("server", lambda: server.csv("serverstats"))
    before = stat(server, "Interleaved NTP packets")
    daemon = start(config)
    l.wait_for("interleaved samples", lambda: measured(client).endswith("III"))
    assert interleaved(client, tool), client.call([tool, "ntpdata"]).stdout
    assert stat(server, "Interleaved NTP packets") >= before + 3
    assert stat(server, "NTP kernel TX timestamps") > 0
    assert stat(server, "NTP timestamps held") >= 1
    client.stop(daemon)


def chronyd_and_hora_measure_in_it(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    other = lab.host("other", "10.9.0.3")
    server.horad(SERVER)
    config = XLEAVE.format("10.9.0.1", "{}")
    follows(lab, server, client, config.format(""), client.chronyd, l.CHRONYC)
    follows(lab, server, other, config.format(""), other.horad, l.HORAC)
    if l.PEER < l.F323[0]:
        return
    # The monotonic timestamp comes to whoever asks for it; its epoch stays.
    client.fresh("", own=False)
    client.write("log/measurements.log", "")
    follows(lab, server, client, config.format(" extfield F323"), client.chronyd, l.CHRONYC)
    fields = [client.call(["python3", "-c", MONO, "10.9.0.1"]).stdout.split() for _ in range(2)]
    (before, epoch), (after, again) = [(int(receive), epoch) for receive, epoch in fields]
    assert 0 < after - before < 10 << 32 and epoch == again, fields


def with_nts_too(lab):
    server, client = lab.host("server", "10.9.0.1", "time.example"), lab.host("client", "10.9.0.2")
    other = lab.host("other", "10.9.0.3")
    ca = lab.ca()
    cert, key = lab.cert("server-cert", ["time.example"])
    server.horad(SERVER + f"ntsserverkey {key}\nntsservercert {cert}\nntsdumpdir /var/lib/chrony\n")
    trust = f"ntstrustedcerts {ca}\n"
    more = " extfield F323" if l.PEER >= l.F323[0] else ""
    follows(lab, server, client, XLEAVE.format("time.example", " nts" + more) + trust,
            client.chronyd, l.CHRONYC)
    follows(lab, server, other, XLEAVE.format("time.example", " nts") + trust, other.horad, l.HORAC)
    assert stat(server, "Authenticated NTP packets") >= 6


def with_keys_too(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    other = lab.host("other", "10.9.0.3")
    for host in (server, client, other):
        host.write("etc/chrony.keys", "7 SHA1 HEX:000102030405060708090a0b0c0d0e0f10111213\n")
        os.chmod(f"{host.dir}/etc/chrony.keys", 0o640)
        l.sh(f"chown 0:{lab.uid} {host.dir}/etc/chrony.keys")
    keys = "keyfile /etc/chrony/chrony.keys\n"
    server.horad(SERVER + keys)
    config = XLEAVE.format("10.9.0.1", " key 7") + keys
    follows(lab, server, client, config, client.chronyd, l.CHRONYC)
    follows(lab, server, other, config, other.horad, l.HORAC)
    assert stat(server, "Authenticated NTP packets") >= 6


def memory_is_bounded(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    daemon = server.horad(SERVER + "clientloglimit 2048\n")
    l.wait_for("answers", lambda: bare(client, 5) == "01111")
    # An answer serves once; many clients behind one address do not disturb it.
    assert bare(client, 5, "again") == "01000"
    bare(client, 200, "again")
    assert stat(server, "NTP timestamps held") == 16
    server.stop(daemon)
    daemon = server.horad(SERVER + "noclientlog\n")
    l.wait_for("answers", lambda: bare(client, 5) == "00000")
    assert stat(server, "NTP timestamps held") == 0
    server.stop(daemon)
    server.write("etc/chrony.conf", SERVER + "noclientlog\nratelimit\n")
    done = server.call([l.HORAD, "-d", "-x", "-f", "/etc/chrony/chrony.conf"])
    assert done.returncode == l.EXIT_CONFIG
    assert "Rate limiting cannot be enabled with noclientlog" in done.stderr, done.stderr


def chronyc_from(client, *args):
    return client.call([l.CHRONYC, "-h", "10.9.0.1", "-c", *args])


def monitoring_is_open_as_said(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    base = SERVER + "bindcmdaddress 0.0.0.0\ncmdallow 10.9.0.2\n"

    def opened():
        return [name for name in ("activity", "serverstats", "tracking")
                if chronyc_from(client, name).returncode == 0]
    for more, want in (("", ["activity", "tracking"]),
                       ("opencommands serverstats tracking\n", ["serverstats", "tracking"]),
                       ("opencommands\n", [])):
        daemon = server.horad(base + more)
        l.wait_for("Unix socket", lambda: server.csv("serverstats"))
        assert opened() == want, (more, opened())
        server.stop(daemon)
    # Nobody but loopback is limited; a request over the limit gets no answer.
    daemon = server.horad(base + "cmdratelimit interval 12 burst 2 leak 4\n")
    l.wait_for("Unix socket", lambda: server.csv("serverstats"))
    client.write("etc/commands", "timeout 100\nretries 0\n" + "activity\n" * 20)
    text = client.call([l.CHRONYC, "-h", "10.9.0.1"], stdin=client.read("etc/commands")).stdout
    assert 2 <= text.count("sources online") <= 12, text
    text = server.call([l.CHRONYC, "-h", "127.0.0.1"], stdin="activity\n" * 50).stdout
    assert text.count("sources online") == 50
    # (chronyc 4.0 sends no more once one got no answer.)
    assert stat(server, "Command packets dropped") >= (8 if l.PEER >= (4, 3) else 1)
    server.stop(daemon)


def commands_come_by_one_interface(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    base = SERVER + "bindcmdaddress 0.0.0.0\ncmdallow 10.9.0.2\n"
    for device, status in (("eth0", 0), ("lo", 1)):
        daemon = server.horad(base + f"bindcmddevice {device}\n")
        l.wait_for("Unix socket", lambda: server.csv("serverstats"))
        assert chronyc_from(client, "tracking").returncode == status, device
        local = server.call([l.CHRONYC, "-h", "127.0.0.1", "tracking"]).returncode
        assert local == 1 - status, device
        server.stop(daemon)
    server.write("horad.log", "")
    daemon = server.horad(base + "bindcmddevice none0\n")
    l.wait_for("Unix socket", lambda: server.csv("serverstats"))
    assert "none0" in server.read("horad.log") and "no such network interface" in server.read("horad.log")


l.main(chronyd_and_hora_measure_in_it, with_nts_too, with_keys_too, memory_is_bounded,
       monitoring_is_open_as_said, commands_come_by_one_interface)
