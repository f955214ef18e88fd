# SPDX-License-Identifier: Apache-2.0
"""The control socket: Debian's chronyc and horac show the same rows of horad."""
import re
import lab as l

REPORTS = (["tracking"], ["sources"], ["sources", "-a"], ["sourcestats"], ["activity"], ["authdata"],
           ["selectdata"], ["sources", "-v"], ["sourcestats", "-v"], ["authdata", "-v"])


def masked(text):
    """Without what moves between two calls: numbers that are measured."""
    text = re.sub(r"[+-]?\d+(\.\d+)?(ns|us|ms|s)\b", lambda m: "~" * len(m.group()), text)
    text = re.sub(r"\d\d:\d\d:\d\d", "HH:MM:SS", text)
    return re.sub(r"-?\d+\.\d+", "~", text)


def nts_pair(lab):
    server, client, ca, cert, key = lab.pair()
    server.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
                 "ntsdumpdir /var/lib/chrony\n")
    # A refused connection would put the client off for 16 s.
    l.wait_for("NTS-KE port", lambda: ":4460" in server.run("ss -ltn"))
    # Polls so long that nothing changes between the calls that are compared.
    client.horad(f"server time.example iburst nts\nserver 10.9.0.9 offline\n"
                 f"ntstrustedcerts {ca}\ncmdport 3230\n")
    client.synchronised()
    l.wait_for("burst over", lambda: int(client.csv("ntpdata")[0][-6]) >= 4)
    return server, client


def same_rows_as_chronyc(lab):
    _, client = nts_pair(lab)
    for report in REPORTS:
        for options in ([], ["-n"], ["-N"], ["-c"]):
            if "-v" in report and options:
                continue
            for _ in range(10):  # an age may turn over between the two calls
                ours = client.call([l.HORAC, *options, *report])
                theirs = client.call([l.CHRONYC, *options, *report])
                a, b = masked(ours.stdout), masked(theirs.stdout)
                if "-v" in report:  # the legend is in our own words, in as many lines
                    a, b = ("\n".join(text.splitlines()[-3:] + [str(len(text.splitlines()))]) for text in (a, b))
                if a == b:
                    break
            assert a == b, f"{options + report}:\n{ours.stdout}\n{theirs.stdout}"
            assert ours.returncode == theirs.returncode == 0
    # An older chronyc asks for fewer lines of ntpdata and serverstats (4.0: 8).
    for report in ("ntpdata", "serverstats"):
        ours = masked(client.horac(report)).splitlines()
        theirs = masked(client.chronyc(report)).splitlines()
        assert set(line.split(":")[0] for line in theirs) <= set(line.split(":")[0] for line in ours), report
        assert len(theirs) >= 8, theirs


def commands_work(lab):
    server, client = nts_pair(lab)
    for tool in (l.HORAC, l.CHRONYC):
        def told(*args):
            done = client.call([tool, *args])
            return done.stdout.strip(), done.returncode
        assert told("waitsync", "1")[1] == 0
        # -x: the clock may not be stepped; both say so.
        assert told("makestep") == ("500 Failure", 1)
        assert told("dump") == ("200 OK", 0)
        assert told("rekey") == ("200 OK", 0)
        assert told("offline") == ("200 OK", 0)
        assert told("-c", "activity")[0].startswith("0,2,"), told("activity")
        assert told("online", "255.255.255.255/10.9.0.1") == ("200 OK", 0)
        assert told("offline", "10.9.0.77") == ("503 No such source", 1)
        assert told("burst", "2/4") == ("200 OK", 0)
        assert told("frobnicate") == ("", 1)
        assert told("online") == ("200 OK", 0)
    assert client.horac("sourcename", "10.9.0.1").strip() == "time.example"
    assert server.call([l.CHRONYC, "-c", "serverstats"]).returncode == 0
    assert client.call([l.CHRONYC, "shutdown"]).stdout == "200 OK\n"
    l.wait_for("end", lambda: not client.pids("horad"))


def udp_port_shows_and_does_nothing_else(lab):
    _, client = nts_pair(lab)
    for tool in (l.HORAC, l.CHRONYC):
        for address in ("127.0.0.1", "::1"):
            def ask(*args):
                return client.call([tool, "-h", address, "-p", "3230", *args]).stdout
            assert "Stratum" in ask("tracking")
            assert "501 Not authorised" in ask("makestep")
            assert "501 Not authorised" in ask("shutdown")
            assert "501 Not authorised" in ask("authdata")
    assert client.pids("horad")


l.main(same_rows_as_chronyc, commands_work, udp_port_shows_and_does_nothing_else)
