#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In the first machine: Debian's chronyd as NTS server, until the client is done.
set -u
. ./lib.sh
mkdir -p /run/chrony /var/lib/chrony
chmod 700 /run/chrony
./chrony/usr/sbin/chronyd -d -x -u root 'local stratum 2' 'allow' \
	"ntsserverkey $PWD/server.key" "ntsservercert $PWD/server.pem" 'ntsdumpdir /var/lib/chrony' \
	>server.log 2>&1 &
for ((second = 0; second < 580; second++)); do
	[ -e done ] && exit 0
	sleep 1
done
exit 1
