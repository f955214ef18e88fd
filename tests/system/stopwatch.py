# SPDX-License-Identifier: Apache-2.0
"""How long a daemon takes from its exec to a synchronised clock. Asks its Unix
socket with one datagram, so that asking costs the daemon and the machine next
to nothing; hora and chrony answer alike."""
import os
import socket
import struct
import time
import lab as l

UNSYNCHRONISED = 3      # leap status of tracking
TRACKING = struct.pack("!BBBBHHIII", 6, 1, 0, 0, 33, 0, 1, 0, 0).ljust(104, b"\0")

OPTIONS = ["-d", "-x", "-f", "/etc/chrony/chrony.conf"]
HORA = [l.HORAD, *OPTIONS]
CHRONY = [l.CHRONYD, "-u", "root", *OPTIONS]


class Tracking:
    """One reply to `tracking`: leap, stratum, root delay and dispersion (s)."""

    def __init__(self, reply):
        self.stratum, self.leap = struct.unpack_from("!HH", reply, 52)
        self.root_delay_s, self.root_dispersion_s = (
            _float(reply, at) for at in (92, 96))

    @property
    def is_synchronised(self):
        return self.leap != UNSYNCHRONISED and self.stratum > 0

    @property
    def bound_s(self):
        return self.root_delay_s / 2 + self.root_dispersion_s


def _float(reply, at):
    # 7 bits exponent, 25 bits coefficient, both signed.
    word, = struct.unpack_from("!I", reply, at)
    exponent, coefficient = word >> 25, word & 0x1ffffff
    exponent -= 128 if exponent >= 64 else 0
    coefficient -= 1 << 25 if coefficient >= 1 << 24 else 0
    return coefficient * 2.0 ** (exponent - 25)


class Watch:
    """Start a daemon of a host with `argv`; note when it is exec'd."""

    def __init__(self, host, argv, log):
        self.host, self.log = host, log
        self.mark = f"{host.dir}/exec-time"
        if os.path.exists(self.mark):
            os.unlink(self.mark)
        # The shell notes the time right before it becomes the daemon.
        script = f'date +%s.%N >{self.mark}; exec "$@"'
        self.process = host.start(["sh", "-c", script, "sh", *argv], log)
        self.path = f"{host.dir}/run/stopwatch.sock"
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        os.chmod(self.path, 0o666)
        self.socket.settimeout(0.05)

    def ask(self):
        """A Tracking; None while nobody answers."""
        try:
            self.socket.sendto(TRACKING, f"{self.host.dir}/run/chronyd.sock")
            return Tracking(self.socket.recv(1024))
        except (OSError, struct.error):
            return None

    def synchronised(self, limit_s=30, every_s=0.004):
        """Seconds from exec to synchronised, and the Tracking then."""
        end = time.monotonic() + limit_s * l.PATIENCE
        while time.monotonic() < end:
            tracking = self.ask()
            if tracking and tracking.is_synchronised:
                with open(self.mark) as text:
                    return time.time() - float(text.read()), tracking
            time.sleep(every_s)
        raise AssertionError(f"{self.host.name}: not synchronised within {limit_s} s\n"
                             + self.host.read(self.log))

    def stop(self):
        """End the daemon and wait for it."""
        self.socket.close()
        os.unlink(self.path)
        return self.host.stop(self.process)


def seconds_to_synchronise(host, config, argv=HORA):
    """Start `argv` in fresh folders; seconds to synchronised, and the Tracking."""
    host.fresh(config, own=argv is HORA)
    watch = Watch(host, argv, "start.log")
    try:
        return watch.synchronised()
    finally:
        watch.stop()
