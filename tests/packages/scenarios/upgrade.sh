# SPDX-License-Identifier: Apache-2.0
# From one version to a newer one, and back.
. /test/lib.sh
try apt install chrony
site
try apt install /test/debs/*.deb
ok "the old version is in chrony's place"
echo '# the site says so' >>/etc/apparmor.d/usr.sbin.horad
systemctl enable hora-wait.service >>$log 2>&1
kept >/tmp/kept
try apt install /test/newer/*.deb && version_is hora 9.1-1 && version_is hora-chrony 9.1-1 && sound
ok "the newer version is installed over it"
kept | diff /tmp/kept - >>$log
ok "settings and state are as they were"
grep -q 'the site says so' /etc/apparmor.d/usr.sbin.horad
ok "so is a profile that the site changed"
enabled chrony.service enabled && enabled hora-wait.service enabled && enabled hora-ntp.socket disabled
ok "what was enabled is enabled, and nothing more"
systemctl disable chrony.service >>$log 2>&1
try apt install --allow-downgrades /test/debs/*.deb && kept | diff /tmp/kept - >>$log && enabled chrony.service disabled && sound
ok "a downgrade is as well"
try apt remove hora && is hora rc && is hora-chrony rc
ok "hora-chrony goes with hora"
try apt purge hora hora-chrony hora-tools hora-firewalld && kept | diff /tmp/kept - >>$log
ok "a purge leaves what chrony's package, removed, still owns"
echo end
