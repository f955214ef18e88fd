# SPDX-License-Identifier: Apache-2.0
"""Samples over a restart (dumpdir, -r, dump): hora and Debian's chronyd read each other's files."""
import os
import lab as l

SERVER = "allow 10.0.0.0/8\nlocal stratum 2\n"
CLIENT = "server 10.9.0.1 iburst minpoll {poll} maxpoll {poll}\ndumpdir /var/lib/chrony\n"

FORM = (4, 3), "the form of the files"


def pair(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.horad(SERVER)
    return client


def dumps(client):
    return sorted(name for name in os.listdir(f"{client.dir}/lib") if name.endswith(".dat"))


def samples(client, tool=l.HORAC):
    return int(client.csv("sourcestats", tool=tool)[0][1])


def measure_and_stop(client, start, tool):
    """A run that leaves a file of at least 8 samples."""
    daemon = start(CLIENT.format(poll=-2))
    l.wait_for("samples", lambda: samples(client, tool) >= 8)
    assert client.stop(daemon) == 0
    assert dumps(client) == ["10.9.0.1.dat"]
    text = client.read("lib/10.9.0.1.dat").splitlines()
    assert text[0] == "SRC0" and text[1] == "10.9.0.1", text
    assert len(text) == 4 + int(text[3].split()[0]) >= 12, text
    return text


def loaded(client, start, tool, log, least=8):
    """A run with -r has the samples of the file, which is gone."""
    daemon = start(CLIENT.format(poll=6).replace(" iburst", " offline"), "-r", log=log)
    l.wait_for("the samples", lambda: samples(client, tool) >= least)
    assert "Loaded dump file for 10.9.0.1" in client.read(log)
    assert dumps(client) == []
    assert client.stop(daemon) == 0


def hora_reads_its_own(lab):
    client = pair(lab)
    measure_and_stop(client, client.horad, l.HORAC)
    loaded(client, client.horad, l.HORAC, "again.log")


def hora_reads_chronys(lab):
    l.needs_peer(*FORM)
    client = pair(lab)
    measure_and_stop(client, client.chronyd, l.CHRONYC)
    loaded(client, client.horad, l.HORAC, "again.log")


def chrony_reads_horas(lab):
    l.needs_peer(*FORM)
    client = pair(lab)
    measure_and_stop(client, client.horad, l.HORAC)
    # Of noisy ones it leaves out the oldest at once.
    loaded(client, client.chronyd, l.CHRONYC, "again.log", 3)


def others_stay(lab):
    client = pair(lab)
    for name in ("1.2.3.4.dat", "2001:db8::1.dat", "refid:47505300.dat", "notes.dat", "1.2.3.4.txt"):
        client.write(f"lib/{name}", "SRC0\n")
    daemon = client.horad(CLIENT.format(poll=0))
    client.synchronised()
    assert dumps(client) == ["notes.dat"], dumps(client)
    assert os.path.exists(f"{client.dir}/lib/1.2.3.4.txt")
    # The answer comes when it is written.
    assert client.horac("dump") == "200 OK\n"
    assert dumps(client) == ["10.9.0.1.dat", "notes.dat"], dumps(client)
    assert client.stop(daemon) == 0
    client.write("lib/10.9.0.1.dat", "SRC1\n")
    daemon = client.horad(CLIENT.format(poll=0), "-r", log="bad.log")
    client.synchronised()
    assert "Could not load dump file for 10.9.0.1: the first line is not SRC0" in client.read("bad.log")
    assert client.stop(daemon) == 0


l.main(hora_reads_its_own, hora_reads_chronys, chrony_reads_horas, others_stay)
