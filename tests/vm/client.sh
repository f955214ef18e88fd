#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the second machine: horad in its normal form steers the real clock, which
# is 5 s and 80 ppm wrong at first. Prints a line a check.
set -u
label=vm/clock
trap 'touch done' EXIT
. ./lib.sh
export PATH=$PWD/build/bin:$PWD/build/sbin:$PATH
echo '10.9.0.1 time.example' >>/etc/hosts
echo '_chrony:x:990:990::/var/lib/chrony:/usr/sbin/nologin' >>/etc/passwd
echo '_chrony:x:990:' >>/etc/group
# The programs may not be reached through the share by an unprivileged user.
cp -a build /opt/hora && chmod -R go+rX /opt/hora
mkdir -p /etc/chrony
cp ca.pem /etc/chrony/ca.pem && chmod 644 /etc/chrony/ca.pem
cat >/etc/chrony/chrony.conf <<END
server time.example iburst nts minpoll 0 maxpoll 2
ntstrustedcerts /etc/chrony/ca.pem
ntsdumpdir /var/lib/chrony
ntsrefresh 86400
makestep 1.0 3
driftfile /var/lib/chrony/drift
rtcsync
logdir /var/log/chrony
log measurements statistics tracking
END
horad=/opt/hora/sbin/horad horac=/opt/hora/bin/horac
mkdir -p /run/other
chmod 700 /run/other
error_s() {	# what an independent client says of our clock
	./chrony/usr/sbin/chronyd -Q -t 10 -u root 'server 10.9.0.1 iburst minpoll -1 maxpoll -1' 2>&1 |
		sed -n 's/.*System clock wrong by \([-0-9.]*\) seconds.*/\1/p'
}
below() { awk -v e="${1:-99}" -v most="$2" 'BEGIN { exit !(e < most && e > -most) }'; }
settled() { local e; e=$(error_s) && [ -n "$e" ] && echo "  error $e s" && below "$e" 0.001; }
roughly_right() { local e; e=$(error_s) && [ -n "$e" ] && echo "  error $e s" && below "$e" 0.005; }
freq() { ./clockctl show | awk '{ print $2 }'; }
tracking() { $horac -c tracking | cut -d, -f"$1"; }
synchronised() { [ "$(tracking 14)" = Normal ]; }

within 60 ping -c 1 -W 1 10.9.0.1 >/dev/null 2>&1 || sleep 5
./clockctl freq 80
before=$(error_s)
./clockctl step 5
echo "  before the disturbance: ${before:-unknown} s; now $(error_s) s, $(./clockctl show)"
check "starts as a daemon" $horad
check "pid file" test -s /run/chrony/chronyd.pid
check "synchronises within 30 s" within 30 synchronised
steps() { journalctl -q --no-pager | grep -c 'System clock was stepped by'; }
check "stepped once" within 10 test "$(steps)" -ge 1
check "settles below 1 ms" within 100 settled
check "stays below 1 ms" within 10 settled
check "exactly one step" test "$(steps)" -eq 1
# The clock of the machine is right but for what we did to it: of the 80 ppm most
# must be gone. The link is too noisy to ask for more within the time of a test,
# but a frequency of 0 that nobody has measured is none (its skew is 2000).
found() { below "$(tracking 8)" 40 && below "$(tracking 10)" 1000 && echo "  frequency $(tracking 8) +/- $(tracking 10) ppm"; }
check "found the frequency" within 150 found
comes_back() {	# comes_back PROGRAM: killed, it is there again within 2 s
	local old new
	old=$(pgrep -x "$1") && kill -9 "$old" || return 1
	for ((try = 0; try < 20; try++)); do
		new=$(pgrep -x "$1") && [ "$new" != "$old" ] && return 0
		sleep 0.1
	done
	return 1
}
for program in hora-clock hora-engine hora-ke-client; do
	check "$program comes back after kill -9" comes_back $program
	check "the clock has not jumped" roughly_right
	check "and is synchronised" within 10 synchronised
done
check "still exactly one step" test "$(steps)" -eq 1
check "rtcsync cleared STA_UNSYNC" grep -q 'unsync 0' <(./clockctl show)
stop() { kill "$(cat /run/chrony/chronyd.pid)" && within 10 test ! -e /run/chrony/chronyd.pid; }
check "stops in order" stop
kept=$(freq)
drift=$(awk '{ print $1 }' /var/lib/chrony/drift)
echo "  frequency after the stop $kept ppm; drift file: $(cat /var/lib/chrony/drift)"
check "drift file written" grep -Eq '^ +-?[0-9.]+ +[0-9.]+$' /var/lib/chrony/drift
# No slew is left running: what the kernel keeps is what the drift file says.
check "the clock keeps its frequency" below "$(awk -v a="$kept" -v b="$drift" 'BEGIN { print a + b }')" 0.01
./clockctl freq 80	# a restart must start from the drift file, not from this
check "starts again" $horad
check "starts from the drift file" within 5 grep -q 'Frequency .* read from /var/lib/chrony/drift' <(journalctl -q --no-pager)
# The first line of the log after a start has the frequency in force (chrony's sign).
logged() { awk '$3 == "0.0.0.0" { f = $5 } END { print -f }' /var/log/chrony/tracking.log; }
check "its frequency is back at once" within 5 below "$(awk -v a="$(logged)" -v b="$kept" 'BEGIN { print a - b }')" 0.01
check "synchronises again" within 30 synchronised
check "settled again" within 60 settled
check "no second step" test "$(steps)" -eq 1
check "stops in order again" stop
./clockctl step -3
check "-q sets the clock once and ends" $horad -q -t 30 'server 10.9.0.1 iburst minpoll -1'
check "the clock is right after -q" roughly_right
check "-Q prints and sets nothing" grep -q 'System clock wrong by .*ignored' <($horad -Q -t 30 'server 10.9.0.1 iburst minpoll -1' 2>&1)
[ $failed -eq 0 ] || { journalctl -q --no-pager | grep -E "hora|chronyd" | tail -n 60; tail -n 20 /var/log/chrony/*.log; }
exit $failed
