# Fedora: as RHEL.
include src/distro/rhel.mk
SYSTEMD := 257
DEFAULT_SOURCES := pool 2.fedora.pool.ntp.org iburst
