# SPDX-License-Identifier: Apache-2.0
# On a machine without a time daemon: install, look, remove, purge, and nothing is left.
. /test/lib.sh
files >/tmp/before
cp /etc/passwd /tmp/passwd; cp /etc/group /tmp/group
try apt install /test/debs/hora_*.deb
ok "hora is installed"
getent passwd _chrony >/dev/null && mode /var/lib/chrony _chrony:_chrony\ 750 && mode /var/log/chrony _chrony:_chrony\ 750
ok "it has its user and its folders"
enabled horad.service disabled && [ ! -e /etc/chrony ] && [ ! -e /usr/sbin/chronyd ]
ok "and neither enables its unit nor has a name of chrony's"
try apt install /test/debs/*.deb
ok "the other packages are installed"
sound
ok "dpkg finds nothing wrong"
mode /etc/chrony/chrony.conf root:root\ 644 && mode /etc/chrony/chrony.keys root:_chrony\ 640 &&
	[ -d /etc/chrony/conf.d ] && [ -d /etc/chrony/sources.d ] && cmp /usr/share/hora/chrony.conf /etc/chrony/chrony.conf
ok "there is a configuration, and keys that only hora can read"
enabled chrony.service enabled && enabled horad.service alias && enabled hora-ntp.socket disabled && enabled hora-wait.service disabled
ok "chrony.service is enabled, nothing else is"
try chronyd -p -f /etc/chrony/chrony.conf && said '^pool 2.debian.pool.ntp.org iburst$'
ok "chronyd -p takes it"
try logrotate -d /etc/logrotate.d/chrony
ok "logrotate takes its rules"
kept >/tmp/kept
try apt remove hora-chrony hora hora-tools hora-firewalld && kept | diff /tmp/kept - >>$log
ok "removed, configuration and state stay"
[ ! -e /usr/sbin/horad ] && [ ! -e /usr/sbin/chronyd ] && [ ! -e /usr/libexec/hora ]
ok "and programs do not"
try apt install /test/debs/*.deb && kept | diff /tmp/kept - >>$log && enabled chrony.service enabled
ok "installed again, all is as it was"
try apt purge hora hora-chrony hora-tools hora-firewalld
ok "purged"
files | diff /tmp/before - >>$log && [ ! -e /var/log/chrony ]
ok "nothing is left of it"
diff /tmp/passwd /etc/passwd >>$log && diff /tmp/group /etc/group >>$log
ok "nor is its user"
echo end
