# SPDX-License-Identifier: Apache-2.0
"""The laboratory itself, with Debian's chrony at both ends: what the other
tests stand on."""
import time
import lab as l


def nts_between_two_chronyd(lab):
    server, client, ca, cert, key = lab.pair()
    server.chronyd(f"ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\n"
                   "local stratum 2\nntsdumpdir /var/lib/chrony\n")
    client.chronyd(f"server time.example iburst nts minpoll 0 maxpoll 0\nntstrustedcerts {ca}\n")
    client.synchronised(tool=l.CHRONYC)
    row = client.csv("-N", "authdata", tool=l.CHRONYC)[0]
    assert row[1] == "NTS", row


def clock_cannot_be_set(lab):
    try:
        time.clock_settime(time.CLOCK_REALTIME, time.time())
    except PermissionError:
        return
    raise AssertionError("this machine's clock could be set")


l.main(nts_between_two_chronyd, clock_cannot_be_set)
