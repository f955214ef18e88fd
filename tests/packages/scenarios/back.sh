# SPDX-License-Identifier: Apache-2.0
# Back to chrony, which has the files as hora left them; and a purge of both.
. /test/lib.sh
files >/tmp/before
cp /etc/passwd /tmp/passwd
try apt install chrony
site
try apt install /test/debs/*.deb
ok "hora is in chrony's place"
echo 'server from-horas-time.example' >>/etc/chrony/chrony.conf
echo '             13.750000             0.050000' >/var/lib/chrony/chrony.drift
kept >/tmp/kept
try apt install chrony && is chrony ii && is hora-chrony rc && is hora ii
ok "apt install chrony takes hora-chrony away"
kept | diff /tmp/kept - >>$log
ok "chrony has all files as hora left them"
enabled chrony.service enabled && [ ! -L /usr/sbin/chronyd ] && [ ! -L /usr/bin/chronyc ]
ok "its unit is enabled, the programs are its own"
try chronyd -p -f /etc/chrony/chrony.conf && said from-horas-time.example
ok "it reads them"
[ -z "$(dpkg --verify chrony | grep -v ' c /')" ]
ok "no file of its package is changed"
try apt purge hora-chrony hora hora-tools hora-firewalld && kept | diff /tmp/kept - >>$log && id _chrony >/dev/null
ok "a purge of hora leaves chrony what is its"
try apt purge chrony
files | diff /tmp/before - >>$log
ok "a purge of both leaves nothing"
cut -d: -f1 /tmp/passwd >/tmp/names
cut -d: -f1 /etc/passwd | diff /tmp/names - >>$log
ok "no user either"
echo end
