# SLES and openSUSE: as RHEL but for these.
include src/distro/rhel.mk
LOGROTATEDIR := /usr/etc/logrotate.d
PEERNTP_FILE :=
DHCLIENT_HOOK :=
APPARMOR := yes
SYSTEMD := 249
# Audits ask for it.
ENVIRONMENT_DEFAULT := -u chrony
