# SPDX-License-Identifier: Apache-2.0
"""The configurations that distributions ship with chrony, and what guides turn on in
them (stock/NAME/etc is laid over /etc), each in the build for its distribution:
accepted, started unchanged at its paths, synchronised, and nothing to complain of.
(Both sources that the guide's minsources counts are trusted: one that is not must lie
inside the interval of the one that is, and here chance decides which is the wider.)"""
import glob
import os
import re
import shutil
import subprocess
import lab as l

TOP = os.environ["HORA_TOP"]
STOCK = f"{TOP}/tests/system/stock"
# (folder of stock, DISTRO, user)
CASES = [
    ("debian-12", "debian", "_chrony"),
    ("ubuntu-24.04", "ubuntu", "_chrony"),
    ("ubuntu-25.10", "ubuntu", "_chrony"),
    ("rhel-8", "rhel", "chrony"),
    ("rhel-9", "rhel", "chrony"),
    ("fedora", "fedora", "chrony"),
    ("sles-15", "sles", "chrony"),
    ("guide", "rhel", "chrony"),
]
POOLS = ("2.debian.pool.ntp.org", "ntp.ubuntu.com", "0.ubuntu.pool.ntp.org", "1.ubuntu.pool.ntp.org",
         "2.ubuntu.pool.ntp.org", "2.rhel.pool.ntp.org", "2.fedora.pool.ntp.org", "2.suse.pool.ntp.org")
NTS = [*(f"{i}.ntp.ubuntu.com" for i in (1, 2, 3, 4)), "ntp-bootstrap.ubuntu.com", "time.example", "ntp2.example"]
# The zones and the list are those of this machine, however old they are.
EXPECTED = r"The leap seconds of \S+ have expired|Could not read leap seconds"
USERS = {"_chrony": 990, "chrony": 991}


class Machine(l.Host):
    """A host whose /etc has the files of a distribution over this machine's."""

    def lay(self, name, more):
        """Fill /etc: the stock files, and `more` by path."""
        shutil.rmtree(f"{self.dir}/etc")
        l.sh(f"cp -a /etc {self.dir}/etc && cp -r {STOCK}/{name}/etc/. {self.dir}/etc")
        for path, text in more.items():
            os.makedirs(os.path.dirname(f"{self.dir}/etc/{path}"), exist_ok=True)
            self.write(f"etc/{path}", text)

    def _command(self, argv):
        folders = [f"mount --bind {self.dir}/{own} {path}" for own, path in
                   (("etc", "/etc"), ("lib", "/var/lib/chrony"), ("log", "/var/log/chrony"), ("run", "/run/chrony"))]
        script = "; ".join(["set -e", *folders, 'exec "$@"'])
        return self.enter_net + ["unshare", "--mount", "--propagation", "private",
                                 "sh", "-c", script, "sh"] + list(argv)


def paths(folder):
    """What the programs of a build are told of their distribution."""
    with open(f"{folder}/gen/build_config.h") as text:
        return [line for line in text if line.startswith("#define")]


def build(distro):
    """The programs as they are built for a distribution; the folder. Distributions that
    are alike share it, and the build under test is one of them."""
    plain = {key: value for key, value in os.environ.items() if key not in ("BUILD", "MAKEFLAGS", "MAKELEVEL")}
    below = os.path.dirname(l.BUILD) if os.path.basename(l.BUILD) == "sanitize" else l.BUILD

    def make(folder, *targets):
        done = subprocess.run(["make", "-s", "-j2", "-C", TOP, f"DISTRO={distro}", "OPT=-O1", f"BUILD={folder}",
                               *targets], env=plain, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=200)
        assert done.returncode == 0, done.stdout[-2000:]
    settings = f"{below}/stock/{distro}"
    make(settings, f"{settings}/gen/build_config.h")
    for folder, told in made.items():
        if told == paths(settings):
            return folder
    make(settings, "all")
    made[settings] = paths(settings)
    return settings


made = {l.BUILD: paths(l.BUILD)}


def more_files(lab, ca):
    """What the machine has beside the package's files: names, users, certificates."""
    with open(ca) as text:
        ours = text.read()
    system = ""
    if os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        with open("/etc/ssl/certs/ca-certificates.crt") as text:
            system = text.read()
    with open("/etc/passwd") as text:
        passwd = "".join(line for line in text if line.split(":")[0] not in USERS)
    for user, uid in USERS.items():
        passwd += f"{user}:x:{uid}:{uid}::/var/lib/chrony:/usr/sbin/nologin\n"
    with open(f"{lab.dir}/hosts") as text:
        hosts = text.read()
    return {"hosts": hosts, "passwd": passwd, "ssl/certs/ca-certificates.crt": system + ours,
            "chrony/nts-bootstrap-ubuntu.crt": ours, "resolv.conf": ""}


def world(lab):
    """All servers that the files name, on one host; a machine; what lies in its /etc."""
    addresses = [f"10.9.0.{i}" for i in range(1, 8)]
    server = lab.host("server", addresses[0])
    for address in addresses[1:]:
        server.run(f"ip addr add {address}/24 dev eth0")
    lab.hosts = {name: " ".join(addresses[:4]) for name in POOLS}
    lab.hosts.update({name: addresses[i] for i, name in enumerate(NTS)})
    ca = lab.ca()
    cert, key = lab.cert("all", NTS)
    lab.write_hosts()
    server.horad(f"allow\nlocal stratum 3\nntsservercert {cert}\nntsserverkey {key}\n")
    server.synchronised()
    machine = Machine(lab, "machine", "10.9.0.9")
    return machine, more_files(lab, ca)


def effective(etc, name):
    """What -p prints of a file: no comments, and files in place of what names them."""
    lines = []
    with open(f"{etc}/{name}") as text:
        for words in (line.split() for line in text):
            if not words or words[0][0] in "#!":
                continue
            if words[0] in ("include", "confdir"):
                pattern = words[1] if words[0] == "include" else f"{words[1]}/*.conf"
                for path in sorted(glob.glob(etc + pattern.removeprefix("/etc"))):
                    lines += effective(etc, path.removeprefix(etc + "/"))
            else:
                lines.append(" ".join(words))
    return lines


def runs(machine, name, distro, user):
    programs = build(distro)
    uid = USERS[user]
    for sub in ("lib", "log", "run"):
        l.sh(f"rm -rf {machine.dir}/{sub}/*; chown {uid}:{uid} {machine.dir}/{sub}; "
             f"chmod 750 {machine.dir}/{sub}")
    keys = glob.glob(f"{machine.dir}/etc/**/chrony.keys", recursive=True)
    l.sh(f"chown 0:{uid} {keys[0]}; chmod 640 {keys[0]}")
    horad = f"{programs}/sbin/horad"
    done = machine.call([horad, "-p"])
    assert done.returncode == 0 and not done.stderr, (name, done)
    top = "chrony/chrony.conf" if user == "_chrony" else "chrony.conf"
    lines = effective(f"{machine.dir}/etc", top)
    assert len(lines) >= 7 and done.stdout.splitlines() == lines, (name, done.stdout)
    log = f"{name}.log"
    daemon = machine.start([horad, "-n", "-x", "-L", "1", "-l", f"/var/log/chrony/{log}"], f"{name}-stderr.log",
                           ready=True)
    for role in ("hora-engine", "hora-ke-client"):
        for pid in machine.pids(role):
            with open(f"/proc/{pid}/status") as text:
                assert f"Uid:\t{uid}\t" in text.read(), (name, role)
    l.wait_for(f"{name}: synchronised", lambda: machine.csv("tracking")[0][2] == "4")
    assert machine.stop(daemon) == 0
    assert machine.read(f"{name}-stderr.log") == "", name
    expected = EXPECTED + ("|not enough selectable sources" if "minsources 2" in lines else "")
    said = [line for line in machine.read(f"log/{log}").splitlines()  # -L 1: warnings and worse
            if not re.search(expected, line)]
    assert not said, (name, said)


def stock_configurations_run_unchanged(lab):
    machine, more = world(lab)
    for name, distro, user in CASES:
        machine.lay(name, more)
        runs(machine, name, distro, user)


l.main(stock_configurations_run_unchanged)
