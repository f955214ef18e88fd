# SPDX-License-Identifier: Apache-2.0
"""Where the clock may not be set: in a container the daemon says so and goes on as
with -x; elsewhere it says so and ends. (No test here has CAP_SYS_TIME.)"""
import os
import re
import subprocess
import lab as l

NO_RIGHT = "No right to change the clock (CAP_SYS_TIME)"
CONFIG = "allow 10.0.0.0/8\nlocal stratum 3\nport 1123\n"
CONTAINER = {"container": "oci"}
AS_USER = ["setpriv", "--reuid=_chrony", "--regid=_chrony", "--clear-groups", "--inh-caps=-all",
           "--bounding-set=-all"]


def start(host, config, *options, env=None, before=()):
    host.fresh(config)
    return host.start([*before, l.HORAD, "-d", "-f", "/etc/chrony/chrony.conf", *options], "horad.log", env)


def lines(host, word):
    return [line for line in host.read("horad.log").splitlines() if word in line]


def serves(server, client, port=1123):
    """The client follows the server by way of its NTP port."""
    daemon = client.horad(f"server {server.address} port {port} iburst minpoll 0\n", log="client.log")
    client.synchronised()
    client.stop(daemon)


def goes_on(lab, **how):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    daemon = start(server, CONFIG, **how)
    l.wait_for("an answer", lambda: server.csv("tracking"))
    serves(server, client)
    assert server.csv("status")[0][1] == "left alone", server.csv("status")
    assert not server.pids("hora-clock")
    told = lines(server, "clock")
    assert len([line for line in told if NO_RIGHT in line]) == 1, told
    assert "in this container: it is left alone, as with -x" in told[0], told
    assert not lines(server, "Fatal")
    assert server.stop(daemon) == 0


def in_a_container_it_goes_on(lab):
    goes_on(lab, env=CONTAINER)


def rootless_in_a_container(lab):
    """As the image runs it: a user without any capability, and a port of its own."""
    rootless(lab, CONTAINER, ())


def rootless(lab, env, options):
    server, client = lab.host("server", "10.9.0.1"), lab.host("client", "10.9.0.2")
    daemon = start(server, CONFIG, "-U", *options, env=env, before=AS_USER)
    l.wait_for("an answer", lambda: server.csv("tracking"))
    serves(server, client)
    status = open(f"/proc/{server.pids('horad')[0]}/status").read()
    assert re.search(r"^CapBnd:\s*0+$", status, re.M) and re.search(r"^Uid:\s*990\b", status, re.M), status
    assert len(lines(server, NO_RIGHT)) == (0 if options else 1)
    assert server.stop(daemon) == 0


def rootless_with_x(lab):
    rootless(lab, {}, ("-x",))


def no_container():
    """What a command goes through to see a machine that is no container, where this one is: all as it is but for
    the file of Docker."""
    if not os.path.exists("/.dockerenv"):
        return []
    if not os.path.isdir("/mnt/machine"):
        for name in ("machine", "over/upper", "over/work"):
            os.makedirs(f"/mnt/{name}")
        if subprocess.run("mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/over/upper,workdir=/mnt/over/work "
                          "/mnt/machine && rm /mnt/machine/.dockerenv", shell=True).returncode != 0:
            raise l.Skip("this machine is a container, and no overlay can hide it")
    # In their order, and none looked for before those above it are there.
    script = ("while read -r _ m _; do case $m in / | /mnt/machine*) continue ;; esac; "
              "[ ! -e /mnt/machine$m ] || mount --bind $m /mnt/machine$m 2>/dev/null; done </proc/self/mounts; "
              "exec chroot /mnt/machine \"$@\"")
    return ["sh", "-c", script, "sh"]


def elsewhere_it_ends(lab):
    host = lab.host("server", "10.9.0.1")
    daemon = start(host, CONFIG, before=no_container())
    assert daemon.wait(20) == l.EXIT_CONFIG
    told = lines(host, "")
    assert "Fatal error : " + NO_RIGHT in told[-1] and told[-1].endswith("leave the clock alone with -x"), told
    assert len(lines(host, "Fatal")) == 1 and len(told) == 2, told


def setting_it_once_ends(lab):
    """-q is asked to set the clock: nothing else would do."""
    host = lab.host("server", "10.9.0.1")
    daemon = start(host, "server 10.9.0.2\n", "-q", env=CONTAINER)
    assert daemon.wait(20) == l.EXIT_CONFIG
    assert len(lines(host, NO_RIGHT)) == 1


def root_of_another_user_namespace(lab):
    """It has all capabilities, but not over the clock of the machine."""
    host = lab.host("server", "10.9.0.1")
    if host.call(["unshare", "--user", "--map-root-user", "true"]).returncode != 0:
        raise l.Skip("no user namespaces here")
    host.fresh("user root\n", own=False)
    daemon = host.start(["unshare", "--user", "--map-root-user", l.HORAD, "-d", "-f", "/etc/chrony/chrony.conf"],
                        "horad.log", CONTAINER)
    l.wait_for("an answer", lambda: host.csv("tracking"))
    assert len(lines(host, NO_RIGHT)) == 1 and not lines(host, "Fatal")
    assert host.csv("status")[0][1] == "left alone"
    assert host.stop(daemon) == 0


def with_x_nothing_is_said(lab):
    host = lab.host("server", "10.9.0.1")
    daemon = start(host, CONFIG, "-x", env=CONTAINER)
    l.wait_for("an answer", lambda: host.csv("tracking"))
    assert not lines(host, NO_RIGHT) and len(lines(host, "Disabled control of system clock")) == 1
    assert host.stop(daemon) == 0


if __name__ == "__main__":
    l.main(in_a_container_it_goes_on, rootless_in_a_container, rootless_with_x, elsewhere_it_ends,
           setting_it_once_ends, root_of_another_user_namespace, with_x_nothing_is_said)
