# SPDX-License-Identifier: Apache-2.0
# The empty package that carries the name chrony (docs/packages.md), as an upgrade of
# Debian's; and back.
. /test/lib.sh
named() { try apt install /test/debs/hora_*.deb /test/debs/hora-chrony_*.deb /test/named/chrony_*.deb; }
registered() { dpkg-statoverride --list; cat /var/lib/ucf/registry /var/lib/ucf/hashfile; }
hora_is_chronyd() { [ "$(readlink /usr/sbin/chronyd)" = horad ] || { ls -l /usr/sbin/chronyd >>$log; return 1; }; }
users() { cut -d: -f1 /etc/passwd /etc/group; }
files >/tmp/before
registered >/tmp/registered
users >/tmp/users
try apt install chrony
debians=$(dpkg-query -W -f '${Version}' chrony)
site
kept >/tmp/kept
ids=$(id _chrony)
# As if systemd ran: what it is asked is noted, and which chronyd is there then.
mkdir -p /run/systemd/system
mv /usr/bin/deb-systemd-invoke /tmp/invoke
cat >/usr/bin/deb-systemd-invoke <<'END'
#!/bin/sh
echo "$* $(readlink /usr/sbin/chronyd || echo chronyd)" >>/tmp/invoked
END
chmod 755 /usr/bin/deb-systemd-invoke
named && is chrony ii && is hora-chrony ii && is hora ii && sound
ok "Debian's chrony is upgraded to the empty package, with hora in its place"
mv /tmp/invoke /usr/bin/deb-systemd-invoke
rm -r /run/systemd/system
grep 'chrony.service' /tmp/invoked | grep -v '^try-restart' >/tmp/asked
printf '%s\n' 'stop chrony.service chronyd' 'start chrony.service horad' | diff - /tmp/asked >>$log
ok "Debian's daemon was stopped before hora was started"
[ "$(dpkg-query -W -f '${db:Status-Status}' chrony)" = installed ] && dpkg -l chrony | grep -q '^ii  chrony ' && dpkg -s chrony >>$log
ok "audits that ask for the name find it"
kept | diff /tmp/kept - >>$log && [ "$(id _chrony)" = "$ids" ]
ok "settings, keys, options, drift and cookies are those that were there"
enabled chrony.service enabled && hora_is_chronyd && try chronyd -p -f /etc/chrony/chrony.conf && said time.site.example
ok "chrony.service is enabled, chronyd is hora's, and reads them"
dpkg --compare-versions "$(dpkg-query -W -f '${Version}' chrony)" gt "$debians" &&
	apt-get -s dist-upgrade >>$log && ! said '^Inst chrony' && ! said '^Remv'
ok "an upgrade of the distribution leaves it alone"
try apt install --allow-downgrades chrony="$debians" && version_is chrony "$debians" && is hora-chrony rc &&
	[ -z "$(dpkg --verify chrony | grep -v ' c /')" ] && [ ! -L /usr/sbin/chronyd ]
ok "back: Debian's chrony takes the place of both"
kept | diff /tmp/kept - >>$log && enabled chrony.service enabled
ok "with its files, and enabled"
named && try apt purge chrony && is hora-chrony ii && gone chrony && hora_is_chronyd
ok "the name alone can be purged"
kept README >/tmp/now && grep -v README /tmp/kept | diff - /tmp/now >>$log && enabled chrony.service enabled && mode /etc/chrony/chrony.keys "root:_chrony 640"
ok "all but Debian's README files stay"
try apt purge hora hora-chrony
files | diff /tmp/before - >>$log && registered | diff /tmp/registered - >>$log && users | diff /tmp/users - >>$log
ok "a purge of hora then leaves no file, user, mode or registration of chrony's"
try apt install chrony && [ -s /etc/chrony/chrony.conf ] && [ -s /etc/chrony/chrony.keys ] && named
ok "chrony can come again, with a configuration, and hora as well"
try apt remove hora hora-chrony && try apt purge hora hora-chrony && is chrony rc && ! id _chrony >>$log 2>&1 && [ ! -e /etc/chrony/chrony.conf ] && try apt purge chrony
files | diff /tmp/before - >>$log && registered | diff /tmp/registered - >>$log && users | diff /tmp/users - >>$log
ok "the other way round nothing is left either"
echo end
