#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the root of a release, at the top of the sources (tests/chroots/run): build the
# source package and the packages from the source archive, install them, alone and in
# chrony's place, and test what is installed. No systemd runs here.
# usage: sh tests/chroots/packages.sh [SYSTEM TEST]...
# environment: JOBS
made=$PWD/build/packages
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive

apt() { apt-get -q -y "$@" >>"$log" 2>&1; }
result() {	# result NAME: of the command before; what it said is in $log
	if [ $? -eq 0 ]; then
		echo "ok $1"
		: >"$log"
	else
		echo "FAIL $1"
		tail -n 40 "$log" | sed 's/^/  /'
		return 1
	fi
}
tools=$(dpkg-query -W -f '${Package} ${Version}, ' debhelper dpkg-dev libsystemd0 selinux-policy-dev)
# (The unit tests were run of the sources.)
DEB_BUILD_OPTIONS="nocheck parallel=$JOBS" packaging/deb "$made"/hora-*.tar.xz "$made" >"$log" 2>&1
result "the source package and the packages build: ${tools%, }" || exit 0

# Scripts of packages are not to start daemons here.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
apt install "$made"/hora_*.deb && getent passwd _chrony >>"$log"
result "hora installs where no chrony was, with its user" && apt purge hora && ! getent passwd _chrony >>"$log"
result "and a purge takes both away"
# (Where the mirror has changed since the root was made, its lists are too old.)
apt install chrony || { apt update && apt install chrony; }
result "the release's own chrony installs"
apt install "$made"/hora_*.deb "$made"/hora-chrony_*.deb "$made"/hora-tools_*.deb
result "apt puts hora, hora-chrony and hora-tools in its place" || exit 0
{ dpkg --audit && dpkg --verify hora hora-chrony hora-tools; } >"$log" 2>&1 && [ ! -s "$log" ]
result "dpkg finds nothing wrong with them"
kept() { id _chrony && sha256sum /etc/chrony/chrony.conf /etc/chrony/chrony.keys; }
before=$(kept)
[ -n "$before" ] && apt purge chrony && [ "$(kept 2>>"$log")" = "$before" ]
result "a purge of chrony leaves hora its user and configuration"
sed -n 's/^Tests: //p' debian/tests/control | while read -r name; do
	"debian/tests/$name" >"$log.out" 2>"$log" </dev/null && [ ! -s "$log" ]
	rc=$?
	cat "$log.out" >>"$log"
	(exit $rc)
	result "debian/tests/$name"
done
# (Its status 1 is told by lines.)
[ $# -eq 0 ] || HORA_PREFIX=/usr tests/system/run "$@" || [ $? -eq 1 ]
