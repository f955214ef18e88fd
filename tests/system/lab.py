# SPDX-License-Identifier: Apache-2.0
"""A laboratory for system tests: hosts (network namespaces) with a file system
of their own for the standard paths, certificates, and the programs under test.

It is used inside the namespaces that tests/system/run makes, so nothing has to
be cleaned up by hand: processes, mounts and networks end with the test.
"""
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback

BUILD = os.environ["BUILD"]
CHRONYD = os.environ.get("CHRONYD", "/usr/sbin/chronyd")
CHRONYC = os.environ.get("CHRONYC", "/usr/bin/chronyc")
# The programs under test: those of the build, or installed ones (HORA_PREFIX=/usr).
PREFIX = os.environ.get("HORA_PREFIX", BUILD)
HORAD = f"{PREFIX}/sbin/horad"
HORAC = f"{PREFIX}/bin/horac"
LIBEXEC = f"{PREFIX}/libexec/hora"
SINGLE = f"{BUILD}/hora-single"
ECDSA = "ecdsa --curve=secp256r1"  # certtool's --key-type
EXIT_CONFIG, EXIT_OFFSET = 78, 65  # base/exit_status.h
ROLES = ("hora-clock", "hora-engine", "hora-serve", "hora-ke-server", "hora-ke-client")


def _peer_version():
    try:
        told = subprocess.run([CHRONYD, "-v"], text=True, stdout=subprocess.PIPE).stdout
    except OSError:
        return None
    found = re.search(r"version (\d+)\.(\d+)(?:\.(\d+))?", told)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _library_has_gcm_siv():
    try:
        told = subprocess.run(["gnutls-cli", "--list"], text=True, stdout=subprocess.PIPE).stdout
    except OSError:
        return False
    return "AES-128-SIV-GCM" in told


# What the peer is, and so what the two sides are to agree on: chrony knows
# AES-128-GCM-SIV since 4.4, and the library since GnuTLS 3.8.4.
PEER = _peer_version() or (0, 0, 0)
GCM_SIV = _library_has_gcm_siv()
PEER_GCM_SIV = GCM_SIV and PEER >= (4, 4, 0)
F323 = (4, 2), "the extension field F323"
SIV_AUTH = ["15", "256"]  # columns of authdata: AEAD, bits of each key
GCM_AUTH = ["30", "128"]
PEER_AUTH = GCM_AUTH if PEER_GCM_SIV else SIV_AUTH


def cookie_length(gcm_siv_seals, auth):
    """Column of authdata: number of the key, nonce, both session keys, tag."""
    return str(4 + (12 if gcm_siv_seals else 16) + 2 * int(auth[1]) // 8 + 16)


# Every process of a build with sanitizers reports into this folder, whoever has
# its stderr; a file there, or a report that found no file, fails the test.
REPORTS = "/mnt/reports"
REPORT = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error:|ERROR: Can't open file")
os.environ["ASAN_OPTIONS"] = f"log_path={REPORTS}/asan"
os.environ["UBSAN_OPTIONS"] = f"log_path={REPORTS}/ubsan:print_stacktrace=1"
# Programs with sanitizers take this many times longer to do the same.
PATIENCE = 3 if os.path.basename(BUILD) == "sanitize" else 1


# unshare of util-linux 2.36 lets what it starts ignore these; so would every
# program of a test.
for _signal in (signal.SIGINT, signal.SIGTERM):
    signal.signal(_signal, signal.SIG_DFL)


def sh(command, check=True):
    """Run a shell command; its output as text."""
    done = subprocess.run(command, shell=True, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command}: status {done.returncode}: {done.stdout}")
    return done.stdout


def wait_for(what, check, seconds=20, every=0.1):
    """Until check() is true; its value. Fails with `what` when time runs out."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        try:
            last = check()
            if last:
                return last
        except (OSError, RuntimeError, ValueError, IndexError, KeyError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"{what}: not within {seconds} s (last: {last!r})")


def notified(path):
    """A socket as systemd gives a service one, at `path`, to be said in NOTIFY_SOCKET: what
    the service tells is read from it. READY=1 comes when all roles are ready."""
    if os.path.exists(path):
        os.remove(path)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(path)
    os.chmod(path, 0o777)
    sock.settimeout(20 * PATIENCE)
    return sock


class Skip(Exception):
    """A test that can not run here, and why."""


def built(path):
    """Path of a program of the build that is for tests, or by choice: not installed ones."""
    if PREFIX != BUILD and not os.path.exists(f"{BUILD}/{path}"):
        raise Skip(f"{os.path.basename(path)} is not installed")
    return f"{BUILD}/{path}"


def needs_peer(least, what):
    """What a test compares, an older chrony has not, or otherwise."""
    if PEER < least:
        raise Skip(f"{what} of chrony {'.'.join(map(str, least))} is not that of {'.'.join(map(str, PEER))}")


def releases():
    """(suite, folder of its chrony or None, why not) of tests/peers-versions."""
    for line in os.environ.get("CHRONY_RELEASES", "").splitlines():
        suite, folder, *why = line.split(" ", 2)
        yield suite, None if folder == "-" else folder, "".join(why)


def version_of(folder):
    told = sh(f"{folder}/chronyc -v")
    return tuple(map(int, re.search(r"version (\d+)\.(\d+)", told).groups()))


class Host:
    """A network namespace and private /etc/chrony, /var/lib/chrony, /run/chrony..."""

    made = []

    def __init__(self, lab, name, address):
        self.lab, self.name, self.address = lab, name, address
        self.dir = f"{lab.dir}/{name}"
        for sub in ("etc", "lib", "log", "run"):
            os.makedirs(f"{self.dir}/{sub}")
            os.chmod(f"{self.dir}/{sub}", 0o755)
        self.processes = []
        Host.made.append(self)
        sh(f"ip netns add {name}")
        self.enter_net = ["nsenter", f"--net=/run/netns/{name}"]
        self.run("ip link set lo up")
        sh(f"ip link add v-{name} type veth peer name eth0 netns {name}")
        sh(f"ip link set v-{name} master bridge up")
        self.run(f"ip addr add {address}/24 dev eth0")
        self.run("ip link set eth0 up")

    # -- running things -------------------------------------------------------
    def _command(self, argv):
        """argv inside this host: its network, its files at the standard paths."""
        script = "; ".join(
            [f"mount --bind {self.dir}/etc /etc/chrony",
             f"mount --bind {self.dir}/lib /var/lib/chrony",
             f"mount --bind {self.dir}/log /var/log/chrony",
             f"mount --bind {self.dir}/run /run/chrony",
             f"mount --bind {self.lab.dir}/hosts /etc/hosts",
             'exec "$@"'])
        return self.enter_net + ["unshare", "--mount", "--propagation", "private",
                                 "sh", "-c", script, "sh"] + list(argv)

    def run(self, command, check=True):
        """Run a shell command in this host's network; its output."""
        done = subprocess.run(self.enter_net + ["sh", "-c", command], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if check and done.returncode != 0:
            raise RuntimeError(f"{self.name}: {command}: {done.stdout}")
        return done.stdout

    def call(self, argv, timeout=30, stdin=""):
        """Run a program in this host to its end; CompletedProcess."""
        return subprocess.run(self._command(argv), text=True, input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout)

    def start(self, argv, log, env=None, ready=False):
        """Start a program in this host; its output goes to the file `log`. `ready`: wait until
        horad has told that all roles are ready. One that is killed before ends horad, which may
        answer earlier than that."""
        if ready:
            told = notified(f"{self.dir}/notify")
            env = {**(env or {}), "NOTIFY_SOCKET": f"{self.dir}/notify"}
        out = open(f"{self.dir}/{log}", "a")
        process = subprocess.Popen(self._command(argv), stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out,
                                   env={**os.environ, **(env or {})})
        out.close()
        self.processes.append(process)
        if ready:
            self._ready(process, told)
        return process

    def _ready(self, process, told):
        def check():
            assert process.poll() is None, f"{self.name}: status {process.poll()} before it was ready"
            return told.recv(100) == b"READY=1"
        told.settimeout(0.2)
        wait_for(f"{self.name} ready", check, every=0)
        told.close()
        os.remove(f"{self.dir}/notify")

    def stop(self, process, sig=signal.SIGTERM, seconds=10):
        """End a started program in order; its exit status."""
        if process.poll() is None:
            process.send_signal(sig)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name}: {process.args[-3:]} did not stop in {seconds} s")

    # -- daemons --------------------------------------------------------------
    def write(self, path, text):
        """Write a file of this host: path below etc, lib, log or run."""
        with open(f"{self.dir}/{path}", "w") as out:
            out.write(text)
        os.chmod(f"{self.dir}/{path}", 0o644)
        return f"{self.dir}/{path}"

    def read(self, path):
        """Text of a file of this host, or of one of its logs."""
        with open(f"{self.dir}/{path}", errors="replace") as text:
            return text.read()

    def _own(self, uid):
        # As systemd's RuntimeDirectory and StateDirectory leave them.
        for sub in ("lib", "log", "run"):
            os.chmod(f"{self.dir}/{sub}", 0o750)
            sh(f"chown -R {uid}:{uid} {self.dir}/{sub}")

    def fresh(self, config, own=True):
        """Nothing kept of earlier runs; folders of our user, or of root."""
        for sub in ("lib", "run"):
            sh(f"rm -rf {self.dir}/{sub}/*")
        self._own(self.lab.uid if own else 0)
        self.write("etc/chrony.conf", config)

    def horad(self, config, *options, program=None, log="horad.log", env=None, ready=False):
        """Write /etc/chrony/chrony.conf and start horad -d -x on it, as root; `ready` as in start."""
        if program == SINGLE:
            built("hora-single")
        # hora-single keeps the user that started it, and wants folders of it.
        self._own(0 if program == SINGLE else self.lab.uid)
        self.write("etc/chrony.conf", config)
        process = self.start([program or HORAD, "-d", "-x", "-f", "/etc/chrony/chrony.conf",
                              *options], log, env, ready)
        self._served(config)
        return process

    def _served(self, config):
        """Wait for the NTS-KE port: a client that is refused tries again later."""
        if "ntsservercert" in config:
            port = (re.findall(r"^ntsport (\d+)", config, re.M) or ["4460"])[-1]
            wait_for("NTS-KE server", lambda: f":{port} " in self.run("ss -ltn"))

    def chronyd(self, config, *options, program=None, log="chronyd.log"):
        """Start Debian's chronyd -d -x (as root: its files are root's), or another release's."""
        self._own(0)
        self.write("etc/chrony.conf", config)
        process = self.start([program or CHRONYD, "-d", "-x", "-u", "root", "-f", "/etc/chrony/chrony.conf",
                              *options], log)
        self._served(config)
        return process

    def horac(self, *args):
        """Output of horac over the Unix socket."""
        return self.call([HORAC, *args]).stdout

    def chronyc(self, *args):
        """Output of Debian's chronyc over the Unix socket."""
        return self.call([CHRONYC, *args]).stdout

    def csv(self, *args, tool=HORAC):
        """Rows of a CSV report; none while the daemon does not answer."""
        done = self.call([tool, "-c", *args])
        return [line.split(",") for line in done.stdout.splitlines()] if done.returncode == 0 else []

    def synchronised(self, seconds=20, tool=HORAC):
        """Wait until tracking shows a reference; its CSV row."""
        def check():
            row = self.csv("tracking", tool=tool)[0]
            return row if row[13] != "Not synchronised" and row[2] != "0" else None
        return wait_for(f"{self.name} synchronised", check, seconds)

    def valid_answers(self, tool=HORAC):
        """How many valid answers ntpdata counts, all sources together: by its
        label, because the columns after it differ between versions of chrony."""
        text = self.call([tool, "ntpdata"]).stdout
        return sum(map(int, re.findall(r"^Total valid RX +: (\d+)$", text, re.MULTILINE)))

    def pids(self, comm):
        """Process ids by name, of this host's network namespace."""
        found = []
        mine = os.stat(f"/run/netns/{self.name}").st_ino
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/comm") as name:
                    if name.read().strip() == comm[:15] and \
                       os.stat(f"/proc/{pid}/ns/net").st_ino == mine:
                        found.append(int(pid))
            except OSError:
                pass
        return found


class Lab:
    """Folder, bridge, names and certificates of one test."""

    def __init__(self):
        # It mounts over what is there, and makes a network: not on the machine itself.
        if sh("ip -o link show up"):
            sys.exit(f"{sys.argv[0]}: needs namespaces of its own, as tests/system/run makes them")
        sh("mount -t tmpfs -o mode=755 tmpfs /run")
        os.makedirs("/run/netns")
        sh("mount -t tmpfs -o mode=755 tmpfs /mnt")
        self.dir = "/mnt/lab"
        os.makedirs(self.dir)
        os.makedirs(REPORTS)
        os.chmod(REPORTS, 0o1777)  # of processes of every user
        # The standard folders of a configured machine; each host binds its own.
        for path in ("/etc/chrony", "/var/lib/chrony", "/var/log/chrony"):
            self._folder(path)
        os.makedirs("/run/chrony")
        self._user()
        self.hosts = {}
        self.write_hosts()
        sh("ip link set lo up; ip link add bridge type bridge; ip link set bridge up")

    def _folder(self, path):
        # Missing folders need a writable parent: an overlay of it in memory.
        if os.path.isdir(path):
            return
        parent, work = os.path.dirname(path), f"/mnt/over{path}"
        os.makedirs(f"{work}/upper")
        os.makedirs(f"{work}/work")
        sh(f"mount -t overlay overlay -o lowerdir={parent},upperdir={work}/upper,"
           f"workdir={work}/work {parent}")
        os.makedirs(path)

    def _user(self):
        # The distribution's user, on machines without its package.
        for name, line in (("passwd", "_chrony:x:990:990::/var/lib/chrony:/usr/sbin/nologin"),
                           ("group", "_chrony:x:990:")):
            with open(f"/etc/{name}") as text:
                lines = [row for row in text.read().splitlines() if not row.startswith("_chrony:")]
            with open(f"{self.dir}/{name}", "w") as out:
                out.write("\n".join(lines + [line]) + "\n")
            sh(f"mount --bind {self.dir}/{name} /etc/{name}")
        self.uid = 990

    def write_hosts(self, **extra):
        """/etc/hosts of every host: names given as name=address, dots as __."""
        for name, address in extra.items():
            self.hosts[name.replace("__", ".")] = address
        with open(f"{self.dir}/hosts", "w") as out:
            out.write("127.0.0.1 localhost\n")
            for name, addresses in self.hosts.items():
                for address in addresses.split():
                    out.write(f"{address} {name}\n")

    def host(self, name, address, *names):
        """A host with an address and host names for it."""
        for host_name in names:
            self.hosts[host_name] = address
        self.write_hosts()
        return Host(self, name, address)

    # -- certificates ---------------------------------------------------------
    def ca(self, name="ca"):
        """A certificate authority; path of its certificate."""
        return self._cert(name, 'cn = "Test CA %s"\nca\ncert_signing_key\n' % name, None)

    def cert(self, name, dns, ca="ca", begin="now-1h", end="now+30d", key=ECDSA):
        """A server certificate; (certificate path, key path)."""
        lines = 'cn = "%s"\nsigning_key\ntls_www_server\n' % (dns[0] if dns else name)
        for item in dns:
            kind = "ip_address" if re.fullmatch(r"[0-9.]+|.*:.*", item) else "dns_name"
            lines += f'{kind} = "{item}"\n'
        return self._cert(name, lines, ca, begin, end, key), f"{self.dir}/{name}.key"

    def pair(self):
        """An NTS server time.example and a client: (server, client, CA, certificate, key)."""
        server = self.host("server", "10.9.0.1", "time.example")
        client = self.host("client", "10.9.0.2")
        return server, client, self.ca(), *self.cert("server-cert", ["time.example"])

    def _cert(self, name, lines, ca, begin="now-1h", end="now+30d", key=ECDSA):
        def date(text):
            number, unit = re.fullmatch(r"now([+-]\d+)([hd])", text).groups()
            seconds = int(number) * {"h": 3600, "d": 86400}[unit]
            return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + seconds))
        base = f"{self.dir}/{name}"
        with open(f"{base}.tmpl", "w") as out:
            out.write(lines + f'activation_date = "{date(begin)}"\nexpiration_date = "{date(end)}"\n')
        sh(f"certtool --generate-privkey --key-type={key} --outfile {base}.key")
        how = f"--generate-self-signed" if ca is None else \
            f"--generate-certificate --load-ca-certificate {self.dir}/{ca}.pem " \
            f"--load-ca-privkey {self.dir}/{ca}.key"
        sh(f"certtool {how} --load-privkey {base}.key --template {base}.tmpl --outfile {base}.pem")
        os.chmod(f"{base}.pem", 0o644)
        os.chmod(f"{base}.key", 0o644)
        return f"{base}.pem"


def end_hosts():
    """End what the hosts still run."""
    for host in Host.made:
        for process in host.processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def sanitizer_reports():
    """Take the reports of sanitizers in files and in logs of the hosts, as text."""
    found = []
    for name in sorted(os.listdir(REPORTS)):
        path = f"{REPORTS}/{name}"
        with open(path, errors="replace") as text:
            found.append(f"--- {name}\n{text.read()}")
        os.remove(path)
    for host in Host.made:
        for name in os.listdir(host.dir):
            if name.endswith(".log") and REPORT.search(host.read(name)):
                found.append(f"--- {host.name} {name}\n{host.read(name)[-4000:]}")
    return "\n".join(found)


def forbidden_calls():
    """What the roles' filters ended, by the logs of the hosts."""
    logs = [host.read(name) for host in Host.made for folder in ("", "log/")
            for name in (folder + file for file in os.listdir(f"{host.dir}/{folder}")) if name.endswith(".log")]
    return [line for log in logs for line in log.splitlines() if "its filter forbids" in line]


def main(*tests):
    """Run the tests in a lab each; print a line a test; exit status."""
    name = os.path.basename(sys.argv[0]).removesuffix(".py")
    wanted = sys.argv[1:]
    failed = False
    lab = Lab()
    for test in tests:
        if wanted and test.__name__ not in wanted:
            continue
        label = f"system/{name}: {test.__name__}"
        try:
            lab.hosts = {}
            test(lab)
            end_hosts()
            assert not forbidden_calls(), forbidden_calls()
            reports = sanitizer_reports()
            if reports:
                raise AssertionError(f"a sanitizer reports:\n{reports}")
            print(f"ok {label}", flush=True)
        except Skip as why:
            print(f"skip {label}: {why}", flush=True)
        except BaseException as error:  # every failure is one line, then goes on
            failed = True
            text = str(error).strip().splitlines()
            print(f"FAIL {label}: {type(error).__name__}: {text[0] if text else ''}", flush=True)
            for host in Host.made:
                for log in sorted(os.listdir(host.dir)):
                    if log.endswith(".log") and host.read(log):
                        print(f"--- {host.name} {log}\n{host.read(log)[-4000:]}", file=sys.stderr)
            traceback.print_exc()  # last: of what is too long, the end is shown
        finally:
            end_hosts()
            print(sanitizer_reports(), end="", file=sys.stderr)
            for host in Host.made:
                sh(f"ip link del v-{host.name}; ip netns del {host.name}; rm -rf {host.dir}", check=False)
            Host.made.clear()
    sys.exit(1 if failed else 0)
