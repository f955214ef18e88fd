#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the container: what systemctl does with the units, both shapes. The container may
# not set the clock, so the daemon runs with -x, and hora-clock has nothing to do.
# shellcheck disable=SC2016,SC2317,SC2086,SC2009 # words for eval; functions that check calls
set -u
label=vm/units
. ./lib.sh
on_failure() { journalctl --no-pager -o short-monotonic -n 15 2>&1 | sed 's/^/  /'; }
active() {	# active UNIT...: all of them
	local unit
	for unit; do [ "$(systemctl is-active "$unit")" = active ] || return 1; done
}
inactive() {
	local unit
	for unit; do [ "$(systemctl is-active "$unit")" = inactive ] || return 1; done
}
pid() { systemctl show -p MainPID --value "$1"; }
told() { journalctl --no-pager -q -u chrony.service "$@"; }
serves() { chronyd -Q -t 5 "server 127.0.0.1 iburst" "port 0" "cmdport 0" "pidfile /" 2>&1 | grep -q "wrong by"; }
restarted() {	# restarted UNIT OLD-PID
	active "$1" && [ "$(pid "$1")" != "$2" ]
}
cp -a root/. / && chmod -R go+rX /usr/libexec/hora
journalctl --update-catalog
systemd-sysusers hora.conf && systemd-tmpfiles --create hora.conf
mkdir -p /etc/chrony /etc/default /etc/systemd/system/{chrony,hora-clock}.service.d
install -m 640 -g _chrony cert.pem key.pem -t /etc/chrony
server='local stratum 5
allow
ntsservercert /etc/chrony/cert.pem
ntsserverkey /etc/chrony/key.pem
cmdport 0'
echo "$server" >/etc/chrony/chrony.conf
echo 'DAEMON_OPTS="-x"' >/etc/default/chrony
printf '[Unit]\nConditionCapability=\n' >/etc/systemd/system/chrony.service.d/container.conf
printf '[Service]\nAmbientCapabilities=\nCapabilityBoundingSet=\n' >/etc/systemd/system/hora-clock.service.d/container.conf
ip link set lo up
systemctl daemon-reload
serving="hora-engine hora-serve hora-ke-server hora-ke-client"

check "enable makes all names" systemctl -q enable chrony.service
check "start" systemctl start chronyd.service
check "it brings up the roles" within 10 active chrony horad $serving
check "the control socket answers" within 10 eval 'chronyc -n tracking >/dev/null'
check "all run as the user" [ -z "$(ps -eo user:20,args | grep -E '[c]hronyd|libexec/[h]ora' | grep -v '^_chrony ')" ]
check "restart" systemctl restart chrony
check "all are there again" within 10 active chrony $serving
old=$(pid hora-serve)
check "reload" systemctl reload chrony
check "the new configuration is in force" within 5 eval 'told | grep -q "Configuration reloaded"'
check "no role was started anew" [ "$old" = "$(pid hora-serve)" ]
check "events are found by their id" within 5 eval \
	'told MESSAGE_ID=$(sed -n "s/.*CONFIG_RELOADED, \"\\([0-9a-f]*\\)\".*/\\1/p" events) | grep -q reloaded'
check "and are explained" eval 'told -x | grep -q "Every program of the daemon works by the new"'
echo 'cmdport 0' >/etc/chrony/chrony.conf
systemctl reload chrony
check "a server without clients has closed its ports" within 10 eval '! ss -Hlnut "( sport = :123 or sport = :4460 )" | grep -q .'
check "and waits" within 5 active hora-serve hora-ke-server
echo "$server" >/etc/chrony/chrony.conf
systemctl reload chrony
check "reload gives it clients" within 10 serves
check "and keys to give" within 5 eval 'ss -Hlnt "sport = :4460" | grep -q .'
for _ in 1 2 3 4 5 6 7; do
	systemctl kill -s KILL hora-ke-server
	sleep 0.7
done
check "a role that dies often is not given up" within 40 active hora-ke-server
old=$(pid hora-serve)
kill -9 "$old"
check "a role that dies comes back" within 10 restarted hora-serve "$old"
old=$(pid chrony)
kill -9 "$old"
check "horad that dies comes back, with the roles" within 15 eval 'restarted chrony $old && active $serving'
# (Another's time, for the own clock alone is nothing to wait for.)
chronyd -d -x "local stratum 3" "allow" "port 11123" "cmdport 0" "bindcmdaddress /" "pidfile /" >other.log 2>&1 &
other=$!
echo 'server 127.0.0.1 port 11123 iburst' >>/etc/chrony/chrony.conf
check "a boot that waits does so" eval '! timeout 3 systemctl start hora-wait'
systemctl reload chrony
check "and goes on when the clock is synchronised" timeout 30 systemctl start hora-wait
systemctl stop hora-wait
kill $other
echo "$server" >/etc/chrony/chrony.conf
check "timedatectl knows the daemon" [ "$(timedatectl show -p CanNTP -p NTP --value | xargs)" = "yes yes" ]
check "and stops it" eval 'timedatectl set-ntp false && within 10 inactive chrony hora-engine && ! systemctl -q is-enabled chrony'
check "and starts it" eval 'timedatectl set-ntp true && within 10 active chrony hora-engine && systemctl -q is-enabled chrony'
check "stop" systemctl stop chrony
check "it takes down the roles" within 5 inactive chrony $serving
echo nonsense >/etc/chrony/chrony.conf
check "a wrong configuration does not start" eval '! systemctl start chrony 2>/dev/null'
sleep 3
check "and is not tried again" eval '[ "$(systemctl show -p NRestarts --value chrony)" = 0 ] &&
	[ "$(systemctl show -p ExecMainStatus --value chrony)" = 78 ] && [ "$(systemctl is-failed chrony)" = failed ]'
echo "$server" >/etc/chrony/chrony.conf

check "start without sockets" eval 'systemctl start chrony && within 10 active $serving'
for socket in hora-cmd hora-ntp hora-ntske; do
	check "$socket.socket is enabled" systemctl -q enable $socket.socket
done
for role in hora-engine hora-serve hora-ke-server; do
	install -D -m 644 /usr/share/hora/systemd/$role-passed.conf -t /etc/systemd/system/$role.service.d
done
sed -i '/^cmdport/d' /etc/chrony/chrony.conf
systemctl daemon-reload
check "restart with sockets" systemctl restart chrony
check "servers without a network" within 10 active hora-engine hora-serve hora-ke-server hora-cmd.socket hora-ntp.socket hora-ntske.socket
check "the command port" within 10 eval 'horac -h 127.0.0.1 activity >/dev/null && horac -h ::1 activity >/dev/null'
check "who has no capability" [ "$(grep -h CapPrm /proc/"$(pid hora-engine)"/status /proc/"$(pid hora-serve)"/status /proc/"$(pid hora-ke-server)"/status | sort -u)" = \
	"$(printf 'CapPrm:\t0000000000000000')" ]
# A connection each 20 ms, to be accepted by somebody within 10 s.
knock() {
	local n=0
	while [ ! -e over ]; do
		timeout 10 bash -c ': <>/dev/tcp/127.0.0.1/4460' 2>>refused || echo refused >>refused
		n=$((n + 1))
		sleep 0.02
	done
	echo $n >knocks
}
rm -f over refused
knock &
for _ in 1 2 3; do
	systemctl restart chrony
	sleep 0.5
done
touch over
wait
check "no connection is refused in three restarts" eval '[ "$(cat knocks)" -gt 20 ] && [ ! -s refused ]'
check "all are there" within 10 active chrony $serving
check "they serve" within 10 serves
systemctl stop chrony
check "stop closes the sockets" within 5 inactive chrony hora-cmd.socket hora-ntp.socket hora-ntske.socket hora-serve

install -D -m 644 /usr/share/hora/systemd/root-keys.conf -t /etc/systemd/system/chrony.service.d
chown root:root /etc/chrony/key.pem
chmod 600 /etc/chrony/key.pem
check "a key that only root may read is refused" eval '! systemctl start chrony 2>/dev/null'
systemctl daemon-reload
systemctl reset-failed chrony
check "and read with the drop-in for it" systemctl start chrony
check "by horad alone" [ "$(grep -h CapPrm /proc/"$(pid chrony)"/status)" = "$(printf 'CapPrm:\t0000000000000004')" ]
systemctl stop chrony
rm /etc/systemd/system/chrony.service.d/root-keys.conf
chmod 644 /etc/chrony/key.pem

systemctl -q disable hora-cmd.socket hora-ntp.socket hora-ntske.socket 2>/dev/null
rm /etc/systemd/system/hora-{engine,serve,ke-server}.service.d/*-passed.conf
systemctl daemon-reload
check "start in units" eval 'systemctl start chrony && within 10 active $serving'
ln -s /dev/null /etc/systemd/system/chrony.service.d/hora-split.conf
printf '[Service]\nAmbientCapabilities=\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n' \
	>>/etc/systemd/system/chrony.service.d/container.conf
systemctl daemon-reload
check "one unit: restart" systemctl restart chrony
check "the roles are its children" within 10 eval '[ "$(pgrep -cP "$(pid chrony)")" -eq 4 ] && inactive $serving'
check "it serves" within 10 serves
check "one unit: reload, restart, stop" eval 'systemctl reload chrony && systemctl restart chrony && systemctl stop chrony && inactive chrony'
# What hora-chrony has on Debian, against a purge of chrony's package.
install -m 755 keep -t /usr/libexec/hora
install -m 644 hora-keep.service -t /etc/systemd/system
install -m 644 hora-keep.conf -t /etc/systemd/system/chrony.service.d
mkdir -m 700 -p /var/lib/hora
systemctl daemon-reload
saved=/var/lib/hora/saved
noted() { [ -e $saved/enabled ]; }
not_noted() { [ -d $saved ] && ! noted; }
check "a start makes a copy" eval 'systemctl start chrony && within 5 cmp -s /etc/chrony/chrony.conf $saved/etc/chrony/chrony.conf && noted'
echo '# newer' >>/etc/chrony/chrony.conf
check "a restart a new one" eval 'systemctl restart chrony && within 5 cmp -s /etc/chrony/chrony.conf $saved/etc/chrony/chrony.conf'
check "it knows what was disabled and stopped" eval 'systemctl -q disable --now chrony && within 5 not_noted'
check "what was enabled and started" eval 'systemctl -q enable --now chrony && within 5 noted'
check "and what timedatectl was told" eval 'timedatectl set-ntp false && within 5 not_noted'
systemctl stop chrony
check "nothing was refused by a filter" eval '! journalctl -q --no-pager | grep -E "filter forbids|SIGSYS|status=31/"'
exit $failed
