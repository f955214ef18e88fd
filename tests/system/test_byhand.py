# SPDX-License-Identifier: Apache-2.0
"""Time set by hand (manual, settime): horad and horac beside Debian's chrony."""
import re
import time
import lab as l

CONFIG = "manual\nlocal stratum 8\nallow 10.0.0.0/8\n"


def later(seconds, utc=""):
    return time.strftime("%b %d, %Y %H:%M:%S", time.gmtime(time.time() + seconds)) + utc


def set_and_list(call, ahead=5):
    """settime, 5 s ahead of what is known, then the lists; the second one is after a delete."""
    begun = time.monotonic()
    told = call("settime", later(ahead))
    took = time.monotonic() - begun
    found = re.search(r"Clock was (-?\d+\.\d\d) seconds fast", told)
    assert told.startswith("200 OK\n") and found, told
    # Whole seconds are typed, and the first time was, too; and it takes its time to get there.
    assert -6.1 < float(found.group(1)) < -3.9 + took, (told, took)
    assert call("settime", later(5)) in ("500 Failure\n",), "at once again"
    rows = call("manual", "list").splitlines()
    assert rows[0] == "210 n_samples = 1" and len(rows) == 4, rows
    assert re.match(r" 0 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d +-?0\.00 +-[3-6]\.\d\d +-?0\.00$",
                    rows[3]), rows
    assert call("manual", "delete", "1") == "516 Sample index out of range\n"
    assert call("manual", "delete", "0") == "200 OK\n"
    assert "n_samples = 0" in call("manual", "list")
    assert call("manual", "off") == "200 OK\n"
    assert call("settime", later(5)) == "505 Facility not enabled in daemon\n"
    assert call("manual", "on") == "200 OK\n"


def works_with_chronyc(lab):
    alone = lab.host("alone", "10.9.0.1")
    alone.horad(CONFIG)
    l.wait_for("an answer", lambda: alone.csv("tracking"))
    set_and_list(alone.chronyc)
    set_and_list(alone.horac, 10)
    assert "Making a slew of -" in alone.read("horad.log")


def works_with_chronyd(lab):
    alone = lab.host("alone", "10.9.0.1")
    alone.chronyd(CONFIG)
    l.wait_for("an answer", lambda: alone.csv("tracking"))
    set_and_list(alone.horac)


def is_served(lab):
    """The typed time reaches clients of the local reference; -x moves no clock."""
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    server.horad(CONFIG)
    l.wait_for("an answer", lambda: server.csv("tracking"))
    assert server.horac("settime", later(100, " UTC")).startswith("200 OK")
    client.horad("server 10.9.0.1 iburst\n")
    row = client.synchronised()
    assert 98 < float(row[4]) < 102, row
    assert server.horac("settime", "sometime") == "510 - Could not parse date string\n"
    assert server.horac("refresh") == "200 OK\n"


l.main(works_with_chronyc, works_with_chronyd, is_served)
