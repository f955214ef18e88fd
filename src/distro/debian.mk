# Debian: paths, users and names that are its own.
CONFIG_FILE := /etc/chrony/chrony.conf
KEY_FILE := /etc/chrony/chrony.keys
USER := _chrony
ZSHDIR := /usr/share/zsh/vendor-completions
SERVICE := chrony
SERVICE_ALIAS := chronyd
ENVIRONMENT_FILE := /etc/default/chrony
ENVIRONMENT_OPTIONS := DAEMON_OPTS
ENVIRONMENT_DEFAULT :=
LOGROTATEDIR := /etc/logrotate.d
DHCLIENT_HOOK := /etc/dhcp/dhclient-exit-hooks.d/chrony
PEERNTP_FILE :=
DHCLIENT_KIND := debian
DHCLIENT_MODE := 644
NETWORKD_DISPATCHERDIR := /usr/lib/networkd-dispatcher
APPARMOR := yes
UFW := yes
# Units say what this systemd knows; an older one skips it with a warning: make SYSTEMD=247.
SYSTEMD := 252
# The default configuration.
DEFAULT_SOURCES := pool 2.debian.pool.ntp.org iburst
INCLUDE_FOLDER :=
CONF_FOLDER := /etc/chrony/conf.d
SOURCES_FOLDER := /etc/chrony/sources.d
DRIFT_FILE := /var/lib/chrony/chrony.drift
