# SPDX-License-Identifier: Apache-2.0
# hora beside a chrony that stays: it can go again without a trace of either kind.
. /test/lib.sh
try apt install chrony
site
files >/tmp/before
kept >/tmp/kept
cp /etc/passwd /tmp/passwd
try apt install /test/debs/hora_*.deb /test/debs/hora-tools_*.deb && is chrony ii && sound
ok "hora is installed beside chrony"
try horad -p -f /etc/chrony/chrony.conf && said time.site.example
ok "and reads its configuration"
try apt purge hora hora-tools && is chrony ii && kept | diff /tmp/kept - >>$log && diff /tmp/passwd /etc/passwd >>$log
ok "purged, it leaves chrony's files and user"
files | diff /tmp/before - >>$log
ok "and nothing of its own"
echo end
