# Debian: paths, users and names that are its own.
CONFIG_FILE := /etc/chrony/chrony.conf
USER := _chrony
ZSHDIR := /usr/share/zsh/vendor-completions
