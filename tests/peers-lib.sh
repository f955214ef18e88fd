# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/peers-versions and tests/peers-others: unpack programs of
# several releases of Debian, each with the libraries that it needs. Nothing is
# installed, and what is there is not fetched again. All is below $peers.
# shellcheck shell=bash
peers=$PWD/build/peers

# apt for one suite alone, below $work, with nothing installed: its folders are its own,
# so that neither this machine's lists nor its packages are touched.
own_apt() {
	local program=$1
	shift
	timeout 240 "$program" -qq -o Dir::Etc::SourceList="$work/sources" -o Dir::Etc::SourceParts=- \
		-o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
		-o APT::Sandbox::User=root -o APT::Install-Recommends=false -o Acquire::Languages=none \
		-o Acquire::Retries=1 -o Acquire::http::Timeout=20 "$@"
}

# A runner: the release's loader finds the release's libraries, and no others.
runner() {	# runner TREE NAME PROGRAM
	cat >"$1/$2" <<-END
		#!/bin/sh
		here=\$(dirname "\$0")
		# In lib64 it may be a link to this machine's.
		for loader in "\$here"/root/lib/*/ld-linux*.so.* "\$here"/root/usr/lib/*/ld-linux*.so.* \\
			"\$here"/root/lib*/ld-linux*.so.* "\$here"/root/usr/lib*/ld-linux*.so.*; do
			[ -f "\$loader" ] && break
		done
		path=
		for folder in "\$here"/root/lib/*-linux-* "\$here"/root/usr/lib/*-linux-*; do
			path=\$path:\$folder
		done
		exec "\$loader" --inhibit-cache --library-path "\${path#:}" "\$here/root/$3" "\$@"
	END
	chmod 755 "$1/$2"
}

# fetch SUITE PACKAGE: with the libraries that it needs into $work/tree/root, or
# says why not.
fetch() {
	local suite=$1 package=$2 uri options= keyring=/usr/share/keyrings/debian-archive-keyring.gpg packages
	uri=$(tests/mirror)
	[ ! -f "$keyring" ] || options="signed-by=$keyring"
	# The list of a release in the making says until when it is to be believed,
	# and a mirror may be behind that. Its signature counts all the same, and an
	# old program is as good a peer as a new one: it guards nothing.
	[ "$suite" != forky ] || options="$options check-valid-until=no"
	mkdir -p "$work"/{state/lists/partial,cache/archives/partial,tree/root}
	: >"$work/status"
	echo "deb [$options] $uri $suite main" >"$work/sources"
	own_apt apt-get update >"$work/log" 2>&1 ||
		{ echo "no list of $uri: $(grep -m1 '^[EW]:' "$work/log")"; return 1; }
	own_apt apt-cache show "$package" >>"$work/log" 2>&1 || { echo "$suite has no $package"; return 1; }
	# Its libraries and theirs; not what its scripts of installation call.
	packages=$(own_apt apt-cache depends --no-recommends --no-suggests --no-enhances "$package" |
		sed -n 's/^ *Depends: \(lib[^ ]*\)$/\1/p')
	(own_apt apt-get install --download-only -y $packages &&
		cd "$work/cache/archives" && own_apt apt-get download "$package") >>"$work/log" 2>&1 ||
		{ echo "not fetched from $uri: $(grep -m1 '^E:' "$work/log")"; return 1; }
	for deb in "$work"/cache/archives/*.deb; do
		dpkg-deb -x "$deb" "$work/tree/root" || { echo "${deb##*/} can not be unpacked"; return 1; }
	done
}

# keep VERSION LINK: $work/tree becomes $peers/VERSION, and LINK leads there.
keep() {
	rm -rf "${peers:?}/$1"
	mv "$work/tree" "$peers/$1" && ln -sfn "$1" "$peers/$2"
}

# once LINK COMMAND...: unless $peers/LINK is there, COMMAND makes it, in a $work
# of its own; where that fails, it prints why.
once() {
	local link=$1 why
	shift
	[ ! -d "$peers/$link" ] || return 0
	work=$(mktemp -d "$peers/work.XXXXXX") || return 1
	why=$("$@")
	[ -d "$peers/$link" ] || { echo "${why:-${*} failed}"; rm -rf "$work"; return 1; }
	rm -rf "$work"
}

# One run at a time fetches.
lock_peers() {
	mkdir -p "$peers" && exec 9>"$peers/lock" || return 1
	flock -w 900 9 || { echo "another run fetches peers and does not end" >&2; return 1; }
}
