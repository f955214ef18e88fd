# Ubuntu: as Debian.
include src/distro/debian.mk
SYSTEMD := 245
