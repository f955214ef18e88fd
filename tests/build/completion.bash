#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Completion as bash does it, without a terminal. usage: completion.bash FILE horad|horac
set -u
. "$1" || exit 1
program=$2
status=0
asks() {	# asks WORDS... = ANSWERS...: completing the last word gives these among others
	COMP_WORDS=("$program")
	while [ "$1" != = ]; do
		COMP_WORDS+=("$1")
		shift
	done
	shift
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	"_$program"
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

of_horad() {
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
}
of_horac() {
	complete -p horac chronyc | grep -c -- '-F _horac' | grep -qx 2 || status=1
	asks - = -4 -N -c -m -h --version --help
	asks --v = --version
	asks -h "$dir/" = "$dir/chrony.conf" "$dir/confs"
	asks -u roo = root
	asks -p 3 =
	asks '' = tracking sources settime quit
	asks -n -p 323 -h ::1 tra = tracking
	asks dfr =
	asks manual '' = on off reset list delete
	asks -c sources -a - = -a -v
	asks reload c = config
	asks sourcename '' =
	asks delete 1 =
	asks -m tracking so = sources sourcestats sourcename
	asks -m "'reset " = 'reset sources'
	asks -m "'sources -a " = 'sources -a -v'
	asks -m 'tracking ' =
}
"of_$program"
exit $status
