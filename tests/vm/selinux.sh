#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In a machine with SELinux, enforcing: every program of hora in its domain,
# whichever way it is started, and nothing refused that it needs.
set -u
label=vm/selinux
. ./confined.sh
. ./escapes.sh
results=escapes.selinux
load_policy_of_hora() {
	cp policy/policy.* /etc/selinux/default/policy/ &&
		cp policy/file_contexts /etc/selinux/default/contexts/files/ &&
		rm -f /etc/selinux/default/contexts/files/file_contexts.bin && load_policy
}
# (Its words through a pipe: it may not write into files of ours.)
relabel() {
	[ $# -gt 0 ] || set -- /usr/sbin /usr/bin /usr/libexec/hora /etc/chrony /var/lib/chrony /var/log /run/systemd/system /usr/lib/systemd/system
	restorecon -R "$@" 2>&1 | cat
}
label_of() { tr -d '\0' <"/proc/$1/attr/current" | cut -d: -f3; }
denials() { dmesg | grep -E 'avc: +denied' | grep -E 'scontext=[^ ]*:hora_|tcontext=[^ ]*:hora_|comm="(hora|chronyc)'; }
labels_kept() {	# what restorecon would change, it prints
	restorecon -nvR /run/chrony /var/lib/chrony /var/log/chrony 2>&1 | cat >/run/relabelled
	[ ! -s /run/relabelled ] || { cat /run/relabelled; return 1; }
}
domains=(hora_t hora_clock_t hora_engine_t hora_serve_t hora_ke_server_t hora_ke_client_t)

check "enforcing" test "$(getenforce)" = Enforcing
install_hora
check "the policy is loaded" load_policy_of_hora
relabel
start_far_side
! part refusal || test_refusal
if part starts; then
	test_start "as root" start_as_root "${domains[@]}"
	test_start "a unit for each" start_in_units "${domains[@]}"
	test_start "one unit" start_in_one_unit "${domains[@]}"
fi
! part sockets || test_sockets "${domains[@]}"
! part escapes || try_escapes
exit $failed
