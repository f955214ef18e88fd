# SPDX-License-Identifier: Apache-2.0
"""The demonstration of `make demo`: an NTS server and an NTS client, each in a
network namespace, with a throw-away certificate authority."""
import sys
import lab as l

SERVER = """ntsserverkey {key}
ntsservercert {cert}
ntsprocesses 1
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
local stratum 2
driftfile /var/lib/chrony/drift
ratelimit interval 1 burst 16
"""
CLIENT = """server time.example iburst nts minpoll 1
ntstrustedcerts {ca}
ntsdumpdir /var/lib/chrony
makestep 1.0 3
driftfile /var/lib/chrony/drift
logdir /var/log/chrony
log measurements statistics tracking
"""


def show(host, *args):
    print(f"\n$ horac {' '.join(args)}\n{host.horac(*args)}", end="", flush=True)


lab = l.Lab()
server = lab.host("server", "10.9.0.1", "time.example")
client = lab.host("client", "10.9.0.2")
ca = lab.ca()
cert, key = lab.cert("server", ["time.example"])
print("starting an NTS server on 10.9.0.1 and an NTS client on 10.9.0.2 (the clock of "
      "this machine is not touched)", flush=True)
daemons = [server.horad(SERVER.format(cert=cert, key=key)), client.horad(CLIENT.format(ca=ca))]
try:
    client.synchronised(30)
    l.wait_for("eight cookies", lambda: client.csv("authdata")[0][8] == "8", 15)
except AssertionError as error:
    print(f"demo: {error}\n{client.read('horad.log')}", file=sys.stderr)
    sys.exit(1)
for command in (("-N", "authdata"), ("-N", "sources"), ("tracking",)):
    show(client, *command)
for host, daemon in zip((server, client), daemons):
    host.stop(daemon)
