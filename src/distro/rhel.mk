# RHEL and its rebuilds: paths, users and names that are their own.
CONFIG_FILE := /etc/chrony.conf
KEY_FILE := /etc/chrony.keys
USER := chrony
ZSHDIR := /usr/share/zsh/site-functions
SERVICE := chronyd
SERVICE_ALIAS := chrony
ENVIRONMENT_FILE := /etc/sysconfig/chronyd
ENVIRONMENT_OPTIONS := OPTIONS
ENVIRONMENT_DEFAULT :=
LOGROTATEDIR := /etc/logrotate.d
DHCLIENT_HOOK := /etc/dhcp/dhclient.d/chrony.sh
PEERNTP_FILE := /etc/sysconfig/network
DHCLIENT_KIND := rhel
DHCLIENT_MODE := 755
NETWORKD_DISPATCHERDIR :=
APPARMOR :=
UFW :=
# Units say what this systemd knows; an older one skips it with a warning: make SYSTEMD=247.
SYSTEMD := 252
# The default configuration.
DEFAULT_SOURCES := pool 2.rhel.pool.ntp.org iburst
INCLUDE_FOLDER :=
CONF_FOLDER :=
SOURCES_FOLDER :=
DRIFT_FILE := /var/lib/chrony/drift
