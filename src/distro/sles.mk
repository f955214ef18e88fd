# SLES and openSUSE: as RHEL.
include src/distro/rhel.mk
