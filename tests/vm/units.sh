#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the container: what systemctl does with the units, both shapes. The container may
# not set the clock, so the daemon runs with -x, and hora-clock has nothing to do.
# shellcheck disable=SC2016,SC2317,SC2086,SC2009 # words for eval; functions that check calls
set -u
label=vm/units
failed=0
check() {	# check NAME COMMAND...
	local name=$1
	shift
	if "$@"; then echo "ok $label: $name"; else
		echo "FAIL $label: $name"
		journalctl --no-pager -o short-monotonic -n 15 2>&1 | sed 's/^/  /'
		failed=1
	fi
}
within() {	# within SECONDS COMMAND...: until it succeeds
	local end=$((SECONDS + $1))
	shift
	while [ $SECONDS -lt $end ]; do
		"$@" && return 0
		sleep 0.2
	done
	return 1
}
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
kill -9 "$old"
check "a role that dies comes back" within 10 restarted hora-serve "$old"
old=$(pid chrony)
kill -9 "$old"
check "horad that dies comes back, with the roles" within 15 eval 'restarted chrony $old && active $serving'
check "stop" systemctl stop chrony
check "it takes down the roles" within 5 inactive chrony $serving
echo nonsense >/etc/chrony/chrony.conf
check "a wrong configuration does not start" eval '! systemctl start chrony 2>/dev/null'
sleep 3
check "and is not tried again" eval '[ "$(systemctl show -p NRestarts --value chrony)" = 0 ] &&
	[ "$(systemctl show -p ExecMainStatus --value chrony)" = 78 ] && [ "$(systemctl is-failed chrony)" = failed ]'
echo "$server" >/etc/chrony/chrony.conf

for socket in hora-ntp hora-ntske; do
	check "$socket.socket is enabled" systemctl -q enable $socket.socket
done
for role in hora-serve hora-ke-server; do
	install -D -m 644 /usr/share/hora/systemd/$role-passed.conf -t /etc/systemd/system/$role.service.d
done
systemctl daemon-reload
check "start with sockets" systemctl start chrony
check "servers without a network" within 10 active hora-serve hora-ke-server hora-ntp.socket hora-ntske.socket
check "who has no capability" [ "$(grep -h CapPrm /proc/"$(pid hora-serve)"/status /proc/"$(pid hora-ke-server)"/status | sort -u)" = \
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
check "they serve" within 10 eval 'chronyd -Q -t 5 "server 127.0.0.1 iburst" "port 0" "cmdport 0" "pidfile /" 2>&1 | grep -q "wrong by"'
systemctl stop chrony
check "stop closes the sockets" within 5 inactive chrony hora-ntp.socket hora-ntske.socket hora-serve

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

systemctl -q disable hora-ntp.socket hora-ntske.socket 2>/dev/null
ln -s /dev/null /etc/systemd/system/chrony.service.d/hora-split.conf
printf '[Service]\nAmbientCapabilities=\nAmbientCapabilities=CAP_NET_BIND_SERVICE\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n' \
	>>/etc/systemd/system/chrony.service.d/container.conf
systemctl daemon-reload
check "one unit: start" systemctl start chrony
check "the roles are its children" eval '[ "$(pgrep -cP "$(pid chrony)")" -eq 4 ] && inactive $serving'
check "it serves" within 10 eval 'chronyd -Q -t 5 "server 127.0.0.1 iburst" "port 0" "cmdport 0" "pidfile /" 2>&1 | grep -q "wrong by"'
check "one unit: reload, restart, stop" eval 'systemctl reload chrony && systemctl restart chrony && systemctl stop chrony && inactive chrony'
check "nothing was refused by a filter" eval '! journalctl -q --no-pager | grep -E "filter forbids|SIGSYS|status=31/"'
exit $failed
