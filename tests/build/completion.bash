#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion as bash does it, without a terminal. usage: completion.bash FILE
set -u
. "$1" || exit 1
status=0
asks() {	# asks WORDS... = ANSWERS...: completing the last word gives these among others
	COMP_WORDS=(horad)
	while [ "$1" != = ]; do
		COMP_WORDS+=("$1")
		shift
	done
	shift
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_horad
	local answer
	for answer; do
		printf '%s\n' "${COMPREPLY[@]}" | grep -qxF -- "$answer" && continue
		echo "${COMP_WORDS[*]}: not '$answer' but: ${COMPREPLY[*]}"
		status=1
	done
	[ $# -gt 0 ] || [ ${#COMPREPLY[@]} -eq 0 ] || {
		echo "${COMP_WORDS[*]}: nothing expected, but: ${COMPREPLY[*]}"
		status=1
	}
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/confs"
touch "$dir/chrony.conf"

complete -p horad chronyd | grep -c -- '-F _horad' | grep -qx 2 || status=1
asks - = -d -x -f -p --help
asks -f "$dir/" = "$dir/chrony.conf" "$dir/confs"
asks -u roo = root
asks -t 1 =
asks '' = server makestep ntsservercert
asks -d maxd = maxdistance maxdrift
asks MAXDI = maxdistance
asks refcl =
asks "'server ntp.example " = 'server ntp.example iburst' 'server ntp.example nts'
asks '"server ntp.example ib' = 'server ntp.example iburst'
asks "leapsecmode s" = 'leapsecmode system' 'leapsecmode step' 'leapsecmode slew'
asks "confdir $dir/" = "confdir $dir/confs"
asks "port 1" =
exit $status
