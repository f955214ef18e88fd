# SPDX-License-Identifier: Apache-2.0
# What the scripts that run inside a machine have alike. Who sources this sets
# `label`, may define on_failure (what there is to know then), and ends with
# `exit $failed`.
# shellcheck shell=bash disable=SC2034 # used by who sources this
if [ "$PWD" != /run/vm/share ]; then
	echo "$0: this changes the machine that it runs on; tests/vm/run gives it one of its own" >&2
	exit 1
fi
failed=0
check() {	# check NAME COMMAND...: a line a check
	local name=$1
	shift
	if "$@"; then
		echo "ok $label: $name"
		return 0
	fi
	echo "FAIL $label: $name"
	failed=1
	! declare -F on_failure >/dev/null || on_failure
	return 1
}
within() {	# within SECONDS COMMAND...: until it succeeds
	local end=$((SECONDS + $1))
	shift
	while [ $SECONDS -lt $end ]; do
		"$@" && return 0
		sleep 0.3
	done
	return 1
}
# Is this part asked for? (VM_PARTS, for who works on one: names; without it all)
part() { [ -z "${VM_PARTS:-}" ] || [[ " $VM_PARTS " = *" $1 "* ]]; }
