# SPDX-License-Identifier: Apache-2.0
# The SELinux module, for the policy whose headers are here: Debian's
# selinux-policy-dev, elsewhere selinux-policy-devel; SELINUX_NAME is the policy's.

SELINUX_HEADERS ?= /usr/share/selinux/devel
SELINUX_NAME ?= $(if $(filter debian ubuntu,$(DISTRO)),default,targeted)
SELINUX_ROOT := $(BUILD)/selinux/$(DISTRO)

selinux: $(SELINUX_ROOT)/hora.pp
$(SELINUX_ROOT)/hora.fc: selinux/hora.fc.in integration/fill $(INTEGRATION_ROOT).values
	@mkdir -p $(@D)
	$(call quiet,GEN)integration/fill $< $(foreach v,$(INTEGRATION_VALUES),'$(v)=$($(v))') >$@.new && mv $@.new $@
$(SELINUX_ROOT)/hora.pp: selinux/hora.te selinux/hora.if $(SELINUX_ROOT)/hora.fc
	@test -e $(SELINUX_HEADERS)/Makefile || { echo "selinux: no $(SELINUX_HEADERS)/Makefile: install" \
		"selinux-policy-dev (RHEL, Fedora, SUSE: selinux-policy-devel)" >&2; exit 1; }
	@cp selinux/hora.te selinux/hora.if $(@D)
	$(call quiet,PP)$(MAKE) -s -C $(@D) -f $(SELINUX_HEADERS)/Makefile \
		HEADERDIR=$(SELINUX_HEADERS)/include NAME=$(SELINUX_NAME) hora.pp >/dev/null

# Where packages have it; semodule loads it (docs/integration.md).
install-selinux: selinux
	install -D -m 644 $(SELINUX_ROOT)/hora.pp $(DESTDIR)/usr/share/selinux/packages/$(SELINUX_NAME)/hora.pp
	install -D -m 644 selinux/hora.if $(DESTDIR)/usr/share/selinux/devel/include/distributed/hora.if

.PHONY: selinux install-selinux
