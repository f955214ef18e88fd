# Ubuntu: as Debian.
include src/distro/debian.mk
DEFAULT_SOURCES := pool ntp.ubuntu.com iburst maxsources 4
