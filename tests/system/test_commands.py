# SPDX-License-Identifier: Apache-2.0
"""Commands that act on sources and on the clock: told by Debian's chronyc (by horac
what that one does not know), seen in the reports."""
import lab as l

CLIENT = "cmdport 0\nport 0\n"
POOL = [f"10.9.0.{i}" for i in range(101, 107)]


def server(lab):
    host = lab.host("server", "10.9.0.1", "time.example")
    for address in POOL:
        host.run(f"ip addr add {address}/24 dev eth0")
    ca = lab.ca()
    cert, key = lab.cert("server-cert", ["time.example"])
    path = host.write("etc/chrony.keys", "7 SHA256 ASCII:0123456789abcdef\n")
    l.sh(f"chown 0:{lab.uid} {path}; chmod 640 {path}")
    host.horad(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
               "keyfile /etc/chrony/chrony.keys\n")
    return host, ca


def told(host, *args, tool=l.CHRONYC):
    """Last line of the answer, which is about success."""
    done = host.call([tool, *args])
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert (done.returncode == 0) == (lines[-1][:3] in ("200", "208", "209")), (args, done)
    return lines[-1]


def ok(host, *args, tool=l.CHRONYC):
    assert told(host, *args, tool=tool) == "200 OK", args


def row(host, address, report="sources", column=2):
    """The row of this source; none while it is not there."""
    return next((r for r in host.csv("-n", report, tool=l.HORAC) if r[column] == address), None)


def reached(host, address):
    return l.wait_for(f"{address} answers", lambda: (lambda r: r and r[5] != "0" and r)(row(host, address)))


def logged(host, text):
    l.wait_for(text, lambda: text in host.read("horad.log"), 5)


def acts_on_sources(lab):
    server(lab)
    client = lab.host("client", "10.9.0.2")
    client.horad(CLIENT + f"server 10.9.0.1 iburst minpoll 2 maxpoll 4\nserver {POOL[0]} iburst minpoll 2\n")
    client.synchronised()
    for value, want in (("3", "3"), ("-8", "3"), ("25", "3")):
        ok(client, "minpoll", "10.9.0.1", value)
        assert row(client, "10.9.0.1")[4] == want, value
    ok(client, "maxpoll", "10.9.0.1", "1")
    logged(client, "Source 10.9.0.1 new minpoll 1")
    assert row(client, "10.9.0.1")[4] == "1"
    for name, value in (("maxdelay", "0.5"), ("maxdelayratio", "3"), ("maxdelaydevratio", "4"),
                        ("minstratum", "5"), ("polltarget", "9")):
        ok(client, name, "10.9.0.1", value)
        logged(client, f"Source 10.9.0.1 new {name} {value}")
        assert told(client, name, "10.9.0.9", value) == "503 No such source"
    assert row(client, "10.9.0.1")[3] == "5"
    for tool in (l.CHRONYC, l.HORAC):
        for name in ("onoffline", "reselect"):
            ok(client, name, tool=tool)
        ok(client, "reset", "sources", tool=tool)
        client.synchronised()
    logged(client, "Reset all sources")
    # These are of newer tools.
    ok(client, "selectopts", POOL[0], "+noselect", "+prefer", tool=l.HORAC)
    assert row(client, POOL[0], "selectdata", 1)[0] == "N"
    assert told(client, "selectopts", "10.9.0.9", "+trust", tool=l.HORAC) == "503 No such source"
    assert told(client, "selectopts", "GPS", "+trust", tool=l.HORAC) == "503 No such source"
    ok(client, "offset", POOL[0], "0.25", tool=l.HORAC)
    l.wait_for("its offset", lambda: -0.26 < float(row(client, POOL[0])[7]) < -0.24, 10)
    assert told(client, "offset", "10.9.0.9", "1", tool=l.HORAC) == "503 No such source"
    ok(client, "delete", POOL[0])
    assert row(client, POOL[0]) is None
    assert told(client, "delete", POOL[0]) == "503 No such source"


def adds_sources(lab):
    _, ca = server(lab)
    client = lab.host("client", "10.9.0.2")
    path = client.write("etc/chrony.keys", "7 SHA256 ASCII:0123456789abcdef\n")
    l.sh(f"chown 0:{lab.uid} {path}; chmod 640 {path}")
    client.horad(CLIENT + f"ntstrustedcerts {ca}\nkeyfile /etc/chrony/chrony.keys\n")
    l.wait_for("socket", lambda: client.csv("activity"))
    ok(client, "add", "server", POOL[0], "iburst", "minpoll", "3", "maxpoll", "4", "minstratum", "6")
    reached(client, POOL[0])
    assert row(client, POOL[0])[3] == "6"
    logged(client, f"Added source {POOL[0]}")
    assert told(client, "add", "server", POOL[0]) == "511 Source already present"
    ok(client, "add", "peer", POOL[1], "offline")
    assert row(client, POOL[1])[0] == "="
    # A key is asked of horad, cookies of hora-ke-client, an address of its resolver.
    ok(client, "add", "server", POOL[2], "key", "7", "iburst")
    reached(client, POOL[2])
    assert row(client, POOL[2], "authdata", 0)[1:3] == ["SK", "7"]
    ok(client, "add", "server", "time.example", "nts", "iburst")
    reached(client, "10.9.0.1")
    assert row(client, "10.9.0.1", "authdata", 0)[1] == "NTS"
    ok(client, "add", "server", POOL[3], "xleave", "iburst", "noselect")
    reached(client, POOL[3])
    assert row(client, POOL[3], "selectdata", 1)[0] == "N"
    for address in (*POOL[:4], "10.9.0.1"):
        ok(client, "delete", address)
    assert client.csv("-n", "sources") == []
    lab.write_hosts(pool__example=" ".join(POOL))
    ok(client, "add", "pool", "pool.example", "iburst", "maxsources", "2")
    l.wait_for("pool", lambda: [r for r in client.csv("-n", "sources") if r[5] != "0"], 10)
    l.wait_for("two of it", lambda: len(client.csv("-n", "sources", "-a")) == 2, 10)


def acts_on_the_clock(lab):
    client = lab.host("client", "10.9.0.2")
    client.horad(CLIENT)
    l.wait_for("socket", lambda: client.csv("activity"))

    def tracking(column):
        return client.csv("tracking")[0][column]

    for tool in (l.CHRONYC, l.HORAC):  # 4.3 says it in a form of its own
        ok(client, "local", "stratum", "7", tool=tool)
        assert (tracking(0), tracking(2)) == ("7F7F0101", "7")
        ok(client, "local", "off", tool=tool)
        assert (tracking(0), tracking(2)) == ("00000000", "0")
    logged(client, "Disabled local reference mode")
    ok(client, "dfreq", "12.5")
    assert tracking(7) == "12.500"
    ok(client, "dfreq", "-2.5")
    assert tracking(7) == "10.000"
    ok(client, "doffset", "0.5")
    assert -0.51 < float(tracking(4)) < -0.49, tracking(4)
    logged(client, "Accumulated delta offset of 0.500000 seconds")
    for wild in ("1e18", "-1e18"):  # chronyc 4.0 sends the last 32 bits of it
        assert told(client, "doffset", wild, tool=l.HORAC) == "500 Failure"
    ok(client, "maxupdateskew", "5")
    ok(client, "reselectdist", "0.001")
    ok(client, "makestep", "0.1", "3")
    for text in ("New maxupdateskew 5", "New reselectdist 0.001", "New makestep 0.1 3"):
        logged(client, text)
    for tool in (l.CHRONYC, l.HORAC):
        for args in (("smoothing",), ("smoothtime", "reset"), ("smoothtime", "activate")):
            assert told(client, *args, tool=tool) == "505 Facility not enabled in daemon", args
        for name in ("rtcdata", "trimrtc", "writertc"):
            assert told(client, name, tool=tool) == "513 RTC driver not running", name


l.main(acts_on_sources, adds_sources, acts_on_the_clock)
