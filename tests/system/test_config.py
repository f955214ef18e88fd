# SPDX-License-Identifier: Apache-2.0
"""The configuration as a user meets it: the guide's files, -p, mistakes, options."""
import os
import re
import lab as l

# The two configurations of the guide, word by word.
GUIDE_CLIENT = """server time.example iburst nts
server ntp2.example iburst nts ntsport 4461
pool pool.example iburst maxsources 2
ntsdumpdir /var/lib/chrony
ntsrefresh 86400
makestep 1.0 3
driftfile /var/lib/chrony/drift
rtcsync
logdir /var/log/chrony
log measurements statistics tracking
"""
GUIDE_SERVER = """ntsserverkey /etc/chrony/ssl/privkey.pem
ntsservercert /etc/chrony/ssl/fullchain.pem
ntsprocesses 1
ntsdumpdir /var/lib/chrony
allow 10.0.0.0/8
local stratum 2
makestep 1.0 3
driftfile /var/lib/chrony/drift
ratelimit interval 1 burst 16
logdir /var/log/chrony
"""


def guide_client_and_server_run_verbatim(lab):
    server = lab.host("server", "10.9.0.1", "time.example")
    second = lab.host("second", "10.9.0.4", "ntp2.example")
    pool = [lab.host(f"pool{i}", f"10.9.0.{20 + i}") for i in range(3)]
    lab.write_hosts(pool__example=" ".join(host.address for host in pool))
    client = lab.host("client", "10.9.0.2")
    ca = lab.ca()
    cert, key = lab.cert("fullchain", ["time.example", "ntp2.example"])
    os.makedirs(f"{server.dir}/etc/ssl")
    for source, name in ((key, "privkey.pem"), (cert, "fullchain.pem")):
        with open(source) as text:
            server.write(f"etc/ssl/{name}", text.read())
    os.chmod(f"{server.dir}/etc/ssl/privkey.pem", 0o600)
    second.horad(GUIDE_SERVER.replace("/etc/chrony/ssl/privkey.pem", key)
                 .replace("/etc/chrony/ssl/fullchain.pem", cert) + "ntsport 4461\n")
    for host in pool:
        host.horad("allow\nlocal stratum 3\n")
    server_daemon = server.horad(GUIDE_SERVER)
    client_daemon = client.horad(GUIDE_CLIENT + f"ntstrustedcerts {ca}\n")
    client.synchronised(30)

    def settled():
        names = sorted(row[2] for row in client.csv("-N", "sources") if int(row[5], 8))
        return names == ["ntp2.example", "pool.example", "pool.example", "time.example"]
    l.wait_for("both servers and two of the pool", settled, 20)
    l.wait_for("only two of the pool stay", lambda: len(client.csv("sources", "-a")) == 4)
    auth = {row[0]: row[1] for row in client.csv("-N", "authdata")}
    assert auth == {"time.example": "NTS", "ntp2.example": "NTS", "pool.example": "-"}, auth
    assert server.stop(server_daemon) == 0 and client.stop(client_daemon) == 0


def print_and_check(lab):
    host = lab.host("host", "10.9.0.1")
    host.write("etc/chrony.conf", "# a comment\n\n  server   time.example  iburst   nts\nmakestep 1.0 3\n"
               "include /etc/chrony/more.conf\n")
    host.write("etc/more.conf", "driftfile /var/lib/chrony/drift\n")
    done = host.call([l.HORAD, "-p"])
    assert done.returncode == 0, done
    assert done.stdout == ("server time.example iburst nts\nmakestep 1.0 3\n"
                           "driftfile /var/lib/chrony/drift\n"), done.stdout


MISTAKES = [
    # (text, line, words of the message)
    ("sever time.example\n", 1, ["sever", "server"]),
    ("server time.example\niburst\n", 2, ["iburst"]),
    ("server time.example ibrst\n", 1, ["ibrst", "iburst"]),
    ("server time.example minpoll x\n", 1, ["minpoll", "x"]),
    ("\n\nmakestep 1.0\n", 3, ["makestep"]),
    ("refclock SHM 0\n", 1, ["directive 'refclock' (a hardware reference clock)", "servers"]),
    ("minsources 0\n", 1, ["minsources", "0"]),
    ("ntsport 70000\n", 1, ["ntsport", "70000"]),
    ("ntsport 0\n", 1, ["ntsport"]),
    ("allow 10.0.0.0/40\n", 1, ["40"]),
    ("include /etc/chrony/none.conf\n", 1, ["/etc/chrony/none.conf"]),
    ("ntsservercert /etc/chrony/a.pem\n", None, ["ntsserverkey"]),
    ("server time.example certset -1\n", 1, ["certset", "-1"]),
    ("user nobody-of-that-name\n", None, ["nobody-of-that-name"]),
    ("authselectmode none\n", 1, ["authselectmode", "'none'", "require|prefer|mix|ignore"]),
    ("\ncombinelimit 3x\n", 2, ["combinelimit", "'3x'"]),
    ("maxdrift\n", 1, ["maxdrift", "a value is missing", "0 to 500000"]),
    ("server time.example maxunreach -1\n", 1, ["maxunreach", "'-1'"]),
    ("local stratum 16\n", 1, ["stratum", "'16'", "1 to 15"]),
]


def mistakes_are_one_clear_line(lab):
    host = lab.host("host", "10.9.0.1")
    for text, line, words in MISTAKES:
        host.write("etc/chrony.conf", text)
        for options in (["-p"], ["-d", "-x"]):
            done = host.call([l.HORAD, *options], timeout=10)
            assert done.returncode == (1 if options == ["-p"] else l.EXIT_CONFIG), (text, options, done)
            message = done.stderr.strip().splitlines()[-1]
            if line:
                assert f"/etc/chrony/chrony.conf:{line}: " in message, (text, message)
            for word in words:
                assert word in message, (text, word, message)
    missing = host.call([l.HORAD, "-d", "-x", "-f", "/etc/chrony/missing.conf"])
    assert missing.returncode == l.EXIT_CONFIG and "/etc/chrony/missing.conf" in missing.stderr, missing


# What each line makes of two servers, a with NTS and b without: states of a and b, effective options of both.
# b is T where only a is trusted and b's interval does not happen to lie within a's.
SELECTION = [
    ("", "[*+][*+DT]", "--TR- -----"),
    ("authselectmode ignore\n", "[*+D][*+D]", "----- -----"),
    ("authselectmode prefer\n", "[*]N", "----- N----"),
    ("authselectmode require\n", "[*]N", "----- N----"),
    ("combinelimit 0\nauthselectmode ignore\n", "[*]D|D[*]", "----- -----"),
    ("minsources 3\n", "WW", "--TR- -----"),
    ("maxdistance 0.0000001\n", "dd", "--TR- -----"),
    ("maxstratum 2\n", "rr", "--TR- -----"),
    ("minstratum 3\nauthselectmode prefer\n", "[*]N", "----- N----"),
    ("maxjitter 0\n", "~~", "--TR- -----"),
    # No limits: all is still reckoned with numbers.
    ("maxdistance inf\nmaxjitter inf\ncombinelimit inf\nmaxslewrate inf\nmaxdrift inf\nmaxupdateskew inf\n"
     "maxchange inf 0 0\nauthselectmode ignore\n", r"\*\+|\+\*", "----- -----"),
]


def selection_directives_do_what_they_say(lab):
    ca = lab.ca()
    cert, key = lab.cert("a", ["a.example"])
    for address, name, more in (("10.9.0.1", "a.example", f"ntsservercert {cert}\nntsserverkey {key}\n"),
                                ("10.9.0.2", "b.example", "")):
        lab.host(name[0], address, name).horad("local stratum 3\nallow\n" + more)
    client = lab.host("client", "10.9.0.3")
    sources = (f"ntstrustedcerts {ca}\nserver a.example iburst nts minpoll 0 maxpoll 0\n"
               "server b.example iburst minpoll 0 maxpoll 0\n")
    for text, states, options in SELECTION:
        daemon = client.horad(sources + text)

        def settled():
            rows = client.csv("-N", "selectdata")
            if (re.fullmatch(states, "".join(row[0] for row in rows)) and
                    " ".join("".join(row[8:13]) for row in rows) == options):
                return True
            raise ValueError(rows)
        l.wait_for(text or "the defaults", settled, 20)
        assert client.stop(daemon) == 0
    # Taken within its range, with a warning.
    client.write("etc/chrony.conf", "maxdrift 600000\nlocal\n")
    done = client.call([l.HORAD, "-d", "-x", "-t", "1"], timeout=10)
    assert "chrony.conf:1: maxdrift: '600000' is out of range; taken as 500000" in done.stderr, done


def orphans_follow_one_of_them(lab):
    addresses = ["10.9.0.1", "10.9.0.2", "10.9.0.3"]
    hosts = [lab.host(f"orphan{i}", address) for i, address in enumerate(addresses)]
    for host in hosts:
        others = "".join(f"server {address} iburst minpoll 0 maxpoll 0\n"
                         for address in addresses if address != host.address)
        host.horad(f"local stratum 8 orphan waitunsynced 3\nallow\n{others}")

    def settled():
        rows = [host.csv("-n", "tracking")[0] for host in hosts]
        states = ["".join(row[0] for row in host.csv("-n", "selectdata")) for host in hosts[1:]]
        if ([(row[0], row[2]) for row in rows] == [("7F7F0101", "8"), ("0A090001", "9"), ("0A090001", "9")] and
                states == ["*O", "*O"]):
            return True
        raise ValueError((rows, states))
    l.wait_for("the least address leads", settled, 30)


def directives_as_arguments(lab):
    server = lab.host("server", "10.9.0.1")
    client = lab.host("client", "10.9.0.2")
    server._own(lab.uid)
    client._own(lab.uid)
    daemon = server.start([l.HORAD, "-d", "-x", "allow 10.0.0.0/8", "local stratum 5"], "horad.log")
    l.wait_for("server", lambda: server.csv("tracking"))
    # -Q prints the offset and sets nothing; -t ends a run.
    once = client.call([l.HORAD, "-Q", "-t", "20", "server 10.9.0.1 iburst"], timeout=30)
    assert once.returncode == 0 and "System clock wrong by" in once.stdout + once.stderr, once
    nobody = client.call([l.HORAD, "-Q", "-t", "3", "server 10.9.0.77 iburst"], timeout=30)
    assert nobody.returncode == 1, nobody
    timed = client.call([l.HORAD, "-d", "-x", "-t", "2", "server 10.9.0.77 iburst"], timeout=30)
    assert timed.returncode == 1, timed
    synced = client.call([l.HORAD, "-d", "-x", "-t", "12", "server 10.9.0.1 iburst"], timeout=30)
    assert synced.returncode == 0, synced
    assert server.stop(daemon) == 0
    wrong = client.call([l.HORAD, "-Q", "sever 10.9.0.1"])
    assert wrong.returncode == l.EXIT_CONFIG and "argument 1" in wrong.stderr, wrong


# (options, words of the one line on stderr)
BAD_OPTIONS = [
    (["-Z"], "unknown option -Z"),
    (["--foo"], "unknown option --"),
    (["-f"], "option -f needs an argument"),
    (["-l"], "option -l needs an argument"),
    (["-t", "soon"], "Invalid argument soon of option -t"),
    (["-t", "1.5"], "Invalid argument 1.5 of option -t"),
    (["-t", "-1"], "Invalid argument -1 of option -t"),
    (["-L", "x"], "Invalid argument x of option -L: a whole number from -1 to 3 is wanted"),
    (["-F", "7"], "Invalid argument 7 of option -F"),
    (["-P", "101"], "Invalid argument 101 of option -P"),
    (["-P", "fast"], "Invalid argument fast of option -P"),
    (["-l", "/nonexistent/log"], "Could not open the log file /nonexistent/log: No such file or directory"),
    (["-d", "-x", "-L", "1", "-u", "nobody-of-that-name"],
     "Could not get user/group ID of nobody-of-that-name: there is no such user"),
]


def wrong_options_are_one_clear_line(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 5\n")
    for options, words in BAD_OPTIONS:
        done = host.call([l.HORAD, *options], timeout=10)
        file = "Could not open" in words
        assert done.returncode == (1 if file else l.EXIT_CONFIG) and done.stdout == "", (options, done)
        assert words in done.stderr and done.stderr.count("\n") == 1, (options, done)
    # Ready-made answers, wherever they stand.
    for options in (["-h"], ["-x", "--help", "-Z"]):
        done = host.call([l.HORAD, *options])
        assert done.returncode == 0 and "Usage: horad" in done.stdout and not done.stderr, done
    # Not root: only with -U.
    plain = ["setpriv", f"--reuid={lab.uid}", f"--regid={lab.uid}", "--clear-groups", l.HORAD, "-d", "-x", "-t", "1"]
    done = host.call(plain)
    assert done.returncode == 1 and done.stderr == "horad: Not superuser\n", done
    done = host.call([*plain, "-U"])
    assert done.returncode == 0 and "Timeout reached" in done.stderr, done


def options_do_what_they_say(lab):
    host = lab.host("host", "10.9.0.1")
    host.run("ip addr add fd00::1/64 dev eth0 nodad")
    server = lab.host("server", "10.9.0.2")
    server.run("ip addr add fd00::2/64 dev eth0 nodad")
    lab.write_hosts(dual__example="10.9.0.2 fd00::2")
    server.horad("local stratum 4\nallow\n")
    # One family: server sockets and sources; the later option counts.
    for options, address, other in ((["-6", "-4"], "10.9.0.2", "[::"), (["-4", "-6"], "fd00::2", "0.0.0.0:")):
        daemon = host.horad("server dual.example iburst\nallow\n", *options)
        host.synchronised()
        assert [row[2] for row in host.csv("-n", "sources")] == [address], options
        sockets = [line.split()[3] for line in host.run("ss -H -u -a -n").splitlines()]
        assert any(name.endswith(":123") for name in sockets), (options, sockets)
        assert not any(name.startswith(other) for name in sockets), (options, sockets)
        assert host.stop(daemon) == 0
    # -u: who they all run as; -R and -n are taken; -t with the local reference is a success.
    host.write("etc/chrony.conf", "local stratum 5\nallow\n")
    nobody = 65534
    l.sh(f"chown -R {nobody}:{nobody} {host.dir}/lib {host.dir}/log {host.dir}/run")
    daemon = host.start([l.HORAD, "-x", "-n", "-R", "-u", "nobody", "-t", "5", "-l", "/var/log/chrony/own.log"],
                        "stderr.log", ready=True)
    for name in ("horad", "hora-engine", "hora-serve", "hora-ke-client"):
        for pid in host.pids(name):
            assert os.stat(f"/proc/{pid}").st_uid in (nobody, 0), name  # 0: undumpable
            with open(f"/proc/{pid}/status") as text:
                assert f"Uid:\t{nobody}\t{nobody}\t{nobody}\t{nobody}\n" in text.read(), name
    assert daemon.wait(10) == 0
    assert host.read("stderr.log") == "", "-l: nothing goes to stderr"
    log = host.read("log/own.log")
    for line in ("starting", "Disabled control of system clock", "Timeout reached", "horad exiting"):
        assert line in log, log
    # -L hides what is below it; -d -d shows all.
    host._own(lab.uid)
    quiet = host.call([l.HORAD, "-d", "-x", "-t", "1", "-L", "1"])
    assert quiet.returncode == 0 and quiet.stderr == "", quiet
    silent = host.call([l.HORAD, "-d", "-x", "-t", "1", "-L", "99", "-f", "/etc/chrony/missing.conf"])
    assert silent.returncode == l.EXIT_CONFIG and silent.stderr.count("\n") == 1, silent  # fatal is always said


def options_behave(lab):
    host = lab.host("host", "10.9.0.1")
    version = host.call([l.HORAD, "-v"])
    assert version.returncode == 0 and "+NTS" in version.stdout, version
    # Daemonising: the parent returns when the service is there.
    host._own(lab.uid)
    host.write("etc/chrony.conf", "local stratum 5\nallow\n")
    done = host.call([l.HORAD, "-x", "-l", "/var/log/chrony/program.log"], timeout=15)
    assert done.returncode == 0, done
    assert host.csv("tracking")[0][0] == "7F7F0101"
    again = host.call([l.HORAD, "-x", "-d"], timeout=10)
    assert again.returncode == 1 and "already be running" in again.stderr, again
    assert host.horac("shutdown") == "200 OK\n"
    l.wait_for("end", lambda: not host.pids("horad") and
               not os.path.exists(f"{host.dir}/run/chronyd.pid"))
    assert "starting" in host.read("log/program.log")


def sources_directory(lab):
    server = lab.host("server", "10.9.0.1")
    server.horad("allow\nlocal stratum 5\n")
    client = lab.host("client", "10.9.0.2")
    os.makedirs(f"{client.dir}/etc/sources.d")
    client.write("etc/sources.d/a.sources", "server 10.9.0.1 iburst\nnonsense\nserver 10.9.0.8 offline\n")
    client.horad("sourcedir /etc/chrony/sources.d\n")
    client.synchronised()
    assert [row[2] for row in client.csv("sources")] == ["10.9.0.1", "10.9.0.8"]
    client.write("etc/sources.d/a.sources", "server 10.9.0.1 iburst\nserver 10.9.0.9\n")
    reach = client.csv("sources")[0][5]
    assert client.horac("reload", "sources") == "200 OK\n"
    l.wait_for("new list", lambda: [row[2] for row in client.csv("sources")] == ["10.9.0.1", "10.9.0.9"])
    assert int(client.csv("sources")[0][5], 8) >= int(reach, 8) > 0, "an unchanged source lost its state"


l.main(guide_client_and_server_run_verbatim, print_and_check, mistakes_are_one_clear_line,
       selection_directives_do_what_they_say, orphans_follow_one_of_them, directives_as_arguments,
       wrong_options_are_one_clear_line, options_do_what_they_say, options_behave, sources_directory)
