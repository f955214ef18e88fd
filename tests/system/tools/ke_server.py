# SPDX-License-Identifier: Apache-2.0
"""A bad NTS-KE server: any certificate, TLS version, ALPN and answer.

usage: ke_server.py CERT KEY TLS ALPN ANSWER
TLS: 1.2 or 1.3; ANSWER: a name of ANSWERS below
"""
import os
import socket
import ssl
import struct
import sys
import time


def record(kind, body, critical=True):
    return struct.pack(">HH", kind | (0x8000 if critical else 0), len(body)) + body


NEXT, AEAD = record(1, b"\0\0"), record(4, b"\0\x0f")
COOKIES, END = record(5, bytes(range(100)), False) * 8, record(0, b"")
ANSWERS = {
    "garbage": os.urandom(300),
    "truncated": (NEXT + AEAD + COOKIES)[:-7],
    "no_end": NEXT + AEAD + COOKIES,
    "oversized": NEXT + AEAD + record(0x4000, bytes(1000), False) * 40 + END,
    "endless": None,
    "error": record(2, b"\0\1") + END,
    "warning": record(3, b"\0\1") + NEXT + AEAD + COOKIES + END,
    "no_cookies": NEXT + AEAD + END,
    "no_aead": NEXT + COOKIES + END,
    "other_aead": NEXT + record(4, b"\0\x01") + COOKIES + END,
    "unknown_critical": NEXT + AEAD + record(0x3abc, b"") + COOKIES + END,
    "bad_length": NEXT + AEAD + struct.pack(">HH", 5, 4000) + END,
    "after_end": NEXT + AEAD + COOKIES + END + NEXT,
    "silence": b"",
}


def main():
    cert, key, version, alpn, answer = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols([alpn])
    if version == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    listener = socket.create_server(("", 4460), reuse_port=True)
    while True:
        raw, _ = listener.accept()
        raw.settimeout(3)
        try:
            with context.wrap_socket(raw, server_side=True) as tls:
                tls.recv(4096)
                if answer == "silence":
                    time.sleep(1)
                elif ANSWERS[answer] is None:
                    end = time.monotonic() + 20
                    while time.monotonic() < end:
                        tls.sendall(record(0x4000, bytes(1000), False))
                else:
                    tls.sendall(ANSWERS[answer])
                    tls.unwrap()
        except (OSError, ssl.SSLError):
            raw.close()


main()
