# SPDX-License-Identifier: Apache-2.0
# Over a configured chrony, enabled and then disabled.
. /test/lib.sh
try apt install chrony
ok "Debian's chrony is installed"
site
kept >/tmp/kept
ids=$(id _chrony)
try apt install /test/debs/hora_*.deb && is chrony ii && enabled chrony.service enabled && [ ! -L /usr/sbin/chronyd ]
ok "hora leaves it where it is"
kept | diff /tmp/kept - >>$log
ok "with its files"
try apt install /test/debs/hora-chrony_*.deb && is chrony rc && is hora-chrony ii
ok "hora-chrony takes its place"
kept | diff /tmp/kept - >>$log && [ "$(id _chrony)" = "$ids" ]
ok "settings, keys, options, drift, cookies and samples are those that were there, owners and modes, too"
enabled chrony.service enabled && enabled hora-ntp.socket disabled && sound
ok "what was enabled is enabled"
try chronyd -p -f /etc/chrony/chrony.conf && said 'time.site.example nts'
ok "chronyd -p is hora's, and reads them"
try apt install --reinstall /test/debs/hora-chrony_*.deb /test/debs/hora_*.deb && kept | diff /tmp/kept - >>$log && sound
ok "installed once more, nothing changes"
systemctl disable chrony.service >>$log 2>&1
try apt install --reinstall /test/debs/hora-chrony_*.deb && enabled chrony.service disabled
ok "what was disabled stays disabled"
try apt install chrony && is chrony ii && enabled chrony.service disabled && try apt install /test/debs/hora-chrony_*.deb &&
	enabled chrony.service disabled
ok "with chrony again, and hora again, too"
echo end
