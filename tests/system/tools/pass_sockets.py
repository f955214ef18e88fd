# SPDX-License-Identifier: Apache-2.0
"""Bind sockets and run a program with them, as systemd does (sd_listen_fds(3)).

usage: pass_sockets.py NAME,udp|tcp,ADDRESS,PORT|NAME,seqpacket,PATH,MODE... -- COMMAND...
environment: PASS_PID (default: our own) is what LISTEN_PID says.
"""
import os
import socket
import sys

KINDS = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}
split = sys.argv.index("--")
names, fds = [], []
for spec in sys.argv[1:split]:
    name, kind, address, port = spec.split(",")
    if kind == "seqpacket":
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(address)
        os.chmod(address, int(port, 8))
    else:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        s = socket.socket(family, KINDS[kind])
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, int(port)))
    if kind != "udp":
        s.listen(16)
    names.append(name)
    # Out of the way first: the numbers from 3 on are given out below.
    fds.append(os.dup2(s.detach(), 100 + len(fds), inheritable=False))
for i, fd in enumerate(fds):
    os.dup2(fd, 3 + i, inheritable=True)
os.environ["LISTEN_FDS"] = str(len(fds))
os.environ["LISTEN_PID"] = os.environ.pop("PASS_PID", str(os.getpid()))
os.environ["LISTEN_FDNAMES"] = ":".join(names)
os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
