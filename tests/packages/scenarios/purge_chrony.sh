# SPDX-License-Identifier: Apache-2.0
# apt purge chrony, once hora is in its place: takes with it what hora goes on with.
. /test/lib.sh
try apt install chrony
site
ids=$(id _chrony)
try apt install /test/debs/hora_*.deb /test/debs/hora-chrony_*.deb
ok "hora is in chrony's place"
mode /var/lib/hora root:root\ 700 && mode /var/lib/hora/saved root:root\ 700 && [ -z "$(find /var/lib/hora/saved -name '*.nts')" ]
ok "it has a copy for root alone, without cookies"
kept '\.nts$' >/tmp/kept
try apt purge chrony && is hora-chrony ii && gone chrony &&
	said 'put /etc/chrony back' && said 'put /var/lib/chrony back' && said 'chrony was purged'
ok "chrony is purged: hora stays, and says that it put things back"
[ "$(id _chrony)" = "$ids" ]
ok "the user has its old numbers"
kept '\.nts$' | diff /tmp/kept - >>$log
ok "settings, keys, options, drift and samples are back, owners and modes, too"
mode /var/lib/chrony _chrony:_chrony\ 750 && mode /var/log/chrony _chrony:_chrony\ 750
ok "and the folders"
enabled chrony.service enabled
ok "chrony.service is still enabled"
[ -e /etc/logrotate.d/chrony ] && try chronyd -p -f /etc/chrony/chrony.conf
ok "and can start"
try /usr/libexec/hora/keep restore && ! said .
ok "to put back once more has nothing to do"
# Whoever disables a unit mostly stops it as well; hora-keep.service then is stopped with it.
try apt -o Dpkg::Options::=--force-confold install chrony && try apt install /test/debs/hora-chrony_*.deb && systemctl disable chrony.service >>$log 2>&1
service=$(dpkg-query -L hora-chrony | grep '/hora-keep.service$')
stop=$(sed -n 's/^ExecStop=//p' "$service")
grep -qx 'PartOf=chrony.service' "$service" && grep -qx 'RemainAfterExit=yes' "$service" && [ -n "$stop" ] && try $stop &&
	try apt purge chrony && said 'put /etc/chrony back' && enabled chrony.service disabled
ok "what was disabled, and stopped, before a purge of chrony stays disabled"
try apt purge hora hora-chrony
[ ! -e /etc/chrony ] && [ ! -e /var/lib/chrony ] && [ ! -e /var/lib/hora ] && [ ! -e /var/log/chrony ] && [ ! -e /etc/default/chrony ]
ok "when hora is purged as well, all of it goes"
echo end
