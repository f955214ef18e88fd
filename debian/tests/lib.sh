# SPDX-License-Identifier: Apache-2.0
# For the tests that start daemons: in a network of their own, without the clock (-x).
# shellcheck shell=sh
if [ "${1-}" != inside ]; then
	unshare --net true 2>/dev/null || { echo "no network namespaces here"; exit 77; }
	exec unshare --net --mount sh "$0" inside
fi
ip link set lo up
dir=$(mktemp -d)
chmod 755 "$dir"
pids=
# shellcheck disable=SC2086 # a list
trap 'kill $pids 2>/dev/null || true; wait; rm -rf "$dir"' EXIT
# start NAME: horad by the lines on stdin
start() {
	mkdir -m 750 "$dir/$1" "$dir/$1/run"
	chown -R _chrony:_chrony "$dir/$1"
	{ cat; echo "pidfile $dir/$1/run/pid"; echo "bindcmdaddress $dir/$1/run/sock"; echo "cmdport 0"; } >"$dir/$1.conf"
	horad -x -d -f "$dir/$1.conf" >"$dir/$1.log" 2>&1 &
	pids="$pids $!"
}
ask() {	# ask NAME COMMAND...
	name=$1
	shift
	horac -h "$dir/$name/run/sock" "$@"
}
until_true() {	# until_true SECONDS COMMAND...
	left=$(($1 * 5))
	shift
	until "$@" >"$dir/out" 2>&1; do
		left=$((left - 1))
		[ $left -gt 0 ] || { echo "not within the time: $*"; cat "$dir/out" "$dir"/*.log; exit 1; }
		sleep 0.2
	done
}
