# SPDX-License-Identifier: Apache-2.0
"""Host names in access rules: looked up while everything runs, and followed."""
import os
import re
import signal

import lab as l
from test_reload import answers, reload, rewrite

BASE = "local stratum 3\nbindcmdaddress 0.0.0.0\n"
NOBODY = "not known yet: nobody is let in by it"


def two(lab):
    return lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")


def logged(host, text, count=1):
    l.wait_for(text, lambda: host.read("horad.log").count(text) >= count, 30)


def commands(client):
    """Are monitoring commands of this host answered?"""
    done = client.call([l.HORAC, "-h", "10.9.0.1", "tracking"], timeout=30)
    return done.returncode == 0


def opens(server):
    """Addresses that the NTP server receives on."""
    return {line.split()[3] for line in server.run("ss -H -u -a -n").splitlines() if line.split()[3].endswith(":123")}


def names_known_at_the_start(lab):
    server, client = two(lab)
    lab.write_hosts(client__example="10.9.0.2", other__example="10.9.0.3")
    daemon = server.horad(BASE + "allow client.example\ncmdallow all client.example\n"
                          "cmdallow 10.9.0.3\ncmddeny other.example\n", ready=True)
    logged(server, "allow client.example: 10.9.0.2")
    l.wait_for("service", lambda: answers(server, client))
    l.wait_for("commands", lambda: commands(client))
    other = lab.host("other", "10.9.0.3")
    logged(server, "cmddeny other.example: 10.9.0.3")
    l.wait_for("refusal", lambda: not commands(other))
    assert not answers(server, other)
    log = server.read("horad.log")
    assert NOBODY not in log and "Reloading" not in log and "starts anew" not in log, log
    # A role that is started later has the addresses, too; horad has no network socket.
    for role in ("hora-serve", "hora-engine"):
        old = server.pids(role)
        os.kill(old[0], signal.SIGKILL)
        l.wait_for(f"{role} again", lambda: server.pids(role) not in ([], old))
    l.wait_for("service again", lambda: answers(server, client))
    l.wait_for("commands again", lambda: commands(client))
    assert not commands(other)
    owners = server.run("ss -H -a -n -p -u -t")
    assert '"hora-serve"' in owners and '"horad"' not in owners, owners
    assert server.stop(daemon) == 0


def a_name_becomes_known_later(lab):
    server, client = two(lab)
    daemon = server.horad(BASE + "allow client.example\nallow 10.9.0.4\ndeny bad.example\n", ready=True)
    logged(server, f"allow client.example: {NOBODY}")
    logged(server, "deny bad.example: not known yet: it denies nobody")
    assert not answers(server, client)
    # The socket is there already, so that nothing has to start anew.
    l.wait_for("sockets", lambda: opens(server) == {"0.0.0.0:123", "[::]:123"})
    pids = {name: server.pids(name) for name in l.ROLES}
    lab.write_hosts(client__example="10.9.0.2", bad__example="10.9.0.4")
    logged(server, "allow client.example: 10.9.0.2")
    logged(server, "deny bad.example: 10.9.0.4")
    l.wait_for("service", lambda: answers(server, client))
    assert server.read("horad.log").count("not known yet") == 2, server.read("horad.log")
    assert {name: server.pids(name) for name in l.ROLES} == pids
    bad = lab.host("bad", "10.9.0.4")
    l.wait_for("refusal", lambda: not answers(server, bad))
    assert server.stop(daemon) == 0


def a_changed_address_is_followed(lab):
    server, client = two(lab)
    other = lab.host("other", "10.9.0.3")
    lab.write_hosts(client__example="10.9.0.2")
    config = BASE + "allow client.example\n"
    daemon = server.horad(config)
    l.wait_for("service", lambda: answers(server, client))
    assert not answers(server, other)
    lab.write_hosts(client__example="10.9.0.3")
    # Not before the hour is over: a reload looks at once.
    assert reload(server) == ""
    logged(server, "allow client.example: 10.9.0.3")
    l.wait_for("service for the other", lambda: answers(server, other))
    assert not answers(server, client)
    # A name that is gone keeps its address: whoever is served stays so.
    del lab.hosts["client.example"]
    lab.write_hosts()
    reload(server)
    assert answers(server, other) and not answers(server, client)
    assert NOBODY not in server.read("horad.log")
    assert server.stop(daemon) == 0


def the_client_of_names_dies(lab):
    server, client = two(lab)
    daemon = server.horad(BASE + "allow client.example\n", ready=True)
    for i in range(1, 4):
        old = l.wait_for("hora-ke-client", lambda: server.pids("hora-ke-client"))
        os.kill(old[0], signal.SIGKILL)
        l.wait_for("its successor", lambda: server.pids("hora-ke-client") not in ([], old))
    lab.write_hosts(client__example="10.9.0.2")
    logged(server, "allow client.example: 10.9.0.2")
    l.wait_for("service", lambda: answers(server, client))
    os.kill(server.pids("hora-ke-client")[0], signal.SIGKILL)
    assert answers(server, client)
    assert server.stop(daemon) == 0


def reloads_add_and_remove_names(lab):
    server, client = two(lab)
    lab.write_hosts(client__example="10.9.0.2")
    daemon = server.horad(BASE + "allow 10.9.0.9\n")
    l.wait_for("horad", lambda: server.csv("tracking"))
    assert not answers(server, client)
    rewrite(server, BASE + "allow client.example\nallow unknown.example\n")
    assert reload(server) == ""
    logged(server, "allow client.example: 10.9.0.2")
    logged(server, f"allow unknown.example: {NOBODY}")
    l.wait_for("service", lambda: answers(server, client))
    rewrite(server, BASE + "deny client.example\nallow 10.9.0.0/24\n")
    assert reload(server) == ""
    # It was known: no moment without the rule.
    assert not answers(server, client)
    rewrite(server, BASE + "allow a.example/24\n")
    assert "'a.example/24' is neither an address nor a host name" in reload(server, ok=False)
    assert not answers(server, client)
    rewrite(server, BASE + "allow\n")
    assert reload(server) == ""
    assert answers(server, client)
    assert server.stop(daemon) == 0


def one_process_does_the_same(lab):
    server, client = two(lab)
    daemon = server.horad(BASE + "allow client.example\n", program=l.SINGLE)
    logged(server, f"allow client.example: {NOBODY}")
    lab.write_hosts(client__example="10.9.0.2")
    logged(server, "allow client.example: 10.9.0.2")
    l.wait_for("service", lambda: answers(server, client))
    assert server.stop(daemon) == 0


def no_lookup_without_a_run(lab):
    host = lab.host("host", "10.9.0.1")
    path = host.write("etc/chrony.conf", "allow unknown.example\ncmddeny all b.example\n")
    done = host.call([l.HORAD, "-p", "-f", "/etc/chrony/chrony.conf"])
    assert done.returncode == 0 and done.stdout == "allow unknown.example\ncmddeny all b.example\n", done
    done = host.call([l.HORAD, "--check", "-f", "/etc/chrony/chrony.conf"])
    assert not re.search(r"unknown\.example|b\.example", done.stdout + done.stderr), (path, done)


l.main(names_known_at_the_start, a_name_becomes_known_later, a_changed_address_is_followed,
       the_client_of_names_dies, reloads_add_and_remove_names, one_process_does_the_same,
       no_lookup_without_a_run)
