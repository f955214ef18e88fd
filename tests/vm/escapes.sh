# SPDX-License-Identifier: Apache-2.0
# In a machine with a security module: what somebody who has taken a role over
# would try (tests/escape), with each layer that confines the role alone, with all
# of them, and with all but the filter of system calls. Each line of $results is
# "LAYER ROLE ATTEMPT OUTCOME"; tests/vm/layers makes a table of them.
#
# escape takes the place of the roles' programs, so that labels, profiles and units
# are those that the roles have. A layer alone holds a process that is root with all
# capabilities, but where the layer itself makes it somebody else: what is refused
# then, that layer refuses, and not what else keeps a user from it.
# shellcheck shell=bash disable=SC2154 # label comes from who sources this
roles=(hora-clock hora-engine hora-serve hora-ke-server hora-ke-client)
key=/var/lib/chrony/escape.key

install_escape() {
	local role
	mkdir -p /opt/escape /var/lib/chrony
	chown _chrony:_chrony /var/lib/chrony
	install -m 755 escape /opt/escape/escape
	for role in "${roles[@]}"; do install -m 755 escape "/usr/libexec/hora/$role"; done
	relabel
	: >"$results"
}
start_siblings() {	# of the daemon's user: confined as two of the roles are, and not at all
	systemd-run -q -u sibling-serve -p User=_chrony /usr/libexec/hora/hora-serve -S
	systemd-run -q -u sibling-engine -p User=_chrony /usr/libexec/hora/hora-engine -S
	systemd-run -q -u sibling-free -p User=_chrony /opt/escape/escape -S
}
sibling() {	# sibling ROLE: the process of another role
	case $1 in
	free | engine | serve) systemctl show -P MainPID "sibling-$1" ;;
	hora-serve) sibling engine ;;
	*) sibling serve ;;
	esac
}
fresh_key() {
	rm -f /var/lib/chrony/escape*
	echo secret >$key
	chown _chrony:_chrony $key
	chmod 600 $key
	relabel $key
}
record() { sed -n 's/^\([a-z0-9-]*\): \(ALLOWED\|killed\|refused .*\|ended .*\|could .*\)$/'"$1 $2"' \1 \2/p' >>"$results"; }
program() { [ "$1" = hora-ke-server ] && echo hora-ke-client || echo hora-ke-server; }	# that does not run
# What the program's own steps hold; "none" of them is what all is compared with.
alone() {	# alone LAYER ROLE
	fresh_key
	/opt/escape/escape -c -l "$1" -k $key -p "/usr/libexec/hora/$(program "$2")" -s "$(sibling free)" "$2" 2>&1 | record "$1" "$2"
}
# by_unit LAYER ROLE PROGRAM PID OPTION...: started by systemd. A layer "module" has
# the program's label or profile and no other setting; others the role's own unit,
# for "systemd" without its profile.
by_unit() {
	local layer=$1 role=$2 program=$3 pid=$4 unit=escape-$1-$2
	shift 4
	fresh_key
	{
		echo '[Service]'
		[ "$layer" = module ] || sed -n '/^\[Service\]/,$p' "/usr/lib/systemd/system/$role.service" |
			grep -Ev '^(\[|Type=|ExecStart=|Restart|SyslogIdentifier=)'
		[ "$layer" != systemd ] || echo AppArmorProfile=
		echo Type=oneshot
		echo "ExecStart=$program -c -k $key -p /usr/libexec/hora/$(program "$role") -s $pid $* $role"
	} >"/run/systemd/system/$unit.service"
	systemctl daemon-reload
	systemctl start "$unit"
	journalctl --sync
	journalctl -q --no-pager -o cat -u "$unit" | record "$layer" "$role"
}
complete() { [ "$(awk -v l="$1" '$1 == l' "$results" | wc -l)" -eq $((attempts * ${#roles[@]})) ]; }

# try_escapes [LAYER]...: those of `alone`, and systemd, beside the module's own.
try_escapes() {
	local role layer
	install_escape
	start_siblings
	for role in "${roles[@]}"; do
		for layer; do
			if [ "$layer" = systemd ]; then
				by_unit systemd "$role" /opt/escape/escape "$(sibling free)" -l none
			else
				alone "$layer" "$role"
			fi
		done
		by_unit module "$role" "/usr/libexec/hora/$role" "$(sibling "$role")" -l none
		by_unit without-filter "$role" "/usr/libexec/hora/$role" "$(sibling "$role")" -F 0
		by_unit all "$role" "/usr/libexec/hora/$role" "$(sibling "$role")"
	done
	systemctl stop sibling-serve sibling-engine sibling-free
	attempts=$(awk '{ print $3 }' "$results" | sort -u | wc -l)
	for layer in "$@" module without-filter all; do
		check "escapes: each attempt was made with layer $layer" complete "$layer"
	done
}
