# RHEL and its rebuilds: paths, users and names that are their own.
CONFIG_FILE := /etc/chrony.conf
USER := chrony
ZSHDIR := /usr/share/zsh/site-functions
