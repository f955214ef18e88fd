#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the root of a release, at the top of the sources (tests/chroots/run): build by make,
# and test what was built.
# usage: sh tests/chroots/sources.sh [SYSTEM TEST]...
# environment: JOBS
if ! out=$(make -s -j"$JOBS" WERROR=1 all tests-build 2>&1); then
	echo "FAIL build"
	printf '%s\n' "$out" | tail -n 20 | sed 's/^/  /'
	exit
fi
echo "ok build: glibc $(ldd --version | sed -n '1s/.* //p'), $(gcc --version | sed -n 1p), GnuTLS $(
	pkg-config --modversion gnutls), libseccomp $(pkg-config --modversion libseccomp)"
tests/run unit | sed '$d'
# (Its status 1 is told by lines.)
[ $# -eq 0 ] || tests/system/run "$@" || [ $? -eq 1 ]
