# Debian: paths, users and names that are its own.
CONFIG_FILE := /etc/chrony/chrony.conf
KEY_FILE := /etc/chrony/chrony.keys
USER := _chrony
ZSHDIR := /usr/share/zsh/vendor-completions
SERVICE := chrony
SERVICE_ALIAS := chronyd
ENVIRONMENT_FILE := /etc/default/chrony
ENVIRONMENT_OPTIONS := DAEMON_OPTS
LOGROTATEDIR := /etc/logrotate.d
DHCLIENT_HOOK := /etc/dhcp/dhclient-exit-hooks.d/chrony
NETWORKD_DISPATCHERDIR := /usr/lib/networkd-dispatcher
APPARMOR := yes
# The oldest systemd to fill units in for; a newer one may be given: make SYSTEMD=257.
SYSTEMD := 247
