# SLES and openSUSE: as RHEL but for these.
include src/distro/rhel.mk
LOGROTATEDIR := /usr/etc/logrotate.d
PEERNTP_FILE :=
DHCLIENT_HOOK :=
APPARMOR := yes
# Audits ask for it.
ENVIRONMENT_DEFAULT := -u chrony
# Servers come from a package chrony-pool-*, below /etc/chrony.d.
DEFAULT_SOURCES :=
INCLUDE_FOLDER := /etc/chrony.d
