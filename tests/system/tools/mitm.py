# SPDX-License-Identifier: Apache-2.0
"""A man in the middle: TCP 4460 is passed on as it is, UDP 123 is passed on
through what the file MODE says, read for each response.

usage: mitm.py SERVER MODEFILE
"""
import os
import select
import socket
import struct
import sys

SERVER, MODE = sys.argv[1:]


def fields(packet):
    """Extension fields of an NTPv4 packet: (offset, type, length)."""
    at = 48
    while at + 4 <= len(packet):
        kind, length = struct.unpack_from(">HH", packet, at)
        if length < 16 or at + length > len(packet):
            return
        yield at, kind, length
        at += length


def flip(packet, at):
    changed = bytearray(packet)
    changed[at] ^= 1
    return bytes(changed)


def field(packet, kind):
    return next(at for at, found, _ in fields(packet) if found == kind)


def step(packet):
    """Server times moved by 100 s."""
    changed = bytearray(packet)
    for at in (32, 40):
        value = struct.unpack_from(">I", changed, at)[0]
        struct.pack_into(">I", changed, at, (value + 100) & 0xffffffff)
    return bytes(changed)


class Attack:
    """Each mode: the packets the client gets instead of a response."""
    def __init__(self):
        self.old = None

    def passed(self, request, response):
        self.old = response
        return [response]

    def flipped(self, request, response):
        return [flip(response, 41)]

    def flipped_seal(self, request, response):
        return [flip(response, len(response) - 3)]

    def uid(self, request, response):
        return [flip(response, field(response, 0x104) + 8)]

    def truncated(self, request, response):
        return [response[:-4], response[:50], response[:48 + 36], response[:20], b""]

    def plain(self, request, response):
        return [step(response[:48])]

    def forged(self, request, response):
        return [step(response)]

    def replayed(self, request, response):
        # An old response, also with the origin timestamp of this request.
        return [self.old, self.old[:24] + request[40:48] + self.old[32:]] if self.old else []

    def doubled(self, request, response):
        return [response, response, step(response)]

    def nak(self, request, response):
        uid = field(request, 0x104)
        header = bytearray(48)
        header[0], header[1] = 0xe4, 0
        header[12:16] = b"NTSN"
        header[24:32] = request[40:48]
        header[32:40] = header[40:48] = response[40:48]
        return [bytes(header) + request[uid:uid + 36], response]

    def rate(self, request, response):
        header = bytearray(response[:48])
        header[0], header[1] = 0xe4, 0
        header[12:16] = b"RATE"
        return [bytes(header)]

    def silent(self, request, response):
        return []

    def noise(self, request, response):
        return [os.urandom(n) for n in (1, 47, 48, 49, 52, 68, 200, 1000, 1468)]


def main():
    attack = Attack()
    tcp = socket.create_server(("", 4460), reuse_port=True)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", 123))
    pairs, flows = {}, {}
    while True:
        ready, _, _ = select.select([tcp, udp, *pairs, *flows], [], [])
        for sock in ready:
            if sock is tcp:
                client, _ = tcp.accept()
                server = socket.create_connection((SERVER, 4460))
                pairs[client], pairs[server] = server, client
            elif sock is udp:
                request, peer = udp.recvfrom(2048)
                flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                flow.connect((SERVER, 123))
                flow.send(request)
                flows[flow] = (peer, request)
                for old in list(flows)[:-64]:
                    flows.pop(old)  # bounded: the oldest is forgotten
                    old.close()
            elif sock in flows:
                peer, request = flows.pop(sock)
                try:
                    response = sock.recv(2048)
                    with open(MODE) as mode:
                        name = mode.read().strip()
                    for packet in getattr(attack, name)(request, response):
                        udp.sendto(packet, peer)
                except OSError:
                    pass
                sock.close()
            elif sock in pairs:
                other = pairs[sock]
                try:
                    data = sock.recv(65536)
                    if data:
                        other.sendall(data)
                except OSError:
                    data = b""
                if not data:
                    del pairs[sock], pairs[other]
                    sock.close()
                    other.close()


main()
