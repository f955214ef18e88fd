# SPDX-License-Identifier: Apache-2.0
"""Symmetric associations with Debian's chronyd, both ways, and between horas."""
import lab as l
from test_sockets import Sniffer

ACTIVE, PASSIVE = 1, 2  # modes
FAST = "minpoll 1 maxpoll 1"
KEYS = "5 SHA1 HEX:00112233445566778899AABBCCDDEEFF00112233\n6 SHA1 HEX:FF" + 19 * "00" + "\n"


def two(lab):
    return lab.host("alpha", "10.9.0.1"), lab.host("beta", "10.9.0.2")


def mode(host, tool=l.HORAC):
    return next((row[0] for row in host.csv("sources", tool=tool)), None)


def ntpdata(host, tool=l.HORAC):
    """Label: value of the only source."""
    lines = host.call([tool, "ntpdata"]).stdout.splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def follows(host, seconds=30, tool=l.HORAC):
    """Wait until it follows its peer, by packets in both directions."""
    host.synchronised(seconds, tool)
    data = l.wait_for("good samples", lambda: (d := ntpdata(host, tool)) and
                      int(d["Total valid RX"]) >= 4 and d, seconds)
    assert mode(host, tool) == "=", host.csv("sources", tool=tool)
    assert data["Mode"] == "Symmetric active", data
    assert data["NTP tests"] == "111 111 1111", data
    return data


def hora_follows_chronyd(lab):
    alpha, beta = two(lab)
    alpha.chronyd(f"peer 10.9.0.2 {FAST}\nlocal stratum 2\n")
    sniffer = Sniffer(alpha)
    beta.horad(f"peer 10.9.0.1 {FAST}\n")
    data = follows(beta)
    assert data["Stratum"] == "2" and abs(float(data["Offset"].split()[0])) < 0.001, data
    for host in ("10.9.0.1", "10.9.0.2"):
        sent = sniffer.packets(host)
        assert sent and {p[1] for p in sent} == {123} and {p[4] for p in sent} == {ACTIVE}, sent
    # chronyd hears us, too: synchronised to it, which is a loop to it.
    theirs = l.wait_for("what chronyd hears", lambda: (d := ntpdata(alpha, l.CHRONYC)) and
                        d.get("Stratum") == "3" and d)
    assert theirs["Mode"] == "Symmetric active" and theirs["NTP tests"].startswith("111 111"), theirs


def chronyd_follows_hora(lab):
    alpha, beta = two(lab)
    alpha.horad(f"peer 10.9.0.2 {FAST}\nlocal stratum 2\n")
    beta.chronyd(f"peer 10.9.0.1 {FAST}\n")
    data = follows(beta, tool=l.CHRONYC)
    assert data["Stratum"] == "2" and abs(float(data["Offset"].split()[0])) < 0.001, data
    l.wait_for("what hora hears", lambda: ntpdata(alpha).get("Stratum") == "3")


def passive_answers(lab):
    """A peer that is not configured there: answered by the server, both ways."""
    for first, second, tool in (("chronyd", "horad", l.HORAC), ("horad", "chronyd", l.CHRONYC)):
        alpha, beta = lab.host(f"a{first}", "10.9.0.1"), lab.host(f"b{first}", "10.9.0.2")
        daemons = [(alpha, getattr(alpha, first)("allow\nlocal stratum 2\n")),
                   (beta, getattr(beta, second)(f"peer 10.9.0.1 {FAST}\n"))]
        beta.synchronised(30, tool)
        assert mode(beta, tool) == "=" and ntpdata(beta, tool)["Mode"] == "Symmetric passive"
        for host, daemon in daemons:
            assert host.stop(daemon) == 0
            host.run("ip addr flush dev eth0")


def keys_are_kept_to(lab):
    for follower in ("horad", "chronyd"):
        alpha, beta = lab.host(f"a{follower}", "10.9.0.1"), lab.host(f"b{follower}", "10.9.0.2")
        leader, tool = ("chronyd", l.HORAC) if follower == "horad" else ("horad", l.CHRONYC)
        for host in (alpha, beta):
            host.write("etc/keys", KEYS)
        config = "keyfile /etc/chrony/keys\npeer {} key {} " + FAST + "\n"
        lead = getattr(alpha, leader)(config.format("10.9.0.2", 5) + "local stratum 2\n")
        good = getattr(beta, follower)(config.format("10.9.0.1", 5))
        assert follows(beta, tool=tool)["Authenticated"] == "Yes"
        assert beta.stop(good) == 0
        beta.fresh("")
        beta.write("etc/keys", KEYS)
        # Another key, and none, are no association.
        for other in (config.format("10.9.0.1", 6), f"peer 10.9.0.1 {FAST}\n"):
            bad = getattr(beta, follower)(other)
            l.wait_for("packets both ways", lambda: int(ntpdata(beta, tool)["Total TX"]) >= 3 and
                       int(ntpdata(beta, tool)["Total RX"]) >= 3, 30)
            assert ntpdata(beta, tool).get("Total valid RX", "0") == "0", f"{follower}: {other}"
            assert beta.stop(bad) == 0
        assert alpha.stop(lead) == 0
        for host in (alpha, beta):
            host.run("ip addr flush dev eth0")


def interleaved_both_ways(lab):
    for follower in ("horad", "chronyd"):
        alpha, beta = lab.host(f"a{follower}", "10.9.0.1"), lab.host(f"b{follower}", "10.9.0.2")
        leader, tool = ("chronyd", l.HORAC) if follower == "horad" else ("horad", l.CHRONYC)
        lead = getattr(alpha, leader)(f"peer 10.9.0.2 xleave {FAST}\nlocal stratum 2\n")
        follow = getattr(beta, follower)(f"peer 10.9.0.1 xleave {FAST}\n")
        follows(beta, tool=tool)
        data = l.wait_for(f"{follower}: interleaved", lambda: (d := ntpdata(beta, tool)) and
                          d["Interleaved"] == "Yes" and d["NTP tests"] == "111 111 1111" and d, 30)
        assert data["TX timestamping"] == "Kernel" and data["RX timestamping"] == "Kernel", data
        assert abs(float(data["Offset"].split()[0])) < 0.001, data
        other = l.HORAC if leader == "horad" else l.CHRONYC
        l.wait_for(f"{leader}: interleaved", lambda: ntpdata(alpha, other)["Interleaved"] == "Yes", 30)
        for host, daemon in ((alpha, lead), (beta, follow)):
            assert host.stop(daemon) == 0
            host.run("ip addr flush dev eth0")


def between_horas(lab):
    """Without a server of either, and beside the servers of both."""
    alpha, beta = two(lab)
    third = lab.host("gamma", "10.9.0.3")
    daemons = [(alpha, alpha.horad(f"peer 10.9.0.2 {FAST}\nlocal stratum 3\nallow\n")),
               (beta, beta.horad(f"peer 10.9.0.1 {FAST}\nport 0\n"))]
    sniffer = Sniffer(beta)
    beta.synchronised()
    # port 0: it asks from another port, and is answered as anybody.
    sent = l.wait_for("a packet", lambda: sniffer.packets("10.9.0.2", ACTIVE))
    assert 123 not in {p[1] for p in sent}, sent
    for host, daemon in daemons:
        assert host.stop(daemon) == 0
    alpha.fresh("")
    beta.fresh("")
    alpha.horad(f"peer 10.9.0.2 {FAST}\nlocal stratum 3\nallow 10.9.0.3\n")
    beta.horad(f"peer 10.9.0.1 {FAST}\n")
    follows(beta)
    # Others are served by who allows it, beside the peer, and by nobody else.
    client = third.horad("server 10.9.0.1 iburst minpoll 1 maxpoll 1\n")
    third.synchronised()
    assert third.stop(client) == 0
    third.fresh("")
    third.horad("server 10.9.0.2 iburst minpoll 1 maxpoll 1\n")
    l.wait_for("requests", lambda: int(ntpdata(third)["Total TX"]) >= 5)
    assert ntpdata(third)["Total RX"] == "0", "beta serves though nobody is allowed"


def forged_packets_break_nothing(lab):
    """Somebody who sends in the name of both: they go on, with each other."""
    alpha, beta = two(lab)
    evil = lab.host("evil", "10.9.0.9")
    alpha.horad(f"peer 10.9.0.2 {FAST}\nlocal stratum 2\n")
    beta.horad(f"peer 10.9.0.1 {FAST}\n")
    follows(beta)
    flood = ("import os, socket, struct, sys, time\n"
             "def csum(b): s=sum(struct.unpack('!%dH' % (len(b)//2), b)); s=(s>>16)+(s&0xffff); return ~(s+(s>>16))&0xffff\n"
             "s=socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)\n"
             "s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth0')\n"
             "end=time.monotonic()+12; n=0\n"
             "while time.monotonic()<end:\n"
             "  for a,b in (('10.9.0.1','10.9.0.2'),('10.9.0.2','10.9.0.1')):\n"
             "    ntp=bytes([0x21+n%2,1,1,0xe8])+bytes(12)+os.urandom(32)\n"
             "    udp=struct.pack('!4H',123,123,8+len(ntp),0)+ntp\n"
             "    ip=struct.pack('!BBHHHBBH4s4s',0x45,0,20+len(udp),n&0xffff,0,64,17,0,socket.inet_aton(a),socket.inet_aton(b))\n"
             "    s.sendto(ip+udp,(b,0)); n+=1\n"
             "  time.sleep(0.01)\n"
             "print(n)\n")
    before = int(ntpdata(beta)["Total valid RX"])
    done = evil.call(["python3", "-c", flood], timeout=60)
    assert done.returncode == 0 and int(done.stdout) > 500, done.stderr
    data = ntpdata(beta)
    assert int(data["Total RX"]) > 200, f"the flood did not arrive: {data}"
    assert int(data["Total valid RX"]) >= before + 4, f"the association stood still: {data}"
    reach = bin(int(beta.csv("sources")[0][5], 8))[2:]
    assert len(reach) >= 5 and reach.count("0") <= 1, reach
    assert abs(float(data["Offset"].split()[0])) < 0.001, data


if __name__ == "__main__":
    l.main(hora_follows_chronyd, chronyd_follows_hora, passive_answers, keys_are_kept_to,
           interleaved_both_ways, between_horas, forged_packets_break_nothing)
