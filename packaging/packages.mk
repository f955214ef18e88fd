# SPDX-License-Identifier: Apache-2.0
# Source archive and packages, into $(BUILD)/packages; of what is committed.
#
#   make dist                            # hora-VERSION.tar.xz
#   make deb [DEB_ARGS=]                 # for the Debian or Ubuntu that this is
#   make srpm | make rpm DISTRO=rhel8|rhel9|rhel10|fedora|sles15 [RPM_ARGS=]
#   ... TAKES_NAME=yes                   # and a package that carries the name chrony (docs/packages.md)

PACKAGES := $(BUILD)/packages
TARBALL := $(PACKAGES)/hora-$(VERSION).tar.xz
NAMED := $(filter yes,$(TAKES_NAME))
$(if $(filter-out yes no,$(TAKES_NAME)),$(error TAKES_NAME=$(TAKES_NAME): is yes or no))
# Commit to take; its date is that of all files.
COMMIT ?= HEAD

dist:
	@packaging/dist $(VERSION) $(COMMIT) $(TARBALL)
deb: dist
	@$(if $(NAMED),DEB_BUILD_PROFILES="$$DEB_BUILD_PROFILES pkg.hora.chrony") packaging/deb $(TARBALL) $(PACKAGES) $(DEB_ARGS)

# RPM_TARGET=host on that distribution itself, whose own macros are right.
RPM_TARGET ?= $(RELEASE)
srpm: dist
	@packaging/rpm source $(RPM_TARGET) $(TARBALL) $(PACKAGES) $(if $(NAMED),--with takes_name) $(RPM_ARGS)
rpm: dist
	@packaging/rpm binary $(RPM_TARGET) $(TARBALL) $(PACKAGES) $(if $(NAMED),--with takes_name) $(RPM_ARGS)

# Tools that are neither daemon nor client: package hora-tools.
TOOLS := $(BUILD)/tests/sim/sim $(BUILD)/share/man/man1/hora-sim.1
tools: $(TOOLS)
install-tools: tools
	install -D -m 755 $(BUILD)/tests/sim/sim $(DESTDIR)$(BINDIR)/hora-sim
	install -D -m 644 $(BUILD)/share/man/man1/hora-sim.1 $(DESTDIR)$(MANDIR)/man1/hora-sim.1

.PHONY: dist deb srpm rpm tools install-tools
