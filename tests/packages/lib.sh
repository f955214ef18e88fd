# SPDX-License-Identifier: Apache-2.0
# For the parts of tests/packages, which are run at the top of the sources.
# shellcheck shell=bash
export BUILD=${BUILD:-build}
cache=$PWD/$BUILD/packages-tested	# what is built of a commit, until the next
roots=$PWD/$BUILD/roots			# Debian's, kept
label=packages/${0##*/}
status=0
unset MAKEFLAGS MAKELEVEL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

result() {	# result NAME: of the command before; what it said is in $work/log
	if [ "$?" -eq 0 ]; then echo "ok $label: $1"; else
		echo "FAIL $label: $1"
		tail -n 15 "$work/log" 2>/dev/null | sed 's/^/  /'
		status=1
	fi
	rm -f "$work/log"
}
skip() {	# skip WHY: the whole part
	echo "skip $label: $1"
	exit 0
}
need() {	# need PROGRAM...
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip "$program is missing: tests/install-packages packages"
	done
}
# The programs of packages are what the commit is, however they are built; a second
# build of the same commit is not needed.
built() {	# built WHAT COMMAND...: makes $cache/WHAT by COMMAND, once a commit
	local dir=$cache/$1 commit
	commit=$(git rev-parse "${COMMIT:-HEAD}") || return 1
	shift
	[ "$(cat "$dir/commit" 2>/dev/null)" = "$commit" ] && return 0
	rm -rf "$dir"
	mkdir -p "$dir"
	"$@" >"$dir/log" 2>&1 || { cp "$dir/log" "$work/log"; return 1; }
	echo "$commit" >"$dir/commit"
}
# debhelper gives programs a HOME of their own: a ccache of the caller is found by this.
if command -v ccache >/dev/null; then
	CCACHE_DIR=$(ccache -k cache_dir)
	export CCACHE_DIR
fi
debs() { built deb env DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" make -s PACKAGES="$cache/deb" deb; }
# chrony_*.deb, the package that carries the name.
named() {
	built named env DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=pkg.hora.noselinux \
		make -s PACKAGES="$cache/named" TAKES_NAME=yes deb
}
# Tests are of the programs, and run elsewhere: --without check.
rpms() { built "rpm/$1" make -s PACKAGES="$cache/rpm/$1" RPM_ARGS="--without check ${2-}" rpm DISTRO="$1"; }
