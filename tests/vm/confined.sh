# SPDX-License-Identifier: Apache-2.0
# What selinux.sh and apparmor.sh have alike: they install hora into the machine,
# start it in all the ways that it can be started, let it do what it does, and
# look at the label of every program and at the denials in the kernel's log.
#
# The script that sources this sets `label` and defines:
#   load_policy_of_hora	once, when the files are in place
#   label_of PID	what the process is confined by, in words of this module
#   denials		the lines of the kernel's log that are denials of hora's
# and calls test_start NAME FUNCTION WANTED..., then finish.
failed=0
programs=(horad hora-clock hora-engine hora-serve hora-ke-server hora-ke-client)
check() {	# check NAME COMMAND...
	local name=$1
	shift
	if "$@"; then
		echo "ok $label: $name"
		return 0
	fi
	echo "FAIL $label: $name"
	failed=1
	return 1
}
within() {	# within SECONDS COMMAND...: until it succeeds
	local end=$((SECONDS + $1))
	shift
	while [ $SECONDS -lt $end ]; do
		"$@" && return 0
		sleep 0.5
	done
	return 1
}

install_hora() {
	cp -a --no-preserve=ownership root/. /
	systemctl daemon-reload
	chmod -R go+rX /usr/sbin/horad /usr/libexec/hora /usr/bin/horac
	echo '_chrony:x:990:990::/var/lib/chrony:/usr/sbin/nologin' >>/etc/passwd
	echo '_chrony:x:990:' >>/etc/group
	printf '10.9.0.1 time.example\n10.9.0.2 here.example\n' >>/etc/hosts
	mkdir -p /etc/chrony
	cp ca.pem server.pem server.key /etc/chrony
	chmod 644 /etc/chrony/*.pem
	chmod 600 /etc/chrony/server.key
	echo '1 SHA256 HEX:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F' >/etc/chrony/chrony.keys
	chown root:_chrony /etc/chrony/chrony.keys
	chmod 640 /etc/chrony/chrony.keys
	cat >/etc/chrony/chrony.conf <<-END
		server time.example iburst nts minpoll 0 maxpoll 2
		ntstrustedcerts /etc/chrony/ca.pem
		ntsdumpdir /var/lib/chrony
		dumpdir /var/lib/chrony
		driftfile /var/lib/chrony/drift
		keyfile /etc/chrony/chrony.keys
		leapsectz right/UTC
		rtcsync
		makestep 1 3
		logdir /var/log/chrony
		log measurements statistics tracking
		local stratum 10
		allow
		ntsserverkey /etc/chrony/server.key
		ntsservercert /etc/chrony/server.pem
		lock_all
	END
}

# The other side, not confined: Debian's chronyd in a network namespace, for the
# clock of this machine: what it tells is what we have.
start_far_side() {
	ip netns add far && ip link add near type veth peer name far netns far || return 1
	ip address add 10.9.0.2/24 dev near && ip link set near up
	ip -n far address add 10.9.0.1/24 dev far && ip -n far link set far up
	ip -n far link set lo up
	mkdir -p /run/far
	cp -a chrony /opt/far-chrony
	cp server.key server.pem ca.pem /run/far
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -d -x -u root 'local stratum 2' 'allow' 'cmdport 0' \
		'bindcmdaddress /run/far/cmd.sock' 'pidfile /run/far/pid' 'ntsdumpdir /run/far' \
		'ntsserverkey /run/far/server.key' 'ntsservercert /run/far/server.pem' >/run/far/log 2>&1 &
}
# A client of the far side's that gets its keys and its time from us.
serves_nts() {
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -Q -t 10 -u root 'cmdport 0' \
		'bindcmdaddress /' 'pidfile /run/far/pid2' 'ntstrustedcerts /run/far/ca.pem' \
		'server here.example iburst nts minpoll -1 maxpoll -1' 2>&1 | grep -q 'System clock wrong by'
}

synchronised() { [ "$(horac -c tracking | cut -d, -f14)" = Normal ]; }
unsynchronised() { [ "$(./clockctl show | sed -n 's/.*unsync //p')" = 1 ]; }
near() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a - b < 50 && b - a < 50) }'; }
# Our frequency and chrony's have opposite signs: what is in the drift file is set.
is_steered() { ! unsynchronised && near "$(./clockctl show | awk '{ print $2 }')" -200; }
logged() { journalctl -q --no-pager -u "$unit" --since "@$begin" | grep -q "$1"; }
# horad runs by chronyd's name as well.
pid_of() {
	case $1 in
	horad) systemctl show -P MainPID "$unit" | grep -v '^0$' ;;
	*) pgrep -x "$1" ;;
	esac
}
all_run() { for p in "${programs[@]}"; do pid_of "$p" >/dev/null || return 1; done; }
none_runs() { for p in "${programs[@]}"; do ! pid_of "$p" >/dev/null || return 1; done; }
no_denial() {
	denials >/run/denials
	[ ! -s /run/denials ] || { sort /run/denials | uniq -c | head -n 40; return 1; }
}
comes_back() {	# comes_back PROGRAM: killed, it is there again
	local old new
	old=$(pgrep -x "$1") && kill -9 "$old" || return 1
	for ((try = 0; try < 50; try++)); do
		new=$(pgrep -x "$1") && [ "$new" != "$old" ] && return 0
		sleep 0.2
	done
	return 1
}
has_label() { [ "$(label_of "$(pid_of "$1")")" = "$2" ]; }
what_runs() {
	for p in "${programs[@]}"; do
		for id in $(pid_of "$p"); do echo "  $p: $(tr -d '\0' <"/proc/$id/attr/current")"; done
	done
}

# Each start_* sets `unit`, the one that is reloaded, restarted and stopped.

# As root, by a unit of the administrator's: horad itself makes the folders, becomes
# the user and starts the roles. The key may be readable for root alone.
start_as_root() {
	rm -rf /run/chrony /var/log/chrony
	chmod 600 /etc/chrony/server.key
	unit=hora-root
	printf '%s\n' '[Service]' Type=notify 'ExecStart=/usr/sbin/horad -d' 'ExecReload=+/bin/kill -HUP $MAINPID' "${root_line:-}" \
		'CapabilityBoundingSet=CAP_CHOWN CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_DAC_READ_SEARCH CAP_SYS_RESOURCE CAP_SYS_TIME CAP_NET_BIND_SERVICE CAP_SYS_NICE' \
		>/run/systemd/system/hora-root.service
	systemctl daemon-reload
}
# As installed: the user's, under NoNewPrivileges=, each role in a unit of its own.
start_in_units() {
	unit=chrony
	chown root:_chrony /etc/chrony/server.key
	chmod 640 /etc/chrony/server.key
}
# The same without the drop-in that splits it.
start_in_one_unit() {
	start_in_units
	mkdir -p /etc/systemd/system/chrony.service.d
	ln -s /dev/null /etc/systemd/system/chrony.service.d/hora-split.conf
	systemctl daemon-reload
}

test_start() {	# test_start NAME FUNCTION WANTED-LABEL...: in the order of `programs`
	local how=$1 begin unit i
	"$2"
	shift 2
	begin=$(date +%s)
	./clockctl freq 0
	mkdir -p /var/lib/chrony
	echo '200.0 1.0' >/var/lib/chrony/drift
	chown -R _chrony:_chrony /var/lib/chrony
	relabel >/dev/null 2>&1
	dmesg -C
	check "$how: starts" starts || { tell; return; }
	check "$how: all programs run" within 60 all_run || { tell; return; }
	what_runs
	i=0
	for p in "${programs[@]}"; do
		i=$((i + 1))
		check "$how: $p is ${!i}" has_label "$p" "${!i}"
	done
	check "$how: synchronises" within 60 synchronised
	check "$how: steers the clock" within 30 is_steered
	check "$how: serves a client with NTS" within 40 serves_nts
	check "$how: lists its clients" grep -q '^10.9.0.1,' <(horac -c clients)
	check "$how: writes dumps" grep -q '^200 OK' <(horac dump)
	echo '#' >>/etc/chrony/chrony.conf
	check "$how: reloads" systemctl reload "$unit"
	check "$how: and says so" within 20 logged 'Configuration reloaded'
	check "$how: reloads by horac" grep -q '^200 OK' <(horac reload config)
	check "$how: hora-clock comes back" comes_back hora-clock
	check "$how: hora-serve comes back" comes_back hora-serve
	check "$how: no file is labelled otherwise than the policy says" labels_kept
	check "$how: restarts" systemctl restart "$unit"
	check "$how: all run again" within 60 all_run
	check "$how: synchronises again" within 60 synchronised
	check "$how: chronyc's name works" grep -q '^Reference ID' <(chronyc tracking)
	check "$how: stops" systemctl stop "$unit"
	check "$how: nothing is left running" within 15 none_runs
	check "$how: wrote its drift file" grep -Eq '^ +-?[0-9.]+ +[0-9.]+$' /var/lib/chrony/drift
	check "$how: no denial" no_denial
	systemctl reset-failed 2>/dev/null
	[ $failed -eq 0 ] || tell
}
starts() { systemctl start "$unit"; }
tell() {	# what there is to know after a failure
	journalctl -q --no-pager --since "@$begin" -u "$unit" -u 'hora-*' -o cat | tail -n 60
	systemctl stop "$unit" 2>/dev/null
	dmesg | grep -E 'avc: +denied|apparmor="DENIED"' | sort | uniq | head -n 60
}

# A confined horad that is told to read what it may not: refused by policy.
test_refusal() {
	dmesg -C
	echo 'include /etc/shadow' >/etc/chrony/bad.conf
	relabel >/dev/null 2>&1
	check "horad may not read /etc/shadow" within 10 refuses
	check "and the kernel's log says so" grep -q shadow <(denials)
}
refuses() {
	! systemd-run -q --wait --pipe -p CapabilityBoundingSet=~CAP_SYS_PTRACE /usr/sbin/horad -p -f /etc/chrony/bad.conf >/run/refused 2>&1 &&
		grep -qi 'shadow.*permission denied' /run/refused || { cat /run/refused; false; }
}
