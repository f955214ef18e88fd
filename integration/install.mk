# SPDX-License-Identifier: Apache-2.0
# What a distribution's other programs meet: units and their kin, hooks, logs.
# Templates are filled into $(BUILD)/integration, below the paths that they are
# installed at; `make show-config` tells every value that differs.

UNITDIR := /usr/lib/systemd/system
PRESETDIR := /usr/lib/systemd/system-preset
NTPUNITSDIR := /usr/lib/systemd/ntp-units.d
SYSUSERSDIR := /usr/lib/sysusers.d
TMPFILESDIR := /usr/lib/tmpfiles.d
CATALOGDIR := /usr/lib/systemd/catalog
NMDIR := /usr/lib/NetworkManager/dispatcher.d
CERTBOTDIR := /etc/letsencrypt/renewal-hooks/deploy
TLSDIR := /etc/hora/tls
DATADIR := /usr/share/hora
DHCP_DIR := /run/chrony-dhcp
NETWORKD_LEASES := /run/systemd/netif/leases
LOG_DIR := /var/log/chrony
STATE_DIR := /var/lib/chrony
OTHER_DAEMONS := ntp.service ntpd.service ntpsec.service openntpd.service ntpd-rs.service systemd-timesyncd.service
# What horad ends with, for RestartPreventExitStatus= (src/base/exit_status.h).
EXIT_CONFIG := $(shell sed -n 's/^\#define EXIT_CONFIG \([0-9]*\).*/\1/p' src/base/exit_status.h)
EXIT_OFFSET := $(shell sed -n 's/^\#define EXIT_OFFSET \([0-9]*\).*/\1/p' src/base/exit_status.h)

# Where leap seconds are read. Releases whose systemd is 257 or newer have no zones of right/
# without a further package, but the list, and a chrony, 4.6 or newer, that can read it, too.
LEAP_LIST := $(filter-out 0,$(shell expr $(SYSTEMD) '>=' 257))
LEAP_SECONDS := $(if $(LEAP_LIST),leapseclist /usr/share/zoneinfo/leap-seconds.list,leapsectz right/UTC)

# Every value that templates may name.
INTEGRATION_VALUES := SYSTEMD CONFIG_FILE KEY_FILE USER SERVICE SERVICE_ALIAS ENVIRONMENT_FILE ENVIRONMENT_OPTIONS \
	LOGROTATEDIR DHCLIENT_HOOK NETWORKD_DISPATCHERDIR APPARMOR UFW RUN_DIR PID_FILE COMMAND_SOCKET SBINDIR BINDIR \
	LIBEXECDIR DATADIR UNITDIR PRESETDIR NTPUNITSDIR SYSUSERSDIR TMPFILESDIR CATALOGDIR NMDIR CERTBOTDIR TLSDIR ENVIRONMENT_DEFAULT PEERNTP_FILE NETWORKD_LEASES DHCP_DIR \
	DEFAULT_SOURCES INCLUDE_FOLDER CONF_FOLDER SOURCES_FOLDER DRIFT_FILE LEAP_SECONDS LOG_DIR STATE_DIR OTHER_DAEMONS EXIT_CONFIG EXIT_OFFSET
SHOWN_VALUES := $(sort $(INTEGRATION_VALUES) $(DISTRO_SETTINGS) ZSHDIR BASHDIR FISHDIR MANDIR)

# MODE:TEMPLATE:PATH; keep: an administrator's file, 644, made only when it is missing.
INTEGRATION := \
	644:systemd/main.service.in:$(UNITDIR)/$(SERVICE).service \
	644:systemd/horad.service.in:$(UNITDIR)/horad.service \
	644:systemd/split.conf.in:$(UNITDIR)/$(SERVICE).service.d/hora-split.conf \
	$(foreach r,$(ROLES),644:systemd/$(r).service.in:$(UNITDIR)/$(r).service) \
	644:systemd/hora-cmd.socket.in:$(UNITDIR)/hora-cmd.socket \
	644:systemd/hora-ntp.socket.in:$(UNITDIR)/hora-ntp.socket \
	644:systemd/hora-ntske.socket.in:$(UNITDIR)/hora-ntske.socket \
	644:systemd/hora-leases.path.in:$(UNITDIR)/hora-leases.path \
	644:systemd/hora-leases.service.in:$(UNITDIR)/hora-leases.service \
	644:systemd/hora-wait.service.in:$(UNITDIR)/hora-wait.service \
	$(foreach f,$(notdir $(basename $(wildcard systemd/examples/*.in))),644:systemd/examples/$(f).in:$(DATADIR)/systemd/$(f)) \
	644:integration/sysusers.conf.in:$(SYSUSERSDIR)/hora.conf \
	644:integration/tmpfiles.conf.in:$(TMPFILESDIR)/hora.conf \
	644:integration/preset.in:$(PRESETDIR)/80-hora.preset \
	644:integration/ntp-units.list.in:$(NTPUNITSDIR)/50-hora.list \
	644:integration/catalog.in:$(CATALOGDIR)/hora.catalog \
	644:integration/logrotate.in:$(LOGROTATEDIR)/chrony \
	644:integration/chrony.conf.in:$(DATADIR)/chrony.conf \
	$(foreach f,$(notdir $(basename $(wildcard integration/baseline/*.in))),644:integration/baseline/$(f).in:$(DATADIR)/baseline/$(f)) \
	keep:integration/environment.in:$(ENVIRONMENT_FILE) \
	755:integration/hooks/dhcp-sources.in:$(LIBEXECDIR)/dhcp-sources \
	755:integration/hooks/leases.in:$(LIBEXECDIR)/leases \
	755:integration/hooks/nm-onoffline.in:$(NMDIR)/20-chrony-onoffline \
	755:integration/hooks/nm-dhcp.in:$(NMDIR)/20-chrony-dhcp \
	755:integration/hooks/certbot.in:$(CERTBOTDIR)/hora \
	$(if $(APPARMOR),644:apparmor/usr.sbin.horad.in:/etc/apparmor.d/usr.sbin.horad \
		644:apparmor/horad-mail:$(DATADIR)/apparmor/horad-mail) \
	644:firewalld/ntske.xml:/usr/lib/firewalld/services/ntske.xml \
	644:firewalld/nts-server.xml:/usr/lib/firewalld/services/nts-server.xml \
	$(if $(UFW),644:firewalld/ufw-hora:/etc/ufw/applications.d/hora) \
	644:firewalld/hora.nft:$(DATADIR)/nftables/hora.nft \
	$(if $(DHCLIENT_HOOK),$(DHCLIENT_MODE):integration/hooks/dhclient-$(DHCLIENT_KIND).in:$(DHCLIENT_HOOK)) \
	$(if $(NETWORKD_DISPATCHERDIR),$(foreach d,routable off configured no-carrier,755:integration/hooks/networkd-dispatcher.in:$(NETWORKD_DISPATCHERDIR)/$(d).d/chrony))

INTEGRATION_ROOT := $(BUILD)/integration/$(DISTRO)
integration_path = $(lastword $(subst :, ,$(1)))
integration_template = $(word 2,$(subst :, ,$(1)))
integration_mode = $(patsubst keep,644,$(firstword $(subst :, ,$(1))))
INTEGRATED := $(foreach i,$(INTEGRATION),$(INTEGRATION_ROOT)$(call integration_path,$(i)))

define integration-rule
$(INTEGRATION_ROOT)$(call integration_path,$(1)): $(call integration_template,$(1)) $(wildcard systemd/*.inc integration/hooks/*.inc integration/baseline/*.inc apparmor/*.inc) integration/fill $(INTEGRATION_ROOT).values
	@mkdir -p $$(@D)
	$$(call quiet,GEN)integration/fill $$< $$(foreach v,$$(INTEGRATION_VALUES),'$$(v)=$$($$(v))') >$$@.new || { rm -f $$@.new; exit 1; }
	@chmod $(call integration_mode,$(1)) $$@.new && mv $$@.new $$@
endef
$(foreach i,$(INTEGRATION),$(eval $(call integration-rule,$(i))))

# Other values fill in anew.
VALUES_LINE := $(foreach v,$(INTEGRATION_VALUES),$(v)=$($(v)))
$(INTEGRATION_ROOT).values: force
	@mkdir -p $(@D)
	@echo '$(VALUES_LINE)' | cmp -s - $@ || echo '$(VALUES_LINE)' >$@

integration: $(INTEGRATED)

# What chronyd's and chronyc's names are: links, and files that an administrator keeps are nobody else's.
CHRONY_LINKS := $(SBINDIR)/chronyd=horad $(BINDIR)/chronyc=horac
install-check:
	@$(if $(filter 1,$(FORCE)),:,integration/others '$(DESTDIR)' $(CHRONY_LINKS) -- $(foreach i,$(filter-out keep:%,$(INTEGRATION)),$(call integration_path,$(i))))

install-integration: $(INTEGRATED) | install-check
	$(foreach i,$(INTEGRATION),$(if $(filter keep:%,$(i)),[ -e $(DESTDIR)$(call integration_path,$(i)) ] ||) install -D -m $(call integration_mode,$(i)) $(INTEGRATION_ROOT)$(call integration_path,$(i)) $(DESTDIR)$(call integration_path,$(i)) &&) true

show-config:
	@:$(foreach v,$(SHOWN_VALUES),$(info $(v)=$($(v))))

# Files alone: folders, and what an administrator keeps, stay.
uninstall-integration:
	rm -f $(foreach i,$(filter-out keep:%,$(INTEGRATION)),$(DESTDIR)$(call integration_path,$(i)))

.PHONY: integration install-check install-integration uninstall-integration show-config
