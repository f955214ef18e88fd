#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# In a machine with AppArmor: every program of hora in its profile, enforcing,
# whichever way it is started, and nothing refused that it needs.
set -u
label=vm/apparmor
. ./confined.sh
. ./escapes.sh
results=escapes.apparmor
load_policy_of_hora() { apparmor_parser -r /etc/apparmor.d/usr.sbin.horad; }
relabel() { :; }
labels_kept() { :; }
label_of() { tr -d '\0' <"/proc/$1/attr/current"; }
denials() { dmesg | grep 'apparmor="DENIED"' | grep -E 'profile="hora'; }

install_hora
check "the profiles are loaded" load_policy_of_hora
start_far_side
all=()
for p in "${programs[@]:1}"; do all+=("hora-all//&$p (enforce)"); done
# As root, which no NoNewPrivileges= keeps from changing profiles.
test_mail() {
	local begin
	mkdir -p /run/mail /etc/apparmor.d/local
	chown _chrony /run/mail
	printf '#!/bin/sh\n{ cat /proc/self/attr/current; cat; } >/run/mail/new && mv /run/mail/new /run/mail/box\n' >/usr/sbin/sendmail
	chmod 755 /usr/sbin/sendmail
	echo 'mailonchange root@localhost 0' >>/etc/chrony/chrony.conf
	start_as_root
	begin=$(date +%s)
	check "mail: starts" starts || { tell; return; }
	check "mail: is refused at first" within 60 logged 'Could not send mail'
	systemctl stop "$unit"
	cp /usr/share/hora/apparmor/horad-mail /etc/apparmor.d/local
	check "mail: the profiles are loaded" load_policy_of_hora
	dmesg -C
	check "mail: starts again" starts || { tell; return; }
	check "mail: is sent with the lines for it" within 60 grep -q '^To: root@localhost' /run/mail/box
	check "mail: the mail program is in none of our profiles" grep -q '^unconfined' /run/mail/box
	check "mail: stops" systemctl stop "$unit"
	check "mail: no denial" no_denial
	[ $failed -eq 0 ] || tell
	rm /etc/apparmor.d/local/horad-mail
	sed -i '/^mailonchange/d' /etc/chrony/chrony.conf
	load_policy_of_hora
}
ours=("${programs[@]/%/ (enforce)}")
! part refusal || test_refusal
if part starts; then
	test_start "as root" start_as_root "hora-root (enforce)" "${ours[@]:1}"
	test_start "a unit for each" start_in_units "${ours[@]}"
	test_start "one unit" start_in_one_unit "hora-all (enforce)" "${all[@]}"
fi
! part sockets || test_sockets "${ours[@]}"
! part mail || test_mail
! part escapes || try_escapes none user landlock filter systemd
exit $failed
