# SPDX-License-Identifier: Apache-2.0
# For the scenarios, inside a root: /test/debs has the packages, /test/newer those of a
# newer version, /test/policy hora-selinux, /test/named chrony. Lines on stdout: "ok WHAT", "FAIL WHAT",
# "  more of it", at last "end".
# shellcheck shell=sh
log=/tmp/log
: >$log
ok() {	# ok WHAT: of the command before
	if [ "$?" -eq 0 ]; then echo "ok $1"; else
		echo "FAIL $1"
		tail -n 20 $log | sed 's/^/  /'
	fi
	: >$log
}
# What a command says is shown when it fails, or what it should have said is not there.
try() { "$@" >>$log 2>&1; }
fails() { ! "$@" >>$log 2>&1; }
said() { grep -q -- "$1" $log; }
apt() { apt-get -q -y --no-install-recommends "$@"; }
status_of() { dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | tr -d ' '; }
is() { [ "$(status_of "$1")" = "$2" ] || { echo "$1 is '$(status_of "$1")', not '$2'" >>$log; return 1; }; }
gone() { case $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) in '' | not-installed) ;; *) return 1 ;; esac; }
version_is() { [ "$(dpkg-query -W -f '${Version}' "$1")" = "$2" ] || { dpkg-query -W "$1" >>$log 2>&1; return 1; }; }
enabled() {	# enabled UNIT enabled|disabled|...
	[ "$(systemctl is-enabled "$1" 2>/dev/null)" = "$2" ] ||
		{ echo "$1 is $(systemctl is-enabled "$1" 2>&1), not $2" >>$log; return 1; }
}
mode() {	# mode PATH "OWNER:GROUP MODE"
	[ "$(stat -c '%U:%G %a' "$1" 2>&1)" = "$2" ] || { echo "$1: $(stat -c '%U:%G %a' "$1" 2>&1), not $2" >>$log; return 1; }
}
sound() {	# no package half there, no file of one changed
	audit=$(dpkg --audit)
	[ -z "$audit" ] || { echo "$audit" >>$log; return 1; }
	verify=$(dpkg --verify hora hora-chrony 2>/dev/null | grep -v ' c /')
	[ -z "$verify" ] || { echo "$verify" >>$log; return 1; }
}
# All files with owner, mode and contents, but for what dpkg, apt, ucf and
# loggers note, and the folder for logs, which chronyd makes as well.
files() {
	find / -xdev \( -path /proc -o -path /dev -o -path /run -o -path /sys -o -path /test -o -path /tmp -o -path /var/lib/dpkg \
		-o -path /var/cache -o -path /var/lib/apt -o -path /var/log/apt -o -path /var/lib/ucf -o -path /var/log/chrony \) -prune -o -printf '%p %u:%g %m %l\n' | sort |
		grep -vE '^/(var/log/(dpkg|alternatives)\.log|etc/(passwd|group|g?shadow)-|var/lib/systemd/deb-systemd-helper-(enabled|masked) )'
}
# The configuration and state that a site has.
site() {
	mkdir -p /etc/chrony/conf.d /etc/chrony/sources.d
	echo 'server time.site.example nts' >>/etc/chrony/chrony.conf
	echo '7 SHA256 HEX:0123456789ABCDEF0123456789ABCDEF' >>/etc/chrony/chrony.keys
	echo 'server 192.0.2.7' >/etc/chrony/sources.d/site.sources
	echo '             12.500000             0.100000' >/var/lib/chrony/chrony.drift
	echo 'x' >/var/lib/chrony/time.site.example.nts
	echo '1795430000 1795430001 1 0x1 0 0' >/var/lib/chrony/192.0.2.7.dat
	echo 'DAEMON_OPTS="-F 1 -r"' >/etc/default/chrony
	chown _chrony:_chrony /var/lib/chrony/*
	chmod 640 /etc/chrony/chrony.keys /var/lib/chrony/*.nts
	chown root:_chrony /etc/chrony/chrony.keys 2>/dev/null
}
# Those files with their modes, for a comparison before and after; $1: a pattern to leave out.
kept() {
	find /etc/chrony /etc/default/chrony /var/lib/chrony -type f 2>/dev/null | grep -v "${1:-^$}" | sort |
		while read -r file; do echo "$(stat -c '%n %U:%G %a' "$file") $(sha256sum <"$file")"; done
}
