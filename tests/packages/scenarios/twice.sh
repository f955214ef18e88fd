# SPDX-License-Identifier: Apache-2.0
# Each script as often as dpkg may call it: a second call changes nothing and succeeds.
. /test/lib.sh
try apt install chrony
site
try apt install /test/debs/*.deb
ok "hora is in chrony's place"
twice() {	# twice PACKAGE SCRIPT ARGUMENT...
	package=$1 script=$2
	shift 2
	[ -e /var/lib/dpkg/info/"$package.$script" ] || return 0
	export DPKG_MAINTSCRIPT_PACKAGE="$package" DPKG_MAINTSCRIPT_NAME="$script"
	try /var/lib/dpkg/info/"$package.$script" "$@" || { echo "$package.$script $*: status $?" >>$log; return 1; }
	files >/tmp/once
	kept >/tmp/kept
	try /var/lib/dpkg/info/"$package.$script" "$@" || { echo "$package.$script $*, again: status $?" >>$log; return 1; }
	files | grep -v /var/lib/hora/ >/tmp/again
	grep -v /var/lib/hora/ /tmp/once | diff - /tmp/again >>$log && kept | diff /tmp/kept - >>$log
}
for package in hora hora-chrony hora-firewalld hora-tools; do
	twice $package preinst install && twice $package preinst upgrade 0.0.1 && twice $package postinst configure '' &&
		twice $package postinst configure 0.0.1
	ok "$package: installation and upgrade"
	twice $package postinst abort-upgrade 9.1-1 && twice $package postinst abort-remove &&
		twice $package postinst abort-deconfigure in-favour chrony 4.3 removing other 1 &&
		twice $package postrm abort-install && twice $package postrm abort-upgrade 0.0.1 &&
		twice $package postrm failed-upgrade 0.0.1 && twice $package postrm upgrade 9.1-1 && twice $package postrm disappear other 1
	ok "$package: what fails on the way"
	twice $package prerm upgrade 9.1-1 && twice $package prerm failed-upgrade 0.0.1 && twice $package postinst configure 0.0.1
	ok "$package: and the new version once more"
done
twice hora-chrony postinst triggered /etc/logrotate.d/chrony
ok "hora-chrony: the trigger"
sound && enabled chrony.service enabled
ok "all is as it was"
for package in hora-chrony hora-firewalld hora-tools hora; do
	cp /var/lib/dpkg/info/$package.postrm /tmp/$package.postrm 2>/dev/null
done
try apt purge hora hora-chrony hora-tools hora-firewalld chrony
ok "all is purged"
files >/tmp/purged
for package in hora-chrony hora-firewalld hora-tools hora; do
	[ ! -e /tmp/$package.postrm ] && continue
	try sh /tmp/$package.postrm remove && try sh /tmp/$package.postrm purge && files | diff /tmp/purged - >>$log
	ok "$package: removed and purged again"
done
echo end
