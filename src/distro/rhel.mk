# RHEL and its rebuilds: paths, users and names that are their own.
CONFIG_FILE := /etc/chrony.conf
KEY_FILE := /etc/chrony.keys
USER := chrony
ZSHDIR := /usr/share/zsh/site-functions
SERVICE := chronyd
SERVICE_ALIAS := chrony
ENVIRONMENT_FILE := /etc/sysconfig/chronyd
ENVIRONMENT_OPTIONS := OPTIONS
LOGROTATEDIR := /etc/logrotate.d
DHCLIENT_HOOK := /etc/dhcp/dhclient.d/chrony.sh
NETWORKD_DISPATCHERDIR :=
APPARMOR := no
# The oldest systemd to fill units in for; a newer one may be given: make SYSTEMD=257.
SYSTEMD := 239
