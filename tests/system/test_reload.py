# SPDX-License-Identifier: Apache-2.0
"""Another configuration while everything runs: SIGHUP, `horac reload config`."""
import os
import re
import signal
import time

import lab as l

FAST = "minpoll 0 maxpoll 0"


def reload(host, ok=True):
    """`horac reload config`; what it says, on stdout and on stderr."""
    done = host.call([l.HORAC, "reload", "config"], timeout=60)
    assert (done.returncode == 0) == ok, (done, host.read("horad.log")[-2000:])
    assert done.stdout.startswith("200 OK\n" if ok else "500 Failure\n"), done
    return done.stdout.split("\n", 1)[1] + done.stderr


def rewrite(host, config):
    host.write("etc/chrony.conf", config)


def addresses(host):
    return [row[2] for row in host.csv("-n", "sources")]


def source(host, address):
    """Row of sources: reach is [5], age of the last sample [6]."""
    return next(row for row in host.csv("-n", "sources") if row[2] == address)


def answers(server, client):
    """Does the server answer this host's requests?"""
    done = client.call([l.HORAD, "-Q", "-t", "3", "cmdport 0", "pidfile /",
                        f"server {server.address} iburst"], timeout=20)
    return done.returncode == 0


def sources_come_go_and_change(lab):
    servers = [lab.host(f"server{i}", f"10.9.0.{i}") for i in (1, 2, 3)]
    for server in servers:
        server.horad("local stratum 3\nallow\n")
    client = lab.host("client", "10.9.0.9")
    daemon = client.horad(f"server 10.9.0.1 {FAST}\nserver 10.9.0.2 {FAST}\n")
    client.synchronised()
    l.wait_for("samples", lambda: int(client.csv("-n", "sourcestats")[0][1]) >= 4)
    samples = int(client.csv("-n", "sourcestats")[0][1])
    pids = {name: client.pids(name) for name in l.ROLES}

    # One goes, one comes, one stays with all that is known of it.
    rewrite(client, f"server 10.9.0.3 {FAST}\nserver 10.9.0.1 {FAST}\n")
    assert reload(client) == ""
    assert addresses(client) == ["10.9.0.1", "10.9.0.3"]
    assert int(client.csv("-n", "sourcestats")[0][1]) >= samples
    assert source(client, "10.9.0.1")[5] in ("377", "177", "77", "37", "17")
    log = client.read("horad.log")
    assert "Removed source 10.9.0.2" in log and "Configuration reloaded" in log, log
    client.synchronised()

    # Options that can change in place.
    rewrite(client, f"server 10.9.0.3 {FAST}\nserver 10.9.0.1 minpoll 3 maxpoll 5 noselect\n")
    reload(client)
    row = next(row for row in client.csv("-n", "selectdata") if row[1] == "10.9.0.1")
    assert row[4:9] == ["N", "-", "-", "-", "-"] or "N" in "".join(row), row
    assert int(client.csv("-n", "sourcestats")[0][1]) >= samples
    assert int(source(client, "10.9.0.1")[4]) in (3, 4, 5)
    assert {name: client.pids(name) for name in l.ROLES} == pids, "no role was started again"
    assert client.stop(daemon) == 0


l.main(sources_come_go_and_change)
