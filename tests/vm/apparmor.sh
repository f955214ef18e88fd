#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In a machine with AppArmor: every program of hora in its profile, enforcing,
# whichever way it is started, and nothing refused that it needs.
set -u
label=vm/apparmor
. ./confined.sh
load_policy_of_hora() { apparmor_parser -r /etc/apparmor.d/usr.sbin.horad; }
relabel() { :; }
labels_kept() { :; }
label_of() { tr -d '\0' <"/proc/$1/attr/current"; }
denials() { dmesg | grep 'apparmor="DENIED"' | grep -E 'profile="hora'; }

install_hora
check "the profiles are loaded" load_policy_of_hora
start_far_side
test_refusal
root_line=AppArmorProfile=hora-all
test_start "as root" start_as_root "hora-all (enforce)" "hora-all//&hora-clock (enforce)" \
	"hora-all//&hora-engine (enforce)" "hora-all//&hora-serve (enforce)" \
	"hora-all//&hora-ke-server (enforce)" "hora-all//&hora-ke-client (enforce)"
test_start "a unit for each" start_in_units "horad (enforce)" "hora-clock (enforce)" "hora-engine (enforce)" \
	"hora-serve (enforce)" "hora-ke-server (enforce)" "hora-ke-client (enforce)"
test_start "one unit" start_in_one_unit "hora-all (enforce)" "hora-all//&hora-clock (enforce)" \
	"hora-all//&hora-engine (enforce)" "hora-all//&hora-serve (enforce)" \
	"hora-all//&hora-ke-server (enforce)" "hora-all//&hora-ke-client (enforce)"
exit $failed
