# SPDX-License-Identifier: Apache-2.0
"""hora and chrony from exec to synchronised; tests/bench/start runs it."""
import statistics
import sys
import lab as l
import stopwatch

SERVER = "ntsserverkey {key}\nntsservercert {cert}\nallow 10.0.0.0/8\nlocal stratum 2\n"
NAMES = ["a.example", "b.example", "c.example"]
DEAD = NAMES[:2] + ["dead.example"]     # nobody has this address
CASES = [(f"{text}, {'NTS' if option else 'plain'}", names, option)
         for text, names in (("1 server", NAMES[:1]), ("3 servers", NAMES),
                             ("3 servers, 1 dead", DEAD))
         for option in ("", "nts")]

runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
lab = l.Lab()
ca = lab.ca()
cert, key = lab.cert("cert", NAMES)
for number, name in enumerate(NAMES, 1):
    lab.host(f"s{number}", f"10.9.0.{number}", name).chronyd(SERVER.format(cert=cert, key=key))
lab.write_hosts(dead__example="10.9.0.99")
client = lab.host("client", "10.9.0.100")
ratios = []
print(f"seconds from exec to synchronised, median of {runs}\n"
      f"{'':26}{'hora':>8}{'chrony':>9}{'ratio':>8}")
try:
    for text, names, option in CASES:
        config = "".join(f"server {name} iburst {option}\n" for name in names) + \
            f"ntstrustedcerts {ca}\nmakestep 1.0 3\n"
        medians = [statistics.median(
            stopwatch.seconds_to_synchronise(client, config, argv)[0] for _ in range(runs))
            for argv in (stopwatch.HORA, stopwatch.CHRONY)]
        ratios.append(medians[0] / medians[1])
        print(f"{text:26}{medians[0]:8.3f}{medians[1]:9.3f}{ratios[-1]:8.3f}", flush=True)
finally:
    l.end_hosts()
print(f"geometric mean of the ratios {statistics.geometric_mean(ratios):.3f}")
