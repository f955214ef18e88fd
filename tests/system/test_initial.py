# SPDX-License-Identifier: Apache-2.0
"""What is done once at the start: initstepslew beside Debian's chronyd, and -s."""
import os
import re
import time
import lab as l

SERVER = "allow 10.0.0.0/8\nlocal stratum 2\n"
OFFSET = re.compile(r"System's initial offset : \d+\.\d{6} seconds (slow|fast) of true \(slew\)")
FAILED = "No suitable source for initstepslew"
UNKNOWN = "Could not resolve address of initstepslew server nobody.example"


def pair(lab):
    server, client = lab.host("server", "10.9.0.1", "server.example"), lab.host("client", "10.9.0.2")
    server.horad(SERVER)
    return client


def temporary_sources_go(lab):
    """The line of the log is that of chronyd; then only what is configured is a source."""
    client = pair(lab)
    def single(config, log):
        return client.horad(config, program=l.SINGLE, log=log)

    for start, tool, log in ((client.chronyd, l.CHRONYC, "chronyd.log"), (client.horad, l.HORAC, "horad.log"),
                             (single, l.HORAC, "single.log")):
        daemon = start("initstepslew 10 10.9.0.1\nserver 10.9.0.99 iburst\n", log=log)
        l.wait_for("the correction", lambda: OFFSET.search(client.read(log)))
        l.wait_for("one source", lambda: [row[2] for row in client.csv("sources", tool=tool)] == ["10.9.0.99"])
        assert FAILED not in client.read(log)
        assert client.stop(daemon) == 0


def names_and_failures(lab):
    client = pair(lab)
    daemon = client.horad("initstepslew 10 nobody.example server.example\n")
    l.wait_for("the correction", lambda: OFFSET.search(client.read("horad.log")))
    client.synchronised()
    assert client.csv("sources") == []
    assert client.stop(daemon) == 0
    daemon = client.horad("initstepslew 10 nobody.example 10.9.0.99\n", log="failed.log")
    l.wait_for("the source", lambda: [row[2] for row in client.csv("sources")] == ["10.9.0.99"])
    l.wait_for("the end", lambda: FAILED in client.read("failed.log"))
    assert UNKNOWN in client.read("failed.log")
    l.wait_for("no source", lambda: client.csv("sources") == [] and client.horac("tracking") != "")
    assert daemon.poll() is None
    assert client.stop(daemon) == 0


def the_start_waits(lab):
    """Who starts the daemon waits for the correction, or for 10 s."""
    client = pair(lab)
    for config, least, most in (("initstepslew 10 10.9.0.1\n", 0, 5), ("initstepslew 10 10.9.0.99\n", 9.5, 13)):
        client.fresh(config)
        begin = time.monotonic()
        done = client.call([l.HORAD, "-x", "-l", "/var/log/chrony/log"])
        seconds = time.monotonic() - begin
        assert done.returncode == 0, done
        assert least <= seconds <= most * l.PATIENCE, seconds
        text = client.read("log/log")
        assert OFFSET.search(text) if least == 0 else FAILED in text, text
        assert client.horac("shutdown") == "200 OK\n"
        l.wait_for("the end", lambda: not client.pids("horad"))
    client.fresh("initstepslew 10 10.9.0.99\n")
    begin = time.monotonic()
    assert client.call([l.HORAD, "-x", "-R"]).returncode == 0
    assert time.monotonic() - begin < 5 * l.PATIENCE
    assert client.csv("sources") == []
    assert client.horac("shutdown") == "200 OK\n"


def time_of_the_driftfile(lab):
    """-s, where the clock may not be touched: a line of the log."""
    client = lab.host("client", "10.9.0.2")
    for ahead, said in ((1000, True), (-1000, False)):
        log = f"{ahead}.log"
        at = time.time() + ahead
        path = client.write("lib/drift", "1.0 1.0\n")
        os.utime(path, (at, at))
        daemon = client.horad("driftfile /var/lib/chrony/drift\n", "-s", log=log)
        l.wait_for("the driftfile", lambda: "read from" in client.read(log))
        l.wait_for("an answer", lambda: client.horac("tracking"))
        found = re.search(r"System clock is (\d+)\.\d+ seconds behind the time of the driftfile "
                          r"\(left alone\)", client.read(log))
        assert bool(found) == said and (not said or 900 < int(found.group(1)) <= 1000), client.read(log)
        assert client.stop(daemon) == 0
    daemon = client.horad("driftfile /nonexistent/drift\n", "-s", log="none.log")
    l.wait_for("a warning", lambda: "Option -s sets nothing" in client.read("none.log"))
    assert client.stop(daemon) == 0


l.main(temporary_sources_go, names_and_failures, the_start_waits, time_of_the_driftfile)
