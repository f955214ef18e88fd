# SPDX-License-Identifier: Apache-2.0
"""Bad NTS-KE and NTP clients: every answer must be the one of RFC 8915 or none.

usage: bad_client.py SERVER CA
"""
import os
import socket
import ssl
import struct
import sys
import time

SERVER, CA = sys.argv[1:]


def record(kind, body, critical=True):
    return struct.pack(">HH", kind | (0x8000 if critical else 0), len(body)) + body


NEXT, AEAD, END = record(1, b"\0\0"), record(4, b"\0\x0f"), record(0, b"")
BAD_REQUEST, UNRECOGNISED = record(2, b"\0\1") + END, record(2, b"\0\0") + END
# Request: the exact reply; None: closed without a reply.
MESSAGES = {
    "no AEAD": (NEXT + END, BAD_REQUEST),
    "two protocols records": (NEXT + NEXT + AEAD + END, BAD_REQUEST),
    "odd body": (NEXT + record(4, b"\0\x0f\0") + END, BAD_REQUEST),
    "cookie in request": (NEXT + AEAD + record(5, bytes(16)) + END, BAD_REQUEST),
    "unknown critical": (NEXT + AEAD + record(0x1234, b"x") + END, UNRECOGNISED),
    "unknown protocol": (record(1, b"\x12\x34") + END, record(1, b"") + END),
    "unknown AEAD": (NEXT + record(4, b"\x12\x34") + END, NEXT + record(4, b"") + END),
    "end not last": (NEXT + AEAD + END + NEXT, None),
    "no end": (NEXT + AEAD, None),
    "garbage": (os.urandom(200), None),
    "oversized": (NEXT + AEAD + record(0x4000, bytes(1000), False) * 40 + END, None),
}


def exchange(message, alpn="ntske/1", version=ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context(cafile=CA)
    context.set_alpn_protocols([alpn])
    context.maximum_version = version
    with socket.create_connection((SERVER, 4460), timeout=5) as raw:
        with context.wrap_socket(raw, server_hostname="time.example") as tls:
            got = b""
            try:
                tls.sendall(message)
                if not message.endswith(END):
                    raw.shutdown(socket.SHUT_WR)
                while data := tls.recv(4096):
                    got += data
            except (ssl.SSLError, OSError):
                pass
            return got


def main():
    for name, (message, wanted) in MESSAGES.items():
        got = exchange(message)
        if got != (wanted or b""):
            sys.exit(f"{name}: got {got[:80].hex()}")
    good = exchange(NEXT + AEAD + END)
    if not good.startswith(NEXT + AEAD) or good.count(struct.pack(">HH", 5, 100)) + \
            good.count(struct.pack(">HH", 5, 96)) != 8:
        sys.exit(f"good request: got {good[:80].hex()}")
    if exchange(NEXT + AEAD + END, alpn="http/1.1"):
        sys.exit("another ALPN was answered")
    try:
        exchange(NEXT + AEAD + END, version=ssl.TLSVersion.TLSv1_2)
        sys.exit("TLS 1.2 was accepted")
    except (ssl.SSLError, OSError):
        pass
    silent = [socket.create_connection((SERVER, 4460), timeout=5) for _ in range(50)]
    for junk in (b"", b"GET / HTTP/1.0\r\n\r\n", os.urandom(500), b"\x16\x03\x01\xff\xff" + bytes(100)):
        with socket.create_connection((SERVER, 4460), timeout=5) as raw:
            raw.sendall(junk)
    time.sleep(3)  # the time limit of a connection is 2 s
    for one in silent:
        one.settimeout(1)
        if one.recv(1):
            sys.exit("a silent client got data")
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.connect((SERVER, 123))
    for length in (0, 1, 47, 48, 49, 52, 64, 68, 72, 100, 228, 1000, 1472):
        for _ in range(20):
            udp.send(os.urandom(length))
    udp.settimeout(0.2)
    try:
        while len(udp.recv(4096)) <= 1472:
            pass
        sys.exit("a reply longer than any request")
    except OSError:
        pass


main()
