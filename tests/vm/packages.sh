# SPDX-License-Identifier: Apache-2.0
# In a machine: hora's packages where there is no time daemon, in the place of a
# configured chrony that has NTS as client and server, upgraded, and chrony again. The
# far side is chronyd in a namespace, with a client of ours that runs all along.
# shellcheck shell=bash disable=SC1091,SC2317
set -u
label=vm/packages
. ./lib.sh
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
on_failure() {
	{
		tail -n 15 /run/apt.log
		systemctl --no-pager status chrony
		chronyc -n sources
		journalctl --no-pager -o short-monotonic -n 20
	} 2>&1 | sed 's/^/  /'
}
# (Each of them on its own: what is missing must not come from a mirror.)
apt() { apt-get -qq -y -o Dpkg::Options::=--force-confold --no-install-recommends "$@" >/run/apt.log 2>&1; }
program() { readlink "/proc/$(systemctl show -P MainPID chrony)/exe"; }
runs() { [ "$(program)" = "$1" ] && [ "$(systemctl is-enabled chrony)" = enabled ]; }
answers() { chronyc tracking | grep -q '^Reference ID'; }
synchronised() { [ "$(chronyc -c tracking | cut -d, -f14)" = Normal ]; }
# (dh_apparmor's script removes the empty folder "disable", whoever made it.)
all_files() {
	find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /tmp -o -path "$PWD" -o -path /var/cache -o \
		-path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/log/journal -o -path /var/lib/systemd/catalog \) -prune -o -print |
		grep -Ev '^/(etc/apparmor.d/disable|etc/(passwd|group|shadow|gshadow|subuid|subgid)-|etc/\.pwd\.lock|var/log/(apt|dpkg|alternatives|wtmp|btmp|lastlog).*|var/lib/(systemd|ucf|private)(/[^/]*)?)$' | sort
}
nothing_is_left() {
	all_files >/run/after
	diff /run/before /run/after && ! grep _chrony /etc/passwd /etc/group
}
# What the far side's server of keys has been asked for so far.
keys_asked() { ip netns exec far /opt/far-chrony/usr/bin/chronyc -h /run/far/cmd.sock -c serverstats | cut -d, -f6; }
# Our own: NTS-KE connections, and authenticated packets, of the daemon that runs now.
asked_of_us() { chronyc -c serverstats | cut -d, -f6; }
authenticated() { [ "$(chronyc -c serverstats | cut -d, -f8)" -gt 0 ]; }
files_are_same() { (cd /etc/chrony && sha256sum chrony.conf chrony.keys server.key) | cmp - /run/sums; }

start_far_side() {
	ip netns add far && ip link add near type veth peer name far netns far || return 1
	ip address add 10.9.0.2/24 dev near && ip link set near up
	ip -n far address add 10.9.0.1/24 dev far && ip -n far link set far up
	ip -n far link set lo up
	mkdir -m 750 -p /run/far /run/client	# else it opens no socket there
	cp -a chrony /opt/far-chrony
	cp server.key server.pem ca.pem /run/far
	printf '10.9.0.1 time.example\n10.9.0.2 here.example\n' >>/etc/hosts
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -d -x -u root 'local stratum 2' allow 'cmdport 0' \
		'bindcmdaddress /run/far/cmd.sock' 'pidfile /run/far/pid' 'ntsdumpdir /run/far' \
		'ntsserverkey /run/far/server.key' 'ntsservercert /run/far/server.pem' >/run/far/log 2>&1 &
}
# (Its cookies last for two minutes without an answer.)
start_client() {
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -d -x -u root 'port 0' 'cmdport 0' 'bindcmdaddress /run/client/cmd.sock' \
		'pidfile /run/client/pid' 'ntstrustedcerts /run/far/ca.pem' \
		'server here.example iburst nts minpoll 4 maxpoll 4' >/run/client/log 2>&1 &
}
configure() {
	echo '1 SHA256 HEX:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F' >/etc/chrony/chrony.keys
	cp ca.pem server.pem server.key /etc/chrony
	chmod 644 /etc/chrony/*.pem
	chown root:_chrony /etc/chrony/{chrony,server}.key*
	chmod 640 /etc/chrony/{chrony,server}.key*
	cat >/etc/chrony/chrony.conf <<-END
		server time.example iburst nts minpoll 0 maxpoll 2
		ntstrustedcerts /etc/chrony/ca.pem
		ntsdumpdir /var/lib/chrony
		driftfile /var/lib/chrony/chrony.drift
		keyfile /etc/chrony/chrony.keys
		leapsectz right/UTC
		rtcsync
		makestep 1 3
		local stratum 10
		allow
		ntsserverkey /etc/chrony/server.key
		ntsservercert /etc/chrony/server.pem
	END
	(cd /etc/chrony && sha256sum chrony.conf chrony.keys server.key) >/run/sums
}
# Seconds until a clock is synchronised; in emulation the least thing takes some.
case ${VM_ACCEL:-} in
kvm*) soon=10 ;;
*) soon=30 ;;
esac
synchronises_soon() {	# synchronises_soon NAME: the line says after how long
	local began=$SECONDS took
	within 60 synchronised
	took=$((SECONDS - began))
	check "$1: synchronised within $soon s (after $took s)" test "$took" -le "$soon"
}
# It has been told or done something: synchronised soon, by the keys and cookies that
# are there, in both directions.
goes_on() {	# goes_on NAME PROGRAM [KEYS-ASKED]
	check "$1: $2 runs, and is enabled" runs "$2"
	synchronises_soon "$1"
	[ -z "${3:-}" ] || check "$1: with the cookies that are there" test "$(keys_asked)" = "$3"
	check "$1: serves the client that was there" within 40 authenticated
	check "$1: by the cookies that it has" test "$(asked_of_us)" = 0
	check "$1: settings and keys are untouched" files_are_same
}

start_far_side
all_files >/run/before
check "fresh: installs" apt install ./old/*.deb
check "fresh: runs, and is enabled" runs /usr/sbin/horad
check "fresh: answers" within 10 answers
configure
check "fresh: takes its settings" systemctl restart chrony
synchronises_soon fresh
check "fresh: purges" apt purge hora hora-chrony
rm -rf /etc/chrony
check "fresh: leaves nothing behind" nothing_is_left

check "chrony: installs" apt install ./chrony_*.deb
configure
systemctl restart chrony
check "chrony: synchronised" within 60 synchronised
start_client
check "chrony: serves a client" within 60 authenticated
asked=$(keys_asked)
check "chrony: has asked for keys" test "${asked:-0}" -gt 0
check "hora: takes its place" apt install ./old/*.deb
goes_on hora /usr/sbin/horad "$asked"
check "hora: restarts" systemctl restart chronyd
goes_on "hora again" /usr/sbin/horad "$asked"
check "upgrade: installs" apt install ./new/*.deb
goes_on upgrade /usr/sbin/horad "$asked"
check "purge of chrony: succeeds" apt purge chrony
# Our cookies went with chrony's state, so it asks for others.
within 20 eval '[ "$(keys_asked)" -gt "$asked" ]'
goes_on "purge of chrony" /usr/sbin/horad
asked=$(keys_asked)
check "back: installs chrony" apt install ./chrony_*.deb
goes_on back /usr/sbin/chronyd "$asked"
check "back: purges hora" apt purge hora hora-chrony
goes_on "without hora" /usr/sbin/chronyd "$asked"
check "end: purges chrony" apt purge chrony
rm -rf /etc/chrony
check "end: nothing is left behind" nothing_is_left
exit $failed
