# SPDX-License-Identifier: Apache-2.0
"""horad --check: every problem of a configuration and of the machine it is for."""
import json
import os
import shutil
import lab as l

ENOUGH = "pool pool.example\nmakestep 1.0 3\n"


def check(host, text, *options):
    """Check a configuration: exit status and the problems as (line, column, severity, word, message)."""
    host.write("etc/chrony.conf", text)
    done = host.call([l.HORAD, "--check", "--json", *options])
    assert done.stderr == "", done
    report = json.loads(done.stdout)
    problems = [(p["line"], p["column"], p["severity"], p["word"], p["message"]) for p in report["problems"]]
    assert report["errors"] == sum(p[2] == "error" for p in problems), report
    assert report["warnings"] == sum(p[2] == "warning" for p in problems), report
    return done.returncode, problems, report


def every_problem_is_told(lab):
    host = lab.host("host", "10.9.0.1")
    os.mkdir(f"{host.dir}/etc/sources.d")
    host.write("etc/sources.d/dhcp.sources", "server 10.9.0.2 iburst\nserver 10.9.0.3 ibrust\n")
    host.write("etc/inner.conf", "makestep 1.0 3x\n")
    host.write("etc/chrony.conf", "sever a\n" + ENOUGH + "include /etc/chrony/inner.conf\n"
               "  maxdistance 3abc  # far\nsourcedir /etc/chrony/sources.d\nallow 10.0.0.0/8 10\n")
    done = host.call([l.HORAD, "--check"])
    assert done.returncode == 1 and done.stderr == "", done
    assert done.stdout == """\
/etc/chrony/chrony.conf:1:1: error: unknown directive 'sever'; did you mean 'server'?
    1 | sever a
      | ^~~~~
/etc/chrony/chrony.conf:5:15: error: maxdistance: '3abc' is not a number; use: maxdistance DISTANCE (in s)
    5 |   maxdistance 3abc  # far
      |               ^~~~
/etc/chrony/chrony.conf:7:18: error: allow: '10' is one word too many; use: allow [all] [ADDRESS[/BITS]|NAME]
    7 | allow 10.0.0.0/8 10
      |                  ^~
/etc/chrony/inner.conf:1:14: error: makestep: '3x' is not a whole number; use: makestep THRESHOLD LIMIT
    1 | makestep 1.0 3x
      |              ^~
/etc/chrony/sources.d/dhcp.sources:2:17: error: server: unknown option 'ibrust'; did you mean 'iburst'?
    2 | server 10.9.0.3 ibrust
      |                 ^~~~~~
5 errors, 0 warnings
""", done.stdout
    # Any user may ask, for any file, or for directives.
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    done = host.call([*as_nobody, l.HORAD, "--check", "-f", "/etc/chrony/inner.conf"])
    assert done.returncode == 1 and "inner.conf:1:14: error: " in done.stdout, done
    done = host.call([*as_nobody, l.HORAD, "--check", "pool pool.example", "makestep 1.0 3"])
    assert (done.returncode, done.stdout) == (0, "no problems found\n"), done


def status_tells(lab):
    host = lab.host("host", "10.9.0.1")
    assert check(host, ENOUGH)[:2] == (0, [])
    assert check(host, ENOUGH, "--strict")[:2] == (0, [])
    status, problems, _ = check(host, "server a\nmakestep 1 3\n")
    assert status == 0 and [p[:4] for p in problems] == [(1, 8, "warning", "a")], problems
    assert check(host, "server a\nmakestep 1 3\n", "--strict")[0] == 2
    assert check(host, "server a\nmakestep 1\n", "--strict")[0] == 1
    status, problems, report = check(host, "", "-f", "/etc/chrony/none.conf")
    assert status == 1 and report["file"] == "/etc/chrony/none.conf", report
    assert problems == [(None, None, "error", None,
                         "cannot read '/etc/chrony/none.conf': No such file or directory")], problems
    # A word that is no UTF-8 is still JSON.
    host.write("etc/chrony.conf", "")
    with open(f"{host.dir}/etc/chrony.conf", "wb") as out:
        out.write(b"server caf\xe9\n")
    done = host.call([l.HORAD, "--check", "--json"])
    assert json.loads(done.stdout)["problems"][0]["word"] == "caf?", done
    for option in ("--strict", "--json"):
        done = host.call([l.HORAD, option])
        assert done.returncode == l.EXIT_CONFIG and "--check" in done.stderr, done


def certificates_and_keys_are_looked_into(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    ca = lab.ca()
    cert, key = lab.cert("a", ["a.example"])
    other, other_key = lab.cert("b", ["b.example"])
    old, old_key = lab.cert("old", ["a.example"], begin="now-3d", end="now-1d")
    for path in (key, other_key, old_key):
        os.chmod(path, 0o600)
    server = ENOUGH + "ntsdumpdir /var/lib/chrony\nallow\n"
    assert check(host, server + f"ntsservercert {cert}\nntsserverkey {key}\n")[:2] == (0, [])
    quoted = f"{lab.dir}/a key.pem"
    shutil.copy(key, quoted)
    assert check(host, server + f'ntsservercert {cert}\nntsserverkey "{quoted}"\n')[:2] == (0, [])
    # (certificate, key, line and severity, words)
    for first, second, where, words in [
            (cert, other_key, (5, "error"), "key"),
            (old, old_key, (5, "warning"), "expire"),
            (key, key, (5, "error"), "No certificate"),
            ("/none.pem", key, (5, "error"), "'/none.pem' can not be read: No such file"),
            (cert, "/none.key", (6, "error"), "'/none.key' can not be read: No such file")]:
        status, problems, _ = check(host, server + f"ntsservercert {first}\nntsserverkey {second}\n")
        assert status == (where[1] == "error") and len(problems) == 1, problems
        assert (problems[0][0], problems[0][2]) == where and words in problems[0][4], problems
    for mode, words in ((0o640, None), (0o644, "read by every user (mode 0644)"),
                        (0o602, "changed by every user (mode 0602)")):
        os.chmod(key, mode)
        status, problems, report = check(host, server + f"ntsservercert {cert}\nntsserverkey {key}\n")
        assert status == 0 and len(problems) == (words is not None), problems
        if words:
            assert problems[0][:3] == (6, 14, "warning") and words in problems[0][4], problems
            assert report["problems"][0]["hint"] == f"chmod o-rwx {key}", report
    # Who may not read a key can not tell.
    os.chmod(key, 0o600)
    os.chmod(lab.dir, 0o755)
    host.write("etc/chrony.conf", server + f"ntsservercert {cert}\nntsserverkey {key}\n")
    done = host.call(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", l.HORAD, "--check"])
    assert done.returncode == 0 and "check as root" in done.stdout, done
    nts = ENOUGH.replace("pool.example", "pool.example nts")
    assert check(host, nts + f"nosystemcert\nntstrustedcerts {ca}\n")[:2] == (0, [])
    status, problems, _ = check(host, nts + f"nosystemcert\nntstrustedcerts {key}\n")
    assert status == 1 and problems[0][:3] == (4, 17, "error"), problems
    assert "No certificate" in problems[0][4], problems


def files_and_users_are_looked_for(lab):
    host = lab.host("host", "10.9.0.1")
    host._own(lab.uid)
    os.mkdir(f"{host.dir}/etc/empty")
    keys = host.write("etc/keys", "1 SHA1 HEX:00112233445566778899\n")
    for line, status, expected in [
            ("user _chrony", 0, None),
            ("user nix", 1, "there is no user 'nix'"),
            ("user nix\nuser _chrony", 0, None),	# only the last one counts
            ("driftfile /var/lib/chrony/drift", 0, None),
            ("driftfile /none/drift", 0, "there is no directory '/none': nothing will be kept"),
            ("driftfile /etc/chrony/drift", 0, "may not write to '/etc/chrony'"),
            ("logdir /var/log/chrony/new", 0, None),	# is made at start
            ("logdir /etc/chrony/keys", 1, "'/etc/chrony/keys' is no directory"),
            ("logdir /etc/chrony/empty", 0, "may not write to '/etc/chrony/empty'"),
            ("ntsdumpdir /etc/chrony/empty", 0, "may not write to"),
            ("bindcmdaddress /run/chrony/sock", 0, None),
            ("bindcmdaddress /etc/chrony/sock", 0, "may not write to '/etc/chrony'"),
            ("bindcmdaddress /", 0, None),
            ("bindacqdevice lo", 0, None),
            ("binddevice nix0", 0, "there is no network interface 'nix0' now"),
            ("sourcedir /run/nix /etc/chrony/empty", 0, None),
            ("sourcedir /etc/nix", 0, "there is no directory '/etc/nix'"),
            ("leapseclist /etc/chrony/none", 0, "are not known: No such file"),
            ("leapseclist /etc/chrony/keys", 0, "are not used: "),
            ("leapsectz nix/UTC", 0, "'/usr/share/zoneinfo/nix/UTC' are not known"),
            ("keyfile /etc/chrony/none", 0, "'/etc/chrony/none' can not be read: No such file")]:
        got, problems, _ = check(host, ENOUGH + line + "\n")
        messages = [p[4] for p in problems]
        assert got == status and len(problems) == (expected is not None), (line, problems)
        assert expected is None or expected in messages[0], (line, problems)
    os.chmod(keys, 0o600)
    # what is refused is not taken as another number, too
    assert len(check(host, ENOUGH + "ratelimit burst 256\n")[1]) == 1
    host.write("etc/junk", "one\n" * 9)
    status, problems, _ = check(host, ENOUGH + "keyfile /etc/chrony/junk\n")
    assert sum("Could not parse key" in p[4] for p in problems) == 5, problems
    assert any("4 more such warnings about '/etc/chrony/junk'" in p[4] for p in problems), problems
    assert check(host, ENOUGH + "keyfile /etc/chrony/keys\n")[:2] == (0, [])
    os.chmod(keys, 0o644)
    status, problems, _ = check(host, ENOUGH + "keyfile /etc/chrony/keys\n")
    assert len(problems) == 1 and "read by every user" in problems[0][4], problems
    host.write("etc/keys", "1 NIX HEX:00\nx\n")
    os.chmod(keys, 0o600)
    status, problems, _ = check(host, ENOUGH + "keyfile /etc/chrony/keys\n")
    assert status == 0 and len(problems) == 2, problems
    # Sources want keys that are there, and long enough.
    host.write("etc/keys", "1 SHA1 HEX:00112233445566778899\n2 SHA1 HEX:001122334455667788\n")
    os.chmod(keys, 0o600)
    for number, expected in ((1, None), (2, "shorter than 80 bits"), (3, "no key 3 in '/etc/chrony/keys'")):
        text = f"pool pool.example key {number}\nmakestep 1 3\n"
        status, problems, _ = check(host, text + "keyfile /etc/chrony/keys\n")
        assert status == 0 and len(problems) == (expected is not None), problems
        assert expected is None or (problems[0][:2] == (1, 6) and expected in problems[0][4]), problems
    status, problems, _ = check(host, text)
    assert len(problems) == 1 and "there is no file of keys" in problems[0][4], problems
    # A mail needs a program that sends it; this machine may have one.
    problems = check(host, ENOUGH + "mailonchange root 1\n")[1]
    sendmail = [path for path in ("/usr/sbin/sendmail", "/usr/lib/sendmail") if os.path.exists(path)]
    assert sendmail or "no mail is sent" in problems[0][4], problems
    # The user of the option counts, not that of the file.
    assert check(host, ENOUGH, "-u", "nix")[0] == 1
    # Checking leaves nothing behind.
    assert os.listdir(f"{host.dir}/lib") == [] and os.listdir(f"{host.dir}/run") == []
    assert not os.path.exists(f"{host.dir}/log/new")


l.main(every_problem_is_told, status_tells, certificates_and_keys_are_looked_into,
       files_and_users_are_looked_for)
