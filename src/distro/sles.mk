# SLES and openSUSE: as RHEL but for these.
include src/distro/rhel.mk
LOGROTATEDIR := /usr/etc/logrotate.d
DHCLIENT_HOOK :=
APPARMOR := yes
SYSTEMD := 249
