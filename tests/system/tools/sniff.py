#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print a line for each UDP datagram that an interface receives or sends:
SOURCE PORT DESTINATION PORT MODE TOS, with the mode of NTP and the type of
service of IPv4 or the traffic class of IPv6.

usage: sniff.py INTERFACE"""
import socket
import struct
import sys

ETH_P_ALL, UDP = 3, 17
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
packets.bind((sys.argv[1], 0))
print("ready", flush=True)
while True:
    frame = packets.recv(2048)
    kind, ip = struct.unpack("!12xH", frame[:14])[0], frame[14:]
    if kind == 0x0800 and ip[9] == UDP:
        tos, udp = ip[1], ip[(ip[0] & 15) * 4:]
        ends = [socket.inet_ntop(socket.AF_INET, part) for part in (ip[12:16], ip[16:20])]
    elif kind == 0x86dd and ip[6] == UDP:
        tos, udp = struct.unpack("!I", ip[:4])[0] >> 20 & 0xff, ip[40:]
        ends = [socket.inet_ntop(socket.AF_INET6, part) for part in (ip[8:24], ip[24:40])]
    else:
        continue
    ports, mode = struct.unpack("!HH", udp[:4]), udp[8] & 7
    print(ends[0], ports[0], ends[1], ports[1], mode, tos, flush=True)
