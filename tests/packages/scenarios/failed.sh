# SPDX-License-Identifier: Apache-2.0
# Upgrades and removals that fail on the way, in each place where the policy says that a
# script is called then (Debian policy, chapter 6).
. /test/lib.sh
try apt install chrony
site
try apt install /test/debs/hora_*.deb /test/debs/hora-chrony_*.deb
ok "the old version is in chrony's place"
kept >/tmp/kept
version=$(dpkg-query -W -f '${Version}' hora)
# broken PACKAGE SCRIPT:WHEN...: the newer package, whose scripts fail when called so
broken() {
	rm -rf /tmp/tree /tmp/broken
	mkdir /tmp/broken
	dpkg-deb -R /test/newer/"$1"_*.deb /tmp/tree
	shift
	for which in "$@"; do
		file=/tmp/tree/DEBIAN/${which%:*}
		[ -e "$file" ] || { echo '#!/bin/sh'; echo :; } >"$file"
		sed -i "1a case \"\$1\" in ${which#*:}) exit 7;; esac" "$file"
		chmod 755 "$file"
	done
	dpkg-deb -Znone -b /tmp/tree /tmp/broken >/dev/null
}
whole() {	# whole: the old version, as it was
	is hora ii && is hora-chrony ii && version_is hora "$version" && version_is hora-chrony "$version" &&
		kept | diff /tmp/kept - >>$log && enabled chrony.service enabled && sound
}
for package in hora hora-chrony; do
	broken $package preinst:upgrade
	fails dpkg -i /tmp/broken/*.deb && whole
	ok "$package: the new preinst fails: the old version is whole"

	# Another package has a file of the new one: dpkg stops in the middle of unpacking.
	rm -rf /tmp/tree /tmp/other /tmp/broken
	mkdir -p /tmp/other/DEBIAN /tmp/other/usr/share/other /tmp/broken
	printf '%s\n' 'Package: other' 'Version: 1' 'Architecture: all' 'Maintainer: other <other@example.org>' \
		'Description: has a file of the newer one' >/tmp/other/DEBIAN/control
	echo other >/tmp/other/usr/share/other/zz-file
	dpkg-deb -Znone -b /tmp/other /tmp >>$log 2>&1 && try dpkg -i /tmp/other_1_all.deb
	dpkg-deb -R /test/newer/${package}_*.deb /tmp/tree
	mkdir -p /tmp/tree/usr/share/other
	echo new >/tmp/tree/usr/share/other/zz-file
	dpkg-deb -Znone -b /tmp/tree /tmp/broken >/dev/null
	fails dpkg -i /tmp/broken/*.deb && said 'trying to overwrite' && try dpkg --configure -a && whole &&
		[ "$(cat /usr/share/other/zz-file)" = other ]
	ok "$package: a file of another package is in the way: the old version is whole"
	try dpkg -P other

	# The old prerm fails, and the new one is asked to go on.
	cp -p /var/lib/dpkg/info/$package.prerm /tmp/prerm 2>/dev/null
	printf '#!/bin/sh\nexit 7\n' >/var/lib/dpkg/info/$package.prerm
	chmod 755 /var/lib/dpkg/info/$package.prerm
	broken $package prerm:failed-upgrade
	fails dpkg -i /tmp/broken/*.deb
	rm /var/lib/dpkg/info/$package.prerm
	[ ! -e /tmp/prerm ] || mv /tmp/prerm /var/lib/dpkg/info/$package.prerm
	try dpkg --configure -a && whole
	ok "$package: both prerms fail: the old version is whole"

	# The new preinst fails, and the new postrm that is to undo it: half installed.
	broken $package preinst:upgrade postrm:abort-upgrade
	fails dpkg -i /tmp/broken/*.deb && ! is $package ii 2>/dev/null && try dpkg -i /test/debs/"$package"_*.deb && whole
	ok "$package: the new preinst and its undoing fail: the old version over it repairs that"

	# Removal: prerm fails, postinst abort-remove.
	cp -p /var/lib/dpkg/info/$package.prerm /tmp/prerm 2>/dev/null
	printf '#!/bin/sh\nexit 7\n' >/var/lib/dpkg/info/$package.prerm
	chmod 755 /var/lib/dpkg/info/$package.prerm
	fails dpkg --force-depends -r $package
	rm /var/lib/dpkg/info/$package.prerm
	[ ! -e /tmp/prerm ] || mv /tmp/prerm /var/lib/dpkg/info/$package.prerm
	echo "$package install" | dpkg --set-selections
	whole
	ok "$package: the prerm of a removal fails: the package stays, whole"
done
# Both new ones, hora's postinst fails: unpacked, and configured by the next attempt.
broken hora postinst:configure
cp /test/newer/hora-chrony_*.deb /tmp/broken
fails dpkg -i /tmp/broken/*.deb && is hora iF && kept | diff /tmp/kept - >>$log
ok "the new postinst fails: settings and state are as they were"
cp -p /var/lib/dpkg/info/hora.postinst /tmp/postinst
sed -i '/exit 7/d' /var/lib/dpkg/info/hora.postinst
try dpkg --configure -a && is hora ii && is hora-chrony ii && version_is hora 9.1-1 && sound && kept | diff /tmp/kept - >>$log &&
	enabled chrony.service enabled
ok "dpkg --configure -a goes on from there"
try apt install --allow-downgrades /test/debs/hora_*.deb /test/debs/hora-chrony_*.deb && whole
ok "and back to the old version"
# An installation that is cut short in the middle of unpacking, as by a loss of power.
rm -f /var/lib/dpkg/info/hora.md5sums
sed -i '/^Package: hora$/,/^$/s/^Status: .*/Status: install reinstreq half-installed/' /var/lib/dpkg/status
try apt install --reinstall /test/debs/hora_*.deb && whole
ok "hora half-installed: installed again, it is whole"
echo end
