# Fedora: as RHEL.
include src/distro/rhel.mk
SYSTEMD := 257
