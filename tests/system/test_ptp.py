# SPDX-License-Identifier: Apache-2.0
"""NTP over PTP (ptpport) between hora and Debian's chronyd, both ways."""
import re
import lab as l

CLIENT = "server 10.9.0.1 port 319 iburst minpoll -2 maxpoll -2{}\nptpport 319\n"
SERVER = "allow\nlocal stratum 3\nptpport 319\n"


def each_serves_each(lab):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    programs = ((server.chronyd, client.horad, l.HORAC), (server.horad, client.chronyd, l.CHRONYC),
                (server.horad, client.horad, l.HORAC))
    for serve, ask, tool in programs:
        for more in ("", " xleave"):
            client.fresh("")
            daemons = serve(SERVER), ask(CLIENT.format(more))
            client.synchronised(tool=tool)
            text = client.call([tool, "ntpdata"]).stdout
            assert "Remote port     : 319" in text, text
            if more:
                l.wait_for("interleaved mode", lambda: "Interleaved     : Yes" in
                           client.call([tool, "ntpdata"]).stdout)
            client.stop(daemons[1])
            server.stop(daemons[0])


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
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.horad(SERVER + "ptpdomain 7\n")
    daemon = client.horad(CLIENT.format(""))
    l.wait_for("requests", lambda: re.search(r"^Total TX +: [3-9]", client.horac("ntpdata"), re.M))
    assert client.valid_answers() == 0
    client.stop(daemon)
    client.horad(CLIENT.format("") + "ptpdomain 7\n")
    client.synchronised()


l.main(each_serves_each, with_nts_too, domains_are_apart)
