# SPDX-License-Identifier: Apache-2.0
"""Log files and mail: the columns are those of Debian's chronyd beside us."""
import os
import re
import stat
import lab as l

LOGS = ("measurements", "statistics", "tracking", *(("selection",) if l.PEER >= (4, 1) else ()))
CLIENT = f"server 10.9.0.1 minpoll 0 maxpoll 0 iburst\nlogdir /var/log/chrony\nlog {' '.join(LOGS)}\n"
SENDMAIL = "#!/bin/sh\n(echo \"args $*\"; cat; grep CapEff /proc/self/status; id -u; echo end) >>/var/lib/chrony/mail\n"


def lines(host, log):
    return host.read(f"log/{log}.log").splitlines()


def has_lines(host, count, logs=LOGS):
    return all(os.path.exists(f"{host.dir}/log/{log}.log") and len(lines(host, log)) >= count for log in logs)


def ends(line):
    """Where the columns of a line end: all are right-justified but the address."""
    return [m.end() for m in re.finditer(r"\S+", line)]


def columns_are_those_of_the_peer(lab):
    server, ours, peers = (lab.host(name, f"10.9.0.{i}") for i, name in enumerate(("server", "ours", "peers"), 1))
    server.chronyd("local stratum 3\nallow\n")
    daemon = ours.horad(CLIENT)
    peer = peers.chronyd(CLIENT)
    for host in (ours, peers):
        l.wait_for(f"logs of {host.name}", lambda h=host: has_lines(h, 8), 30)
    assert ours.stop(daemon) == 0
    peers.stop(peer)
    for log in LOGS:
        mine, theirs = lines(ours, log), lines(peers, log)
        assert mine[:3] == theirs[:3], (log, mine[:3], theirs[:3])
        assert ends(mine[-1]) == ends(theirs[-1]), (log, mine[-1], theirs[-1])
        mode = stat.S_IMODE(os.stat(f"{ours.dir}/log/{log}.log").st_mode)
        assert mode == 0o644, (log, oct(mode))
    # The first line of tracking says that nothing is known yet, in both.
    assert lines(ours, "tracking")[3].split()[2:4] == lines(peers, "tracking")[3].split()[2:4] == ["0.0.0.0", "0"]


def banners_and_new_files(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.chronyd("local stratum 3\nallow\n")
    daemon = client.horad(CLIENT + "logbanner 3\n")
    l.wait_for("entries", lambda: has_lines(client, 14, ("measurements",)), 30)
    is_banner = [line.startswith(("=", "   Date")) for line in lines(client, "measurements")][:12]
    assert is_banner == ([True] * 3 + [False] * 3) * 2, is_banner
    log = f"{client.dir}/log/measurements.log"
    os.rename(log, log + ".1")
    kept = len(client.read("log/measurements.log.1").splitlines())
    assert client.horac("cyclelogs") == "200 OK\n"
    l.wait_for("a new file", lambda: os.path.exists(log) and has_lines(client, 4, ("measurements",)), 10)
    assert lines(client, "measurements")[0].startswith("===")
    assert len(client.read("log/measurements.log.1").splitlines()) in (kept, kept + 1)
    assert client.stop(daemon) == 0


def raw_measurements_are_those_of_servers_without_time(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.chronyd("allow\n")
    daemon = client.horad(CLIENT.replace("log measurements", "log rawmeasurements") + "logbanner 0\n")
    l.wait_for("raw entries", lambda: has_lines(client, 3, ("measurements",)), 20)
    assert re.search(r" 10\.9\.0\.1 +\? +0 111 101 ", lines(client, "measurements")[0]), lines(client, "measurements")
    client.stop(daemon)
    os.unlink(f"{client.dir}/log/measurements.log")
    daemon = client.horad(CLIENT)
    l.wait_for("answers", lambda: client.valid_answers() >= 3)
    assert not os.path.exists(f"{client.dir}/log/measurements.log")
    assert client.stop(daemon) == 0


def fake_sendmail(program):
    """This program as the system's sendmail, in the namespace of this test."""
    if not os.path.exists("/mnt/mail"):
        for sub in ("upper", "work"):
            os.makedirs(f"/mnt/mail/{sub}")
        l.sh("mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=/mnt/mail/upper,workdir=/mnt/mail/work /usr/sbin")
    with open("/usr/sbin/sendmail", "w") as out:
        out.write(program)
    os.chmod("/usr/sbin/sendmail", 0o755)


def a_wrong_clock_is_mailed(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    fake_sendmail(SENDMAIL)
    server.chronyd("local stratum 3\nallow\n")
    daemon = client.horad(CLIENT + "mailonchange root@localhost 0\n")
    mail = f"{client.dir}/lib/mail"
    l.wait_for("mail", lambda: os.path.exists(mail) and client.read("lib/mail").endswith("end\n"))
    text = client.read("lib/mail").splitlines()
    assert text[:2] == ["args -t", "To: root@localhost"], text
    assert re.fullmatch(r"Subject: clock of \S+ was wrong by -?\d+\.\d{6} seconds", text[2]), text
    # Not root, and nothing of the rights that the roles are given.
    assert text[-3:] == ["CapEff:\t0000000000000000", str(lab.uid), "end"], text
    l.wait_for("the next one to wait", lambda: "No mail about " in client.read("horad.log"))
    assert client.stop(daemon) == 0
    assert client.read("lib/mail").count("args -t") == 1


def sendmail_that_fails_is_said(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    fake_sendmail("#!/bin/sh\necho mailbox full >&2\nexit 75\n")
    server.chronyd("local stratum 3\nallow\n")
    daemon = client.horad(CLIENT + "mailonchange root@localhost 0\n")
    l.wait_for("the complaint", lambda: "Could not send mail to root@localhost: /usr/sbin/sendmail ended with status 75:"
               " mailbox full\n" in client.read("horad.log"))
    assert client.stop(daemon) == 0


l.main(columns_are_those_of_the_peer, banners_and_new_files, raw_measurements_are_those_of_servers_without_time,
       a_wrong_clock_is_mailed, sendmail_that_fails_is_said)
