# SPDX-License-Identifier: Apache-2.0
"""NTP over PTP (ptpport) between hora and chronyd, both ways.

chronyd speaks it since 4.2, and since 4.9 in another form, which the older ones do not hear.
"""
import re
import lab as l

CLIENT = "server 10.9.0.1 port 319 iburst minpoll -2 maxpoll -2{}\nptpport 319\n"
SERVER = "allow\nlocal stratum 3\nptpport 319\n"
SINCE, STANDARD = (4, 2), (4, 9)  # versions of chrony: NTP over PTP, and its standard form


def hosts(lab):
    return lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")


def is_over_ptp(client, more):
    """The client has the time from port 319, interleaved if it asks so; horac asks every daemon."""
    client.synchronised()
    text = client.horac("ntpdata")
    assert "Remote port     : 319" in text, text
    if more:
        l.wait_for("interleaved mode", lambda: "Interleaved     : Yes" in client.horac("ntpdata"))


def serves(server, client, serve, ask):
    for more in ("", " xleave"):
        client.fresh("")
        daemons = serve(SERVER), ask(CLIENT.format(more))
        is_over_ptp(client, more)
        client.stop(daemons[1])
        server.stop(daemons[0])


def each_serves_each(lab):
    server, client = hosts(lab)
    serves(server, client, server.horad, client.horad)
    if l.PEER >= SINCE:
        serves(server, client, server.chronyd, client.horad)
        serves(server, client, server.horad, client.chronyd)


def chrony_of(lab, folder):
    server, client = hosts(lab)
    serves(server, client, lambda config: server.chronyd(config, program=f"{folder}/chronyd"), client.horad)
    serves(server, client, server.horad, lambda config: client.chronyd(config, program=f"{folder}/chronyd"))


def one_of_each_form():
    """Folders of a release of the older form and of one of the standard form."""
    found, missing = {}, []
    for suite, folder, why in l.releases():
        if not folder:
            missing.append(f"no chrony of {suite}: {why}")
        elif l.version_of(folder) >= SINCE:
            found.setdefault(l.version_of(folder) >= STANDARD, folder)
    if len(found) < 2:
        raise l.Skip(f"chrony of both forms is not to be had: {'; '.join(missing) or 'no releases are named'}")
    return found[False], found[True]


def server_is_upgraded(lab):
    """A client that runs finds its server again when that comes back in another form, and back."""
    old, new = one_of_each_form()
    server, client = hosts(lab)
    client.horad(CLIENT.format(" xleave"))
    before = 0
    for folder in (old, new, old):
        daemon = server.chronyd(SERVER, program=f"{folder}/chronyd")
        l.wait_for(f"valid answers of {folder}", lambda: client.valid_answers() >= before + 5)
        server.stop(daemon)
        before = client.valid_answers()
    # The same daemon all the time.
    assert client.processes[0].poll() is None


def both_forms_at_once(lab):
    """hora answers a client of each form beside the other."""
    folders = one_of_each_form()
    server, *clients = (lab.host(name, f"10.9.0.{n}") for n, name in enumerate(("server", "old", "new"), 1))
    server.horad(SERVER)
    for client, folder in zip(clients, folders):
        client.chronyd(CLIENT.format(""), program=f"{folder}/chronyd")
    for client in clients:
        is_over_ptp(client, "")


def with_nts_too(lab):
    server, client, ca, cert, key = lab.pair()
    # The server says that its NTP port is 123 by saying nothing of it, so
    # that the port of the client's line counts.
    server.horad(SERVER + f"ntsserverkey {key}\nntsservercert {cert}\nntsdumpdir /var/lib/chrony\n")
    client.horad(f"server time.example port 319 nts iburst\nptpport 319\nntstrustedcerts {ca}\n")
    client.synchronised()
    assert "Remote port     : 319" in client.horac("ntpdata")
    assert client.csv("authdata")[0][1] == "NTS"


def domains_are_apart(lab):
    server, client = hosts(lab)
    server.horad(SERVER + "ptpdomain 7\n")
    daemon = client.horad(CLIENT.format(""))
    l.wait_for("requests", lambda: re.search(r"^Total TX +: [3-9]", client.horac("ntpdata"), re.M))
    assert client.valid_answers() == 0
    client.stop(daemon)
    client.horad(CLIENT.format("") + "ptpdomain 7\n")
    client.synchronised()


def of_releases():
    for suite, folder, why in l.releases():
        def one(lab, folder=folder, suite=suite, why=why):
            if not folder:
                raise l.Skip(f"no chrony of {suite}: {why}")
            if l.version_of(folder) < SINCE:
                raise l.Skip("chrony {}.{} has no NTP over PTP".format(*l.version_of(folder)))
            chrony_of(lab, folder)
        one.__name__ = f"chrony_of_{suite}"
        yield one


l.main(each_serves_each, *of_releases(), server_is_upgraded, both_forms_at_once, with_nts_too, domains_are_apart)
