# SPDX-License-Identifier: Apache-2.0
# What selinux.sh and apparmor.sh have alike: they install hora into the machine,
# start it in all the ways that it can be started, let it do what it does, and
# look at the label of every program and at the denials in the kernel's log.
#
# The script that sources this sets `label` and defines:
#   load_policy_of_hora	once, when the files are in place
#   label_of PID	what the process is confined by, in words of this module
#   denials		the lines of the kernel's log that are denials of hora's
# relabel PATH...	gives new files what the policy says
# and calls test_start NAME FUNCTION WANTED....
. ./lib.sh
programs=(horad hora-clock hora-engine hora-serve hora-ke-server hora-ke-client)

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
	cp server.key server.pem ca.pem ca2.pem /run/far
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -d -x -u root 'local stratum 2' 'allow' 'cmdport 0' \
		'bindcmdaddress /run/far/cmd.sock' 'pidfile /run/far/pid' 'ntsdumpdir /run/far' \
		'ntsserverkey /run/far/server.key' 'ntsservercert /run/far/server.pem' >/run/far/log 2>&1 &
}
# A client of the far side's that gets its keys and its time from us, and trusts CA.
serves_nts() {	# serves_nts CA
	ip netns exec far /opt/far-chrony/usr/sbin/chronyd -Q -t 10 -u root 'cmdport 0' \
		'bindcmdaddress /' 'pidfile /run/far/pid2' "ntstrustedcerts /run/far/$1.pem" \
		'server here.example iburst nts minpoll -1 maxpoll -1' 2>&1 | grep -q 'System clock wrong by'
}

synchronised() { [ "$(horac -c tracking | cut -d, -f14)" = Normal ]; }
unsynchronised() { [ "$(./clockctl show | sed -n 's/.*unsync //p')" = 1 ]; }
frequency() { ./clockctl show | awk '{ print int($2) }'; }
# The far side has this very clock, so no error of its frequency can be seen, and
# what is found is noise (that it is found, the two machines of client.sh show).
# What shows here is that hora has the kernel do as it says: it wrote a frequency
# where there was none, and takes back what somebody else does.
is_steered() { ! unsynchronised && [ "$(frequency)" -ne 0 ]; }
is_taken_back() { [ "$(frequency)" -lt 440 ]; }
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
# New files in the place of the old, of another authority: clients of that one get
# keys, by the same process, and those of the old one do not any more.
renews() {
	local old
	old=$(pid_of hora-ke-server)
	install_certificate 2
	within 40 serves_nts ca2 && ! serves_nts ca && [ "$(pid_of hora-ke-server)" = "$old" ]
}
install_certificate() {	# install_certificate [2]: as a tool of an authority does, each file at once
	local file
	for file in server.key server.pem; do
		cp --preserve=mode,ownership "/etc/chrony/$file" "/etc/chrony/$file.new"
		cat "${file%.*}${1:-}.${file#*.}" >"/etc/chrony/$file.new"
		mv "/etc/chrony/$file.new" "/etc/chrony/$file"
		relabel "/etc/chrony/$file"
	done
}
# What /proc says of a process: user, no_new_privs, mode of its filter, and
# capabilities: permitted, inheritable, ambient.
facts() {
	awk '{ f[$1] = $2 } END { print f["Uid:"], f["NoNewPrivs:"], f["Seccomp:"], f["CapPrm:"], f["CapInh:"], f["CapAmb:"] }' \
		"/proc/$1/status"
}
is_held() {	# is_held PROGRAM
	local nothing=0000000000000000 time=0000000002000000 wanted got
	case $1 in
	horad) wanted="990 $horad_holds" ;;
	hora-clock) wanted="990 1 2 $time $nothing $nothing" ;;
	*) wanted="990 1 2 $nothing $nothing $nothing" ;;
	esac
	got=$(facts "$(pid_of "$1")")
	[ "$got" = "$wanted" ] || { echo "  $1: $got instead of $wanted"; return 1; }
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
	# No flag, for it starts programs that have profiles, and so no filter without
	# CAP_SYS_ADMIN. What it hands on, and reads keys by.
	horad_holds="0 0 0000000002000404 0000000002000404 0000000000000000"
	printf '%s\n' '[Service]' Type=notify 'ExecStart=/usr/sbin/horad -d' 'ExecReload=+/bin/kill -HUP $MAINPID' \
		'CapabilityBoundingSet=CAP_CHOWN CAP_SETUID CAP_SETGID CAP_SETPCAP CAP_DAC_READ_SEARCH CAP_SYS_RESOURCE CAP_SYS_TIME CAP_NET_BIND_SERVICE CAP_SYS_NICE' \
		>/run/systemd/system/hora-root.service
	systemctl daemon-reload
}
# As installed: the user's, under NoNewPrivileges=, each role in a unit of its own.
start_in_units() {
	unit=chrony
	horad_holds="1 2 0000000000000000 0000000000000000 0000000000000000"
	chown root:_chrony /etc/chrony/server.key
	chmod 640 /etc/chrony/server.key
}
# The same without the drop-in that splits it.
start_in_one_unit() {
	start_in_units
	horad_holds="1 2 0000000002000400 0000000002000400 0000000002000400"
	mkdir -p /etc/systemd/system/chrony.service.d
	ln -s /dev/null /etc/systemd/system/chrony.service.d/hora-split.conf
	systemctl daemon-reload
}

# As installed on a server: with sockets of systemd's, and servers without a network.
start_on_sockets() {
	start_in_units
	rm -f /etc/systemd/system/chrony.service.d/hora-split.conf
	for role in hora-engine hora-serve hora-ke-server; do
		install -D -m 644 /usr/share/hora/systemd/$role-passed.conf -t /etc/systemd/system/$role.service.d
	done
	relabel /etc/systemd/system
	systemctl daemon-reload
	systemctl -q enable hora-cmd.socket hora-ntp.socket hora-ntske.socket
}
# A connection each 50 ms from outside, to be taken by somebody within 20 s.
knock() {
	ip netns exec far bash -c 'n=0
		while [ ! -e /run/far/over ]; do
			timeout 20 bash -c ": <>/dev/tcp/10.9.0.2/4460" 2>>/run/far/lost || echo lost >>/run/far/lost
			n=$((n + 1))
			sleep 0.05
		done
		echo $n >/run/far/knocks'
}
loses_nobody() {
	rm -f /run/far/over /run/far/lost /run/far/knocks
	knock &
	sleep 1
	systemctl restart "$unit" && sleep 1 && systemctl restart "$unit" && within 60 all_run
	touch /run/far/over
	wait $!
	[ "$(cat /run/far/knocks)" -gt 5 ] && [ ! -s /run/far/lost ]
}
test_sockets() {	# test_sockets WANTED-LABEL...: in the order of `programs`
	local begin how="on sockets" i=0
	start_on_sockets
	begin=$(date +%s)
	dmesg -C
	check "$how: starts" starts || { tell; return; }
	check "$how: all programs run" within 60 all_run || { tell; return; }
	for p in "${programs[@]}"; do
		i=$((i + 1))
		check "$how: $p is ${!i}" has_label "$p" "${!i}"
		check "$how: $p holds what it must, and no more" is_held "$p"
	done
	check "$how: servers have no network" has_no_network hora-serve hora-ke-server
	check "$how: serves a client with NTS" within 60 serves_nts ca2
	check "$how: answers on the command port" within 10 answers 127.0.0.1 ::1
	check "$how: two restarts lose no connection" loses_nobody
	check "$how: serves again" within 60 serves_nts ca2
	check "$how: stops" systemctl stop "$unit"
	check "$how: nothing is left running" within 15 none_runs
	check "$how: no denial" no_denial
	systemctl -q disable hora-cmd.socket hora-ntp.socket hora-ntske.socket
	[ $failed -eq 0 ] || tell
}
answers() { for a; do horac -h "$a" activity >/dev/null || return 1; done; }
has_no_network() {
	for p; do [ "$(readlink "/proc/$(pid_of "$p")/ns/net")" != "$(readlink /proc/self/ns/net)" ] || return 1; done
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
	install_certificate
	relabel
	dmesg -C
	check "$how: starts" starts || { tell; return; }
	check "$how: all programs run" within 60 all_run || { tell; return; }
	what_runs
	i=0
	for p in "${programs[@]}"; do
		i=$((i + 1))
		check "$how: $p is ${!i}" has_label "$p" "${!i}"
		check "$how: $p holds what it must, and no more" is_held "$p"
	done
	check "$how: synchronises" within 60 synchronised
	check "$how: steers the clock" within 30 is_steered
	./clockctl freq 450
	check "$how: takes back what another does to it" within 80 is_taken_back
	check "$how: serves a client with NTS" within 40 serves_nts ca
	check "$how: lists its clients" grep -q '^10.9.0.1,' <(horac -c clients)
	check "$how: writes dumps" grep -q '^200 OK' <(horac dump)
	echo '#' >>/etc/chrony/chrony.conf
	check "$how: reloads" systemctl reload "$unit"
	check "$how: and says so" within 20 logged 'Configuration reloaded'
	check "$how: reloads by horac" grep -q '^200 OK' <(horac reload config)
	check "$how: takes new certificates" renews
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
	relabel
	check "horad may not read /etc/shadow" within 10 refuses
	check "and the kernel's log says so" grep -q shadow <(denials)
}
refuses() {	# (What it says goes to the journal: systemd may not take our files.)
	! systemd-run -q --wait -u refused -p CapabilityBoundingSet=~CAP_SYS_PTRACE /usr/sbin/horad -p -f /etc/chrony/bad.conf &&
		systemctl reset-failed refused && journalctl --sync &&
		journalctl -q --no-pager -o cat -u refused >/run/refused && grep -qi 'shadow.*permission denied' /run/refused
}
