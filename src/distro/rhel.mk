# RHEL: paths, users and names (reference: configuration.md section 4).
SYSCONFDIR := /etc
CONFIG_FILE := /etc/chrony.conf
USER := chrony
STATE_DIR := /var/lib/chrony
LOG_DIR := /var/log/chrony
RUN_DIR := /run/chrony
PID_FILE := /run/chrony/chronyd.pid
COMMAND_SOCKET := /run/chrony/chronyd.sock
KEY_FILE := /etc/chrony.keys
SBINDIR := /usr/sbin
BINDIR := /usr/bin
LIBEXECDIR := /usr/libexec/hora
MANDIR := /usr/share/man
DISTRO_SETTINGS := CONFIG_FILE USER STATE_DIR LOG_DIR RUN_DIR PID_FILE COMMAND_SOCKET KEY_FILE SBINDIR BINDIR LIBEXECDIR
