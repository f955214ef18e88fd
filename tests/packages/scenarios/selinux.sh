# SPDX-License-Identifier: Apache-2.0
# hora-selinux with Debian's policy: its module is in the store, and labels are by it. The
# store needs no kernel with SELinux.
. /test/lib.sh
module() { semodule -s default --list=full 2>>$log | awk '$2 == "hora" { print $1, $3 }'; }
labelled() {	# labelled TYPE PATH...: by the policy
	type=$1
	shift
	for path; do
		[ "$(matchpathcon -n "$path" 2>>$log)" = "system_u:object_r:$type:s0" ] ||
			{ echo "$path is $(matchpathcon -n "$path"), not $type" >>$log; return 1; }
	done
}
try apt install /test/debs/hora_*.deb /test/policy/hora-selinux_*.deb && is hora-selinux ii && is selinux-policy-default ii
ok "hora-selinux is installed, and Debian's policy with it"
[ "$(module)" = "200 pp" ]
ok "the module is in the store, above the policy's own"
labelled hora_exec_t /usr/sbin/horad && labelled chronyc_exec_t /usr/bin/horac &&
	labelled hora_unit_t /usr/lib/systemd/system/horad.service
ok "horad, horac and the unit have their labels"
for program in /usr/libexec/hora/hora-*; do
	name=${program##*/}
	labelled "$(echo "$name" | tr - _)_exec_t" "$program" || break
done && [ "$name" = hora-serve ]
ok "each program has a label of its own"
labelled hora_key_t /etc/chrony/server.key && labelled chronyd_keys_t /etc/chrony/chrony.keys && labelled chronyd_exec_t /usr/sbin/chronyd
ok "so have keys; what the policy says of chronyd stays"
try apt install --reinstall /test/policy/hora-selinux_*.deb && [ "$(module)" = "200 pp" ]
ok "installed once more, it is there once"
try apt purge hora-selinux && [ -z "$(module)" ] && labelled bin_t /usr/sbin/horad /usr/libexec/hora/hora-clock /usr/bin/horac &&
	labelled chronyd_exec_t /usr/sbin/chronyd && ! grep -rl hora_exec_t /etc/selinux /var/lib/selinux >>$log
ok "purged, it leaves neither module nor label"
is hora ii && is selinux-policy-default ii && sound
ok "hora and the policy stay"
echo end
