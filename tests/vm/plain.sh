# SPDX-License-Identifier: Apache-2.0
# In a machine without a security module: the same in each way to start, so that what
# is missing there does no harm (tests/vm/run).
# shellcheck shell=bash disable=SC1091,SC2317
set -u
label=vm/plain
. ./confined.sh
load_policy_of_hora() { :; }
relabel() { :; }
labels_kept() { :; }
label_of() { { tr -d '\0' <"/proc/$1/attr/current"; } 2>/dev/null | grep . || echo nothing; }
denials() { dmesg | grep -E 'avc: +denied|apparmor="DENIED"'; }

install_hora
start_far_side
none=(nothing nothing nothing nothing nothing nothing)
test_start "as root" start_as_root "${none[@]}"
test_start "a unit for each" start_in_units "${none[@]}"
test_start "one unit" start_in_one_unit "${none[@]}"
test_sockets "${none[@]}"
exit $failed
