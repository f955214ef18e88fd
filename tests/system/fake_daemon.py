# SPDX-License-Identifier: Apache-2.0
"""A daemon that gives invented replies, the same ones to whoever asks the same,
for comparing what two tools print of them (not a test of its own)."""
import functools
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading

CHRONYC = os.environ.get("CHRONYC") or shutil.which("chronyc")
# libedit frees what it allocated for key bindings only when the process ends.
os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")
LENGTHS = {22: 60, 24: 72}
REPLIES = {11: 17, 14: 2, 15: 3, 33: 5, 34: 6, 35: 7, 41: 18, 44: 12, 51: 13, 65: 19, 67: 20, 68: 21, 69: 23}
SINCE = {71: (4, 1), 72: (4, 4), 73: (4, 6), 74: (4, 6), 75: (4, 9)}  # requests that not every version knows
UNTIL = {64: (4, 9)}  # ... and the first one that knows them no longer
SOURCES = 6


def run(tool, *args, stdin="", env=None):
    """Output, errors and status, under one name."""
    done = subprocess.run([tool, *args], input=stdin, text=True, errors="replace", timeout=60, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout, done.stderr.replace("horac", "chronyc"), done.returncode


# --- a daemon of invented replies ------------------------------------------------

def float_word(value_rng):
    """A Float of any size; small ones are likely, as in life."""
    kind = value_rng.random()
    if kind < 0.1:
        return 0
    exponent = value_rng.randint(-34, 5) if kind < 0.8 else value_rng.randint(-64, 63)
    return (exponent & 0x7f) << 25 | value_rng.getrandbits(25)


def address(rng, families=(1, 2, 3)):
    family = rng.choice(families)
    used = {0: 0, 1: 4, 2: 16, 3: 4}[family]
    return rng.randbytes(used).ljust(16, b"\0") + struct.pack("!HH", family, 0)


def age(rng):
    return rng.choice([0, 1, 59, 1199, 1200, 35999, 36000, 345599, 345600, 86399999, 86400000,
                       0xfffffffe, 0xffffffff, rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(8)])


def when(rng):
    high = rng.choice([0, 0, 0, 0x7fffffff])
    return struct.pack("!III", high, rng.getrandbits(32), rng.choice([0, 999999999, 4000000000, rng.getrandbits(29)]))


def floats(rng, n):
    return b"".join(struct.pack("!I", float_word(rng)) for _ in range(n))


def refid(rng):
    return rng.choice([b"GPS\0", b"PPS1", b"\x7f\x7f\x01\x01", b"\0\0\0\0", b"\0A\0B", rng.randbytes(4)])


def client(rng):
    return (address(rng, (0, 1, 2, 1, 2)) + b"".join(age(rng).to_bytes(4, "big") for _ in range(6)) +
            bytes(rng.choice([127, 0, 7, 0xf9, 0x80, rng.getrandbits(8)]) for _ in range(4)) +
            b"".join(age(rng).to_bytes(4, "big") for _ in range(3)))


def body(code, rng, request):
    """An invented report; the layouts are those of the reference, section 9."""
    if code == 2:
        return struct.pack("!I", SOURCES)
    if code == 3:
        return (address(rng, (1, 1, 2, 3)) +
                struct.pack("!hHHHHHI", rng.randint(-10, 24), rng.randint(0, 16), rng.randint(0, 5), rng.randint(0, 2),
                            0, rng.getrandbits(8), age(rng)) + floats(rng, 3))
    if code == 5:
        return (refid(rng) + address(rng, (0, 1, 2, 3)) + struct.pack("!HH", rng.randint(0, 16), rng.randint(0, 4)) +
                when(rng) + floats(rng, 9))
    if code == 6:
        return (refid(rng) + address(rng, (0, 1, 2, 3)) +
                struct.pack("!III", rng.randint(0, 64), rng.randint(0, 64), age(rng)) + floats(rng, 5))
    if code == 7:
        return when(rng) + struct.pack("!HHI", rng.getrandbits(16), rng.randint(0, 9), age(rng)) + floats(rng, 2)
    if code == 13:
        return struct.pack("!I", rng.randint(0, 3)) + floats(rng, 5)
    if code == 17:
        return floats(rng, 3)
    if code == 18:
        return struct.pack("!I", rng.randint(0, 16)) + b"".join(when(rng) + floats(rng, 3) for _ in range(16))
    if code == 21:
        first = struct.unpack("!I", request[20:24])[0]
        return (struct.pack("!III", 40, first + rng.randint(8, 30), rng.choice([8, 8, 8, 3, 0])) +
                b"".join(client(rng) for _ in range(8)))
    if code == 12:
        return struct.pack("!iiiii", *(rng.randint(-3, 70000) for _ in range(5)))
    if code == 19:
        return rng.choice([b"time.example", b"a.very.long.name.of.a.server.in.the.test.example", b"192.0.2.1",
                           b"x" * 255]).ljust(256, b"\0")
    if code == 20:
        return struct.pack("!HHIHHIHHHH", rng.randint(0, 3), rng.randint(0, 31), rng.getrandbits(rng.choice([4, 32])),
                           rng.choice([0, 128, 256, 65535]), rng.randint(0, 9), age(rng), rng.randint(0, 8),
                           rng.choice([0, 64, 100, 65535]), rng.randint(0, 1), 0)
    if code == 23:
        return (refid(rng) + address(rng, (0, 1, 2, 3)) + rng.choice(b"NMsd~wSOTxWPUDL+*?").to_bytes(1, "big") +
                struct.pack("!BBBHHI", rng.randint(0, 1), rng.randint(0, 3), 0, rng.randint(0, 15), rng.randint(0, 15),
                            age(rng)) + floats(rng, 3))
    if code in (16, 26):
        head = (address(rng) + address(rng, (0, 1, 2)) +
                struct.pack("!HBBBBbb", rng.getrandbits(16), rng.randint(0, 3), rng.randint(0, 7), rng.randint(0, 7),
                            rng.randint(0, 16), rng.randint(-60, 60), rng.randint(-60, 10)) + floats(rng, 2) +
                refid(rng) + when(rng) + floats(rng, 5) +
                struct.pack("!HBB", rng.getrandbits(16), rng.choice(b"DKH\0"), rng.choice(b"DKH\0")) +
                rng.randbytes(16))
        return head + (b"\xff" * 12 if code == 16 else rng.randbytes(16) + b"\xff" * 16)
    if code in (22, 24):
        return rng.randbytes(LENGTHS[code] - 28)
    if code == 25:
        return rng.randbytes(17 * 8) + b"\xff" * 32
    raise ValueError(code)


class FakeDaemon:
    """Answers a request by its command and body alone: whoever asks the same
    gets the same. Remembers the requests."""

    def __init__(self, seed, status=0, version=6):
        self.seed, self.status, self.version, self.requests = seed, status, version, []
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o770)
        self.path = f"{self.dir}/chronyd.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(0.2)
        self.running = True
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.socket.close()
        shutil.rmtree(self.dir)

    def reply(self, request):
        command = struct.unpack("!H", request[4:6])[0]
        # Only what the command means, not how long its padding is.
        rng = random.Random(f"{self.seed} {command} {request[20:68].rstrip(bytes(1)).hex()}")
        code = {**REPLIES, **versioned_replies()}.get(command, 1)
        status = self.status if command not in (14,) else 0
        if SINCE.get(command, (4, 0)) > peer_version() or UNTIL.get(command, (9, 9)) <= peer_version():
            status = 3
        if request[0] != self.version:
            status = 18
        if status:
            code = 1
        header = struct.pack("!BBBBHHHHHHIII", self.version, 2, 0, 0, command, code, status, 0, 0, 0, 0, 0, 0)
        header = header[:16] + request[8:12] + bytes(8)
        return header + (body(code, rng, request) if code != 1 else b"")

    def serve(self):
        while self.running:
            try:
                request, peer = self.socket.recvfrom(2000)
            except socket.timeout:
                continue
            if len(request) < (28 if self.version == 6 else 20) or not peer:
                continue
            self.requests.append((request, peer))
            try:
                self.socket.sendto(self.reply(request), peer)
            except OSError:
                pass


@functools.lru_cache
def peer_version():
    match = re.search(r"version (\d+)\.(\d+)", run(CHRONYC, "-v")[0])
    return int(match[1]), int(match[2])


def versioned_replies():
    """What this chronyc understands (reference: 11); horac must print the old ones too."""
    version = peer_version()
    return {54: 22 if version < (4, 2) else 24 if version < (4, 4) else 25, 57: 16 if version < (4, 6) else 26}
